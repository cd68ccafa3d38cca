"""Writes of customer voices: capture, take up, set aside."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid, persons_only, staff
from accounts.models import Contact, Customer
from core import sequences, trail
from core.actors import Actor
from core.models import User
from core.registry import label_of
from core.text import tidy
from core.writes import insert, move
from service.choices_voice import VocDimension, VocStatus, VocWeight
from service.models import VocItem


@transaction.atomic
def capture(
    customer: Customer,
    text: str,
    *,
    source: str,
    by: Actor,
    now: dt.datetime,
    contact: Contact | None = None,
    about: models.Model | None = None,
) -> VocItem:
    """Keep what somebody said, for a person to sort. Invalid for somebody of another customer."""
    said = tidy(text)
    if not said:
        raise invalid("text", _("Write what they said."))
    if contact is not None and contact.customer_id != customer.pk:
        raise invalid("contact", _("%(name)s belongs to another customer.") % {"name": contact})
    row = VocItem(
        code=sequences.next_code("VOC"),
        customer=customer,
        contact=contact,
        source=source,
        text=said,
        about_label=label_of(about) if about is not None else "",
        about_id=about.pk if about is not None else None,
    )
    insert(row, by=by, now=now)
    trail.record(row, "voc.captured", by=by, now=now, scope=customer, facts={"source": source})
    return row


@transaction.atomic
def take_up(
    row: VocItem,
    *,
    dimension: str,
    weight: str,
    owner: User,
    by: Actor,
    now: dt.datetime,
    product_line: str = "",
) -> VocItem:
    """Captured → taken up: what it is about, how heavy it is, and who answers for it."""
    persons_only(by, rule="b.4")
    staff(owner, "owner")
    if dimension not in VocDimension.values:
        raise invalid("dimension", _("Choose what it is about."))
    if weight not in VocWeight.values:
        raise invalid("weight", _("Choose how heavy it is."))
    move(
        row, VocStatus.FILTERED, frm=VocStatus.CAPTURED, by=by, now=now,
        dimension=dimension, weight=weight, owner=owner, product_line=tidy(product_line),
        sorted_by=by.user, sorted_at=now,
    )  # fmt: skip
    facts = {"dimension": dimension, "weight": weight, "owner": owner.pk}
    trail.record(row, "voc.filtered", by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def set_aside(row: VocItem, *, note: str, by: Actor, now: dt.datetime) -> VocItem:
    """Captured → set aside, with the reason; it stays readable."""
    persons_only(by, rule="b.4")
    if not note.strip():
        raise invalid("note", _("Say why."))
    move(
        row, VocStatus.SET_ASIDE, frm=VocStatus.CAPTURED, by=by, now=now,
        note=tidy(note), sorted_by=by.user, sorted_at=now,
    )  # fmt: skip
    trail.record(row, "voc.set_aside", by=by, now=now, scope=row.customer)
    return row
