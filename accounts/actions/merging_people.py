"""Writes of merges of contacts: two records of one person become one; and the way back (b.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actions.contacts import PERSONAL
from accounts.actions.guards import invalid
from accounts.actions.merging_ends import may_still_undo
from accounts.choices import ContactStatus, MembershipStatus
from accounts.choices_privacy import ErasureStatus
from accounts.findable import CONTACT, index_contacts
from accounts.models import Contact, ContactMerge, ErasureRequest, PortalMembership
from core import merging, registry, trail
from core.actors import Actor
from core.errors import Refused
from core.models import SearchEntry
from core.writes import edit, insert

RULE = "b.1"
TAKEABLE = (
    "name", "title", "unit", "level", "is_decision_layer", "reports_to", "phone", "email",
    "wechat", "language", "relationship_owner", "basis", "purpose",
)  # fmt: skip
"""Not the right to sign: the account manager attests that for a record, and again."""
MERGEABLE = (ContactStatus.ACTIVE, ContactStatus.LEFT)
_DEPTH = 50


@transaction.atomic
def merge(
    contact: Contact,
    other: Contact,
    *,
    by: Actor,
    now: dt.datetime,
    take: Iterable[str] = (),
) -> ContactMerge:
    """Make `other` a part of `contact`: everything that points to it points here from now on.

    `take`: names of TAKEABLE whose value is the other record's. Refused for a contact with itself,
    for people of two customers, for whoever moved, is erased or is to be erased, and while both
    are being rated or wait for a decision (MERGED_PERSON).
    """
    taken = sorted(set(take))
    if set(taken) - set(TAKEABLE):
        raise invalid("take", _("These fields cannot be taken over."), rule=RULE)
    contact, other = _locked(contact, other)
    ended = merging.Journal()
    for path in registry.entry("MERGED_PERSON", ()):
        registry.load(path)(contact, other, ended, by=by, now=now)
    journal = merging.move(Contact, other.pk, contact, now=now)
    journal.ended = ended.changed
    personal = _joined(contact, other, taken, journal, by, now)
    row = ContactMerge(
        customer=contact.customer,
        contact=contact,
        merged=other,
        taken=taken,
        journal=journal.as_json(),
        rows=_open_rows(journal),
    )
    insert(row, by=by, now=now)
    facts = {"with": other.pk, "rows": row.rows, "taken": taken}
    trail.record(
        contact, "contact.merged", by=by, now=now, scope=row.customer, facts=facts,
        personal=personal,
    )  # fmt: skip
    facts = {"into": contact.pk}
    trail.record(
        other, "contact.merged_away", by=by, now=now, scope=row.customer, facts=facts
    )  # fmt: skip
    return row


@transaction.atomic
def undo(row: ContactMerge, *, by: Actor, now: dt.datetime) -> ContactMerge:
    """Put everything back where it was; Refused after the days of the policy, when it was undone
    already, after an erasure, and when something that was moved has changed since."""
    may_still_undo(row, now=now)
    people = Contact.objects.select_for_update().filter(pk__in=[row.contact_id, row.merged_id])
    if any(one.status == ContactStatus.ERASED for one in people):
        raise Refused(_("This person is erased; nothing of it comes back."), rule="R-P3")
    merging.put_back(Contact, row.journal, row.merged_id, row.contact_id)
    edit(row, {"undone_at": now}, by=by, now=now)
    contact, other = _pair(row.contact_id, row.merged_id)
    index_contacts([contact])
    for one in (contact, other):
        facts = {"merge": row.pk}
        trail.record(one, "contact.unmerged", by=by, now=now, scope=one.customer, facts=facts)
    return row


def differing(contact: Contact, other: Contact) -> list[str]:
    """Names of TAKEABLE in which the other record says something else."""
    said = {name: _value(other, name) for name in TAKEABLE}
    known = {name: value for name, value in said.items() if value not in ("", None)}
    near = (contact.pk, other.pk)
    return [
        name
        for name, value in known.items()
        if value != _value(contact, name) and not (name == "reports_to" and value in near)
    ]


def clash(row: models.Model, into: Contact, *, now: dt.datetime) -> dict[str, Any]:
    """The portal access of the record that goes is closed where the other one has its own."""
    if isinstance(row, PortalMembership) and row.status != MembershipStatus.SUSPENDED:
        return {"status": MembershipStatus.SUSPENDED}
    return {}


def _locked(contact: Contact, other: Contact) -> tuple[Contact, Contact]:
    if contact.pk == other.pk:
        raise Refused(
            _("A contact is not merged with itself; choose the other record."),
            rule=RULE,
            fields={"other": [_("This is the same record.")]},
        )
    list(Contact.objects.select_for_update().filter(pk__in=[contact.pk, other.pk]).order_by("pk"))
    kept, gone = _pair(contact.pk, other.pk)
    if kept.customer_id != gone.customer_id:
        raise Refused(
            _("They belong to two customers; link them as the same person, or merge those first."),
            rule=RULE,
        )
    if ContactStatus.ERASED in (kept.status, gone.status):
        raise Refused(_("Who was erased is not merged."), rule="R-P3")
    if kept.status != ContactStatus.ACTIVE or gone.status not in MERGEABLE:
        raise Refused(
            _("Who stays works there; the other record is neither moved nor merged already."),
            rule=RULE,
        )
    asked = ErasureRequest.objects.filter(contact__in=[kept, gone], status=ErasureStatus.REQUESTED)
    if asked.exists():
        raise Refused(_("One of them is to be erased; decide that first."), rule="R-P3")
    return kept, gone


def _pair(kept: int, gone: int) -> tuple[Contact, Contact]:
    rows = Contact.objects.select_related("customer__owning_unit")
    found = {row.pk: row for row in rows.filter(pk__in=[kept, gone])}
    return found[kept], found[gone]


def _joined(
    contact: Contact,
    other: Contact,
    taken: list[str],
    journal: merging.Journal,
    by: Actor,
    now: dt.datetime,
) -> dict[str, str]:
    """The two rows themselves and their search entries; gives what is personal of the change."""
    stamp = {"updated_at": now, "updated_by_id": by.user_id}
    end = {"status": ContactStatus.MERGED, "merged_into_id": contact.pk, "can_sign": False}
    past = {**end, "can_sign_until": None, "version": other.version + 1, **stamp}
    merging.change(journal, other, past)
    contact.refresh_from_db()
    before = {name: getattr(contact, name) for name in PERSONAL}
    values = {_column(name): _value(other, name) for name in taken}
    own = {"reports_to_id": _boss(contact, other, taken), "same_person_id": _linked(contact, other)}
    merging.change(
        journal, contact, {**values, **own, "version": contact.version + 1, **stamp}
    )  # fmt: skip
    entry = SearchEntry.objects.filter(label=CONTACT, about_id=other.pk).first()
    if entry is not None:
        merging.change(journal, entry, {"url": contact.get_absolute_url()})
    contact, _gone = _pair(contact.pk, other.pk)
    index_contacts([contact])
    return {
        f"{name}.{moment}": value
        for name in PERSONAL
        if name in taken
        for moment, value in (("before", before[name]), ("after", getattr(contact, name)))
    }


def _boss(contact: Contact, other: Contact, taken: list[str]) -> int | None:
    """Whom the record that stays reports to: neither to itself nor in a circle."""
    own = contact.reports_to_id
    boss = other.reports_to_id if "reports_to" in taken or own == contact.pk else own
    rows = Contact.objects.filter(customer=contact.customer_id)
    above = dict(rows.values_list("pk", "reports_to_id"))
    step = boss
    for _level in range(_DEPTH):
        if step is None or step in (contact.pk, other.pk):
            return boss if step is None else None
        step = above.get(step)
    return None


def _linked(contact: Contact, other: Contact) -> int | None:
    """The same person elsewhere, of the one record or else of the other."""
    for pk in (contact.same_person_id, other.same_person_id):
        if pk is not None and pk not in (contact.pk, other.pk):
            return pk
    return None


def _open_rows(journal: merging.Journal) -> int:
    """Rows that moved; neither the two themselves nor those of the confidential class, whose
    number says something."""
    locked = {*registry.entry("MERGE_LOCKED", ()), CONTACT, registry.label_of(SearchEntry)}
    moved = {key: ids for key, ids in journal.moved.items() if key.rpartition(".")[0] not in locked}
    entries = [*journal.changed, *journal.dropped]
    return merging.counted([moved]) + sum(label not in locked for label, *_rest in entries)


def _column(name: str) -> str:
    return Contact._meta.get_field(name).attname


def _value(row: Contact, name: str) -> Any:
    return getattr(row, _column(name))
