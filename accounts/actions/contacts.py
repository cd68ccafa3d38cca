"""Writes of contacts: create, edit, who reports to whom, moved or left, who may sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actions.guards import in_ids, invalid, only, persons_only
from accounts.choices import ContactStatus, MembershipStatus, TeamRole
from accounts.findable import forget_contacts, index_contacts
from accounts.models import AccountAssignment, Contact, Customer, PortalMembership
from core import trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import User
from core.text import tidy
from core.writes import checked, insert, move
from core.writes import edit as edit_row

PERSONAL = ("name", "phone", "email", "wechat")
FIELDS = (
    *PERSONAL,
    "unit",
    "title",
    "level",
    "is_decision_layer",
    "reports_to",
    "language",
    "relationship_owner",
    "same_person",
    "basis",
    "purpose",
    "source",
    "external_source",
    "external_ref",
)
_DEPTH = 50


@transaction.atomic
def create(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> Contact:
    """A new contact of a customer; FIELDS as values. Raises Invalid with a sentence per field."""
    contact = _made(customer, values)
    _check_relations(contact, contact_relations(contact))
    insert(contact, by=by, now=now)
    index_contacts([contact])
    _record(contact, "contact.created", by, now, personal=_personal(contact))
    return contact


@transaction.atomic
def create_many(
    rows: Iterable[tuple[Customer, Mapping[str, Any]]],
    *,
    by: Actor,
    now: dt.datetime,
    batch_size: int = 500,
) -> list[Contact]:
    """Create many contacts with few statements; relations in rows count as resolved."""
    made = [_made(customer, values) for customer, values in rows]
    for contact in made:
        contact.stamp(by=by, now=now)
        checked(contact)
    Contact.objects.bulk_create(made, batch_size=batch_size)
    index_contacts(made)
    trail.record_many(
        [
            trail.entry_for(
                contact,
                "contact.created",
                by=by,
                now=now,
                scope=contact.customer,
                facts={"title": contact.title},
                personal=_personal(contact),
            )
            for contact in made
        ]
    )
    return made


@transaction.atomic
def edit(
    contact: Contact,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> Contact:
    """Change FIELDS. Raises Stale, Invalid; Refused for a circle of bosses (b.1)."""
    changed = only(dict(changes), FIELDS)
    _check_relations(contact, changed)
    if "name" in changed:
        changed["name"] = tidy(changed["name"])
    differs = edit_row(contact, changed, by=by, now=now, version=version)
    if differs:
        index_contacts([contact])
        open_ = {key: value for key, value in differs.items() if key not in PERSONAL}
        personal = {
            f"{key}.{moment}": value
            for key in PERSONAL
            if key in differs
            for moment, value in zip(("before", "after"), differs[key], strict=True)
        }
        _record(contact, "contact.edited", by, now, {"changed": in_ids(open_)}, personal)
    return contact


@transaction.atomic
def mark_left(contact: Contact, *, by: Actor, now: dt.datetime, note: str = "") -> Contact:
    """The contact works there no more: out of the lists, portal closed, signing right gone."""
    _depart(contact, ContactStatus.LEFT, by, now)
    _record(contact, "contact.left", by, now, {"note": tidy(note)})
    return contact


@transaction.atomic
def mark_moved(
    contact: Contact,
    to: Customer,
    values: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    now: dt.datetime,
) -> Contact:
    """The person changed to another customer: a successor contact, linked as the same person.

    Returns the successor. It never inherits the right to sign or a portal access.
    """
    if to.pk == contact.customer_id:
        raise invalid("customer", _("They work there already; edit the unit instead."), rule="b.1")
    _depart(contact, ContactStatus.MOVED, by, now)
    kept = {name: getattr(contact, name) for name in ("name", "wechat", "language", "basis")}
    successor = create(
        to,
        kept | {"source": "moved", "same_person": contact} | dict(values or {}),
        by=by,
        now=now,
    )
    _record(contact, "contact.moved", by, now, {"successor": successor.pk, "customer": to.pk})
    return successor


@transaction.atomic
def attest_signing(
    contact: Contact, *, by: Actor, now: dt.datetime, until: dt.date | None = None
) -> Contact:
    """The account manager of this customer vouches that the contact may sign for it.

    Forbidden for anybody else, and for machines.
    """
    persons_only(by, rule="b.1")
    rows = AccountAssignment.objects.active().filter(customer=contact.customer, role=TeamRole.AR)
    if not rows.filter(user=by.user).exists():
        raise Forbidden(_("Only the account manager of this customer attests this."), rule="b.1")
    _must_be_active(contact)
    if until is not None and until < now.date():
        raise invalid("can_sign_until", _("This day is past."), rule="b.1")
    edit_row(
        contact,
        {"can_sign": True, "can_sign_until": until, "can_sign_attested_by": by.user},
        by=by,
        now=now,
    )
    _record(contact, "contact.signing_attested", by, now, {"until": until})
    return contact


@transaction.atomic
def withdraw_signing(contact: Contact, *, by: Actor, now: dt.datetime) -> Contact:
    """The contact may not sign (any more)."""
    if not edit_row(contact, {"can_sign": False, "can_sign_until": None}, by=by, now=now):
        raise Refused(_("This contact has no right to sign."), rule="b.1")
    _record(contact, "contact.signing_withdrawn", by, now)
    return contact


def give_to(rows: models.QuerySet, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Make `heir` the relationship owner of these contacts: few statements for any number."""
    contacts = list(rows.select_related("customer"))
    trail.record_many(
        [
            trail.entry_for(
                contact,
                "contact.owner_changed",
                by=by,
                now=now,
                scope=contact.customer,
                facts={"relationship_owner": [contact.relationship_owner_id, heir.pk]},
            )
            for contact in contacts
        ]
    )
    return Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).update(
        relationship_owner=heir, version=F("version") + 1, updated_at=now, updated_by=by.user
    )


def _made(customer: Customer, values: Mapping[str, Any]) -> Contact:
    known = only(dict(values), FIELDS)
    known["name"] = tidy(known.get("name") or "")
    return Contact(customer=customer, **known)


def contact_relations(contact: Contact) -> dict[str, Any]:
    """The relations that must belong to the same customer."""
    names = ("unit", "reports_to", "relationship_owner", "same_person")
    return {name: getattr(contact, name) for name in names}


def _check_relations(contact: Contact, changed: Mapping[str, Any]) -> None:
    for name in ("unit", "reports_to"):
        other = changed.get(name)
        if other is not None and other.customer_id != contact.customer_id:
            raise invalid(
                name, _("%(name)s belongs to another customer.") % {"name": other}, rule="b.1"
            )
    _check_owner(contact, changed.get("relationship_owner"))
    if changed.get("same_person") is not None and changed["same_person"].pk == contact.pk:
        raise invalid("same_person", _("This is the contact itself."), rule="b.1")
    if "same_person" in changed:
        _refuse_cut(contact, changed["same_person"])
    if changed.get("reports_to") is not None and contact.pk is not None:
        _refuse_circle(contact, changed["reports_to"])


def _refuse_cut(contact: Contact, other: Contact | None) -> None:
    """Who moved is the same person for ever: what counts a year over all houses goes by it."""
    before = contact.same_person if contact.pk is not None else None
    if before is not None and before != other and before.status == ContactStatus.MOVED:
        raise invalid("same_person", _("This link comes from a move; it stays."), rule="b.1")


def _check_owner(contact: Contact, owner: User | None) -> None:
    if owner is None or owner.pk == contact.relationship_owner_id and contact.pk is not None:
        return
    rows = AccountAssignment.objects.on_account_team().filter(customer=contact.customer_id)
    if not rows.filter(user=owner).exists():
        raise invalid(
            "relationship_owner",
            _("%(name)s is not on the account team; add them to the team first.") % {"name": owner},
            rule="b.1",
        )


def _refuse_circle(contact: Contact, boss: Contact) -> None:
    above = dict(
        Contact.objects.filter(customer=contact.customer_id).values_list("pk", "reports_to_id")
    )
    step: int | None = boss.pk
    for _level in range(_DEPTH):
        if step is None:
            return
        if step == contact.pk:
            raise Refused(
                _("%(boss)s reports to %(contact)s already; this would make a circle.")
                % {"boss": boss, "contact": contact},
                rule="b.1",
                fields={"reports_to": [_("This would make a circle.")]},
            )
        step = above.get(step)


def _depart(contact: Contact, to: str, by: Actor, now: dt.datetime) -> None:
    move(
        contact,
        to,
        frm=ContactStatus.ACTIVE,
        by=by,
        now=now,
        can_sign=False,
        can_sign_until=None,
    )
    forget_contacts(contact.pk)
    memberships = PortalMembership.objects.filter(contact=contact)
    for row in memberships.exclude(status=MembershipStatus.SUSPENDED):
        before = move(row, MembershipStatus.SUSPENDED, frm=row.status, by=by, now=now)
        trail.record(
            row,
            "membership.suspended",
            by=by,
            now=now,
            scope=contact.customer,
            facts={"status": [before, row.status], "reason": to},
        )


def _must_be_active(contact: Contact) -> None:
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule="b.1")


def _personal(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) for name in PERSONAL if getattr(contact, name)}


def _record(
    contact: Contact,
    verb: str,
    by: Actor,
    now: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
) -> None:
    trail.record(
        contact,
        verb,
        by=by,
        now=now,
        scope=contact.customer,
        facts=facts or {},
        personal=personal or {},
    )
