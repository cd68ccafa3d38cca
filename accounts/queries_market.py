"""Reads of products in use: the matrix of one customer, the counts of many."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from accounts.choices_market import Penetration
from accounts.models import Customer, CustomerUnit, ProductPenetration

TONES = {
    Penetration.NONE: "none",
    Penetration.TRIAL: "info",
    Penetration.LIMITED: "watch",
    Penetration.MAIN: "ok",
}


@dataclass(frozen=True)
class Cell:
    """A product in one department (none: the whole customer), as far as it is noted."""

    unit: CustomerUnit | None
    row: ProductPenetration | None

    @property
    def tone(self) -> str:
        """Of the mark."""
        return TONES[Penetration(self.row.status)] if self.row else "none"


@dataclass(frozen=True)
class Matrix:
    """Products down, departments across; the first column is the whole customer."""

    units: list[CustomerUnit]
    lines: list[tuple[str, list[Cell]]] = field(default_factory=list)


def matrix_of(customer: Customer) -> Matrix:
    """What is noted at a customer: two queries."""
    units = list(CustomerUnit.objects.filter(customer=customer).order_by("kind", "name"))
    found: dict[str, dict[int | None, ProductPenetration]] = {}
    rows = ProductPenetration.objects.filter(customer=customer)
    for row in rows.order_by("product", "id"):
        found.setdefault(row.product, {})[row.unit_id] = row
    lines = [
        (
            product,
            [
                Cell(unit, held.get(unit.pk if unit is not None else None))
                for unit in (None, *units)
            ],
        )
        for product, held in found.items()
    ]
    return Matrix(units, lines)


def uses(customers: QuerySet) -> list[tuple[str, str, int]]:
    """(product, how far, at how many of these customers): one query.

    A customer counts once for each state that it has somewhere.
    """
    rows = ProductPenetration.objects.in_use().filter(customer__in=customers).order_by()
    counted = rows.values_list("product", "status")
    counted = counted.annotate(n=Count("customer", distinct=True))
    return list(counted.order_by("product", "status"))
