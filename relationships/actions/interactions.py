"""Writes of interactions: log, plan, hold, close, cancel, edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import action_items
from accounts.actions.guards import in_ids, invalid, only
from accounts.models import Contact, Customer
from core import events, policy, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move
from relationships import policies
from relationships.actions.minutes import owe
from relationships.choices import InteractionStatus
from relationships.models import Interaction

FIELDS = (
    "type",
    "direction",
    "channel",
    "phase",
    "starts_at",
    "ends_at",
    "place",
    "purpose",
    "summary",
    "promise",
    "promise_due_at",
    "external_source",
    "external_ref",
)
RULE = "b.2.1"
wrong = partial(invalid, rule=RULE)
NEW = (*FIELDS, "entry_key")
"""A new one also has the key under which a phone may send it again."""


@transaction.atomic
def log(
    customer: Customer,
    contacts: Iterable[Contact],
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    participants: Iterable[User] = (),
) -> Interaction:
    """Record what took place. FIELDS as values; at least one contact of this customer.

    A promise becomes an action item of the promiser and travels as `interaction.logged`.
    Refused when it begins in the future; logged late (policy) it is flagged.
    """
    people = list(contacts)
    row = _made(customer, values, InteractionStatus.HELD)
    _must_have_begun(row, now)
    _must_have_met(people)
    row.is_backdated = _is_backdated(row, now)
    _save(row, people, participants, by, now)
    promised(row, by, now)
    _record(row, "logged", by, now, {"contacts": _ids(people), "backdated": row.is_backdated})
    _emit(row, by, now)
    owe(row, by=by, now=now)
    return row


@transaction.atomic
def plan(
    customer: Customer,
    contacts: Iterable[Contact],
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    participants: Iterable[User] = (),
) -> Interaction:
    """Put one into the calendar; people may still be open. Invalid with a promise."""
    row = _made(customer, values, InteractionStatus.PLANNED)
    if row.promise:
        raise wrong("promise", _("A promise is made when you meet; log it afterwards."))
    people = list(contacts)
    _save(row, people, participants, by, now)
    _record(row, "planned", by, now, {"contacts": _ids(people), "starts": row.starts_at})
    return row


@transaction.atomic
def hold(
    interaction: Interaction,
    *,
    by: Actor,
    now: dt.datetime,
    contacts: Iterable[Contact] | None = None,
    summary: str = "",
    promise: str = "",
    promise_due_at: dt.datetime | None = None,
    entry_key: str = "",
) -> Interaction:
    """Planned → held: it took place. Refused in the future or when nobody was met."""
    _must_have_begun(interaction, now)
    met = None if contacts is None else list(contacts)
    _check_people(interaction.customer, met or [])
    people = list(interaction.contacts.all()) if met is None else met
    _must_have_met(people)
    _promise_needs_a_date(promise, promise_due_at)
    columns: dict[str, Any] = {"is_backdated": _is_backdated(interaction, now)}
    if entry_key:
        columns["entry_key"] = entry_key
    if summary.strip():
        columns["summary"] = summary.strip()
    if promise.strip():
        columns |= {"promise": tidy(promise), "promise_due_at": promise_due_at}
    move(
        interaction,
        InteractionStatus.HELD,
        frm=InteractionStatus.PLANNED,
        by=by,
        now=now,
        rule=RULE,
        **columns,
    )
    if met is not None:
        interaction.contacts.set(met)
    promised(interaction, by, now)
    _record(interaction, "held", by, now, {"contacts": _ids(people)})
    _emit(interaction, by, now)
    owe(interaction, by=by, now=now)
    return interaction


@transaction.atomic
def cancel(interaction: Interaction, *, by: Actor, now: dt.datetime, reason: str) -> Interaction:
    """Planned → cancelled, with a reason."""
    if not reason.strip():
        raise wrong("reason", _("Say why it does not take place."))
    move(
        interaction,
        InteractionStatus.CANCELLED,
        frm=InteractionStatus.PLANNED,
        by=by,
        now=now,
        rule=RULE,
        cancel_reason=tidy(reason)[:200],
    )
    _record(interaction, "cancelled", by, now, {"reason": tidy(reason)[:200]})
    return interaction


@transaction.atomic
def close(interaction: Interaction, *, by: Actor, now: dt.datetime) -> Interaction:
    """Held or minuted → closed: nothing is left to do about it."""
    move(
        interaction,
        InteractionStatus.CLOSED,
        frm=[InteractionStatus.HELD, InteractionStatus.MINUTED],
        by=by,
        now=now,
        rule=RULE,
    )
    _record(interaction, "closed", by, now, {})
    return interaction


@transaction.atomic
def edit(
    interaction: Interaction,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> Interaction:
    """Change FIELDS but the promise (that is an action item by then) before it is closed."""
    changed = only(dict(changes), tuple(name for name in FIELDS if "promise" not in name))
    if interaction.status in (InteractionStatus.CLOSED, InteractionStatus.CANCELLED):
        raise Refused(_("This interaction is closed; log another one."), rule=RULE)
    if interaction.has_happened and changed.get("starts_at", now) > now:
        raise wrong("starts_at", _("It took place already, so it cannot begin later."))
    differs = edit_row(interaction, changed, by=by, now=now, version=version)
    if differs:
        _record(interaction, "edited", by, now, {"changed": in_ids(differs)})
    return interaction


def _made(customer: Customer, values: Mapping[str, Any], status: str) -> Interaction:
    known = only(dict(values), NEW)
    for name in ("promise", "purpose", "place"):
        known[name] = tidy(known.get(name) or "")
    _promise_needs_a_date(known["promise"], known.get("promise_due_at"))
    if not known["promise"]:
        known["promise_due_at"] = None
    return Interaction(customer=customer, status=status, **known)


def _promise_needs_a_date(promise: str, due_at: dt.datetime | None) -> None:
    if promise.strip() and due_at is None:
        raise wrong("promise_due_at", _("Say until when you promised it."))


def _must_have_begun(row: Interaction, now: dt.datetime) -> None:
    if row.starts_at > now:
        raise Refused(
            _("It has not begun yet; plan it and log it afterwards."),
            rule=RULE,
            fields={"starts_at": [_("This lies in the future.")]},
        )


def _must_have_met(people: list[Contact]) -> None:
    if not people:
        raise wrong("contacts", _("Say whom you met; at least one person."))


def _check_people(customer: Customer, people: Iterable[Contact]) -> None:
    for person in people:
        if person.customer_id != customer.pk:
            raise wrong("contacts", _("%(name)s belongs to another customer.") % {"name": person})


def _save(
    row: Interaction,
    people: list[Contact],
    participants: Iterable[User],
    by: Actor,
    now: dt.datetime,
) -> None:
    _check_people(row.customer, people)
    insert(row, by=by, now=now)
    row.contacts.set(people)
    ours = {user.pk: user for user in participants}
    if by.user is not None:
        ours.setdefault(by.user.pk, by.user)
    row.participants.set(ours.values())


def _is_backdated(row: Interaction, now: dt.datetime) -> bool:
    days = policy.get(policies.BACKDATED_DAYS, at=now)
    return now - row.starts_at > dt.timedelta(days=days)


def promised(row: Interaction, by: Actor, now: dt.datetime) -> None:
    """What was promised is a duty of whoever promised it."""
    if not row.promise or by.user is None:
        return
    item = action_items.create(
        row.promise,
        owner=by.user,
        due_at=row.promise_due_at,
        customer=row.customer,
        about=row,
        by=by,
        now=now,
    )
    Interaction.objects.filter(pk=row.pk).update(promise_item=item)
    row.promise_item = item


def _ids(people: Iterable[Contact]) -> list[int]:
    return [person.pk for person in people]


def _record(
    row: Interaction, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any]
) -> None:
    trail.record(
        row,
        f"interaction.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts={"type": row.type.code, "channel": row.channel, **facts},
        occurred_at=row.starts_at if row.has_happened else None,
    )


def _emit(row: Interaction, by: Actor, now: dt.datetime) -> None:
    events.emit(
        "interaction.logged",
        row,
        by=by,
        now=now,
        scope=row.customer,
        facts={"promise": bool(row.promise)},
    )
    if row.promise:
        events.emit("interaction.promised", row, by=by, now=now, scope=row.customer)
