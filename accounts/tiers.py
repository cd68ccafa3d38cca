"""Tier score, cuts and validity (R-A1); fit and its trend (R-A2). Pure arithmetic."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from accounts.choices import FitTrend, Tier

HUNDREDTH = Decimal("0.01")
PARTS = ("fit", "current_value", "potential", "influence")


@dataclass(frozen=True)
class Weights:
    """Shares of the four parts in percent; they need not sum to 100, the score is their mean."""

    fit: int = 40
    current_value: int = 25
    potential: int = 25
    influence: int = 10

    @property
    def total(self) -> int:
        """Sum of the shares, at least 1."""
        return max(1, sum(getattr(self, part) for part in PARTS))


@dataclass(frozen=True)
class Cuts:
    """Lowest score of S, A and B; `s_fit` is the fit that S needs besides."""

    s: int = 80
    s_fit: int = 70
    a: int = 65
    b: int = 45


@dataclass(frozen=True)
class Term:
    """One line of the explanation: value × weight % = points."""

    part: str
    value: Decimal
    weight: int
    points: Decimal


@dataclass(frozen=True)
class Scored:
    """A tier score with its explanation. `fit_short`: S by score, A for want of fit."""

    score: Decimal
    tier: Tier
    terms: tuple[Term, ...]
    fit_short: bool
    to_next: Decimal | None


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def score(
    parts: Mapping[str, Decimal | int], weights: Weights | None = None, cuts: Cuts | None = None
) -> Scored:
    """R-A1: weighted mean of fit, current_value, potential and influence (0–100 each).

    The score is rounded half up to 0.01 and the cuts apply to the rounded score: what one sees
    is what decides. `to_next` is what the score lacks for the next better tier.
    """
    weights, cuts = weights or Weights(), cuts or Cuts()
    terms = tuple(_term(part, Decimal(parts[part]), weights) for part in PARTS)
    exact = sum((Decimal(parts[part]) * getattr(weights, part) for part in PARTS), start=Decimal(0))
    total = _rounded(exact / weights.total)
    fit_short = total >= cuts.s and Decimal(parts["fit"]) < cuts.s_fit
    tier = tier_for(total, Decimal(parts["fit"]), cuts)
    return Scored(total, tier, terms, fit_short, _lacking(total, tier, cuts))


def _term(part: str, value: Decimal, weights: Weights) -> Term:
    weight = getattr(weights, part)
    return Term(part, value, weight, _rounded(value * weight / weights.total))


def tier_for(total: Decimal, fit: Decimal, cuts: Cuts) -> Tier:
    """S ≥ 80 with fit ≥ 70, A ≥ 65, B ≥ 45, else C (R-A1 with its default cuts)."""
    if total >= cuts.s and fit >= cuts.s_fit:
        return Tier.S
    if total >= cuts.a:
        return Tier.A
    return Tier.B if total >= cuts.b else Tier.C


def _lacking(total: Decimal, tier: Tier, cuts: Cuts) -> Decimal | None:
    better = {Tier.A: cuts.s, Tier.B: cuts.a, Tier.C: cuts.b}.get(tier)
    return None if better is None else max(Decimal(0), Decimal(better) - total)


def valid_until(as_of: dt.date, tier: int, *, key_months: int, other_months: int) -> dt.date:
    """Last day on which an approved tier is valid: months after `as_of` (R-A1)."""
    months = key_months if tier in (Tier.S, Tier.A) else other_months
    return add_months(as_of, months)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def mean_fit(scores: Sequence[int]) -> Decimal:
    """R-A2: fit is the mean of the five scores (0–100), to 0.01."""
    return _rounded(Decimal(sum(scores)) / len(scores))


def trend(previous: Decimal | None, current: Decimal, *, points: int = 10) -> FitTrend:
    """R-A2: the last two approved fits fall by ≥ `points`: diverging; rise: converging."""
    if previous is None:
        return FitTrend.STABLE
    if previous - current >= points:
        return FitTrend.DIVERGING
    return FitTrend.CONVERGING if current - previous >= points else FitTrend.STABLE
