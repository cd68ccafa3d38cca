"""Two contacts are one person, somebody said by hand; they are two again (b.1)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import ContactStatus
from accounts.models import Contact
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.writes import edit

RULE = "b.1"


def holders_of(contact: Contact, other: Contact) -> list[Contact]:
    """Of two contacts those on whose record it stands that they are one person."""
    pairs = ((contact, other), (other, contact))
    return [one for one, linked in pairs if one.same_person_id == linked.pk]


@transaction.atomic
def part(contact: Contact, other: Contact, *, by: Actor, now: dt.datetime) -> Contact:
    """They are two people: the link goes, on whichever record it stands. Refused where there is
    none, and where it comes from a move."""
    found = holders_of(contact, other)
    if not found:
        raise Refused(_("These two are not linked. Reload the page."), rule=RULE)
    for one in found:
        cut(one, by=by, now=now)
    return contact


@transaction.atomic
def cut(contact: Contact, *, by: Actor, now: dt.datetime) -> Contact:
    """The link that stands on this record goes."""
    linked = contact.same_person
    if linked is None:
        raise Refused(_("These two are not linked. Reload the page."), rule=RULE)
    if linked.status == ContactStatus.MOVED:
        raise Refused(_("This link comes from a move; it stays."), rule=RULE)
    edit(contact, {"same_person": None}, by=by, now=now)
    facts = {"other": linked.pk}
    trail.record(
        contact, "contact.parted", by=by, now=now, scope=contact.customer, facts=facts
    )  # fmt: skip
    return contact
