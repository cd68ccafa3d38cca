"""Rotation of an account manager (R-A6): when it is due, how long two people overlap.

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from accounts.tiers import add_months


def stage(since: dt.date, today: dt.date, *, marks: Sequence[int]) -> int:
    """The last of these months of service that is reached; 0 before the first."""
    return max((mark for mark in marks if add_months(since, mark) <= today), default=0)


def due_on(since: dt.date, *, months: int) -> dt.date:
    """The day on which somebody has managed an account long enough."""
    return add_months(since, months)


def began_before(today: dt.date, *, months: int) -> dt.date:
    """Whoever began on a day after this one has served fewer months: a bound for a query."""
    return add_months(today, -months) + dt.timedelta(days=3)


def ends_early(begins: dt.date, ends: dt.date, *, least_days: int) -> bool:
    """The two overlap for fewer days than they must."""
    return (ends - begins).days < least_days
