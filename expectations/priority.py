"""Value and class of an expectation, with the terms that led there (R-E1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from expectations.choices import PriorityClass

NOT_FEASIBLE = 1
HARD_TO_DO = 2


@dataclass(frozen=True)
class Weights:
    """Shares of the three scores and the two cuts of R-E1."""

    importance: Decimal = Decimal("0.5")
    impact: Decimal = Decimal("0.3")
    urgency: Decimal = Decimal("0.2")
    must_from: Decimal = Decimal("4.0")
    defer_below: Decimal = Decimal("2.5")


DEFAULTS = Weights()


@dataclass(frozen=True)
class Suggestion:
    """A class, the value behind it, the sum as written and the reason in words."""

    value: Decimal
    priority_class: str
    formula: str
    because: str
    talk_first: bool

    @property
    def explanation(self) -> str:
        """One line: the sum and the reason."""
        return (
            f"{self.formula}；{self.because}"
            if _is_cjk(self.because)
            else (f"{self.formula}; {self.because}")
        )


def value_of(importance: int, impact: int, urgency: int, weights: Weights = DEFAULTS) -> Decimal:
    """Value 1–5 of an expectation: exact, never a float. Scores outside 1–5 raise ValueError."""
    for score in (importance, impact, urgency):
        _check(score)
    return weights.importance * importance + weights.impact * impact + weights.urgency * urgency


def suggest(
    importance: int,
    impact: int,
    urgency: int,
    feasibility: int,
    *,
    mandatory: bool = False,
    weights: Weights = DEFAULTS,
) -> Suggestion:
    """R-E1: must when mandatory or value ≥ 4.0; deferred when value < 2.5 or feasibility = 1.

    A must comes first: what is important but cannot be done is marked `talk_first`.
    """
    _check(feasibility)
    value = value_of(importance, impact, urgency, weights)
    chosen, because = _decide(value, feasibility, mandatory, weights)
    formula = (
        f"{weights.importance.normalize():f} × {importance} + {weights.impact.normalize():f} × "
        f"{impact} + {weights.urgency.normalize():f} × {urgency} = {shown(value)}"
    )
    important = mandatory or value >= weights.must_from
    return Suggestion(
        value=value,
        priority_class=chosen,
        formula=formula,
        because=because,
        talk_first=important and feasibility <= HARD_TO_DO,
    )


def _decide(value: Decimal, feasibility: int, mandatory: bool, weights: Weights) -> tuple[str, str]:
    if mandatory:
        return PriorityClass.MUST, _("contract, regulation or safety asks for it")
    if value >= weights.must_from:
        return PriorityClass.MUST, _("value from %(cut)s on") % {"cut": shown(weights.must_from)}
    if feasibility == NOT_FEASIBLE:
        return PriorityClass.DEFERRED, _("feasibility 1: cannot be done in this period")
    if value < weights.defer_below:
        return PriorityClass.DEFERRED, _("value below %(cut)s") % {
            "cut": shown(weights.defer_below)
        }
    return PriorityClass.NEGOTIABLE, _("value between %(low)s and %(high)s") % {
        "low": shown(weights.defer_below),
        "high": shown(weights.must_from),
    }


def shown(value: Decimal) -> str:
    """One decimal, half up: 4.10 -> 4.1."""
    return str(value.quantize(Decimal("0.1"), rounding="ROUND_HALF_UP"))


def _check(score: int) -> None:
    if isinstance(score, bool) or not isinstance(score, int) or not 1 <= score <= 5:
        raise ValueError(f"a score is a whole number from 1 to 5, not {score!r}")


def _is_cjk(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
