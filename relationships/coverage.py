"""Reads of the coverage matrix: shares of many customers, one matrix, a branch of the tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast

from accounts.choices import ContactLevel, Tier, UnitKind
from accounts.models import Contact, Customer, CustomerUnit
from accounts.rollup import depths, ids_of
from core import policy
from relationships import policies_cadence as policies
from relationships.cells import TONES, Share, Warmth, rolled, warmth
from relationships.choices import HAPPENED
from relationships.models import CoverageCell, Interaction

SHOWN = 80
"""So many customers of a branch, and people of a field, are listed; sums are over all of them."""
WORST = 100


@dataclass(frozen=True)
class Heat:
    """A touch as pages show it: the step, its tone, the moment."""

    warmth: Warmth
    last: dt.datetime | None

    @property
    def tone(self) -> str:
        """The colour beside the word."""
        return TONES[self.warmth]


@dataclass(frozen=True)
class Box:
    """One cell of the matrix; empty ones have no row of their own."""

    kind: str
    level: str
    label: str
    cell: CoverageCell | None = None
    heat: Heat | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Line:
    """One kind of unit across the levels; `is_kept`: the customer has such a department."""

    label: str
    boxes: Sequence[Box]
    is_kept: bool


@dataclass(frozen=True)
class Branch:
    """A customer below the one asked for: its own share, and with everything below it."""

    customer: Customer
    depth: int
    own: Share
    whole: Share
    heat: Heat


def coverage_share(customers: Iterable[Customer | int], *, now: dt.datetime) -> dict[int, Share]:
    """{customer id: Share} as it was counted last night: one query however many customers.

    Customers of whom nobody is known, or who were never counted, are not in it: no evidence.
    """
    ids = [getattr(each, "pk", each) for each in customers]
    rows = CoverageCell.objects.filter(customer__in=ids).order_by().values("customer_id")
    return {
        row["customer_id"]: Share(row["cells"], row["reached"], row["people"], row["met"])
        for row in rows.annotate(**_sums(now))
    }


def _sums(now: dt.datetime) -> dict[str, Any]:
    since = now - dt.timedelta(days=policy.get(policies.COVERAGE_DAYS, at=now))
    return {
        "cells": Count("pk"),
        "reached": Count("pk", filter=Q(last_touch_at__gte=since)),
        "people": Sum("active"),
        "met": Sum("contacted"),
    }


def heat_of(last: dt.datetime | None, now: dt.datetime) -> Heat:
    """How warm a touch still is."""
    days = policy.get(policies.COVERAGE_DAYS, at=now)
    cold = policy.get(policies.COVERAGE_COLD_DAYS, at=now)
    return Heat(warmth(last, now, warm_days=days, cold_days=max(days, cold)), last)


def matrix_of(
    customer: Customer, *, now: dt.datetime, kind: str = "", level: str = ""
) -> tuple[list[Line], list[CoverageCell]]:
    """The matrix of one customer and its cells: two queries. Kinds of unit that it has or in which
    somebody is known; the chosen cell is marked."""
    cells = list(CoverageCell.objects.filter(customer=customer).select_related("owner"))
    found = {(cell.unit_kind, cell.level): cell for cell in cells}
    units = CustomerUnit.objects.filter(customer=customer).order_by()
    kept = set(units.values_list("kind", flat=True).distinct())
    lines = []
    for one in UnitKind:
        if one not in kept and not any((one, each) in found for each in ContactLevel):
            continue
        boxes = [
            _box(found.get((one, each)), one, each, now, (kind, level) == (one, each))
            for each in ContactLevel
        ]
        lines.append(Line(str(one.label), boxes, one in kept))
    return lines, cells


def _box(
    cell: CoverageCell | None, kind: UnitKind, level: ContactLevel, now: dt.datetime, chosen: bool
) -> Box:
    heat = heat_of(cell.last_touch_at, now) if cell is not None else None
    return Box(kind.value, level.value, str(level.label), cell, heat, chosen)


@dataclass(frozen=True)
class Person:
    """Somebody of a cell and the last time one of us met them."""

    contact: Contact
    met: Interaction | None
    heat: Heat


def people_in(customer: Customer, kind: str, level: str, *, now: dt.datetime) -> list[Person]:
    """The active people of one cell, who was met longest ago first: two queries."""
    at = Q(unit__kind=kind) | Q(unit=None) if kind == UnitKind.OTHER else Q(unit__kind=kind)
    met = Interaction.contacts.through.objects.filter(
        contact=OuterRef("pk"), interaction__status__in=HAPPENED
    ).order_by("-interaction__starts_at", "-interaction_id")
    rows = Contact.objects.active().filter(at, customer=customer, level=level)
    rows = rows.annotate(met=Subquery(met.values("interaction_id")[:1]))
    people = list(rows.select_related("unit", "relationship_owner").order_by("pk")[:SHOWN])
    wanted = {one.met for one in people if one.met}  # type: ignore[attr-defined]
    touches = Interaction.objects.select_related("type").in_bulk(wanted)
    found = [_person(one, touches.get(one.met), now) for one in people]  # type: ignore
    return sorted(found, key=lambda one: (one.met is not None, one.heat.last or now))


def _person(contact: Contact, met: Interaction | None, now: dt.datetime) -> Person:
    return Person(contact, met, heat_of(met.starts_at if met is not None else None, now))


def branches_of(customer: Customer, user: Any, *, now: dt.datetime) -> list[Branch]:
    """The customer and everything below it that a person sees, parents first: three queries.

    Sums are rolled up from the counties over the whole branch, whatever is listed.
    """
    below = Customer.objects.visible_to(user).current().filter(path__startswith=customer.path)
    paths = dict(below.values_list("pk", "path"))
    counts = CoverageCell.objects.filter(customer__path__startswith=customer.path).order_by()
    counted = {
        row["customer_id"]: row
        for row in counts.values("customer_id").annotate(last=Max("last_touch_at"), **_sums(now))
    }
    own = {
        pk: Share(row["cells"], row["reached"], row["people"], row["met"])
        for pk, row in counted.items()
    }
    sums, deep = rolled(paths, own), depths(paths.values())
    order = sorted(paths, key=lambda pk: ids_of(paths[pk]))[:SHOWN]
    rows = Customer.objects.in_bulk(order)
    return [
        Branch(
            rows[pk],
            deep.get(pk, 0),
            own.get(pk, Share()),
            sums[pk],
            heat_of(counted[pk]["last"] if pk in counted else None, now),
        )
        for pk in order
        if pk in rows
    ]


@dataclass(frozen=True)
class Thin:
    """A customer and how far it is covered."""

    customer: Customer
    share: Share
    heat: Heat


def thinnest_for(user: Any, *, now: dt.datetime, key_accounts: bool) -> list[Thin]:
    """Customers in sight, the least covered first, at most a hundred: two queries."""
    rows = CoverageCell.objects.visible_to(user).filter(customer__is_archived=False)
    if key_accounts:
        rows = rows.filter(customer__tier__in=(Tier.S, Tier.A))
    grouped = rows.order_by().values("customer_id").annotate(**_sums(now))
    grouped = grouped.annotate(last=Max("last_touch_at"))
    part = Cast(F("reached"), FloatField()) / F("cells")
    found = list(grouped.annotate(part=part).order_by("part", "-cells", "customer_id")[:WORST])
    customers = Customer.objects.select_related("owning_unit").in_bulk(
        [row["customer_id"] for row in found]
    )
    return [
        Thin(
            customers[row["customer_id"]],
            Share(row["cells"], row["reached"], row["people"], row["met"]),
            heat_of(row["last"], now),
        )
        for row in found
        if row["customer_id"] in customers
    ]
