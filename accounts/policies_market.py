"""Adjustable numbers of where we stand at a customer: reference sites."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy

REFERENCE_REMINDER_DAYS = policy.declare(
    "reference.consent_reminder",
    int,
    30,
    rule="C097",
    unit="d",
    help=_("The account manager is told this long before a consent to show a site ends."),
    minimum=0,
    maximum=365,
)
REFERENCE_CONSENT_MONTHS = policy.declare(
    "reference.consent_months",
    int,
    24,
    rule="C097",
    unit="month",
    help=_("The customer is asked again after this time, at the latest."),
    minimum=1,
    maximum=120,
)
