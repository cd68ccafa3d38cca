"""Account health: parts weighed into one number, bands, and what fell over quarter ends (R-H1).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accounts.choices_health import HealthBand, HealthPart

PARTS: tuple[str, ...] = tuple(HealthPart.values)
Values = Mapping[str, Decimal | None]
"""Each part from 0 to 100; None or absent is no evidence, which is not 0."""


@dataclass(frozen=True)
class Bands:
    """From where on a total is healthy, to be watched, at risk; below that it is critical."""

    healthy: int = 80
    watch: int = 60
    risk: int = 40


@dataclass(frozen=True)
class Loss:
    """What a part took from the total between two days, in points; before and after of it."""

    part: str
    points: Decimal
    before: Decimal | None
    after: Decimal | None


def cents(number: Decimal | float | int) -> Decimal:
    """Two decimals, halves up."""
    return Decimal(number).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def normal(number: Decimal | float | int, low: int, high: int) -> Decimal:
    """A number between `low` and `high` as 0 to 100; what lies outside is cut."""
    share = (Decimal(number) - low) * 100 / (high - low)
    return cents(min(Decimal(100), max(Decimal(0), share)))


def shares(values: Values, weights: Mapping[str, int]) -> dict[str, Decimal]:
    """How much each part with evidence weighs, in percent: the missing ones are weighed anew."""
    told = {part: weights[part] for part in PARTS if values.get(part) is not None}
    whole = sum(told.values())
    if not whole:
        return {}
    return {part: Decimal(weight) * 100 / whole for part, weight in told.items() if weight}


def basis(values: Values, weights: Mapping[str, int]) -> int:
    """Weight of the parts with evidence, in per cent of all: how much the total stands on."""
    told = sum(weights[part] for part in PARTS if values.get(part) is not None)
    whole = sum(weights[part] for part in PARTS)
    return round(100 * told / whole) if whole else 0


def total(values: Values, weights: Mapping[str, int]) -> Decimal | None:
    """0 to 100 over the parts with evidence; None where there is none at all (R-H1)."""
    held = shares(values, weights)
    if not held:
        return None
    return cents(sum((share * Decimal(values[part] or 0) for part, share in held.items())) / 100)


def band(whole: Decimal | None, cuts: Bands | None = None) -> str:
    """The band of a total; empty without evidence."""
    cuts = cuts or Bands()
    if whole is None:
        return ""
    if whole >= cuts.healthy:
        return HealthBand.HEALTHY
    if whole >= cuts.watch:
        return HealthBand.WATCH
    return HealthBand.RISK if whole >= cuts.risk else HealthBand.CRITICAL


def quarter_ends(day: dt.date, count: int = 3) -> list[dt.date]:
    """The last `count` ends of calendar quarters up to and including a day, oldest first."""
    found = []
    year, quarter = day.year, (day.month - 1) // 3 + 1
    end = _end_of(year, quarter)
    if end > day:
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    for _step in range(count):
        found.append(_end_of(year, quarter))
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    return found[::-1]


def _end_of(year: int, quarter: int) -> dt.date:
    first = dt.date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    return first - dt.timedelta(days=1)


def fell(totals: Sequence[Decimal | None]) -> Decimal | None:
    """Points lost over three quarter ends in a row, oldest first, when both steps go down; else
    None, also where one of them has no evidence."""
    before, middle, last = totals
    if before is None or middle is None or last is None:
        return None
    return before - last if before > middle > last else None


def alarms(lost: Decimal | None, most: int) -> bool:
    """More than `most` points in two quarter ends (R-H1)."""
    return lost is not None and lost > most


def losses(before: Values, after: Values, weights: Mapping[str, int]) -> list[Loss]:
    """Which parts pulled the total down between two days, the largest first.

    A part counts with the share that it has on the day; one that has lost its evidence, or has
    new evidence below the mean, pulls by what the others weigh anew.
    """
    old, new = shares(before, weights), shares(after, weights)
    whole = total(before, weights) or Decimal(0)
    found = []
    for part in PARTS:
        was, is_now = before.get(part), after.get(part)
        moved = new.get(part, Decimal(0)) * ((is_now if is_now is not None else whole) - whole)
        moved -= old.get(part, Decimal(0)) * ((was if was is not None else whole) - whole)
        if moved < 0:
            found.append(Loss(part, cents(-moved / 100), was, is_now))
    return sorted(found, key=lambda loss: -loss.points)


@dataclass(frozen=True)
class Evidence:
    """What a floor says of one part of one customer: 0 to 100, and the small figures behind it.

    `value` is None where there is none; `facts` may still say why.
    """

    value: Decimal | None
    facts: Mapping[str, Any]


def daily_from(today: dt.date, days: int) -> dt.date:
    """The first day of which every day is kept: that of the month in which `days` days ago lies."""
    return (today - dt.timedelta(days=days)).replace(day=1)


def superfluous(days: Sequence[tuple[dt.date, bool]], since: dt.date) -> list[dt.date]:
    """Which days of one customer before `since` are not needed any more; (day, has a total) in any
    order. The last day of each month stays, and the last one with a total."""
    gone: list[dt.date] = []
    stays: set[tuple[int, int, bool]] = set()
    for day, has_total in sorted(days, reverse=True):
        month = (day.year, day.month)
        known = (*month, True) in stays or (not has_total and (*month, False) in stays)
        if known and day < since:
            gone.append(day)
        stays.add((*month, has_total))
    return gone
