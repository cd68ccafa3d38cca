"""What a phone sends, perhaps twice and perhaps hours later: it is logged once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid
from accounts.models import Contact, Customer
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.writes import edit
from relationships.actions import interactions, joining
from relationships.choices import InteractionStatus
from relationships.models import Interaction

HOLDS = ("summary", "promise", "promise_due_at")
RULE = interactions.RULE


@transaction.atomic
def enter(
    customer: Customer,
    contacts: Iterable[Contact],
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    key: str = "",
    planned: Interaction | None = None,
) -> tuple[Interaction, bool]:
    """Log, plan, hold what was planned or join what somebody else held: (row, True), or (row,
    False) when the key is known.

    Refused when the key belongs to another customer.
    """
    known = _known(customer, key)
    if known is not None:
        return known, False
    people = list(contacts)
    try:
        with transaction.atomic():
            return _write(customer, people, dict(values), by, now, key, planned), True
    except (IntegrityError, Refused):
        known = _known(customer, key)  # the same entry came in a second time meanwhile
        if known is not None:
            return known, False
        held = _held_meanwhile(planned)
        if held is None:
            raise
        return _join(held, people, values, by, now), True


@transaction.atomic
def tick(row: Interaction, points: Iterable[str], *, by: Actor, now: dt.datetime) -> None:
    """Which points of the checklist of its type were kept. Refused before it took place."""
    if not row.has_happened:
        raise Refused(_("The checklist is answered after it took place."), rule=RULE)
    wanted = sorted({row.type.canonical(point) for point in points})
    if "" in wanted:
        raise invalid(
            "points", _("This point is not on the checklist; reload the page."), rule=RULE
        )
    if edit(row, {"ticked": wanted}, by=by, now=now):
        facts = {"kept": len(wanted), "of": len(row.type.points)}
        trail.record(row, "interaction.ticked", by=by, now=now, scope=row.customer, facts=facts)


def _known(customer: Customer, key: str) -> Interaction | None:
    row = Interaction.objects.filter(entry_key=key).first() if key else None
    if row is not None and row.customer_id != customer.pk:
        raise Refused(_("This entry is used already; type it again."), rule=RULE)
    return row


def _held_meanwhile(planned: Interaction | None) -> Interaction | None:
    """A meeting that was planned a moment ago and that another of us has just logged."""
    if planned is None or planned.status != InteractionStatus.PLANNED:
        return None
    row = Interaction.objects.get(pk=planned.pk)
    return row if row.has_happened else None


def _join(
    held: Interaction,
    people: list[Contact],
    values: Mapping[str, Any],
    by: Actor,
    now: dt.datetime,
) -> Interaction:
    said = {name: values[name] for name in HOLDS if values.get(name)}
    return joining.join(held, by=by, now=now, contacts=people, **said)


def _write(
    customer: Customer,
    people: list[Contact],
    values: dict[str, Any],
    by: Actor,
    now: dt.datetime,
    key: str,
    planned: Interaction | None,
) -> Interaction:
    if planned is not None and planned.has_happened:
        return _join(planned, people, values, by, now)
    if planned is not None and planned.status == InteractionStatus.PLANNED:
        edit(planned, _otherwise(planned, values, now), by=by, now=now)
        said = {name: values[name] for name in HOLDS if values.get(name)}
        return interactions.hold(planned, by=by, now=now, contacts=people, entry_key=key, **said)
    verb = interactions.plan if values["starts_at"] > now else interactions.log
    return verb(customer, people, values | {"entry_key": key}, by=by, now=now)


def _otherwise(planned: Interaction, values: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    """What went otherwise than planned: a call instead of a visit, elsewhere, an earlier begin.

    A later begin is when somebody wrote it down.
    """
    found = {name: values[name] for name in ("type", "channel", "place") if values.get(name)}
    if values["starts_at"] < planned.starts_at and values["starts_at"] <= now:
        found["starts_at"] = values["starts_at"]
    return found
