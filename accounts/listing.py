"""Rows of the customer list: the columns of this floor, and those that floors above add."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.choices import TIER_KEYS
from accounts.models import AccountAssignment, Customer
from core import registry
from core.models import User


@dataclass(frozen=True)
class Cell:
    """What a column says about one customer: a line, a second line, a tone (ok … breach)."""

    text: str
    sub: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a floor above. `locked`: confidential, hidden while presenting."""

    label: str
    cells: Mapping[int, Cell]
    locked: bool = False
    numeric: bool = False


@dataclass(frozen=True)
class CustomerRow:
    """One line of the customer list."""

    customer: Customer
    tier: str
    tier_expired: bool
    team: Mapping[str, User | None]
    cells: Sequence[tuple[Column, Cell | None]] = field(default=())


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
    customers: Sequence[Customer], columns: Sequence[Column] = (), *, today: dt.date
) -> list[CustomerRow]:
    """The lines of a page of customers: one query for all teams."""
    teams = triangles(customers)
    return [
        CustomerRow(
            customer=customer,
            tier=TIER_KEYS.get(customer.tier, ""),
            tier_expired=bool(customer.tier_valid_until and customer.tier_valid_until < today),
            team=teams[customer.pk],
            cells=[(column, column.cells.get(customer.pk)) for column in columns],
        )
        for customer in customers
    ]


def triangles(customers: Sequence[Customer]) -> dict[int, dict[str, User | None]]:
    """AR, SR and FR of many customers: one query. Missing seats are None."""
    found: dict[int, dict[str, Any]] = {
        customer.pk: {"ar": None, "sr": None, "fr": None} for customer in customers
    }
    seats = AccountAssignment.objects.active().filter(
        customer__in=list(found), role__in=("ar", "sr", "fr")
    )
    for seat in seats.select_related("user"):
        found[seat.customer_id][seat.role] = seat.user
    return found
