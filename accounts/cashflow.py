"""When a customer is proposed as a cash-flow customer, and how its budget shrinks (R-A3, R-A4).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.choices import FitTrend
from accounts.tiers import add_months

HALF_YEAR = 6
DIVERGING, LOW_FIT = "diverging", "low_fit"
"""Grounds of a proposal."""


@dataclass(frozen=True)
class Step:
    """From this day on so much of the starting budget is left."""

    day: dt.date
    percent: int


def grounds(
    fits: Sequence[tuple[Decimal, str]],
    revenue: Decimal,
    median: Decimal | None,
    *,
    in_a_row: int = 2,
    below: int = 40,
) -> tuple[str, ...]:
    """Why R-A3 proposes a customer; empty when it does not.

    `fits` are the approved (fit, trend), newest first; `revenue` that of twelve months, to be
    compared with the `median` customer of the unit (None: there is nothing to compare with).
    """
    if median is None or revenue <= 0 or revenue < median or not fits:
        return ()
    found = []
    last = [trend for _fit, trend in fits[:in_a_row]]
    if len(last) == in_a_row and set(last) == {FitTrend.DIVERGING}:
        found.append(DIVERGING)
    if fits[0][0] < below:
        found.append(LOW_FIT)
    return tuple(found)


def median_of(values: Sequence[Decimal]) -> Decimal | None:
    """The middle value; between two the mean of both."""
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def first_of_month(day: dt.date) -> dt.date:
    """The first day of the month."""
    return day.replace(day=1)


def window(day: dt.date) -> tuple[dt.date, dt.date]:
    """The twelve whole months before this one: first month, and the month after the last."""
    end = first_of_month(day)
    return add_months(end, -12), end


def path(start: dt.date, *, step: int = 20, floor: int = 40) -> tuple[Step, ...]:
    """R-A4: all of it at first, `step` percent of it less each half-year, never below `floor`."""
    steps = [Step(start, 100)]
    while steps[-1].percent > floor and step > 0:
        number = len(steps)
        day = add_months(start, HALF_YEAR * number)
        steps.append(Step(day, max(floor, 100 - step * number)))
    return tuple(steps)


def share_at(start: dt.date, day: dt.date, *, step: int = 20, floor: int = 40) -> int:
    """Percent of the starting budget that is left on a day."""
    left = [one.percent for one in path(start, step=step, floor=floor) if one.day <= day]
    return left[-1] if left else 100
