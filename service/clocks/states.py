"""Where a cycle stands at an instant: elapsed, due, crossed thresholds, breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.worktime import Calendar, NeverReached, Pause, unite
from core.worktime.calendar import share
from service.clocks.cycles import Cycle, Leg
from service.clocks.terms import Calendars, ClockClause

RUNNING, PAUSED, MET, CANCELLED = "running", "paused", "met", "cancelled"
NOT_STARTED = "not_started"
BREACHED_RUNNING, BREACHED_STOPPED = "breached_running", "breached_stopped"
PCTS = (50, 75, 90, 100, 120, 150, 200)
RECLASSIFIED = "reclassified"


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold at its true time. `skipped_by_change`: already passed when the target changed,
    recorded but not notified (clocks.md 4)."""

    pct: int
    at: datetime
    target_version: int
    skipped_by_change: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A target overrun: due, the last instant that would have met it, and seconds over it so far.
    Cause `reclassified`: the change itself left no time; else empty."""

    due_at: datetime
    breached_at: datetime
    overrun_s: int
    target_version: int
    cause: str = ""
    internal: bool = False


@dataclass(frozen=True, slots=True)
class ClockState:
    """One cycle of one clock at an instant. `due_at` is None while a pause has no end; `paused_s`
    counts recorded pauses only; `legs` and `pauses` are what `explain` needs; `target_version`
    counts from 1."""

    kind: str
    cycle: int
    target_version: int
    state: str
    started_at: datetime
    stopped_at: datetime | None
    target_s: int
    elapsed_s: int
    paused_s: int
    due_at: datetime | None
    due_latest: datetime | None
    next_fire_at: datetime | None
    clause: ClockClause
    crossings: tuple[Crossing, ...]
    breaches: tuple[Breach, ...]
    legs: tuple[tuple[datetime, datetime, Calendar], ...]
    pauses: tuple[Pause, ...]
    paused_since: datetime | None = None
    provisional: bool = False
    unconfirmed: bool = False

    @property
    def remaining_s(self) -> int:
        """Seconds left; negative when overrun."""
        return self.target_s - self.elapsed_s

    @property
    def is_breached(self) -> bool:
        """Whether any target of this cycle was overrun; a later, longer one heals nothing."""
        return bool(self.breaches) or self.elapsed_s > self.target_s


@dataclass(frozen=True, slots=True)
class _Run:
    """A leg with its end and the seconds elapsed before and after it."""

    leg: Leg
    version: int
    until: datetime
    carried: int
    elapsed: int
    calendar: Calendar
    pauses: tuple[Pause, ...]

    @property
    def target(self) -> int:
        return self.leg.clause.target_s

    def at(self, need: int) -> datetime | None:
        """First instant of this leg with `need` seconds elapsed; None is never."""
        left = max(0, need - self.carried)
        return _or_never(self.calendar.due, self.leg.since, left, self.pauses)

    def reached(self, need: int) -> datetime:
        """First instant of this leg with `need` seconds, which it has behind it."""
        return self.calendar.due(self.leg.since, max(0, need - self.carried), self.pauses)

    def paused(self, pauses: Sequence[Pause]) -> int:
        """Counted seconds of this leg that the given pauses took."""
        whole = self.calendar.elapsed(self.leg.since, self.until)
        return whole - self.calendar.elapsed(self.leg.since, self.until, pauses)

    @property
    def due_latest(self) -> datetime | None:
        if self.carried > self.target:
            return self.leg.since
        left = self.target - self.carried
        return _or_never(self.calendar.due_latest, self.leg.since, left, self.pauses)


def _or_never(question: Callable[..., datetime | None], *args: Any) -> datetime | None:
    try:
        return question(*args)
    except NeverReached:
        return None


def state_of(
    cycle: Cycle, pauses: Sequence[Pause], calendars: Calendars, now: datetime
) -> ClockState:
    """The state of a cycle at `now`; `pauses` are those that stop this kind (clocks.md 1-5)."""
    end = cycle.stopped_at or cycle.cancelled_at or now
    held = [(cycle.held_at, None)] if cycle.held_at else []
    united = unite([*pauses, *cycle.gaps, *held])
    runs = list(_runs(cycle, united, calendars, end))
    last = runs[-1]
    paused_since = next(
        (begin for begin, until in united if begin <= end and (until is None or until > end)), None
    )
    due_at = last.at(last.target)
    return ClockState(
        kind=cycle.kind,
        cycle=cycle.number,
        target_version=last.version,
        state=_name(cycle, last, paused_since),
        started_at=cycle.started_at,
        stopped_at=cycle.stopped_at or cycle.cancelled_at,
        target_s=last.target,
        elapsed_s=last.elapsed,
        paused_s=sum(run.paused(pauses) for run in runs) if pauses else 0,
        due_at=due_at,
        due_latest=last.due_latest,
        next_fire_at=_next_fire(last) if cycle.is_running else None,
        clause=last.leg.clause,
        crossings=_crossings(runs, cycle.resumed_at),
        breaches=tuple(_breaches(runs, cycle.resumed_at)),
        legs=tuple((run.leg.since, run.until, run.calendar) for run in runs),
        pauses=united,
        paused_since=paused_since if cycle.is_running else None,
        provisional=due_at is not None and last.calendar.is_provisional(due_at),
        unconfirmed=cycle.unconfirmed,
    )


def _runs(
    cycle: Cycle, pauses: tuple[Pause, ...], calendars: Calendars, end: datetime
) -> Iterator[_Run]:
    ends = [leg.since for leg in cycle.legs[1:]] + [end]
    carried = 0
    for version, (leg, until) in enumerate(zip(cycle.legs, ends, strict=True), start=1):
        calendar = calendars.of(leg.clause)
        elapsed = carried + max(0, calendar.elapsed(leg.since, until, pauses))
        yield _Run(leg, version, until, carried, elapsed, calendar, pauses)
        carried = elapsed


def _name(cycle: Cycle, last: _Run, paused_since: datetime | None) -> str:
    over = last.elapsed > last.target
    if cycle.cancelled_at is not None:
        return CANCELLED
    if cycle.stopped_at is not None:
        return BREACHED_STOPPED if over else MET
    if over:
        return BREACHED_RUNNING
    return RUNNING if paused_since is None else PAUSED


def _next_fire(last: _Run) -> datetime | None:
    needs = (share(last.target, pct) for pct in PCTS)
    ahead = next((need for need in needs if need > last.elapsed), None)
    return None if ahead is None else last.at(ahead)


def _crossings(runs: list[_Run], resumed_at: datetime | None) -> tuple[Crossing, ...]:
    found: list[Crossing] = []
    for run in runs:
        if not run.leg.silent:
            highest = max((crossing.pct for crossing in found), default=0)
            found += _passed_by_change(run, highest)
            found += _crossed(run)
    return tuple(one for one in found if resumed_at is None or one.at >= resumed_at)


def _passed_by_change(run: _Run, highest: int) -> Iterator[Crossing]:
    """At a change: what the elapsed time already passes; only a new highest is notified."""
    if run.version == 1:
        return
    passed = [pct for pct in PCTS if share(run.target, pct) <= run.carried]
    for pct in passed:
        notified = pct == passed[-1] and pct > highest
        yield Crossing(pct, run.leg.since, run.version, not notified)


def _crossed(run: _Run) -> Iterator[Crossing]:
    for pct in PCTS:
        need = share(run.target, pct)
        if (run.carried < need or run.version == 1) and need <= run.elapsed:
            yield Crossing(pct, run.reached(need), run.version)


def _breaches(runs: list[_Run], resumed_at: datetime | None) -> Iterator[Breach]:
    for run in runs:
        if run.leg.silent or run.elapsed <= run.target:
            continue
        breached_at = run.due_latest or run.until
        if resumed_at is not None and breached_at < resumed_at:
            continue
        cause = RECLASSIFIED if run.version > 1 and run.carried >= run.target else ""
        yield Breach(
            run.reached(run.target),
            breached_at,
            run.elapsed - run.target,
            run.version,
            cause,
            run.leg.clause.internal,
        )
