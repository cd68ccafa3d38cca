"""Somebody else who was there: their line and their promise join the record that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import action_items
from accounts.models import ActionItem, Contact
from core import events, registry, trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit
from relationships.actions.interactions import RULE, promised, wrong
from relationships.models import Interaction

LONGEST = 4000


@transaction.atomic
def join(
    interaction: Interaction,
    *,
    by: Actor,
    now: dt.datetime,
    contacts: Iterable[Contact] = (),
    summary: str = "",
    promise: str = "",
    promise_due_at: dt.datetime | None = None,
) -> Interaction:
    """Add to what took place: one meeting is one record, however many of us were there.

    The same line and the same promise of one person are added once, so that a phone may send them
    again. Refused before it took place; Invalid for people of another customer, a promise without
    a date, and more words than a record holds.
    """
    row = Interaction.objects.select_for_update().get(pk=interaction.pk)
    if not row.has_happened:
        raise Refused(_("It is added to what took place; hold it first."), rule=RULE)
    people = list(contacts)
    for person in people:
        if person.customer_id != row.customer_id:
            raise wrong("contacts", _("%(name)s belongs to another customer.") % {"name": person})
    said = _lines(row, summary, by)
    added = said != row.summary
    if added:
        edit(row, {"summary": said}, by=by, now=now)
    gives = _promise(row, tidy(promise), promise_due_at, by, now)
    came = _come(row, people, by)
    if added or gives or came:
        facts = {"line": added, "promise": gives, "contacts": [person.pk for person in people]}
        trail.record(
            row, "interaction.joined", by=by, now=now, scope=row.customer, facts=facts,
            occurred_at=row.starts_at,
        )  # fmt: skip
    return row


def promises_of(row: Interaction) -> list[ActionItem]:
    """What others who were there promised, beside the promise of the record itself."""
    items = ActionItem.objects.filter(
        customer=row.customer_id, about_label=registry.label_of(row), about_id=row.pk
    )
    return list(items.exclude(pk=row.promise_item_id).select_related("owner").order_by("pk"))


def _lines(row: Interaction, summary: str, by: Actor) -> str:
    """The record with a line of this person, unless it stands there."""
    words = summary.strip()
    if not words:
        return row.summary
    line = f"{by.user.full_name}: {words}" if by.user is not None else words
    if line in row.summary:
        return row.summary
    said = f"{row.summary}\n{line}".strip()
    if len(said) > LONGEST:
        raise wrong("summary", _("The record is full; say it in fewer words."))
    return said


def _promise(
    row: Interaction, text: str, due_at: dt.datetime | None, by: Actor, now: dt.datetime
) -> bool:
    """A duty of whoever promised it; the promise of the record where it has none yet."""
    if not text:
        return False
    if due_at is None:
        raise wrong("promise_due_at", _("Say until when you promised it."))
    label = registry.label_of(row)
    known = ActionItem.objects.filter(customer=row.customer_id, about_label=label, about_id=row.pk)
    if known.filter(owner=by.user, text=text).exists():
        return False
    if not row.promise:
        edit(row, {"promise": text, "promise_due_at": due_at}, by=by, now=now)
        promised(row, by, now)
        events.emit("interaction.promised", row, by=by, now=now, scope=row.customer)
        return True
    if by.user is not None:
        item = action_items.create(
            text, owner=by.user, due_at=due_at, customer=row.customer, about=row, by=by, now=now
        )
        facts = {"item": item.pk}
        events.emit("interaction.promised", row, by=by, now=now, scope=row.customer, facts=facts)
    return True


def _come(row: Interaction, people: list[Contact], by: Actor) -> bool:
    """Whoever was met or was there as well belongs to the record."""
    before = row.contacts.count() + row.participants.count()
    row.contacts.add(*people)
    if by.user is not None:
        row.participants.add(by.user)
    return row.contacts.count() + row.participants.count() > before
