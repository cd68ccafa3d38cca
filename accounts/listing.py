"""Rows of the customer list: the columns of this floor, and those that floors above add."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.text import slugify

from accounts.choices import TIER_KEYS
from accounts.models import AccountAssignment, Customer
from core import registry
from core.kept import KeptValues
from core.lists.spec import Cell
from core.models import User


@dataclass(frozen=True)
class Column:
    """A column of a floor above. `locked`: confidential, hidden while presenting."""

    label: str
    cells: Mapping[int, Cell]
    locked: bool = False
    numeric: bool = False
    key: str = ""

    @property
    def name(self) -> str:
        """The key of the column in views and addresses."""
        return self.key or slugify(self.label) or "more"


@dataclass(frozen=True)
class CustomerRow:
    """One line of the customer list."""

    customer: Customer
    tier: str
    tier_expired: bool
    team: Mapping[str, str | None]
    cells: Mapping[str, Cell | None] = field(default_factory=dict)
    cash_flow: bool = False


def extra_columns(customers: Sequence[Customer], *, user: User, now: dt.datetime) -> list[Column]:
    """Columns named under CUSTOMER_EXTRAS of the registry.

    Each entry "module:function" is called function(customer_ids, user=, now=) -> list[Column].
    """
    ids = [customer.pk for customer in customers]
    found: list[Column] = []
    for path in registry.entry("CUSTOMER_EXTRAS", ()):
        found += registry.load(path)(ids, user=user, now=now)
    return found


def customer_rows(
    customers: Sequence[Customer],
    columns: Sequence[Column] = (),
    *,
    today: dt.date,
    with_teams: bool = True,
) -> list[CustomerRow]:
    """The lines of a page of customers: one query for all teams."""
    teams = triangles(customers) if with_teams else {}
    said = [(column.name, column.cells) for column in columns]
    return [
        CustomerRow(
            customer=customer,
            tier=TIER_KEYS.get(customer.tier, ""),
            tier_expired=bool(customer.tier_valid_until and customer.tier_valid_until < today),
            team=teams.get(pk, {}),
            cells={name: cells.get(pk) for name, cells in said},
        )
        for pk, customer in ((customer.pk, customer) for customer in customers)
    ]


def triangles(customers: Sequence[Customer]) -> dict[int, dict[str, str | None]]:
    """The names of AR, SR and FR of many customers: one query. Missing seats are None."""
    found: dict[int, dict[str, str | None]] = {
        customer.pk: {"ar": None, "sr": None, "fr": None} for customer in customers
    }
    for pk, role, name, username in _SEATS.rows(list(found)):
        found[pk][role] = name or username
    return found


def _seats(ids: Sequence[int]) -> QuerySet:
    rows = AccountAssignment.objects.active().filter(customer__in=ids, role__in=TRIO)
    return rows.values_list("customer_id", "role", "user__full_name", "user__username")


TRIO = ("ar", "sr", "fr")
_SEATS = KeptValues(_seats)
