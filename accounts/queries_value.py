"""Reads of revenue and fit over many customers: what the nightly job and the portfolio ask."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts import cashflow, policies_value
from accounts.choices import AssessmentStatus, Role
from accounts.models import Customer, RevenueRecord, StrategyFitAssessment, UserProfile
from accounts.queries import chain_above
from core import policy
from core.models import User

Fits = list[tuple[Decimal, str]]


@dataclass
class Figures:
    """What R-A3 compares for one customer."""

    fits: Fits = field(default_factory=list)
    revenue: Decimal = Decimal(0)
    median: Decimal | None = None
    currency: str = "CNY"

    def grounds(self, at: dt.datetime) -> tuple[str, ...]:
        """Why the rule proposes it; empty when it does not."""
        return cashflow.grounds(
            self.fits,
            self.revenue,
            self.median,
            in_a_row=policy.get(policies_value.CASH_IN_A_ROW, at=at),
            below=policy.get(policies_value.CASH_FIT, at=at),
        )


def latest_fits(customers: QuerySet | Iterable[int], most: int) -> dict[int, Fits]:
    """The newest approved (fit, trend) of each customer, at most so many: one query."""
    rows = StrategyFitAssessment.objects.filter(
        customer__in=customers, status=AssessmentStatus.APPROVED
    ).order_by("customer_id", "-decided_at", "-id")
    found: dict[int, Fits] = defaultdict(list)
    for pk, fit, trend in rows.values_list("customer_id", "fit", "trend").iterator():
        if len(found[pk]) < most:
            found[pk].append((fit, trend))
    return dict(found)


def revenue_by_unit(
    units: Iterable[int], day: dt.date
) -> dict[tuple[int, str], dict[int, Decimal]]:
    """Revenue of the last twelve whole months by (owning unit, currency) and customer: one query.

    Customers without revenue are not there: they would make every other one large.
    """
    first, end = cashflow.window(day)
    rows = (
        RevenueRecord.objects.between(first, end)
        .filter(customer__owning_unit__in=units, customer__is_archived=False)
        .order_by()
        .values_list("customer__owning_unit", "currency", "customer_id")
        .annotate(total=Sum("revenue"))
    )
    found: dict[tuple[int, str], dict[int, Decimal]] = defaultdict(dict)
    for unit, currency, pk, total in rows.iterator():
        if total > 0:
            found[unit, currency][pk] = total
    return dict(found)


def figures_of(customer: Customer, day: dt.date, *, at: dt.datetime) -> Figures:
    """What R-A3 compares for one customer, in the currency in which it earns most: two queries."""
    most = max(1, policy.get(policies_value.CASH_IN_A_ROW, at=at))
    fits = latest_fits([customer.pk], most).get(customer.pk, [])
    earned = revenue_by_unit([customer.owning_unit_id], day)
    own = [(sums[customer.pk], key[1], sums) for key, sums in earned.items() if customer.pk in sums]
    if not own:
        return Figures(fits)
    revenue, currency, sums = max(own, key=lambda one: one[:2])
    return Figures(fits, revenue, cashflow.median_of(list(sums.values())), currency)


def executives_above(customer: Customer) -> list[User]:
    """Executives who work in the owning unit or above it."""
    units = [unit.pk for unit in chain_above(customer.owning_unit_id)]
    rows = UserProfile.objects.here().filter(unit__in=units, user__role_rows__role=Role.EXE)
    return [row.user for row in rows.select_related("user") if row.user.is_active]
