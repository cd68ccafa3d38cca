"""Every adjustable number of account plans."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

ABP_DAY = policy.declare(
    "plan.abp_day",
    int,
    31,
    rule="C099",
    unit="d",
    help=_("Day of January by which key accounts have an approved annual plan."),
    minimum=1,
    maximum=31,
)
ABP_FIRST_DAYS = policy.declare(
    "plan.abp_first",
    int,
    30,
    rule="C099",
    unit="d",
    help=_("So long before that day the account manager hears that the plan lacks."),
    minimum=1,
    maximum=180,
)
ABP_LAST_DAYS = policy.declare(
    "plan.abp_last",
    int,
    7,
    rule="C099",
    unit="d",
    help=_("So long before that day the account manager hears of it again."),
    minimum=1,
    maximum=180,
)
