"""What fit and tier assessments share: edit a draft, submit, return; four eyes."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.guards import invalid, persons_only
from accounts.choices import AssessmentStatus, TeamRole
from accounts.models import (
    AccountAssignment,
    Customer,
    StrategyFitAssessment,
    TierAssessment,
)
from core import notify, trail
from core.actors import Actor
from core.errors import Forbidden
from core.writes import move

AnyAssessment = TypeVar("AnyAssessment", StrategyFitAssessment, TierAssessment)
OPEN = (AssessmentStatus.DRAFT, AssessmentStatus.RETURNED)


def local_today(customer: Customer, now: dt.datetime) -> dt.date:
    """Today where the owning unit of the customer is."""
    return now.astimezone(zoneinfo.ZoneInfo(customer.owning_unit.timezone)).date()


def check_as_of(customer: Customer, as_of: dt.date, now: dt.datetime) -> None:
    """An assessment tells of today or an earlier day, at most a year back."""
    today = local_today(customer, now)
    if as_of > today:
        raise invalid("as_of", _("This day is still to come; use today or earlier."))
    if (today - as_of).days > 366:
        raise invalid("as_of", _("More than a year ago; assess anew."))


def submit(
    row: AnyAssessment, *, by: Actor, now: dt.datetime, rule: str, facts: dict[str, Any]
) -> AnyAssessment:
    """Draft or returned → submitted. A person submits; evidence is not optional."""
    persons_only(by, rule=rule)
    if not row.evidence.strip():
        raise invalid("evidence", _("Say what the scores rest on: who said what, which figures."))
    row.submitted_by = by.user
    move(
        row,
        AssessmentStatus.SUBMITTED,
        frm=OPEN,
        by=by,
        now=now,
        rule=rule,
        submitted_at=now,
        submitted_by=by.user,
        approver=None,
        decided_at=None,
    )
    _record(row, "submitted", by, now, facts)
    return row


def decide(row: AnyAssessment, to: str, *, by: Actor, now: dt.datetime, **columns: Any) -> None:
    """Submitted → approved or returned, by somebody who neither asked nor runs the account."""
    move(
        row,
        to,
        frm=AssessmentStatus.SUBMITTED,
        by=by,
        now=now,
        rule=columns.pop("rule"),
        approver=by.user,
        decided_at=now,
        **columns,
    )


def four_eyes(row: AnyAssessment, *, by: Actor, rule: str) -> None:
    """Forbidden for machines, for the submitter and for the account manager of the customer."""
    persons_only(by, rule=rule)
    if row.submitted_by_id is not None and row.submitted_by_id == by.user_id:
        raise Forbidden(_("You submitted this; someone else must decide."), rule=rule)
    seats = AccountAssignment.objects.active().filter(customer=row.customer_id, role=TeamRole.AR)
    if seats.filter(user=by.user).exists():
        raise Forbidden(
            _("The account manager of a customer never decides about its assessment."), rule=rule
        )


def give_back(
    row: AnyAssessment, note: str, *, by: Actor, now: dt.datetime, rule: str, url: str
) -> AnyAssessment:
    """Submitted → returned with a sentence; the submitter is told."""
    four_eyes(row, by=by, rule=rule)
    if not note.strip():
        raise invalid("note", _("Say what is missing."))
    asker = row.submitted_by
    decide(row, AssessmentStatus.RETURNED, by=by, now=now, rule=rule, decision_note=note.strip())
    _record(row, "returned", by, now, {"note": note.strip()})
    notify.tell(
        [asker] if asker else [],
        kind="assessment.returned",
        title=gettext_noop("The assessment of %(customer)s was returned."),
        params={"customer": row.customer.name},
        once=f"{row._meta.model_name}:{row.pk}:returned:{row.version}",
        url=url,
        about=row,
        scope=row.customer,
        now=now,
    )
    return row


def tell_decided(row: AnyAssessment, *, now: dt.datetime, url: str) -> None:
    """Tell the submitter that the assessment was approved (no scores in the message)."""
    notify.tell(
        [row.submitted_by] if row.submitted_by else [],
        kind="assessment.approved",
        title=gettext_noop("The assessment of %(customer)s was approved."),
        params={"customer": row.customer.name},
        once=f"{row._meta.model_name}:{row.pk}:approved",
        url=url,
        about=row,
        scope=row.customer,
        now=now,
    )


def _record(
    row: AnyAssessment, verb: str, by: Actor, now: dt.datetime, facts: dict[str, Any]
) -> None:
    noun = "tier" if isinstance(row, TierAssessment) else "fit"
    trail.record(
        row,
        f"{noun}_assessment.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts=facts,
        confidential=True,
    )
