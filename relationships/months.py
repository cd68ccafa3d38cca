"""The days of the time slider: the ends of twelve months back, and the day an address asks for.

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
import re

MONTHS = 13
"""Twelve months back and the current one."""
EARLIEST = dt.date(1900, 1, 1)
"""Movement is told from some time before the day shown, which must be a day as well."""
ONE = dt.timedelta(days=1)
MONTH = re.compile(r"(\d{4})-(\d{2})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def end_before(day: dt.date) -> dt.date:
    """The last day of the month before."""
    return day.replace(day=1) - ONE


def end_of(day: dt.date) -> dt.date:
    """The last day of the month."""
    return (day.replace(day=28) + 4 * ONE).replace(day=1) - ONE


def month_ends(today: dt.date) -> list[dt.date]:
    """The last day of each of the last months, the current one cut at today; oldest first."""
    ends = [today]
    while len(ends) < MONTHS:
        ends.append(end_before(ends[-1]))
    return ends[::-1]


def day_asked(at: str, position: str, today: dt.date) -> dt.date:
    """The day to show. `at` is a day or a month (its end), `position` days from the first end of
    `month_ends`; nonsense, what has not come yet and what was before EARLIEST is today."""
    wanted = _read(at)
    if wanted is None and position.isascii() and position.isdigit() and len(position) < 5:
        wanted = month_ends(today)[0] + int(position) * ONE
    return today if wanted is None or wanted < EARLIEST else min(wanted, today)


def _read(text: str) -> dt.date | None:
    try:
        if DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
        month = MONTH.fullmatch(text)
        return end_of(dt.date(int(month[1]), int(month[2]), 1)) if month else None
    except (ValueError, OverflowError):
        return None
