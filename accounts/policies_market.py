"""Adjustable numbers of reference sites, and of the review of key actions."""

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
APPRAISAL_KPI = policy.declare(
    "appraisal.kpi_share",
    int,
    60,
    rule="R-K6",
    unit="%",
    help=_("This share of an appraisal are the figures, the rest the key actions."),
    minimum=1,
    maximum=99,
)
REVIEW_FAR = policy.declare(
    "appraisal.far_from_evidence",
    int,
    3,
    rule="R-K5",
    help=_("A score this many points from the evidence needs a comment."),
    minimum=1,
    maximum=10,
)
