"""Scorecards: which weights are allowed, what a figure scores (R-K3, R-K4).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CUSTOMER = ("satisfaction", "attainment")
"""What customers say and what we kept: together at least so much of a business unit (R-K3)."""
WHOLE = 100


@dataclass(frozen=True)
class Asked:
    """Of whom, and over which days (both included), a figure is asked."""

    customers: tuple[int, ...]
    unit: int | None
    person: int | None
    first: dt.date
    last: dt.date


def complaint(weights: Mapping[str, int], *, business: bool, least: int = 30) -> str:
    """Why these weights are refused: "sum", "customer", "both"; empty when they are allowed."""
    if sum(weights.values()) != WHOLE or any(weight < 0 for weight in weights.values()):
        return "sum"
    if not business:
        return ""
    ours = [weights.get(name, 0) for name in CUSTOMER]
    if sum(ours) < least:
        return "customer"
    return "" if all(weight > 0 for weight in ours) else "both"


def score_of(actual: Decimal | None, target: Decimal, *, most: int = 120) -> Decimal | None:
    """Actual of target in percent, from 0 to `most`; None without evidence."""
    if actual is None or target <= 0:
        return None
    share = Decimal(actual) * 100 / Decimal(target)
    return min(Decimal(most), max(Decimal(0), share)).quantize(
        Decimal("0.01"), rounding=ROUND_HALF_UP
    )


def to_cents(actual: Decimal | None) -> Decimal | None:
    """An actual as it is kept and shown; None stays none."""
    if actual is None:
        return None
    return Decimal(actual).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def total_of(parts: Sequence[tuple[int, Decimal | None]]) -> Decimal | None:
    """Weighted mean of (weight, score); what has no evidence is left out and weighed anew."""
    told = [(weight, score) for weight, score in parts if score is not None and weight]
    weight = sum(weight for weight, _score in told)
    if not weight:
        return None
    whole = sum((weight_ * score for weight_, score in told), start=Decimal(0))
    return (whole / weight).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def growth(before: Decimal, now: Decimal, margin_before: Decimal, margin: Decimal) -> Decimal:
    """R-K4 effective growth in percent: growth counts only while the margin does not fall."""
    if before <= 0:
        return Decimal(0)
    share = ((now - before) * 100 / before).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return share if share <= 0 or margin >= margin_before else Decimal(0)
