"""The periodic jobs: one list (`registry.HEARTBEAT`) for Celery beat and for `manage.py sweep`."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from core import heartbeats, registry
from core.clockguard import GUARD

logger = logging.getLogger("huaweicrm.heartbeat")


def jobs() -> dict[str, tuple[int, str]]:
    """Name of job -> (seconds between runs, "module:function")."""
    return registry.entry("HEARTBEAT", {})


def run(name: str, *, now: dt.datetime) -> Any:
    """Run one job and record its heartbeat. Raises KeyError for an unknown name."""
    _seconds, path = jobs()[name]
    started = time.monotonic()
    if GUARD.is_new:
        _resume_guard()
    GUARD.tick(now, started)
    result = registry.load(path)(now=now)
    facts = {"boot": boot(), "monotonic": started, "holds": GUARD.holds}
    took_ms = int((time.monotonic() - started) * 1000)
    heartbeats.beat(name, now=now, took_ms=took_ms, facts=facts)
    return result


@cache
def boot() -> str:
    """What tells one start of this machine from another; monotonic clocks compare within one."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else ""


def _resume_guard() -> None:
    found = heartbeats.last_facts()
    if found is None or not boot() or found[1].get("boot") != boot():
        return
    beat_at, facts = found
    GUARD.resume(beat_at, float(facts["monotonic"]), holds=bool(facts.get("holds")))


def run_all(names: Iterable[str], read_clock: Callable[[], dt.datetime]) -> dict[str, Any]:
    """Run jobs one after the other; one that raises is logged and does not stop the others.

    Returns {name: result}, with the exception as the result of a job that failed.
    """
    done: dict[str, Any] = {}
    for name in names:
        try:
            done[name] = run(name, now=read_clock())
        except Exception as error:  # the sweep loop: one bad job stops no other
            logger.exception("job_failed", extra={"job": name})
            done[name] = error
    return done


class Pace:
    """Which jobs are due, by the monotonic clock; all of them at the start."""

    def __init__(self, names: Iterable[str]) -> None:
        self.next_at = {name: time.monotonic() for name in names}

    def due(self) -> list[str]:
        """The jobs whose time has come; each is due again one period from now."""
        at = time.monotonic()
        names = [name for name, when in self.next_at.items() if when <= at]
        self.next_at.update((name, at + jobs()[name][0]) for name in names)
        return names

    def rest(self) -> float:
        """Seconds until the next job is due."""
        return max(0.0, min(self.next_at.values()) - time.monotonic())
