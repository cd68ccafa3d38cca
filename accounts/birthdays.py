"""Days of the year without a year: which exist, when they come next, who is reminded (R-R13).

No table, no clock.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable

LEAP = 2000
"""A year in which every day exists."""


def is_day(month: int, day: int) -> bool:
    """A day that some year has."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(LEAP, month)[1]


def next_on(month: int, day: int, *, today: dt.date) -> dt.date:
    """Today or the next time it comes; 29 February falls on the 28th of other years."""
    this_year = _in_year(today.year, month, day)
    return this_year if this_year >= today else _in_year(today.year + 1, month, day)


def lead_of(days: int, leads: Iterable[int]) -> int | None:
    """Which reminder holds with so many days left: the shortest one that has begun, else None.

    A reminder whose day passed unnoticed is given late, until the next one begins.
    """
    return min((lead for lead in leads if days <= lead), default=None)


def _in_year(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
