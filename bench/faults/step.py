"""A wall clock that is set back by an hour and ahead by four days, and what leaves meanwhile."""

from __future__ import annotations

import datetime as dt
import json
import time

from django.db import connection
from django.utils import timezone

from bench.faults import load, tally
from bench.faults.house import House, staff
from bench.faults.storm import wait_for_quiet
from core import channels, outbox

# How far the clock is off, and whether a process that slept through it must hold as well: one
# that never saw the wrong time has no reason to.
STEPS = (
    ("one hour back", -3600, True),
    ("right again", 0, False),
    ("four days ahead", 4 * 86400, True),
)
LETTERS = 20
# Three ticks that agree, four seconds apart at least.
HELD_S = 8.0


def run(house: House, *, timers: int, seed: int) -> tally.Tally:
    """Step the clock of two workers while timers fire and letters wait."""
    out = tally.Tally()
    house.migrate()
    now = timezone.now()
    house.environment["CLOCK_FILE"] = str(house.folder / "clock")
    first = now + dt.timedelta(seconds=20)
    tally.remember_due(load.fill(timers, seed=seed, now=now, first=first, span_s=90))
    connection.close()
    staff(house, workers=0)
    for name in ("worker1", "worker2"):
        quiet = ("-l", "warning", "--without-gossip", "--without-mingle", "-n", f"{name}@%h")
        words = ("-m", "bench.faults.stepped", "-A", "huaweicrm", "worker", "-P", "solo", *quiet)
        house.add_python(name, *words)
    started = lambda: bool(tally.one("SELECT COUNT(*) FROM core_heartbeat"))  # noqa: E731
    house.wait(60, started)
    house.wait(60, lambda: timezone.now() >= first)
    house.wait(20)
    for name, offset, must_hold in STEPS:
        out.most(f"{name}: first letter out after", *_step(house, offset))
        if must_hold and _held(out, name) < HELD_S:
            out.wrong.append(f"{name}: not held")
    _quiet(house, out)
    return out


def _step(house: House, offset: int) -> tuple[float, float, str]:
    (house.folder / "clock").write_text(str(offset))
    at = time.time()
    house.wait(0.5)
    now = timezone.now() + dt.timedelta(seconds=offset)
    keys = [f"step:{offset}:{number}" for number in range(LETTERS)]
    for key in keys:
        outbox.post("email", "lin@sink.example", once=key, now=now, subject=key, body="x")
    house.wait(90, lambda: len(_taken(house, keys)) == LETTERS)
    found = _taken(house, keys)
    house.wait(1)
    return (min(found.values()) - at if found else 999.0), 60.0, " s"


def _taken(house: House, keys: list[str]) -> dict[str, float]:
    wanted = {channels.message_id(key): key for key in keys}
    found: dict[str, float] = {}
    for line in (house.folder / "sink.log").read_text().splitlines():
        said = json.loads(line)
        if said["key"] in wanted:
            found.setdefault(said["key"], said["at"])
    return found


def _held(out: tally.Tally, name: str) -> float:
    return float(str(out.figures[f"{name}: first letter out after"]).split()[0])


def _quiet(house: House, out: tally.Tally) -> None:
    """All is counted on the clock that the workers have now."""
    ahead = "CURRENT_TIMESTAMP + INTERVAL '4 days'"
    for name, sql in tally.MISSING.items():
        tally.MISSING[name] = sql.replace("CURRENT_TIMESTAMP", ahead)
    tally.UNSENT = tally.UNSENT.replace("CURRENT_TIMESTAMP", ahead)
    _recovered, quiet = wait_for_quiet(house, time.monotonic(), 240)
    out.figures["last message out, with its back-off"] = f"{quiet:.0f} s"
    tally.inside(out, without=("notes without mail",))
    tally.outside(out, house.folder / "sink.log")
