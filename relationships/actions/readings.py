"""Reads of confidential pages leave an entry: once per person, customer and hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import Customer
from core import registry, trail
from core.actors import Actor
from core.models import TrailEntry

VERB = "grid.read"
PAPER = "grid.paper"
HOUR = dt.timedelta(hours=1)


def log_reads(customers: Iterable[Customer], *, by: Actor, now: dt.datetime) -> int:
    """Note that this person read the grids of these customers; returns how many were new."""
    rows = {customer.pk: customer for customer in customers}
    label = registry.label_of(Customer)
    known = set(
        TrailEntry.objects.filter(
            about_label=label,
            about_id__in=rows,
            verb=VERB,
            actor_id=by.user_id,
            recorded_at__gt=now - HOUR,
        ).values_list("about_id", flat=True)
    )
    new = [customer for pk, customer in rows.items() if pk not in known]
    entries = [
        trail.entry_for(row, VERB, by=by, now=now, scope=row, confidential=True) for row in new
    ]
    if entries:
        trail.record_many(entries)
    return len(entries)


def log_paper(customer: Customer, *, by: Actor, now: dt.datetime, facts: Mapping[str, Any]) -> None:
    """Note that this person took the grid on paper: each time, for paper travels."""
    trail.record(
        customer, PAPER, by=by, now=now, scope=customer, facts=dict(facts), confidential=True
    )
