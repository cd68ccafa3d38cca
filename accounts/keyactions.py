"""The nine key actions of a person who faces customers: what evidence scores (R-K5, R-K6).

No table, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MOST = 10
"""Points of one action."""


@dataclass(frozen=True)
class Fact:
    """One figure behind an action: a msgid, what there is (None: no evidence), what is asked."""

    label: str
    actual: Decimal | None
    target: Decimal
    unit: str = "%"


def points(facts: Sequence[Fact]) -> Decimal | None:
    """0–10 from the figures that have evidence, each up to its target; None without."""
    reached = [
        min(Decimal(1), max(Decimal(0), fact.actual / fact.target))
        for fact in facts
        if fact.actual is not None and fact.target > 0
    ]
    if not reached:
        return None
    mean = sum(reached, start=Decimal(0)) / len(reached)
    return (mean * MOST).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def share(part: int, whole: int) -> Decimal | None:
    """Percent; None where there is nothing to measure."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1")) if whole else None


def actions_part(scores: Sequence[int | None]) -> Decimal | None:
    """The scores of all actions in percent of what they could be; None while one is missing."""
    given = [score for score in scores if score is not None]
    if not scores or len(given) != len(scores):
        return None
    return _cents(Decimal(sum(given)) * 100 / (MOST * len(given)))


def appraisal(kpi: Decimal | None, actions: Decimal | None, *, kpi_share: int) -> Decimal | None:
    """R-K6: figures and actions together; None when either is missing."""
    if kpi is None or actions is None:
        return None
    return _cents((kpi * kpi_share + actions * (100 - kpi_share)) / 100)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
