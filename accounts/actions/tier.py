"""Writes of tier assessments (R-A1): an approved one sets the tier of the customer."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies, tiers
from accounts.actions import assessments, fit
from accounts.actions.guards import invalid, only, persons_only
from accounts.choices import TIER_KEYS, AssessmentStatus, TeamRole, Tier
from accounts.models import AccountAssignment, Customer, TierAssessment
from accounts.queries import current_fit, scored
from core import events, policy, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.writes import checked, insert, move
from core.writes import edit as edit_row

FIELDS = ("as_of", "current_value", "potential", "influence", "evidence")
RULE = "R-A1"
REMINDER = "accounts.tier_reminder"
EXPIRY = "accounts.tier_expiry"


@transaction.atomic
def draft(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> TierAssessment:
    """A draft of current value, potential and influence (0–100); the fit is the approved one.

    Refused without an approved strategy fit.
    """
    persons_only(by, rule=RULE)
    row = TierAssessment(
        customer=customer, **only(dict(values), FIELDS), fit=_fit_of(customer), score=Decimal(0)
    )
    row.proposed_tier = Tier.C
    row.score, row.proposed_tier = _derived(row, now)
    assessments.check_as_of(customer, row.as_of, now)
    insert(row, by=by, now=now)
    _record(row, "drafted", by, now)
    return row


@transaction.atomic
def edit(
    row: TierAssessment,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> TierAssessment:
    """Change a draft or a returned assessment; the fit is read anew."""
    persons_only(by, rule=RULE)
    fit.refuse_decided(row)
    changed = only(dict(changes), FIELDS)
    wished = TierAssessment(
        customer=row.customer,
        score=Decimal(0),
        proposed_tier=Tier.C,
        fit=_fit_of(row.customer),
        **{name: changed.get(name, getattr(row, name)) for name in FIELDS},
    )
    changed["fit"] = wished.fit
    changed["score"], changed["proposed_tier"] = _derived(wished, now)
    assessments.check_as_of(row.customer, wished.as_of, now)
    if edit_row(row, changed, by=by, now=now, version=version):
        _record(row, "edited", by, now)
    return row


@transaction.atomic
def submit(row: TierAssessment, *, by: Actor, now: dt.datetime) -> TierAssessment:
    """Ask for approval. One assessment of a customer waits at a time."""
    waiting = TierAssessment.objects.filter(
        customer=row.customer_id, status=AssessmentStatus.SUBMITTED
    )
    if waiting.exclude(pk=row.pk).exists():
        raise Refused(_("An assessment is waiting for approval already."), rule=RULE)
    facts = {"score": row.score, "proposed": TIER_KEYS[row.proposed_tier]}
    return assessments.submit(row, by=by, now=now, rule=RULE, facts=facts)


@transaction.atomic
def approve(
    row: TierAssessment,
    *,
    by: Actor,
    now: dt.datetime,
    tier: int | None = None,
    reason: str = "",
) -> TierAssessment:
    """Approve the proposed tier, or another one with a reason; the customer's tier follows.

    Forbidden for the submitter and the account manager; S needs an executive sponsor and never
    goes with the cash-flow flag. Who may decide which tier is rules.may_decide_tier.
    """
    assessments.four_eyes(row, by=by, rule=RULE)
    approved = Tier(tier if tier is not None else row.proposed_tier)
    if approved != row.proposed_tier and not reason.strip():
        raise invalid("reason", _("A tier other than the proposed one needs a reason."), rule=RULE)
    if approved == Tier.S:
        _check_s(row.customer)
    until = tiers.valid_until(
        row.as_of,
        approved,
        key_months=policy.get(policies.VALID_KEY_MONTHS, at=now),
        other_months=policy.get(policies.VALID_OTHER_MONTHS, at=now),
    )
    assessments.decide(
        row,
        AssessmentStatus.APPROVED,
        by=by,
        now=now,
        rule=RULE,
        approved_tier=approved,
        override_reason=reason.strip() if approved != row.proposed_tier else "",
        valid_until=until,
        decision_note="",
    )
    _supersede(row, by, now)
    _set_tier(row, by, now)
    _record(row, "approved", by, now)
    _arm(row, now)
    assessments.tell_decided(row, now=now, url=f"/customers/{row.customer_id}/tier/")
    return row


@transaction.atomic
def return_(row: TierAssessment, note: str, *, by: Actor, now: dt.datetime) -> TierAssessment:
    """Give it back with a sentence."""
    url = f"/customers/{row.customer_id}/tier/"
    return assessments.give_back(row, note, by=by, now=now, rule=RULE, url=url)


@transaction.atomic
def expire(row: TierAssessment, *, by: Actor, now: dt.datetime) -> TierAssessment:
    """The validity is over: the tier stays and is flagged until somebody assesses anew (R-A1)."""
    move(row, AssessmentStatus.EXPIRED, frm=AssessmentStatus.APPROVED, by=by, now=now, rule=RULE)
    timers.cancel(row, REMINDER, EXPIRY)
    _record(row, "expired", by, now)
    return row


def reminder_at(row: TierAssessment, now: dt.datetime) -> dt.datetime:
    """09:00 at the owning unit, the declared days before the tier expires."""
    days = policy.get(policies.TIER_REMINDER_DAYS, at=now)
    return _local(row, row.valid_until - dt.timedelta(days=days), 9)


def expiry_at(row: TierAssessment) -> dt.datetime:
    """The first instant after the last valid day, where the owning unit is."""
    return _local(row, row.valid_until + dt.timedelta(days=1), 0)


def _local(row: TierAssessment, day: dt.date, hour: int) -> dt.datetime:
    zone = zoneinfo.ZoneInfo(row.customer.owning_unit.timezone)
    return dt.datetime.combine(day, dt.time(hour), tzinfo=zone).astimezone(dt.timezone.utc)


def _fit_of(customer: Customer) -> Decimal:
    approved = current_fit(customer)
    if approved is None:
        raise Refused(
            _("%(customer)s has no approved strategy fit; assess the fit first.")
            % {"customer": customer},
            rule=RULE,
        )
    return approved.fit


def _derived(row: TierAssessment, now: dt.datetime) -> tuple[Decimal, int]:
    checked(row)
    parts = {part: getattr(row, part) for part in tiers.PARTS}
    found = scored(parts, at=now)
    return found.score, found.tier


def _check_s(customer: Customer) -> None:
    if customer.cash_flow:
        raise Refused(_("A cash-flow customer cannot be tier S."), rule="R-A4")
    rows = AccountAssignment.objects.active().filter(
        customer=customer, role=TeamRole.EXECUTIVE_SPONSOR
    )
    if not rows.exists():
        raise Refused(
            _("Tier S needs an executive sponsor; put one on the team first."), rule="b.1"
        )


def _supersede(row: TierAssessment, by: Actor, now: dt.datetime) -> None:
    older = TierAssessment.objects.filter(
        customer=row.customer_id, status=AssessmentStatus.APPROVED
    ).exclude(pk=row.pk)
    for last in older:
        expire(last, by=by, now=now)


def _set_tier(row: TierAssessment, by: Actor, now: dt.datetime) -> None:
    customer = row.customer
    before = customer.tier
    edit_row(
        customer,
        {"tier": row.approved_tier, "tier_valid_until": row.valid_until},
        by=by,
        now=now,
    )
    if before == row.approved_tier:
        return
    keys = [TIER_KEYS.get(before), TIER_KEYS[row.approved_tier]]
    trail.record(
        customer, "customer.tier_changed", by=by, now=now, scope=customer, facts={"tier": keys}
    )
    events.emit(
        "customer.tier_changed",
        customer,
        by=by,
        now=now,
        scope=customer,
        changed=["tier"],
        facts={"tier": keys[1], "before": keys[0]},
    )


def _arm(row: TierAssessment, now: dt.datetime) -> None:
    if reminder_at(row, now) > now:
        timers.arm(REMINDER, row, reminder_at(row, now), now=now)
    timers.arm(EXPIRY, row, expiry_at(row), now=now)


def _record(row: TierAssessment, verb: str, by: Actor, now: dt.datetime) -> None:
    trail.record(
        row,
        f"tier_assessment.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts={
            "fit": row.fit,
            "score": row.score,
            "proposed": TIER_KEYS[row.proposed_tier],
            "approved": TIER_KEYS.get(row.approved_tier),
            "valid_until": row.valid_until,
            "reason": row.override_reason,
        },
        confidential=True,
    )
