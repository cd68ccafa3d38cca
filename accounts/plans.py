"""Account plans: what makes one whole, when an objective is met, when the yearly one is due.

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from accounts.choices import Tier
from accounts.choices_plan import PlanKind, Section

REQUIRED = (
    Section.PERFORMANCE_GAP,
    Section.MARKET_INSIGHT,
    Section.STRATEGIC_INTENT,
    Section.CRITICAL_TASKS,
)
"""What a plan says before it is submitted; the other parts may stay empty."""
YEARS = {PlanKind.ASP: (3, 5), PlanKind.ABP: (1, 1)}
"""Fewest and most years that a plan of a kind looks ahead."""
LATE = 0
"""Stands for “its day is over” among the days of a reminder."""


def fits(kind: str, years: int) -> bool:
    """A strategic plan covers three to five years, an annual one a year."""
    fewest, most = YEARS[PlanKind(kind)]
    return fewest <= years <= most


def missing(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The required parts that are empty, in their order."""
    return tuple(part.value for part in REQUIRED if not texts.get(part, "").strip())


def is_within(day: dt.date, year: int, years: int) -> bool:
    """A day of the period of a plan."""
    return year <= day.year < year + years


def is_met(baseline: Decimal | None, target: Decimal, actual: Decimal) -> bool:
    """At the target or beyond it, in the direction in which it lies from the baseline; without a
    baseline more is better."""
    if baseline is not None and target < baseline:
        return actual <= target
    return actual >= target


def progress(baseline: Decimal | None, target: Decimal, actual: Decimal | None) -> int | None:
    """How much of the way from the baseline (else 0) to the target is done: 0 to 100 percent."""
    begin = baseline if baseline is not None else Decimal(0)
    if actual is None or target == begin:
        return None if actual is None else 100 * is_met(baseline, target, actual)
    return max(0, min(100, int(100 * (actual - begin) / (target - begin))))


def is_owed(tier: int | None) -> bool:
    """Key accounts have an annual plan."""
    return tier in (Tier.S, Tier.A)


def reminder(due: dt.date, days: Iterable[int], *, today: dt.date) -> int | None:
    """The last reminder that is reached, in days before the day; LATE from the day after on; None
    before the first one."""
    left = (due - today).days
    if left < 0:
        return LATE
    return min((each for each in days if left <= each), default=None)
