"""Adjustable numbers of the three layers of a relation (R-R10, R-R11, R-R12)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy
from relationships.choices import Grade


def _count(key: str, default: int, rule: str, help_text: object, most: int = 100) -> policy.Policy:
    return policy.declare(key, int, default, rule=rule, help=help_text, minimum=0, maximum=most)


WAY_DAYS = policy.declare(
    "ways.window",
    int,
    365,
    rule="R-R10",
    unit="d",
    help=_("Benchmark meetings and executive visits count this long."),
    minimum=30,
    maximum=1100,
)
BENCHMARK_LEAST = _count(
    "ways.benchmark.minimum", 1, "R-R10", _("Benchmark meetings with a key account, at least."), 12
)
BENCHMARK_TARGET = _count(
    "ways.benchmark.target", 2, "R-R10", _("Benchmark meetings with a key account, as the aim."), 12
)
VISIT_LEAST = _count(
    "ways.visit.minimum", 1, "R-R10", _("Executive visits with a key account, at least."), 12
)
VISIT_TARGET = _count(
    "ways.visit.target", 2, "R-R10", _("Executive visits with a key account, as the aim."), 12
)
COVERAGE = {
    grade: _count(
        f"universal.coverage.{grade.lower()}",
        percent,
        "R-R12",
        _("Coverage in per cent that this grade of breadth asks for."),
    )
    for grade, percent in ((Grade.A, 80), (Grade.B, 60), (Grade.C, 40))
}
SATISFACTION = {
    grade: _count(
        f"universal.satisfaction.{grade.lower()}",
        score,
        "R-R12",
        _("Satisfaction, where it is measured, that this grade of breadth asks for."),
        10,
    )
    for grade, score in ((Grade.A, 8), (Grade.B, 7), (Grade.C, 6))
}
THIRD_PARTY = _count(
    "universal.third_party", 80, "R-R12", _("Score of a third party that grade A asks for.")
)
