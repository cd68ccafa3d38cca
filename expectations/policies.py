"""Numbers of the floor of promises that an admin may change: forms, classes, early starts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core import policy
from expectations.priority import Weights

WEIGHT_IMPORTANCE = policy.declare(
    "priority.weight_importance",
    float,
    0.5,
    rule="R-E1",
    minimum=0,
    maximum=1,
    help=_("Share of importance in the value of an expectation."),
)
WEIGHT_IMPACT = policy.declare(
    "priority.weight_impact",
    float,
    0.3,
    rule="R-E1",
    minimum=0,
    maximum=1,
    help=_("Share of the impact if unmet in the value of an expectation."),
)
WEIGHT_URGENCY = policy.declare(
    "priority.weight_urgency",
    float,
    0.2,
    rule="R-E1",
    minimum=0,
    maximum=1,
    help=_("Share of urgency in the value of an expectation."),
)
MUST_FROM = policy.declare(
    "priority.must_from",
    float,
    4.0,
    rule="R-E1",
    minimum=1,
    maximum=5,
    help=_("From this value on an expectation is suggested as a must."),
)
DEFER_BELOW = policy.declare(
    "priority.defer_below",
    float,
    2.5,
    rule="R-E1",
    minimum=1,
    maximum=5,
    help=_("Below this value an expectation is suggested as not in this period."),
)
EARLY_MAX_D = policy.declare(
    "early.max_d",
    int,
    14,
    rule="R-E2",
    unit="d",
    minimum=1,
    maximum=90,
    help=_("Longest early start before the regional head renews it."),
)
FORM_EXPIRES_D = policy.declare(
    "form.expires_d",
    int,
    30,
    rule="R-E3",
    unit="d",
    minimum=1,
    maximum=365,
    help=_("A form expires this long after sending."),
)
FORM_REMINDER_DAYS = policy.declare(
    "form.reminder_days",
    list,
    [3, 7, 14, 25],
    rule="R-E3",
    unit="d",
    help=_("Days after sending on which the customer is reminded to sign."),
)
VERDICT_MAX_D = policy.declare(
    "form.verdict_max_d",
    int,
    30,
    rule="R-E3",
    unit="d",
    minimum=1,
    maximum=365,
    help=_("Oldest feasibility verdict with which a must may be sent."),
)
COUNTERSIGN_H = policy.declare(
    "form.countersign_h",
    int,
    24,
    rule="F6",
    unit="h",
    minimum=1,
    maximum=240,
    help=_("We countersign this long after the customer; the owner is reminded then."),
)
CODE_MINUTES = policy.declare(
    "signing.code_min",
    int,
    10,
    rule="F6",
    unit="min",
    minimum=1,
    maximum=60,
    help=_("A signing code is valid this long."),
)
CODE_TRIES = policy.declare(
    "signing.code_tries",
    int,
    5,
    rule="F6",
    minimum=1,
    maximum=10,
    help=_("Wrong codes before a new one must be asked for."),
)
CODE_MAX = policy.declare(
    "signing.code_max",
    int,
    10,
    rule="F6",
    minimum=1,
    maximum=50,
    help=_("Codes that one signing link may ask for."),
)
CODE_PAUSE_S = policy.declare(
    "signing.code_pause_s",
    int,
    60,
    rule="F6",
    unit="s",
    minimum=0,
    maximum=3600,
    help=_("Pause between two codes of one signing link."),
)
AUTHORITY_VALUE = policy.declare(
    "signing.authority_value",
    float,
    1_000_000,
    rule="F6",
    unit="CNY",
    minimum=0,
    help=_("From this contract value on the attested right to sign needs an end date."),
)


def weights(*, at: dt.datetime, scope: tuple[str, ...] = ()) -> Weights:
    """The terms of R-E1 in force at `at`."""

    def number(declared: policy.Policy) -> Decimal:
        return Decimal(str(policy.get(declared, scope, at=at)))

    return Weights(
        importance=number(WEIGHT_IMPORTANCE),
        impact=number(WEIGHT_IMPACT),
        urgency=number(WEIGHT_URGENCY),
        must_from=number(MUST_FROM),
        defer_below=number(DEFER_BELOW),
    )
