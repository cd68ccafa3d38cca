"""A change in mid-flight (CARRY) and the verdict of a stopped clock (clocks.md 3 and 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.worktime.calendar import Calendar
from core.worktime.pauses import Pause


@dataclass(frozen=True, slots=True)
class Retarget:
    """From `at` on the clock has a new target, and a new calendar where one is given."""

    at: datetime
    target_s: int
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Seconds used and left when a clock stopped; breached when used > target."""

    elapsed_s: int
    remaining_s: int
    breached: bool


def verdict(
    calendar: Calendar,
    start: datetime,
    target_s: int,
    stop: datetime,
    pauses: Iterable[Pause] = (),
) -> Verdict:
    """The verdict by elapsed seconds, never by comparing with `due`: exactly 100 % is met, one
    second more is a breach (clocks.md 3)."""
    used = max(0, calendar.elapsed(start, stop, pauses))
    return Verdict(used, target_s - used, used > target_s)


def retarget(
    calendar: Calendar,
    start: datetime,
    target_s: int,
    pauses: Iterable[Pause] = (),
    changes: Iterable[Retarget] = (),
) -> datetime:
    """The due time after the changes. CARRY: what has elapsed stays, measured on the calendar then
    in force; if it already reaches the new target, due is the moment of change (clocks.md 4)."""
    pauses = tuple(pauses)
    since, carried = start, 0
    for change in sorted(changes, key=lambda change: change.at):
        at = max(since, change.at)
        carried += calendar.elapsed(since, at, pauses)
        since, target_s = at, change.target_s
        calendar = change.calendar or calendar
    return calendar.due(since, max(0, target_s - carried), pauses)
