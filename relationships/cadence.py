"""How often people are met: weeks, who is exempt, when a touch is due, what is at stake.

No table, no clock (R-R4, R-R7 to R-R10).
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from accounts.choices import TIER_KEYS
from relationships.choices import KEY_SEATS, ResultStatus
from relationships.grid import HIGHEST

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Week:
    """An ISO week in a time zone; weeks begin on Monday."""

    monday: dt.date
    zone: zoneinfo.ZoneInfo

    @classmethod
    def of(cls, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> Week:
        """The week of a moment, where the zone is."""
        day = now.astimezone(zone).date()
        return cls(day - day.weekday() * DAY, zone)

    def back(self, weeks: int) -> Week:
        """So many weeks earlier."""
        return Week(self.monday - 7 * weeks * DAY, self.zone)

    @property
    def sunday(self) -> dt.date:
        """Its last day."""
        return self.monday + 6 * DAY

    @property
    def starts_at(self) -> dt.datetime:
        """Monday, midnight."""
        return dt.datetime.combine(self.monday, dt.time(), tzinfo=self.zone)

    @property
    def ends_at(self) -> dt.datetime:
        """The midnight after Sunday."""
        return dt.datetime.combine(self.monday + 7 * DAY, dt.time(), tzinfo=self.zone)

    @property
    def days(self) -> list[dt.date]:
        """Its seven days."""
        return [self.monday + number * DAY for number in range(7)]

    @property
    def name(self) -> str:
        """2026-W10."""
        year, week, _day = self.monday.isocalendar()
        return f"{year}-W{week:02d}"


def judgeable(
    now: dt.datetime, zone: zoneinfo.ZoneInfo, *, grace: dt.timedelta, most: int
) -> Iterator[tuple[Week, dt.datetime]]:
    """Weeks that may be judged, the latest first, each with the moment it was due: its end and
    the time left to log what took place. At most so many after downtime."""
    this = Week.of(now, zone)
    found = 0
    for back in range(1, most + 2):
        week = this.back(back)
        due = week.ends_at + grace
        if due <= now and found < most:
            found += 1
            yield week, due


def judged(
    actual: int, minimum: int, *, present: int | None = None, needed: int = 0
) -> ResultStatus:
    """Met is met, also by who was mostly away; else whoever was at work on fewer days than
    `needed` is exempt. Without `present` nobody can be away."""
    if actual >= minimum:
        return ResultStatus.MET
    if present is not None and present < needed:
        return ResultStatus.EXEMPT
    return ResultStatus.BELOW


def present_days(open_days: Collection[dt.date], away: Collection[dt.date]) -> int:
    """Working days of a week on which somebody was there."""
    return len(set(open_days) - set(away))


@dataclass(frozen=True)
class Touch:
    """What says when somebody is due: how they stand, on which seat, when they were last met."""

    cell: str
    support: int | None
    seat: str
    is_seated: bool
    tier: int | None
    met_at: dt.datetime | None
    since: dt.datetime

    @property
    def asks(self) -> bool:
        """R-R4 speaks of opponents and of the seats that decide, approve and evaluate."""
        return (self.support is not None and self.support < 0) or (
            self.is_seated and self.seat in KEY_SEATS
        )

    @property
    def is_hard(self) -> bool:
        """The hardest opponent (N3C): the regional head hears of it as well."""
        return self.cell == "N3C"


def due_at(touch: Touch, *, days: int, factor: int) -> dt.datetime:
    """The last touch, or since when we know of them, and the interval of their cell by tier."""
    return (touch.met_at or touch.since) + dt.timedelta(days=days * factor)


def stake(touch: Touch, *, weight: int) -> int:
    """What is at stake: the weight of the seat, by tier (S 4 … C 1), more the harder they oppose.

    An opponent of -3 counts four times a supporter on the same seat.
    """
    rank = touch.tier if touch.tier in TIER_KEYS else max(TIER_KEYS)
    against = max(0, -(touch.support or 0))
    return weight * (max(TIER_KEYS) + 1 - rank) * (1 + min(HIGHEST, against))
