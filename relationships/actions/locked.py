"""Writes of locked projects: the hard half of a strategic agreement (C135)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.assessments import local_today
from accounts.actions.guards import invalid, persons_only
from accounts.choices import OPEN_STAGES, Stage
from accounts.models import Opportunity
from core import policy, trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import insert, move
from relationships import agreements, policies
from relationships.choices_agreement import LOCKABLE, LockStatus
from relationships.models import LockedProject, StrategicAgreement

RULE = "b.2.1"
SETTLED = {Stage.WON: LockStatus.WON, Stage.LOST: LockStatus.LOST}
MOST = 500
"""So many projects follow their opportunities in one run."""


@transaction.atomic
def lock(
    row: StrategicAgreement,
    opportunity: Opportunity,
    *,
    year: int,
    value: Decimal | None,
    by: Actor,
    now: dt.datetime,
) -> LockedProject:
    """Name a deal of this customer, or of one below it, with its year and value.

    The year lies within the period, this year or up to two years on; without a value it is the
    amount of the deal. While it is drafted, negotiated, or in force.
    """
    if row.status not in LOCKABLE:
        raise Refused(
            _("Projects are locked while it is negotiated, or once it is in force."), rule=RULE
        )
    if not opportunity.customer.path.startswith(row.customer.path):
        raise invalid("opportunity", _("This deal belongs to another customer."), rule=RULE)
    if opportunity.stage not in OPEN_STAGES:
        raise invalid("opportunity", _("This opportunity is closed; reopen it first."), rule=RULE)
    years = years_of(row, now)
    if year not in years:
        raise invalid("year", _year_sentence(years), rule=RULE)
    worth = opportunity.amount if value is None else value
    if worth is None:
        raise invalid("value", _("Say what it is worth; the deal has no amount yet."), rule=RULE)
    made = LockedProject(
        agreement=row, opportunity=opportunity, year=year, value=worth,
        currency=opportunity.currency,
    )  # fmt: skip
    insert(made, by=by, now=now)
    facts = {"opportunity": opportunity.pk, "year": year, "value": worth}
    trail.record(made, "locked_project.locked", by=by, now=now, scope=row.customer, facts=facts)
    return made


@transaction.atomic
def release(row: LockedProject, *, by: Actor, now: dt.datetime, note: str) -> LockedProject:
    """Locked → released, with a reason; the deal goes on by itself."""
    persons_only(by, rule=RULE)
    if not note.strip():
        raise invalid("note", _("Say why; the colleague reads it."), rule=RULE)
    move(
        row, LockStatus.RELEASED, frm=LockStatus.LOCKED, by=by, now=now, rule=RULE,
        settled_at=now, note=tidy(note)[:300],
    )  # fmt: skip
    _record(row, "locked_project.released", by, now)
    return row


@transaction.atomic
def follow(*, by: Actor, now: dt.datetime) -> int:
    """What is won or lost is won or lost in the agreement too, and open again when it is reopened.
    Returns how many changed."""
    rows = LockedProject.objects.select_related(
        "opportunity", "agreement__customer__owning_unit"
    ).order_by("id")
    decided = rows.filter(status=LockStatus.LOCKED, opportunity__stage__in=list(SETTLED))
    changed = 0
    for row in decided[:MOST]:
        to = SETTLED[Stage(row.opportunity.stage)]
        move(
            row, to, frm=LockStatus.LOCKED, by=by, now=now, rule=RULE,
            settled_at=row.opportunity.closed_at or now,
        )  # fmt: skip
        _record(row, f"locked_project.{to}", by, now)
        changed += 1
    again = rows.filter(status__in=SETTLED.values(), opportunity__stage__in=OPEN_STAGES)
    for row in again[:MOST]:
        move(row, LockStatus.LOCKED, frm=row.status, by=by, now=now, rule=RULE, settled_at=None)
        _record(row, "locked_project.reopened", by, now)
        changed += 1
    return changed


def years_of(row: StrategicAgreement, now: dt.datetime) -> tuple[int, ...]:
    """Years for which a project may be locked in it today."""
    return agreements.lockable_years(
        row.starts_on,
        row.ends_on,
        today=local_today(row.customer, now),
        ahead=policy.get(policies.LOCK_YEARS, at=now),
    )


def _year_sentence(years: tuple[int, ...]) -> str:
    if not years:
        return _("The period of the agreement leaves no year to lock a project for.")
    said = _("Choose a year from %(first)d to %(last)d: within the period, and near enough.")
    return said % {"first": years[0], "last": years[-1]}


def _record(row: LockedProject, verb: str, by: Actor, now: dt.datetime) -> None:
    facts = {"opportunity": row.opportunity_id, "year": row.year, "value": row.value}
    trail.record(row, verb, by=by, now=now, scope=row.customer, facts=facts)
