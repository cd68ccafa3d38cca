"""Writes of strategy fit assessments (R-A2): draft, edit, submit, approve, return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies, tiers
from accounts.actions import assessments
from accounts.actions.guards import only, persons_only
from accounts.choices import AssessmentStatus
from accounts.models import Customer, StrategyFitAssessment
from core import policy, trail
from core.actors import Actor
from core.errors import Refused
from core.writes import checked, insert
from core.writes import edit as edit_row

SCORES = (
    "investment_areas",
    "business_scope",
    "organisation_mode",
    "main_business_position",
    "future_value",
)
FIELDS = (*SCORES, "as_of", "horizon_years", "evidence")
RULE = "R-A2"


@transaction.atomic
def draft(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> StrategyFitAssessment:
    """A draft with five scores 0–100 over 3–5 years; fit and trend follow from them."""
    persons_only(by, rule=RULE)
    row = StrategyFitAssessment(customer=customer, **only(dict(values), FIELDS), fit=Decimal(0))
    row.fit, row.trend = _derived(row, now)
    assessments.check_as_of(customer, row.as_of, now)
    insert(row, by=by, now=now)
    _record(row, "drafted", by, now)
    return row


@transaction.atomic
def edit(
    row: StrategyFitAssessment,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> StrategyFitAssessment:
    """Change a draft or a returned assessment. Raises Refused, Stale, Invalid."""
    persons_only(by, rule=RULE)
    refuse_decided(row)
    changed = only(dict(changes), FIELDS)
    wished = StrategyFitAssessment(
        customer=row.customer,
        fit=Decimal(0),
        **{name: changed.get(name, getattr(row, name)) for name in FIELDS},
    )
    changed["fit"], changed["trend"] = _derived(wished, now)
    assessments.check_as_of(row.customer, wished.as_of, now)
    if edit_row(row, changed, by=by, now=now, version=version):
        _record(row, "edited", by, now)
    return row


@transaction.atomic
def submit(row: StrategyFitAssessment, *, by: Actor, now: dt.datetime) -> StrategyFitAssessment:
    """Ask for approval."""
    return assessments.submit(row, by=by, now=now, rule=RULE, facts={"fit": row.fit})


@transaction.atomic
def approve(row: StrategyFitAssessment, *, by: Actor, now: dt.datetime) -> StrategyFitAssessment:
    """Approve: from now on this is the fit of the customer; the trend is fixed against the last."""
    assessments.four_eyes(row, by=by, rule=RULE)
    _fit, trend = _derived(row, now)
    assessments.decide(
        row, AssessmentStatus.APPROVED, by=by, now=now, rule=RULE, trend=trend, decision_note=""
    )
    _record(row, "approved", by, now)
    assessments.tell_decided(row, now=now, url=f"/customers/{row.customer_id}/fit/")
    return row


@transaction.atomic
def return_(
    row: StrategyFitAssessment, note: str, *, by: Actor, now: dt.datetime
) -> StrategyFitAssessment:
    """Give it back with a sentence."""
    url = f"/customers/{row.customer_id}/fit/"
    return assessments.give_back(row, note, by=by, now=now, rule=RULE, url=url)


def refuse_decided(row: Any) -> None:
    """Only a draft or a returned assessment can be edited."""
    if row.status not in assessments.OPEN:
        raise Refused(
            _("This assessment is “%(state)s”; start a new one.")
            % {"state": row.get_status_display()},
            rule=RULE,
        )


def _derived(row: StrategyFitAssessment, now: dt.datetime) -> tuple[Decimal, str]:
    """Fit, and its trend against the last approved one."""
    checked(row)
    fit = tiers.mean_fit([getattr(row, name) for name in SCORES])
    approved = StrategyFitAssessment.objects.filter(
        customer=row.customer_id, status=AssessmentStatus.APPROVED
    ).exclude(pk=row.pk)
    last = approved.order_by("-decided_at", "-id").values_list("fit", flat=True).first()
    return fit, tiers.trend(last, fit, points=policy.get(policies.FIT_TREND_POINTS, at=now))


def _record(row: StrategyFitAssessment, verb: str, by: Actor, now: dt.datetime) -> None:
    trail.record(
        row,
        f"fit_assessment.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts={"fit": row.fit, "trend": row.trend},
        confidential=True,
    )
