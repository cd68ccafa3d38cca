"""Writes of grid assessments: propose, confirm, reject, revalidate, go stale (R-R1, R-R2)."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid, persons_only
from accounts.choices import (
    OPEN_STAGES,
    TIER_KEYS,
    AssignmentStatus,
    ContactStatus,
    TeamRole,
)
from accounts.models import AccountAssignment, Contact, Customer, Opportunity
from core import policy, timers, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import User
from core.writes import insert, move
from relationships import grid, policies
from relationships.choices import CURRENT, Confidence, GridStatus
from relationships.models import GridAssessment, Interaction, RatingRound
from relationships.rules import may_confirm

EXPIRY = "relationships.grid_expiry"
RULE = "R-R2"
_wrong = partial(invalid, rule=RULE)


@transaction.atomic
def propose(
    contact: Contact,
    point: grid.Point,
    *,
    by: Actor,
    now: dt.datetime,
    evidence: str,
    interactions: Iterable[Interaction] = (),
    confidence: str = Confidence.MEDIUM,
    assessed_on: dt.date | None = None,
    counterpart: User | None = None,
    opportunity: Opportunity | None = None,
) -> GridAssessment:
    """Say where a contact stands; somebody else confirms it. `point` is (intimacy, support).

    With an opportunity: in this deal only; the first step is measured from where they stand in
    general. `assessed_on` defaults to today where the customer is. Forbidden for machines; Invalid
    with a sentence per field for values outside -3..3, a day in the future, a deal of another
    customer or one that is closed, or what R-R2 misses.
    """
    persons_only(by, rule="0.2.4")
    today = today_of(contact, now)
    day = assessed_on or today
    own = current_of(contact, opportunity)
    before = own or current_of(contact)
    linked = list({row.pk: row for row in interactions}.values())
    _check_point(point)
    _check_contact(contact)
    check_deal(contact.customer, opportunity)
    _check_round(contact)
    _check_day(day, today, own)
    _check_evidence(contact, point, before, evidence, linked, day, now)
    row = GridAssessment(
        customer=contact.customer,
        contact=contact,
        opportunity=opportunity,
        counterpart=counterpart or contact.relationship_owner or by.user,
        intimacy=point[0],
        support=point[1],
        cell=grid.cell_of(point),
        attitude=grid.attitude_of(point[1]),
        previous=before,
        evidence=evidence.strip(),
        confidence=confidence,
        assessed_on=day,
        assessor=by.user,
    )
    insert(row, by=by, now=now)
    row.interactions.set(linked)
    _record(row, "proposed", by, now, {"from": before.point if before else None, "to": point})
    return row


@transaction.atomic
def confirm(
    assessment: GridAssessment, *, by: Actor, now: dt.datetime, note: str = ""
) -> GridAssessment:
    """Proposed → confirmed; the position before it is superseded.

    Forbidden (R-R2, b.6) for the assessor, for machines, and for anybody but a head where the
    score is strong.
    """
    _must_decide(assessment, by)
    _must_be_own(assessment)
    until = _valid_until(assessment, assessment.assessed_on, now)
    _supersede(assessment, by, now)
    move(
        assessment,
        GridStatus.CONFIRMED,
        frm=GridStatus.PROPOSED,
        by=by,
        now=now,
        rule=RULE,
        reviewer=by.user,
        decided_at=now,
        decision_note=note.strip()[:300],
        valid_until=until,
        checked_on=assessment.assessed_on,
    )
    timers.arm(EXPIRY, assessment, expiry_at(assessment), now=now)
    _record(assessment, "confirmed", by, now, {"valid_until": until})
    return assessment


@transaction.atomic
def reject(assessment: GridAssessment, *, by: Actor, now: dt.datetime, note: str) -> GridAssessment:
    """Proposed → rejected, with a reason; the position stays what it was. Who: as confirm, or
    the assessor who takes the proposal back."""
    persons_only(by, rule="0.2.4")
    if not note.strip():
        raise _wrong("note", _("Say why; the colleague reads it."))
    own = by.user_id == assessment.assessor_id
    if not own:
        _must_decide(assessment, by)
    move(
        assessment,
        GridStatus.REJECTED,
        frm=GridStatus.PROPOSED,
        by=by,
        now=now,
        rule=RULE,
        reviewer=None if own else by.user,
        decided_at=now,
        decision_note=note.strip()[:300],
    )
    _record(assessment, "withdrawn" if own else "rejected", by, now, {})
    return assessment


@transaction.atomic
def revalidate(assessment: GridAssessment, *, by: Actor, now: dt.datetime) -> GridAssessment:
    """“No change” (R-R1): the current score counts as checked today; one tap."""
    persons_only(by, rule="0.2.4")
    _must_be_own(assessment)
    today = today_of(assessment.contact, now)
    until = _valid_until(assessment, today, now)
    move(
        assessment,
        GridStatus.CONFIRMED,
        frm=list(CURRENT),
        by=by,
        now=now,
        rule="R-R1",
        checked_on=today,
        valid_until=until,
    )
    timers.arm(EXPIRY, assessment, expiry_at(assessment), now=now)
    _record(assessment, "revalidated", by, now, {"valid_until": until})
    return assessment


@transaction.atomic
def confirm_batch(
    rows: Iterable[GridAssessment], *, by: Actor, now: dt.datetime, note: str = ""
) -> tuple[list[GridAssessment], list[GridAssessment]]:
    """The monthly review: (confirmed, left): left are those that this person may not decide."""
    confirmed, left = [], []
    for row in rows:
        if by.user is None or not may_confirm(by.user, row) or is_inherited(row):
            left.append(row)
            continue
        confirmed.append(confirm(row, by=by, now=now, note=note))
    return confirmed, left


@transaction.atomic
def revalidate_batch(
    rows: Iterable[GridAssessment], *, by: Actor, now: dt.datetime
) -> list[GridAssessment]:
    """The monthly review says “no change” for many at once (R-R1); intimacy of somebody who
    handed over is left: those people are placed anew (R-A6)."""
    return [revalidate(row, by=by, now=now) for row in rows if not is_inherited(row)]


@transaction.atomic
def expire(rows: Iterable[GridAssessment], *, by: Actor, now: dt.datetime) -> int:
    """Confirmed → stale for those past their last valid day; idempotent, few statements."""
    due = [row for row in rows if row.status == GridStatus.CONFIRMED and expiry_at(row) <= now]
    hits = GridAssessment.of_all_kinds.filter(
        pk__in=[row.pk for row in due], status=GridStatus.CONFIRMED
    ).update(status=GridStatus.STALE, version=F("version") + 1, updated_at=now)
    trail.record_many(
        [
            trail.entry_for(
                row,
                "grid.stale",
                by=by,
                now=now,
                scope=row.customer,
                facts={**about(row), "valid_until": row.valid_until},
                confidential=True,
                occurred_at=expiry_at(row),
            )
            for row in due
        ]
    )
    return hits


def current_of(contact: Contact, opportunity: Opportunity | None = None) -> GridAssessment | None:
    """Where this contact stands today, in general or in one deal."""
    rows = GridAssessment.of_all_kinds.current().filter(contact=contact, opportunity=opportunity)
    return rows.first()


def about(row: GridAssessment | RatingRound) -> dict[str, Any]:
    """Whom a score is about, and which deal, as the trail says it."""
    deal = {"opportunity": row.opportunity_id} if row.opportunity_id else {}
    return {"contact": row.contact_id, **deal}


def is_inherited(assessment: GridAssessment) -> bool:
    """Its intimacy was an account manager's who has handed the customer over since (R-A6)."""
    seats = AccountAssignment.objects.filter(
        customer=assessment.customer_id, user=assessment.counterpart_id
    )
    gone = seats.filter(
        role=TeamRole.AR,
        status=AssignmentStatus.HANDED_OVER,
        until__gte=assessment.decided_at or assessment.created_at,
    )
    return gone.exists() and not seats.on_account_team().exists()


def _must_be_own(assessment: GridAssessment) -> None:
    if is_inherited(assessment):
        raise Refused(
            _("The intimacy was that of %(name)s, who handed the account over; place them anew.")
            % {"name": assessment.counterpart.full_name},
            rule="R-A6",
        )


def today_of(contact: Contact, now: dt.datetime) -> dt.date:
    """The day where the owning unit of the customer is."""
    return now.astimezone(zone_of(contact.customer)).date()


def expiry_at(assessment: GridAssessment) -> dt.datetime:
    """The first instant after the last valid day, where the owning unit is."""
    day = assessment.valid_until + dt.timedelta(days=1)
    zone = zone_of(assessment.customer)
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.timezone.utc)


def zone_of(customer: Any) -> zoneinfo.ZoneInfo:
    """The zone of the owning unit of a customer."""
    return zoneinfo.ZoneInfo(customer.owning_unit.timezone)


def valid_days(customer: Any, now: dt.datetime) -> int:
    """How long a score at this customer counts as checked (R-R1), by its tier."""
    key = TIER_KEYS.get(customer.tier, "c")
    return policy.get(policies.VALID_DAYS[key], (f"unit:{customer.owning_unit_id}",), at=now)


def _valid_until(row: GridAssessment, day: dt.date, now: dt.datetime) -> dt.date:
    return grid.valid_until(day, days=valid_days(row.customer, now))


def _check_point(point: grid.Point) -> None:
    wrong = {
        name: [_("Scores lie between −3 and +3.")]
        for name, value in zip(("intimacy", "support"), point, strict=True)
        if not grid.LOWEST <= value <= grid.HIGHEST
    }
    if wrong:
        raise Invalid(_("Scores lie between −3 and +3."), rule="b.2.2", fields=wrong)


def _check_contact(contact: Contact) -> None:
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule=RULE)


def check_deal(customer: Customer, opportunity: Opportunity | None) -> None:
    """Refused (b.2.1): a deal of another customer, and one that is closed."""
    if opportunity is None:
        return
    if opportunity.customer_id != customer.pk:
        raise invalid(
            "opportunity",
            _("Choose an opportunity of %(customer)s.") % {"customer": customer},
            rule=grid.RULES["opportunity"],
        )
    if opportunity.stage not in OPEN_STAGES:
        raise invalid(
            "opportunity",
            _("%(deal)s is closed; what was judged for it stays. Reopen it or leave it out.")
            % {"deal": opportunity},
            rule=grid.RULES["opportunity"],
        )


def _check_round(contact: Contact) -> None:
    """A proposal shows its score; while others still rate blindly there is none."""
    if contact.rating_rounds.open().exists():
        raise Refused(
            _("Several people are rating %(contact)s; propose when their round is closed.")
            % {"contact": contact},
            rule=RULE,
        )


def _check_day(day: dt.date, today: dt.date, before: GridAssessment | None) -> None:
    if day > today:
        raise _wrong("assessed_on", _("This day has not come yet."))
    if before is not None and day < before.assessed_on:
        raise _wrong(
            "assessed_on",
            _("The current score is of %(day)s; a newer one cannot be older.")
            % {"day": before.assessed_on},
        )


def _check_evidence(
    contact: Contact,
    point: grid.Point,
    before: GridAssessment | None,
    evidence: str,
    linked: list[Interaction],
    day: dt.date,
    now: dt.datetime,
) -> None:
    known = set(
        Interaction.objects.held()
        .filter(pk__in=[row.pk for row in linked], customer=contact.customer, contacts=contact)
        .values_list("pk", flat=True)
    )
    if any(row.pk not in known for row in linked):
        raise _wrong("interactions", _("Link interactions with this person that took place."))
    zone = zone_of(contact.customer)
    wrong = grid.missing(
        point,
        before.point if before else None,
        evidence=evidence,
        interaction_days=[row.starts_at.astimezone(zone).date() for row in linked],
        on=day,
        within_days=policy.get(policies.EVIDENCE_DAYS, at=now),
    )
    if wrong:
        first = next(iter(wrong.values()))
        raise Invalid(first, rule=RULE, fields={key: [text] for key, text in wrong.items()})


def _must_decide(assessment: GridAssessment, by: Actor) -> None:
    persons_only(by, rule="0.2.4")
    if by.user_id == assessment.assessor_id:
        raise Forbidden(_("Somebody other than the assessor confirms this."), rule=RULE)
    if by.user is None or not may_confirm(by.user, assessment):
        raise Forbidden(
            _("±2 and beyond, or two points at once: the regional head or deputy confirms."),
            rule=RULE,
        )


def _supersede(assessment: GridAssessment, by: Actor, now: dt.datetime) -> None:
    before = current_of(assessment.contact, assessment.opportunity)
    if before is None:
        return
    if before.assessed_on > assessment.assessed_on:
        raise Refused(_("A newer score was confirmed meanwhile; reject this one."), rule=RULE)
    move(before, GridStatus.SUPERSEDED, frm=list(CURRENT), by=by, now=now, rule=RULE)
    timers.cancel(before, EXPIRY)
    _record(before, "superseded", by, now, {"by": assessment.pk})


def _record(
    row: GridAssessment, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any]
) -> None:
    """Every entry about a score is of the confidential class."""
    trail.record(
        row,
        f"grid.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts={**about(row), **facts},
        confidential=True,
    )
