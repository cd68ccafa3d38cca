"""The expectation attainment rate (R-K1).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from expectations.choices import ItemStatus, PriorityClass

WEIGHTS = {PriorityClass.MUST: 3, PriorityClass.NEGOTIABLE: 1}
LEFT_OUT = (ItemStatus.SUPERSEDED, ItemStatus.DROPPED, ItemStatus.DRAFT, ItemStatus.CLARIFIED)


@dataclass(frozen=True)
class Due:
    """An item that was due in the period."""

    priority_class: str
    status: str
    due_on: dt.date
    outcome_on: dt.date | None = None


def kept(item: Due) -> Decimal:
    """1 accepted by the day it was due, a half when later or in part, nothing otherwise."""
    if item.status == ItemStatus.PARTLY_ACCEPTED:
        return Decimal("0.5")
    if item.status != ItemStatus.ACCEPTED or item.outcome_on is None:
        return Decimal(0)
    return Decimal(1) if item.outcome_on <= item.due_on else Decimal("0.5")


def counts(item: Due) -> bool:
    """A must or a negotiable one that stands."""
    held = item.priority_class and PriorityClass(item.priority_class) in WEIGHTS
    return bool(held) and item.status not in LEFT_OUT


def rate(items: Iterable[Due]) -> Decimal | None:
    """Σ w·s / Σ w in percent over musts (3) and negotiables (1); None when nothing was due."""
    weight, reached = 0, Decimal(0)
    for item in items:
        if not counts(item):
            continue
        share = WEIGHTS[PriorityClass(item.priority_class)]
        weight += share
        reached += share * kept(item)
    if not weight:
        return None
    return (reached * 100 / weight).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
