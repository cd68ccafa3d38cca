"""Counts the coverage matrix: of every customer each night, of one on request (R-R12).

The whole is read and written in portions: memory stays bounded however many customers there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Coalesce

from accounts.actions.guards import persons_only
from accounts.choices import UnitKind
from accounts.models import Contact, Customer
from core import policy, trail
from core.actors import Actor
from core.inserts import insert_rows, new_row
from core.updates import update_rows
from relationships import policies_cadence as policies
from relationships.cells import Cell, Key, Known, counted
from relationships.choices import HAPPENED
from relationships.models import CoverageCell, Interaction

AT_ONCE = 500
COUNTED = ("active", "contacted", "owner", "last_touch_at")


def count_all(*, now: dt.datetime) -> int:
    """Heartbeat: count every customer anew. Running it again changes nothing but the moment.

    Returns how many cells there are.
    """
    CoverageCell.objects.filter(customer__is_archived=True).delete()
    return sum(count(ids, now=now) for ids in _portions())


@transaction.atomic
def count(customers: Sequence[int], *, now: dt.datetime) -> int:
    """Count the cells of these customers: six statements however many. How many there are."""
    since = now - dt.timedelta(days=policy.get(policies.COVERAGE_DAYS, at=now))
    cells = counted(_people(customers), since=since)
    kept = {
        (row.customer_id, row.unit_kind, row.level): row
        for row in CoverageCell.objects.filter(customer__in=customers)
    }
    gone = [row.pk for key, row in kept.items() if key not in cells]
    if gone:
        CoverageCell.objects.filter(pk__in=gone).delete()
    changed = [row for key, row in kept.items() if key in cells and _take(row, cells[key])]
    update_rows(changed, COUNTED)
    insert_rows(
        [_new(key, cell, now) for key, cell in cells.items() if key not in kept], skip_known=True
    )
    CoverageCell.objects.filter(customer__in=customers).update(counted_at=now)
    return len(cells)


@transaction.atomic
def count_anew(customer: Customer, *, by: Actor, now: dt.datetime) -> int:
    """Somebody does not wait for the night: count one customer now."""
    persons_only(by, rule="R-R12")
    cells = count([customer.pk], now=now)
    trail.record(
        customer, "coverage.counted", by=by, now=now, scope=customer, facts={"cells": cells}
    )
    return cells


def _portions() -> Iterator[list[int]]:
    last = 0
    rows = Customer.objects.current().order_by("pk").values_list("pk", flat=True)
    while found := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield found
        last = found[-1]


def _people(customers: Sequence[int]) -> Iterator[Known]:
    people = Contact.objects.active().filter(customer__in=customers).order_by()
    named = Coalesce(F("unit__kind"), Value(UnitKind.OTHER))
    rows = list(
        people.annotate(kind=named).values_list(
            "pk", "customer_id", "kind", "level", "relationship_owner_id"
        )
    )
    met = _met(customers)
    for pk, customer, kind, level, owner in rows:
        yield Known(customer, kind, level, owner, met.get(pk))


def _met(customers: Sequence[int]) -> dict[int, dt.datetime]:
    """When each of their people was last met: one query."""
    pairs = Interaction.contacts.through.objects.filter(
        interaction__customer__in=customers, interaction__status__in=HAPPENED
    )
    return dict(pairs.order_by().values_list("contact_id").annotate(Max("interaction__starts_at")))


def _take(row: CoverageCell, cell: Cell) -> bool:
    """Let a row say what was counted; whether anything differs."""
    now = (cell.active, cell.contacted, cell.owner, cell.last_touch_at)
    if now == (row.active, row.contacted, row.owner_id, row.last_touch_at):
        return False
    row.active, row.contacted, row.owner_id, row.last_touch_at = now
    return True


def _new(key: Key, cell: Cell, now: dt.datetime) -> CoverageCell:
    customer, kind, level = key
    return new_row(
        CoverageCell,
        customer_id=customer,
        unit_kind=kind,
        level=level,
        active=cell.active,
        contacted=cell.contacted,
        owner_id=cell.owner,
        last_touch_at=cell.last_touch_at,
        counted_at=now,
    )
