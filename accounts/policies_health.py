"""Adjustable numbers of account health (R-H1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.choices_health import HealthPart
from core import policy

WEIGHTS = {
    HealthPart.KEY: 25,
    HealthPart.UNIVERSAL: 10,
    HealthPart.ORGANISATIONAL: 15,
    HealthPart.ATTAINMENT: 20,
    HealthPart.SATISFACTION: 15,
    HealthPart.SLA: 15,
}
WEIGHT = {
    part.value: policy.declare(
        f"health.weight.{part.value}",
        int,
        weight,
        rule="R-H1",
        help=_("So much does this part weigh in account health; 0 leaves it out."),
        minimum=0,
        maximum=100,
    )
    for part, weight in WEIGHTS.items()
}


def _points(key: str, default: int, help_text: object) -> policy.Policy:
    return policy.declare(key, int, default, rule="R-H1", help=help_text, minimum=1, maximum=100)


HEALTHY = _points("health.healthy", 80, _("From here on account health is healthy."))
WATCH = _points("health.watch", 60, _("From here on account health is to be watched."))
RISK = _points("health.risk", 40, _("From here on it is at risk; below it is critical."))
DROP = _points(
    "health.drop", 10, _("More points lost over two quarter ends in a row alert the team.")
)
DAILY_DAYS = policy.declare(
    "health.daily",
    int,
    180,
    rule="R-H1",
    unit="d",
    help=_("Every day of account health is kept this long, then one a month."),
    minimum=35,
    maximum=3660,
)
EVIDENCE_DAYS = policy.declare(
    "health.evidence",
    int,
    365,
    rule="R-H1",
    unit="d",
    help=_("Expectations and tickets count for account health this long."),
    minimum=30,
    maximum=1100,
)
