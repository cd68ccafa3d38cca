"""Reads of the customer tree: a group as far as somebody sees it, with its sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.choices import TIER_KEYS
from accounts.models import Customer, CustomerInfluence
from accounts.rollup import depths, ids_of, roll_up
from core import registry

CUSTOMERS = "customers"
SHOWN = 200
"""So many customers of a group are listed; the sums are over all of them."""


@dataclass(frozen=True)
class Column:
    """A sum of a floor above: how many of something stand at each customer."""

    key: str
    label: str
    counts: Mapping[int, int]
    tail: str
    tone: str = ""


@dataclass(frozen=True)
class Figure:
    """One number of a line: where it is listed, and its tone when it is not 0."""

    label: str
    count: int
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Branch:
    """A customer in its tree: depth from the top (0), and whether it is the one asked for.

    `sums` count the customer and everything below it that the reader sees.
    """

    customer: Customer
    depth: int
    current: bool
    sums: Mapping[Hashable, int] = field(default_factory=dict)
    figures: Sequence[Figure] = ()

    @property
    def size(self) -> int:
        """Customers here and below."""
        return self.sums.get(CUSTOMERS, 0)

    @property
    def tiers(self) -> list[tuple[str, int]]:
        """(tier, how many) of the tiers that occur, S first."""
        found = [(key, self.sums.get(("tier", rank), 0)) for rank, key in TIER_KEYS.items()]
        return [(key, count) for key, count in found if count]


@dataclass(frozen=True)
class Group:
    """The lines that are shown, the sums of the whole, and how many lines were left out."""

    lines: list[Branch]
    left_out: int
    columns: list[Column]

    @property
    def here(self) -> Branch | None:
        """The customer that was asked for."""
        return next((line for line in self.lines if line.current), None)


def group_of(customer: Customer, user: Any, *, most: int = SHOWN) -> Group:
    """The whole group of a customer as far as a person sees it, parents before children.

    Two queries and one for each column of the floors above, however large the group. An archived
    customer is not counted; its own page shows where it stood.
    """
    prefix = f"/{ids_of(customer.path)[0]}/"
    rows = Customer.objects.visible_to(user).filter(path__startswith=prefix)
    kept = rows.filter(Q(is_archived=False) | Q(pk=customer.pk))
    known = list(kept.values_list("pk", "path", "tier", "is_archived"))
    columns = _columns(prefix, user) if known else []
    own = {pk: {} if gone else _own(pk, tier, columns) for pk, _path, tier, gone in known}
    paths = {pk: path for pk, path, _tier, _gone in known}
    sums, deep = roll_up(paths.values(), own), depths(paths.values())
    order = sorted(paths, key=lambda pk: ids_of(paths[pk]))
    wanted = _window(order, customer.pk, most)
    shown = Customer.objects.select_related("owning_unit").in_bulk(wanted)
    lines = [
        Branch(
            shown[pk],
            deep[pk],
            pk == customer.pk,
            sums[pk],
            [_figure(column, pk, sums[pk]) for column in columns],
        )
        for pk in wanted
        if pk in shown and pk in sums
    ]
    return Group(lines, len(order) - len(lines), columns)


def _columns(prefix: str, user: Any) -> list[Column]:
    """TREE_FIGURES of the registry: each called function(prefix, user=) -> list[Column]."""
    found: list[Column] = []
    for path in registry.entry("TREE_FIGURES", ()):
        found += registry.load(path)(prefix, user=user)
    return found


def _own(pk: int, tier: int | None, columns: Sequence[Column]) -> Counter[Hashable]:
    counts: Counter[Hashable] = Counter({CUSTOMERS: 1, ("tier", tier): 1})
    counts.update({column.key: column.counts.get(pk, 0) for column in columns})
    return counts


def _figure(column: Column, pk: int, sums: Mapping[Hashable, int]) -> Figure:
    count = sums.get(column.key, 0)
    tone = column.tone if count else ""
    return Figure(column.label, count, column.tail.format(pk=pk), tone)


def _window(order: list[int], current: int, most: int) -> list[int]:
    """The first lines, with the current one among them whatever its place."""
    place = order.index(current) if current in order else 0
    if place < most:
        return order[:most]
    return [*order[: most // 2], *order[place - most // 4 : place + most // 4]]


def influences_of(customer: Customer, user: Any) -> list[CustomerInfluence]:
    """The influences that stand, both ways, as far as both ends are in sight: one query."""
    rows = CustomerInfluence.objects.visible_to(user).standing().around(customer)
    joined = rows.select_related("customer__owning_unit", "influenced__owning_unit")
    return list(joined.order_by("kind", "id")[:SHOWN])
