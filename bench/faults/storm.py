"""Everything at once: processes killed and frozen, servers struck, receivers failing."""

from __future__ import annotations

import datetime as dt
import io
import random
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from bench.faults import load, tally
from bench.faults.house import House, Part, staff
from core.delivery import LEASE_S
from huaweicrm.testing import processes

KILL_EVERY_S = 2.0


@dataclass(frozen=True)
class Plan:
    """How long and how hard. Seconds are counted from the start of the storm."""

    timers: int
    seed: int
    span_s: int = 60
    storm_s: int = 120
    flushes: tuple[int, ...] = (8, 18, 28)
    broker_gone: tuple[int, int] = (34, 94)
    strikes: tuple[int, ...] = (14, 44, 74)
    freezes: tuple[tuple[int, str], ...] = ((20, "worker1"), (40, "beat1"), (60, "worker2"))
    freeze_s: int = 2 * LEASE_S
    give_up_s: int = 400
    recovery_s: float = 30
    tail_s: int = 400
    beats: int = 2
    has_web: bool = True


SHORT = Plan(
    timers=300,
    seed=1,
    span_s=3,
    storm_s=9,
    flushes=(2,),
    broker_gone=(3, 5),
    strikes=(4,),
    freezes=((2, "worker1"),),
    freeze_s=4,
    give_up_s=200,
    recovery_s=200,
    tail_s=0,
    beats=1,
    has_web=False,
)


@dataclass
class Storm:
    """The run: what was done to whom, and when it was over."""

    house: House
    plan: Plan
    rng: random.Random
    done: dict[str, int] = field(default_factory=dict)
    frozen: dict[str, float] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)

    def blow(self) -> None:
        """Follow the plan to its end; afterwards everything is awake and there again."""
        plan, began, next_kill = self.plan, time.monotonic(), KILL_EVERY_S
        acts = [(at, self._flush) for at in plan.flushes]
        acts += [(at, self._strike) for at in plan.strikes]
        acts += [
            (plan.broker_gone[0], self._broker_goes),
            (plan.broker_gone[1], self._broker_comes),
        ]
        acts += [(at, lambda name=name: self._freeze(name)) for at, name in plan.freezes]
        acts.sort(key=lambda act: act[0])
        while (at := time.monotonic() - began) < plan.storm_s:
            self.house.keep()
            self._thaw(time.monotonic())
            while acts and acts[0][0] <= at:
                acts.pop(0)[1]()
            if at >= next_kill:
                next_kill += KILL_EVERY_S
                self._kill()
            time.sleep(0.1)
        for _at, act in acts:
            act()
        self._thaw(float("inf"))

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def _victims(self) -> list[Part]:
        skip = {"sink", "broker"}
        return [p for p in self.house.parts.values() if p.name not in skip and not p.frozen]

    def _kill(self) -> None:
        """One process in turn; every eighth time all of them together."""
        self._count("rounds")
        victims = self._victims()
        if self.done["rounds"] % 8 and victims:
            names = [p.name for p in victims]
            self.queue = [name for name in self.queue if name in names]
            if not self.queue:
                self.queue = self.rng.sample(names, len(names))
            victims = [self.house.parts[self.queue.pop()]]
        for part in victims:
            self.house.signal(part, signal.SIGKILL)
            self._count("killed -9")

    def _freeze(self, name: str) -> None:
        self.house.signal(self.house.parts[name], signal.SIGSTOP)
        self.frozen[name] = time.monotonic() + self.plan.freeze_s
        self._count("frozen past the lease")

    def _thaw(self, at: float) -> None:
        for name, until in list(self.frozen.items()):
            if at >= until:
                del self.frozen[name]
                self.house.signal(self.house.parts[name], signal.SIGCONT)

    def _flush(self) -> None:
        if self.house.flush_broker():
            self._count("broker emptied")

    def _broker_goes(self) -> None:
        part = self.house.parts["broker"]
        part.wanted = False
        self.house.signal(part, signal.SIGKILL)
        self._count("broker away")

    def _broker_comes(self) -> None:
        self.house.parts["broker"].wanted = True

    def _strike(self) -> None:
        self.house.database.strike()
        self.house.database.start()
        self._count("database struck down")


def prepare(house: House, plan: Plan) -> dt.datetime:
    """Tables, people, tickets. The first timer is due some seconds after; returns when it is."""
    house.migrate()
    now = timezone.now()
    lead = 12 if plan.timers <= 300 else 30 + plan.timers // 60
    first = now + dt.timedelta(seconds=lead)
    last = load.fill(plan.timers, seed=plan.seed, now=now, first=first, span_s=plan.span_s)
    tally.remember_due(last)
    connection.close()
    return first


def run(house: House, plan: Plan) -> tally.Tally:
    """The whole part."""
    out = tally.Tally()
    first = prepare(house, plan)
    web_port = processes.free_port() if plan.has_web else 0
    staff(house, beats=plan.beats, web_port=web_port)
    if web_port and not house.wait(60, lambda: is_ready(web_port)):
        raise RuntimeError(f"the web server never came: {readiness(web_port)}")
    house.wait(300, lambda: timezone.now() >= first)
    late = (timezone.now() - first).total_seconds()
    storm = Storm(house, plan, random.Random(plan.seed))
    storm.blow()
    recovered, quiet = wait_for_quiet(house, time.monotonic(), plan.give_up_s, plan.tail_s)
    due = tally.one("SELECT COUNT(*) FROM bench_due")
    out.figures["timers due"] = (
        f"{due} in {plan.span_s} s (storm of {plan.storm_s} s, {late:+.0f} s)"
    )
    out.figures.update(storm.done)
    out.most("recovery inside, timers and events", recovered, plan.recovery_s, " s")
    out.figures["last message out, with its back-off"] = f"{quiet:.0f} s"
    house.wait(60, tally.is_given_up)
    tally.inside(out)
    tally.outside(out, house.folder / "sink.log")
    out.figures["reconcile"] = said(out, "reconcile", "--check")
    out.figures["evidence"] = said(out, "verify_evidence")
    ready = not web_port or house.wait(60, lambda: is_ready(web_port))
    if not ready:
        out.figures["/readyz"] = readiness(web_port)
    out.zero("not ready at the end", 0 if ready else 1)
    return out


def said(out: tally.Tally, *words: str) -> str:
    """The last line of a command of ours; one that finds something is a broken promise."""
    text = io.StringIO()
    try:
        call_command(*words, stdout=text, stderr=text)
    except (CommandError, SystemExit) as error:
        out.wrong.append(f"{words[0]}: {error}")
    return text.getvalue().strip().splitlines()[-1]


def is_ready(port: int) -> bool:
    """Whether `/readyz` says yes."""
    return readiness(port).startswith("200")


def readiness(port: int) -> str:
    """What `/readyz` says, or why it says nothing."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return f"{answer.status} {answer.read(500).decode()}"
    except urllib.error.HTTPError as refusal:
        return f"{refusal.code} {refusal.read(500).decode()}"
    except OSError as error:
        return str(error)


def wait_for_quiet(
    house: House, since: float, give_up_s: float, tail_s: float = 400
) -> tuple[float, float]:
    """Seconds from `since` until no timer or event waits, and until no message does."""
    recovered = _until(house, since, lambda: not tally.waiting(), give_up_s)
    return recovered, _until(house, since, lambda: not tally.one(tally.UNSENT), tail_s)


def _until(house: House, since: float, question: Callable[[], bool], give_up_s: float) -> float:
    def asked() -> bool:
        try:
            return question()
        except DatabaseError:
            connection.close()
            return False

    house.wait(give_up_s, asked)
    return time.monotonic() - since
