"""Writes of reference sites: proposed, shown with the customer's consent, visited, retired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies_market, references
from accounts.actions.assessments import local_today
from accounts.actions.guards import in_ids, invalid, only, persons_only
from accounts.choices import ContactStatus
from accounts.choices_market import ReferenceStatus
from accounts.models import Contact, Customer, ReferenceSite, ReferenceVisit
from core import policy, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "C097"
_record = trail.recorder("reference_site", scope="customer")
REMINDER, END = "accounts.reference_reminder", "accounts.reference_end"
FIELDS = ("kind", "product", "site", "highlights")


@dataclass(frozen=True)
class Consent:
    """Who at the customer agreed, when, for how long, and what shows it."""

    by: Contact
    on: dt.date
    until: dt.date
    proof: str


@transaction.atomic
def create(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> ReferenceSite:
    """A candidate with FIELDS; nothing is shown before the customer agrees."""
    row = ReferenceSite(customer=customer, **_tidied(only(dict(values), FIELDS)))
    insert(row, by=by, now=now)
    _record(row, "created", by, now, {"kind": row.kind})
    return row


@transaction.atomic
def edit(
    row: ReferenceSite,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> ReferenceSite:
    """Change FIELDS. Raises Stale; Refused once it is retired."""
    if row.status == ReferenceStatus.RETIRED:
        raise Refused(_("It is retired; propose the site anew."), rule=RULE)
    changed = _tidied(only(dict(changes), FIELDS))
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        _record(row, "edited", by, now, {"changed": sorted(in_ids(differs))})
    return row


@transaction.atomic
def activate(row: ReferenceSite, consent: Consent, *, by: Actor, now: dt.datetime) -> ReferenceSite:
    """Candidate → active with a consent that runs today."""
    persons_only(by, rule=RULE)
    columns = {**_checked(row, consent, now), "since": local_today(row.customer, now)}
    move(row, ReferenceStatus.ACTIVE, frm=ReferenceStatus.CANDIDATE, by=by, now=now, rule=RULE,
         **columns)  # fmt: skip
    arm(row, now)
    _record(row, "activated", by, now, {"until": row.consent_until, "contact": consent.by.pk})
    return row


@transaction.atomic
def renew(row: ReferenceSite, consent: Consent, *, by: Actor, now: dt.datetime) -> ReferenceSite:
    """A later consent for a site that is shown; it takes the place of the one before."""
    persons_only(by, rule=RULE)
    if row.status != ReferenceStatus.ACTIVE:
        raise Refused(_("Only a site that is shown has a consent to renew."), rule=RULE)
    if row.consent_until is not None and consent.until <= row.consent_until:
        raise invalid("until", _("The consent runs that long already."), rule=RULE)
    edit_row(row, _checked(row, consent, now), by=by, now=now, version=row.version)
    arm(row, now)
    _record(row, "renewed", by, now, {"until": row.consent_until, "contact": consent.by.pk})
    return row


@transaction.atomic
def host(
    row: ReferenceSite, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> ReferenceVisit:
    """Somebody came: `visited_on`, `visitors`, `people`, `outcome`. Refused without a consent."""
    given = only(dict(values), ("visited_on", "visitors", "people", "outcome"))
    on = given["visited_on"]
    if on > local_today(row.customer, now):
        raise invalid(
            "visited_on", _("This day is still to come; enter a visit when it is over."), rule=RULE
        )
    if not references.may_be_shown(
        status=row.status, consent_on=row.consent_on, consent_until=row.consent_until, on=on
    ):
        raise Refused(
            _("The customer's consent does not cover this day; ask for it first."), rule=RULE
        )
    made = ReferenceVisit(
        site=row,
        visited_on=on,
        visitors=tidy(given["visitors"]),
        people=given.get("people") or 1,
        outcome=tidy(given.get("outcome") or ""),
    )
    insert(made, by=by, now=now)
    _record(row, "visited", by, now, {"on": on, "people": made.people})
    return made


@transaction.atomic
def retire(row: ReferenceSite, reason: str, *, by: Actor, now: dt.datetime) -> ReferenceSite:
    """It is shown no more; the row and its visits stay."""
    if not reason.strip():
        raise invalid("reason", _("Say why it is not shown any more."), rule=RULE)
    standing = (ReferenceStatus.CANDIDATE, ReferenceStatus.ACTIVE)
    move(row, ReferenceStatus.RETIRED, frm=standing, by=by, now=now, rule=RULE,
         retired_because=tidy(reason)[:200])  # fmt: skip
    timers.cancel(row, REMINDER, END)
    _record(row, "retired", by, now, {})
    return row


def reminder_at(row: ReferenceSite, now: dt.datetime) -> dt.datetime:
    """09:00 at the owning unit, the declared days before the consent ends."""
    days = policy.get(policies_market.REFERENCE_REMINDER_DAYS, at=now)
    return row.customer.local(row.consent_until - dt.timedelta(days=days), 9)


def end_at(row: ReferenceSite) -> dt.datetime:
    """09:00 on the day after the last day of the consent."""
    return row.customer.local(row.consent_until + dt.timedelta(days=1), 9)


def alerts(row: ReferenceSite, now: dt.datetime) -> dict[str, dt.datetime | None]:
    """When each alert of a shown site is due; None where its time is past."""
    wanted = {REMINDER: reminder_at(row, now), END: end_at(row)}
    return {kind: due if due > now else None for kind, due in wanted.items()}


def arm(row: ReferenceSite, now: dt.datetime) -> None:
    """The alerts of the times to come."""
    for kind, due in alerts(row, now).items():
        if due is not None:
            timers.arm(kind, row, due, now=now)
        else:
            timers.cancel(row, kind)


def _checked(row: ReferenceSite, consent: Consent, now: dt.datetime) -> dict[str, Any]:
    """The columns of a consent; Invalid with the field that is wrong."""
    today = local_today(row.customer, now)
    if consent.by.customer_id != row.customer_id or consent.by.status != ContactStatus.ACTIVE:
        raise invalid("by", _("Somebody who works at this customer consents."), rule=RULE)
    if consent.on > today:
        raise invalid("on", _("This day is still to come."), rule=RULE)
    if consent.until < today:
        raise invalid("until", _("This consent has ended; ask for a new one."), rule=RULE)
    months = policy.get(policies_market.REFERENCE_CONSENT_MONTHS, at=now)
    if references.too_long(consent.on, consent.until, months=months):
        raise invalid(
            "until", _("A consent runs %(months)d months at most; ask again then.")
            % {"months": months},
        rule=RULE,)  # fmt: skip
    if not consent.proof.strip():
        raise invalid(
            "proof", _("Say what shows the consent: a letter, minutes, a message."), rule=RULE
        )
    return {
        "consent_by": consent.by,
        "consent_on": consent.on,
        "consent_until": consent.until,
        "consent_proof": tidy(consent.proof),
    }


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tidy(value or "") if isinstance(value, str) else value
        for name, value in values.items()
    }
