"""Strategic agreements: which years a project may be locked for, when renewal is talked of.

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable


def lockable_years(
    starts_on: dt.date, ends_on: dt.date, *, today: dt.date, ahead: int
) -> tuple[int, ...]:
    """Years within the period, from this year on and so many further ones."""
    first = max(starts_on.year, today.year)
    last = min(ends_on.year, today.year + ahead)
    return tuple(range(first, last + 1))


def alert_days(ends_on: dt.date, days: Iterable[int]) -> tuple[dt.date, ...]:
    """The days on which renewal is asked about, the first one first (R-R14)."""
    return tuple(sorted({ends_on - dt.timedelta(days=each) for each in days}))


def reached(ends_on: dt.date, days: Iterable[int], *, today: dt.date) -> int | None:
    """The last threshold that is reached, in days before the end; None before the first one and
    after the end."""
    left = (ends_on - today).days
    return min((each for each in days if left <= each), default=None) if left >= 0 else None


def signatories_lack(ours: object | None, theirs: object | None) -> tuple[str, ...]:
    """Which side has not signed; both must have before it is in force."""
    sides = {"our_signatory": ours, "their_signatory": theirs}
    return tuple(name for name, person in sides.items() if person is None)
