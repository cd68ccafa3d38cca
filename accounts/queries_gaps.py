"""Reads of what lacks in the records of customers: one by one, as a list, by unit (R-A8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.choices import ContactStatus, CustomerStatus, TeamRole, Tier
from accounts.completeness import NEEDS, TOP, Complete, Need, complete, is_key, is_verified
from accounts.models import (
    AccountAssignment,
    Asset,
    BuyingProfile,
    Contact,
    Customer,
    CustomerInsight,
    CustomerUnit,
)
from core import policy

LABELS: Mapping[str, Any] = {
    "industry": _("Industry"),
    "region": _("Region"),
    "first_order": _("First order"),
    "ar": _("Account manager"),
    "sr": _("Solution expert"),
    "fr": _("Delivery manager"),
    "sponsor": _("Executive sponsor"),
    "contact": _("A contact"),
    "decider": _("A contact who decides"),
    "department": _("Departments"),
    "insight": _("Customer insight"),
    "buying": _("Buying profile"),
    "asset": _("Installed base"),
}


@dataclass(frozen=True)
class Gap:
    """One thing that lacks, and where it is filled."""

    label: Any
    url: str


@dataclass(frozen=True)
class Kept:
    """How a record is kept: percent, what lacks, whether it was looked at lately."""

    complete: Complete
    gaps: list[Gap]
    target: int
    asked: bool
    verified: bool
    verified_on: dt.date | None

    @property
    def percent(self) -> int:
        """Filled of required."""
        return self.complete.percent

    @property
    def reached(self) -> bool:
        """At the target or above."""
        return self.percent >= self.target

    @property
    def tone(self) -> str:
        """Only what is asked of a key account is to be watched."""
        return "ok" if self.reached else "watch" if self.asked else "none"


def _exists() -> dict[str, Exists]:
    """What stands in other tables, by key of NEEDS."""
    here = {"customer": OuterRef("pk")}
    seats = AccountAssignment.objects.on_account_team().filter(**here)
    people = Contact.objects.filter(status=ContactStatus.ACTIVE, **here)
    return {
        "ar": Exists(seats.filter(role=TeamRole.AR)),
        "sr": Exists(seats.filter(role=TeamRole.SR)),
        "fr": Exists(seats.filter(role=TeamRole.FR)),
        "sponsor": Exists(seats.filter(role=TeamRole.EXECUTIVE_SPONSOR)),
        "contact": Exists(people),
        "decider": Exists(people.filter(is_decision_layer=True)),
        "department": Exists(CustomerUnit.objects.filter(**here)),
        "insight": Exists(CustomerInsight.objects.published().filter(**here)),
        "buying": Exists(BuyingProfile.objects.current().filter(**here)),
        "asset": Exists(Asset.objects.standing().filter(**here)),
    }


def with_holdings(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Adds `held_<key>` for what stands in other tables: no further query."""
    return customers.annotate(**{f"held_{key}": each for key, each in _exists().items()})


def kept(row: Any, *, today: dt.date, now: dt.datetime) -> Kept:
    """How the record of a customer read through `with_holdings` is kept: no query."""
    held = {need.key for need in NEEDS if getattr(row, f"held_{need.key}", False)}
    own = {"industry": row.industry, "region": row.region, "first_order": row.first_order_date}
    held |= {key for key, value in own.items() if value}
    found = complete(row.tier, row.status, held)
    return Kept(
        found,
        [Gap(LABELS[need.key], f"/customers/{row.pk}/{need.tail}") for need in found.lacking],
        policy.get(policies.COMPLETE_PERCENT, at=now),
        is_key(row.tier),
        is_verified(
            row.last_verified_on, today=today, days=policy.get(policies.VERIFIED_DAYS, at=now)
        ),
        row.last_verified_on,
    )


def kept_of(customer: Customer, *, today: dt.date, now: dt.datetime) -> Kept:
    """As `kept` for one customer: one query."""
    row = with_holdings(Customer.objects.filter(pk=customer.pk)).get()
    return kept(row, today=today, now=now)


def key_accounts(user: Any) -> QuerySet[Customer]:
    """Key accounts in sight that are not lost: those whose records must be whole."""
    rows = Customer.objects.visible_to(user).current().filter(tier__in=(Tier.S, Tier.A))
    return rows.exclude(status=CustomerStatus.LOST)


def whole(now: dt.datetime, today: dt.date) -> Q:
    """Nothing lacks and it was looked at lately: the same rule as `kept`, asked of the database.

    For key accounts only. It names what is asked of them one by one, so it asks for all of it,
    not for the target.
    """
    days = policy.get(policies.VERIFIED_DAYS, at=now)
    fresh = Q(last_verified_on__gte=today - dt.timedelta(days=days))
    early = Q(status=CustomerStatus.PROSPECT) | Q(first_order_date__isnull=False)
    found = fresh & early & ~Q(industry="") & ~Q(region="")
    for need in NEEDS:
        found &= _holds(need)
    return found


def _holds(need: Need) -> Q:
    if need.key in ("industry", "region", "first_order"):
        return Q()
    there = Q(_exists()[need.key])
    return there | ~Q(tier=Tier.S) if need.asked == TOP else there


def by_unit(rows: QuerySet[Customer], *, now: dt.datetime, today: dt.date) -> list[dict[str, Any]]:
    """Key accounts and how many of them have gaps, by owning unit: one query."""
    marked = rows.annotate(
        is_whole=ExpressionWrapper(whole(now, today), output_field=BooleanField())
    )
    counted = marked.order_by().values("owning_unit", "owning_unit__name", "owning_unit__path")
    counted = counted.annotate(all=Count("pk"), open=Count("pk", filter=Q(is_whole=False)))
    return list(counted.order_by("owning_unit__path")[:200])


def percents(customers: Collection[int], *, today: dt.date, now: dt.datetime) -> list[int]:
    """How complete the records of these customers are: one query."""
    rows = with_holdings(Customer.objects.filter(pk__in=customers))
    return [kept(row, today=today, now=now).percent for row in rows]


def keys_of(customers: Collection[int]) -> list[int]:
    """Those of these customers that are key accounts: one query."""
    rows = Customer.objects.filter(pk__in=customers, tier__in=(Tier.S, Tier.A))
    return list(rows.order_by("pk").values_list("pk", flat=True))
