"""Numbers of many customers at once: lifetime value, concentration, bubbles (R-A5, C059).

No table, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.choices import Tier

FIT_A_YEAR = 20
FEWEST, MOST = Decimal(1), Decimal(5)
LANES = (Tier.S, Tier.A, Tier.B, Tier.C, None)
"""Columns of the bubble chart, the last one for customers without a tier."""
WIDTH, HEIGHT, LEFT, TOP = 720, 320, 36, 14
SMALL, LARGE = 4.0, 26.0


def expected_years(fit: Decimal) -> Decimal:
    """R-A5: a year for every 20 points of fit, at least 1, at most 5."""
    return min(MOST, max(FEWEST, Decimal(fit) / FIT_A_YEAR))


def lifetime_value(profit: Decimal, fit: Decimal | None, *, years: int = 3) -> Decimal | None:
    """R-A5: mean yearly gross profit of `years` × expected years; None without a fit."""
    if fit is None:
        return None
    return (Decimal(profit) / years * expected_years(fit)).quantize(Decimal("0.01"))


def cumulated(values: Sequence[Decimal]) -> list[float]:
    """Percent of the whole that the largest ones reach together, largest first."""
    ordered = sorted((value for value in values if value > 0), reverse=True)
    whole = sum(ordered, start=Decimal(0))
    found, so_far = [], Decimal(0)
    for value in ordered:
        so_far += value
        found.append(float(so_far * 100 / whole))
    return found


def top_share(values: Sequence[Decimal], percent: int = 20) -> tuple[int, float]:
    """How many customers the largest `percent` are (rounded up), and what they bring in percent."""
    shares = cumulated(values)
    if not shares:
        return 0, 0.0
    count = math.ceil(len(shares) * percent / 100)
    return count, shares[count - 1]


@dataclass(frozen=True)
class Bubble:
    """A customer in the chart: where, how large."""

    pk: int
    name: str
    tier: int | None
    fit: Decimal
    revenue: Decimal
    trend: str
    cash_flow: bool
    x: float = 0.0
    y: float = 0.0
    radius: float = SMALL


def radius_of(revenue: Decimal, largest: Decimal) -> float:
    """The area of a bubble grows with the revenue."""
    if largest <= 0 or revenue <= 0:
        return SMALL
    return SMALL + (LARGE - SMALL) * math.sqrt(float(revenue / largest))


def placed(bubbles: Sequence[Bubble]) -> list[Bubble]:
    """Lane by tier, height by fit; within a lane spread sideways; large ones are drawn first."""
    largest = max((one.revenue for one in bubbles), default=Decimal(0))
    lane = (WIDTH - LEFT) / len(LANES)
    found = []
    for number, tier in enumerate(LANES):
        mine = sorted((one for one in bubbles if one.tier == tier), key=lambda one: -one.revenue)
        for place, one in enumerate(mine):
            share = _spread(place)
            x = LEFT + lane * (number + 0.12 + 0.76 * share)
            y = TOP + (HEIGHT - TOP) * (1 - float(one.fit) / 100)
            size = radius_of(one.revenue, largest)
            found.append(Bubble(**{**one.__dict__, "x": x, "y": y, "radius": size}))
    return sorted(found, key=lambda one: -one.radius)


def _spread(place: int) -> float:
    """0.5, 0.25, 0.75, 0.125 …: neighbours in rank lie far apart, whatever their number."""
    place, share, step = place + 1, 0.0, 0.5
    while place:
        share += step * (place % 2)
        place, step = place // 2, step / 2
    return share
