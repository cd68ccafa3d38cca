"""Reads of account plans: key accounts without one, the plan of the year before, when it is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import policies_plan as policies
from accounts.choices import CustomerStatus, Tier
from accounts.choices_plan import PlanKind
from accounts.models import AccountPlan, Customer
from accounts.plans import is_owed
from accounts.queries import teams_of
from core import policy
from core.models import User


@dataclass(frozen=True)
class Gap:
    """A key account without an approved annual plan: who manages it, what is being written."""

    customer: Customer
    manager: User | None
    plan: AccountPlan | None


def abp_due(year: int, *, at: dt.datetime) -> dt.date:
    """The day by which the annual plans of a year are approved."""
    return dt.date(year, 1, policy.get(policies.ABP_DAY, at=at))


def lacking(customers: QuerySet[Customer], year: int) -> QuerySet[Customer]:
    """Those of tier S and A without an approved annual plan of a year."""
    decided = AccountPlan.objects.decided().of_period(PlanKind.ABP, year)
    rows = customers.current().exclude(status=CustomerStatus.LOST)  # type: ignore[attr-defined]
    return rows.filter(~Exists(decided.filter(customer=OuterRef("pk"))), tier__in=(Tier.S, Tier.A))


def owes_plan(customer: Customer, year: int) -> bool:
    """A key account without an approved annual plan of a year."""
    one = Customer.objects.filter(pk=customer.pk)
    return is_owed(customer.tier) and lacking(one, year).exists()


def on_day(customers: Collection[int], day: dt.date) -> int:
    """How many of these had a strategic plan in force on a day (R-K5): one query."""
    rows = AccountPlan.objects.decided().filter(
        Q(closed_at=None) | Q(closed_at__date__gt=day),
        kind=PlanKind.ASP,
        customer__in=customers,
        approved_at__date__lte=day,
        year__lte=day.year,
        year__gt=day.year - F("years"),
    )
    return _customers(rows)


def in_time(customers: Collection[int], day: dt.date, *, at: dt.datetime) -> int | None:
    """How many of these had the annual plan of a day's year approved by its due day; None while
    that day is to come: one query."""
    due = abp_due(day.year, at=at)
    if day < due:
        return None
    rows = AccountPlan.objects.decided().of_period(PlanKind.ABP, day.year)
    return _customers(rows.filter(customer__in=customers, approved_at__date__lte=due))


def _customers(rows: QuerySet[AccountPlan]) -> int:
    return rows.order_by().values("customer").distinct().count()


def gaps_of(rows: list[Customer], year: int) -> list[Gap]:
    """What is known of each: two queries however many."""
    found = {
        plan.customer_id: plan
        for plan in AccountPlan.objects.of_period(PlanKind.ABP, year).filter(
            customer__in=[row.pk for row in rows]
        )
    }
    teams = teams_of([row.pk for row in rows])
    return [
        Gap(row, teams[row.pk].ar if row.pk in teams else None, found.get(row.pk)) for row in rows
    ]


def year_before(row: AccountPlan) -> AccountPlan | None:
    """The last plan of its kind that somebody approved before it."""
    rows = AccountPlan.objects.decided().filter(
        customer=row.customer_id, kind=row.kind, year__lt=row.year
    )
    return rows.order_by("-year", "-id").first()


def with_customer(user: Any) -> QuerySet[AccountPlan]:
    """Plans in sight with what a line of a list says."""
    rows = AccountPlan.objects.visible_to(user)
    return rows.select_related("customer__owning_unit", "owner")
