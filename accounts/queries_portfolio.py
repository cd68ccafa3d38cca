"""What the portfolio reads: customers, fits and revenue, each once for all of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from accounts import cashflow, portfolio
from accounts.choices import CustomerStatus
from accounts.models import Customer, RevenueRecord
from accounts.portfolio import Bubble
from accounts.queries_market import uses
from accounts.queries_value import latest_fits
from accounts.tiers import add_months

DRAWN = 120
"""So many bubbles are drawn, the largest ones; the rest is counted beside them."""
LISTED = 20


@dataclass(frozen=True)
class Line:
    """A customer in the table."""

    bubble: Bubble
    share: float
    reached: float
    lifetime: Decimal | None


@dataclass
class Product:
    """A product over many customers: who bought it in twelve months, and how far it is in use."""

    name: str
    buyers: int = 0
    share: float = 0.0
    revenue: Decimal = Decimal(0)
    main: int = 0
    limited: int = 0
    trial: int = 0

    @property
    def reach(self) -> int:
        """What the table is ordered by."""
        return max(self.buyers, self.main + self.limited + self.trial)


@dataclass
class Portfolio:
    """Everything the page shows."""

    currency: str = "CNY"
    other_currencies: list[str] = field(default_factory=list)
    customers: int = 0
    bubbles: list[Bubble] = field(default_factory=list)
    not_drawn: int = 0
    without_fit: int = 0
    revenue: Decimal = Decimal(0)
    lifetime: Decimal = Decimal(0)
    top: tuple[int, float] = (0, 0.0)
    earning: int = 0
    curve: list[float] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    statuses: list[tuple[str, str, int]] = field(default_factory=list)
    tiers: Counter = field(default_factory=Counter)
    products: list[Product] = field(default_factory=list)


def read(customers: QuerySet, day: dt.date) -> Portfolio:
    """The portfolio of these customers on a day: six queries however many there are."""
    found = Portfolio()
    rows = list(
        customers.order_by().values_list("pk", "name", "short_name", "tier", "status", "cash_flow")
    )
    found.customers = len(rows)
    _count(found, rows)
    ids = customers.order_by().values("pk")
    fits = latest_fits(ids, 1)
    first, end = cashflow.window(day)
    earned = _sums(ids, first, end, "revenue")
    found.currency, found.other_currencies = _main(earned)
    own = {pk: total for (pk, currency), total in earned.items() if currency == found.currency}
    profit = _sums(ids, add_months(end, -36), end, "gross_profit")
    bubbles = [
        Bubble(
            pk=pk, name=short or name, tier=tier, cash_flow=cash_flow,
            fit=fits[pk][0][0] if pk in fits else Decimal(0),
            trend=fits[pk][0][1] if pk in fits else "",
            revenue=own.get(pk, Decimal(0)),
        )
        for pk, name, short, tier, _status, cash_flow in rows
    ]  # fmt: skip
    _drawn(found, [one for one in bubbles if one.trend])
    found.without_fit = sum(1 for one in bubbles if not one.trend)
    _ranked(found, bubbles, profit)
    found.products = _products(ids, first, end, found.currency, found.customers)
    return found


def _count(found: Portfolio, rows: list[Any]) -> None:
    found.tiers = Counter(row[3] for row in rows)
    by_status = Counter(row[4] for row in rows)
    found.statuses = [
        (str(status.value), str(status.label), by_status[status]) for status in CustomerStatus
    ]


def _sums(ids: QuerySet, first: dt.date, end: dt.date, what: str) -> dict[Any, Decimal]:
    rows = RevenueRecord.objects.between(first, end).filter(customer__in=ids).order_by()
    sums = rows.values_list("customer_id", "currency").annotate(total=Sum(what))
    return {(pk, currency): total for pk, currency, total in sums.iterator()}


def _main(earned: dict[Any, Decimal]) -> tuple[str, list[str]]:
    """The currency that brings in most, and the others: they are never added up."""
    sums: Counter = Counter()
    for (_pk, currency), total in earned.items():
        sums[currency] += total
    ordered = [currency for currency, _total in sums.most_common()]
    return (ordered[0], ordered[1:]) if ordered else ("CNY", [])


def _drawn(found: Portfolio, bubbles: list[Bubble]) -> None:
    bubbles.sort(key=lambda one: (-one.revenue, one.pk))
    found.bubbles = portfolio.placed(bubbles[:DRAWN])
    found.not_drawn = max(0, len(bubbles) - DRAWN)


def _ranked(found: Portfolio, bubbles: list[Bubble], profit: dict[Any, Decimal]) -> None:
    values = [one.revenue for one in bubbles]
    found.revenue = sum(values, start=Decimal(0))
    found.top = portfolio.top_share(values)
    shares = portfolio.cumulated(values)
    found.earning = len(shares)
    step = max(1, len(shares) // 40)
    found.curve = [*shares[::step], *([100.0] if len(shares) > 1 else [])]
    ordered = sorted((one for one in bubbles if one.revenue > 0), key=lambda one: -one.revenue)
    for place, one in enumerate(ordered):
        lifetime = portfolio.lifetime_value(
            profit.get((one.pk, found.currency), Decimal(0)), one.fit if one.trend else None
        )
        found.lifetime += lifetime or Decimal(0)
        if place < LISTED:
            share = float(one.revenue * 100 / found.revenue) if found.revenue else 0.0
            found.lines.append(Line(one, share, shares[place], lifetime))


def _products(
    ids: QuerySet, first: dt.date, end: dt.date, currency: str, whole: int
) -> list[Product]:
    """Of so many customers so many bought this product line in twelve months, and use it so far
    (penetration): the books and what the teams noted, joined by the name of the product."""
    rows = RevenueRecord.objects.between(first, end).filter(
        customer__in=ids, currency=currency, reverses=None, reversed_by=None, revenue__gt=0
    )
    sums = rows.exclude(product_line="").order_by().values_list("product_line")
    counted = sums.annotate(buyers=Count("customer", distinct=True), total=Sum("revenue"))
    found = {
        line.casefold(): Product(line, buyers, 100 * buyers / max(1, whole), total)
        for line, buyers, total in counted
    }
    for name, status, number in uses(ids):
        one = found.setdefault(name.casefold(), Product(name))
        setattr(one, status, getattr(one, status) + number)
    return sorted(found.values(), key=lambda one: (-one.reach, one.name))[:LISTED]


def seen_by_head(user: Any) -> QuerySet[Customer]:
    """Current customers whose confidential class the reader sees."""
    return Customer.objects.confidential_to(user).current()
