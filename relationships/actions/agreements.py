"""Writes of strategic agreements until they are approved: draft, negotiate, clear (C134–C136)."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.assessments import local_today
from accounts.actions.guards import in_ids, invalid, must_see, only, persons_only
from accounts.models import Customer
from accounts.queries import compliance_above, regional_head
from core import notify, sequences, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import User
from core.notify import Urgency
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move
from relationships.choices_agreement import (
    AgreementStatus,
)
from relationships.models import StrategicAgreement

RULE, DECIDES = "b.2.1", "b.6"
JUDGED = ("starts_on", "ends_on", "clauses", "is_exclusive", "exclusivity")
"""What compliance consents to: a change takes the consent back."""
LATER = ("documents", "owner")
"""What may change as long as it is open."""
FIELDS = ("title", *JUDGED, *LATER)
REFERENCE = ("external_source", "external_ref")


@transaction.atomic
def draft(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> StrategicAgreement:
    """An agreement being drafted; without an owner it is whoever drafts it."""
    given = _tidied(only(dict(values), (*FIELDS, *REFERENCE)))
    if customer.is_archived:
        raise Refused(_("This customer is archived; restore it first."), rule=RULE)
    if given.get("owner") is None and by.user is not None:
        given["owner"] = by.user
    row = StrategicAgreement(customer=customer, code=sequences.next_code("AGR"), **given)
    _check(row, now)
    insert(row, by=by, now=now)
    facts = {"from": row.starts_on, "until": row.ends_on, "exclusive": row.is_exclusive}
    trail.record(row, "agreement.drafted", by=by, now=now, scope=customer, facts=facts)
    return row


@transaction.atomic
def edit(
    row: StrategicAgreement,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> StrategicAgreement:
    """Change FIELDS until it is approved, LATER until it ends. The consent of compliance goes with
    the text it was given to."""
    changed = _tidied(only(dict(changes), (*FIELDS, *REFERENCE)))
    differs = {name for name, value in changed.items() if getattr(row, name) != value}
    if not row.is_open or (differs - {*LATER, *REFERENCE} and not row.is_draft):
        raise Refused(
            _("Its text is settled; return it to the negotiation, or renew it."), rule=RULE
        )
    if differs & set(JUDGED) and row.compliance_at is not None:
        changed |= {"compliance_at": None, "compliance_by": None, "compliance_note": ""}
    wished = copy.copy(row)
    for name, value in changed.items():
        setattr(wished, name, value)
    if differs - {"documents"} and row.is_draft:
        _check(wished, now)
    elif "owner" in differs:
        must_see(row.customer, wished.owner, "owner")
    done = edit_row(row, changed, by=by, now=now, version=version)
    if done:
        facts = {"changed": sorted(in_ids(done))}
        trail.record(row, "agreement.edited", by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def negotiate(row: StrategicAgreement, *, by: Actor, now: dt.datetime) -> StrategicAgreement:
    """Drafting → negotiating; compliance hears of an exclusive one, else the head."""
    move(row, AgreementStatus.NEGOTIATING, frm=AgreementStatus.DRAFTING, by=by, now=now, rule=RULE)
    trail.record(row, "agreement.negotiating", by=by, now=now, scope=row.customer)
    if row.waits_for_compliance:
        title = gettext_noop("%(name)s is exclusive and waits for compliance")
        tell(row, compliance_above(row.customer), title, f"compliance:{row.version}", now)
    else:
        _ask_head(row, by, now)
    return row


@transaction.atomic
def clear(
    row: StrategicAgreement, *, by: Actor, now: dt.datetime, note: str = ""
) -> StrategicAgreement:
    """Compliance consents to the exclusivity of this very text (b.6)."""
    persons_only(by, rule=DECIDES)
    _must_wait(row)
    move(
        row, row.status, frm=row.status, by=by, now=now, rule=DECIDES,
        compliance_by=by.user, compliance_at=now, compliance_note=tidy(note)[:300],
    )  # fmt: skip
    trail.record(row, "agreement.cleared", by=by, now=now, scope=row.customer)
    title = gettext_noop("Compliance consents to the exclusivity of %(name)s")
    tell(row, [row.owner], title, f"cleared:{row.version}", now)
    if row.status == AgreementStatus.NEGOTIATING:
        _ask_head(row, by, now)
    return row


@transaction.atomic
def object_to(
    row: StrategicAgreement, *, by: Actor, now: dt.datetime, note: str
) -> StrategicAgreement:
    """Compliance does not consent, and says why; the owner changes the text."""
    persons_only(by, rule=DECIDES)
    _must_wait(row)
    move(
        row, row.status, frm=row.status, by=by, now=now, rule=DECIDES,
        compliance_by=by.user, compliance_note=reason_of(note),
    )  # fmt: skip
    trail.record(row, "agreement.objected", by=by, now=now, scope=row.customer)
    title = gettext_noop("Compliance does not consent to the exclusivity of %(name)s; read why")
    tell(row, [row.owner], title, f"objected:{row.version}", now)
    return row


@transaction.atomic
def approve(row: StrategicAgreement, *, by: Actor, now: dt.datetime) -> StrategicAgreement:
    """Negotiating → approved, by a head who neither drafted nor owns it."""
    persons_only(by, rule=DECIDES)
    if by.user_id in (row.owner_id, row.created_by_id):
        raise Forbidden(
            _("Somebody other than its author and owner approves an agreement."), rule=DECIDES
        )
    if row.waits_for_compliance:
        raise Refused(
            _("It is exclusive: compliance consents first, or take the exclusivity out."),
            rule=DECIDES,
        )
    _check(row, now)
    step_to(
        row, AgreementStatus.APPROVED, AgreementStatus.NEGOTIATING, by, now,
        approved_by=by.user, approved_at=now,
    )  # fmt: skip
    trail.record(row, "agreement.approved", by=by, now=now, scope=row.customer)
    title = gettext_noop("%(name)s is approved and may be signed")
    tell(row, [row.owner], title, f"approved:{row.version}", now)
    return row


@transaction.atomic
def give_back(
    row: StrategicAgreement, *, by: Actor, now: dt.datetime, note: str
) -> StrategicAgreement:
    """Approved → negotiating, with a reason: the text changes again."""
    persons_only(by, rule=RULE)
    said = reason_of(note)
    step_to(
        row, AgreementStatus.NEGOTIATING, AgreementStatus.APPROVED, by, now,
        approved_by=None, approved_at=None, note=said,
    )  # fmt: skip
    trail.record(row, "agreement.returned", by=by, now=now, scope=row.customer)
    title = gettext_noop("%(name)s went back to the negotiation; read why")
    tell(row, [row.owner], title, f"returned:{row.version}", now)
    return row


def _check(row: StrategicAgreement, now: dt.datetime) -> None:
    if row.starts_on >= row.ends_on:
        raise invalid("ends_on", _("The last day lies after the first one."), rule="b.2.1")
    if row.ends_on < local_today(row.customer, now):
        raise invalid("ends_on", _("This period is over."), rule="b.2.1")
    if row.is_exclusive and not row.exclusivity:
        raise invalid(
            "exclusivity", _("Say what is exclusive; compliance judges it."), rule="b.2.1"
        )
    if row.exclusivity and not row.is_exclusive:
        raise invalid("is_exclusive", _("Tick it, or leave out what is exclusive."), rule="b.2.1")
    must_see(row.customer, row.owner, "owner")


def _must_wait(row: StrategicAgreement) -> None:
    if not row.waits_for_compliance:
        raise Refused(_("Nothing exclusive waits for compliance here."), rule=DECIDES)


def reason_of(note: str) -> str:
    """The reason, or Invalid without one."""
    if not note.strip():
        raise invalid("note", _("Say why; the colleague reads it."), rule="b.2.1")
    return tidy(note)[:300]


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    for name in ("title", "exclusivity"):
        if name in values:
            values[name] = tidy(values[name])
    for name in ("clauses", "documents"):
        if name in values:
            values[name] = values[name].strip()
    return values


def step_to(
    row: StrategicAgreement,
    to: str,
    frm: Iterable[str] | str,
    by: Actor,
    now: dt.datetime,
    **columns: Any,
) -> None:
    """Move the state, refused with the rule of agreements."""
    move(row, to, frm=frm, by=by, now=now, rule=RULE, **columns)


def _ask_head(row: StrategicAgreement, by: Actor, now: dt.datetime) -> None:
    head = regional_head(row.customer, at=now)
    if head is not None and head.pk not in (by.user_id, row.owner_id):
        title = gettext_noop("%(name)s waits for your approval")
        tell(row, [head], title, f"asked:{row.version}", now)


def tell(
    row: StrategicAgreement,
    people: Iterable[User | None],
    title: str,
    key: str,
    now: dt.datetime,
) -> None:
    """A name, a day and a link."""
    notify.tell(
        [one for one in people if one is not None],
        kind=f"agreement.{key.partition(':')[0]}",
        title=title,
        params={"name": row.title, "day": row.ends_on.isoformat()},
        once=f"agreement:{row.pk}:{key}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON,
        about=row,
        scope=row.customer,
        now=now,
    )
