"""Writes of the influence between customers: record, describe anew, end (C055)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid
from accounts.models import Customer, CustomerInfluence
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert

RULE = "C055"


@transaction.atomic
def add(
    customer: Customer,
    influenced: Customer,
    kind: str,
    *,
    by: Actor,
    now: dt.datetime,
    note: str = "",
) -> CustomerInfluence:
    """`customer` advises, approves or budgets what `influenced` buys.

    Invalid for a customer and itself; Refused when the same influence stands already.
    """
    if customer.pk == influenced.pk:
        raise invalid(
            "influenced", _("A customer does not influence itself; choose another one."), rule=RULE
        )
    row = CustomerInfluence(customer=customer, influenced=influenced, kind=kind, note=tidy(note))
    insert(row, by=by, now=now)
    _record(row, "added", by, now, {"kind": kind})
    return row


@transaction.atomic
def describe(
    row: CustomerInfluence, note: str, *, by: Actor, now: dt.datetime, version: int | None
) -> CustomerInfluence:
    """Write the note anew. Raises Stale; Refused once it has ended."""
    if row.ended_at is not None:
        raise Refused(_("This influence has ended; record it anew."), rule=RULE)
    if edit_row(row, {"note": tidy(note)}, by=by, now=now, version=version):
        _record(row, "edited", by, now, {"changed": ["note"]})
    return row


@transaction.atomic
def end(row: CustomerInfluence, *, by: Actor, now: dt.datetime) -> CustomerInfluence:
    """It has no say any more; the row stays as history."""
    if row.ended_at is not None:
        raise Refused(_("This influence has ended already."), rule=RULE)
    edit_row(row, {"ended_at": now}, by=by, now=now, version=row.version)
    _record(row, "ended", by, now, {"kind": row.kind})
    return row


def _record(
    row: CustomerInfluence, verb: str, by: Actor, now: dt.datetime, facts: dict[str, Any]
) -> None:
    """One entry; the other end stands in its facts by id."""
    facts = {**facts, "influenced": row.influenced_id}
    trail.record(row, f"influence.{verb}", by=by, now=now, scope=row.customer, facts=facts)
