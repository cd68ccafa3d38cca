"""Reads of a customer's record: insight, how it buys, and what was known before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from accounts import buying, insights, policies
from accounts.choices import AssetStatus, InsightStatus, ProfileStatus, Vendor
from accounts.models import (
    Asset,
    BuyingProfile,
    BuyingStep,
    Customer,
    CustomerInsight,
    LifecycleProposal,
)
from core import policy

BEFORE = 20
"""So many older versions are shown."""


@dataclass(frozen=True)
class Known:
    """The insight in force, an open draft, and what the rule says about it."""

    current: CustomerInsight | None
    draft: CustomerInsight | None
    state: str
    mandatory: bool

    @property
    def tone(self) -> str:
        """Only what is asked for and lacking is a risk."""
        if self.state == insights.CURRENT:
            return "ok"
        if self.state == insights.EXPIRING:
            return "watch"
        return "risk" if self.mandatory else "none"


@dataclass(frozen=True)
class Buying:
    """The current profile with its steps."""

    profile: BuyingProfile
    steps: list[buying.Step]

    @property
    def days(self) -> int | None:
        """Usual days from the first step to the last."""
        return buying.total_days(self.steps)


@dataclass(frozen=True)
class Base:
    """The installed base in numbers of pieces."""

    ours: int = 0
    theirs: int = 0
    planned: int = 0
    soon: int = 0

    @property
    def total(self) -> int:
        """Anything that stands or is planned."""
        return self.ours + self.theirs + self.planned


def base_of(customer: Customer, *, today: dt.date, now: dt.datetime) -> Base:
    """What stands at a customer: one query."""
    ahead = today + dt.timedelta(days=policy.get(policies.WARRANTY_REMINDER_DAYS, at=now))
    runs = Q(status=AssetStatus.IN_SERVICE)
    wanted = {
        "ours": runs & Q(vendor=Vendor.OURS),
        "theirs": runs & Q(vendor=Vendor.COMPETITOR),
        "planned": Q(status=AssetStatus.PLANNED),
    }
    sums = {name: Coalesce(Sum("quantity", filter=which), 0) for name, which in wanted.items()}
    ending = Q(warranty_end__range=(today, ahead)) & wanted["ours"]
    found = Asset.objects.standing().filter(customer=customer)
    return Base(**found.aggregate(**sums, soon=Count("pk", filter=ending)))


def insight_of(customer: Customer, *, today: dt.date, now: dt.datetime) -> Known:
    """What is known of a customer today: one query."""
    rows = CustomerInsight.objects.filter(customer=customer).exclude(status=InsightStatus.EXPIRED)
    found = {row.status: row for row in rows.select_related("updated_by", "customer__owning_unit")}
    current = found.get(InsightStatus.PUBLISHED)
    state = insights.state(
        current.valid_until if current else None,
        today=today,
        remind_days=policy.get(policies.INSIGHT_REMINDER_DAYS, at=now),
    )
    mandatory = insights.is_mandatory(customer.tier)
    return Known(current, found.get(InsightStatus.DRAFT), state, mandatory)


def buying_of(customer: Customer) -> Buying | None:
    """How a customer buys today: two queries."""
    row = BuyingProfile.objects.current().filter(customer=customer).first()
    return with_steps([row])[0] if row else None


def with_steps(rows: list[BuyingProfile]) -> list[Buying]:
    """Profiles with their steps: one query however many."""
    found: dict[int, list[buying.Step]] = {row.pk: [] for row in rows}
    for one in BuyingStep.objects.filter(profile__in=found).order_by("profile", "position"):
        found[one.profile_id].append(buying.Step(one.name, one.roles, one.usual_days))
    return [Buying(row, found[row.pk]) for row in rows]


def open_step(customer: Customer) -> LifecycleProposal | None:
    """The step along the lifecycle that waits for a decision: one query."""
    rows = LifecycleProposal.objects.open().filter(customer=customer)
    return rows.filter(from_status=customer.status).first()


def earlier(customer: Customer) -> tuple[list[CustomerInsight], list[Buying]]:
    """What was known before, the latest first: three queries."""
    old = CustomerInsight.objects.filter(customer=customer, status=InsightStatus.EXPIRED)
    profiles = BuyingProfile.objects.filter(customer=customer, status=ProfileStatus.SUPERSEDED)
    joined = profiles.select_related("created_by").order_by("-id")[:BEFORE]
    return list(old.select_related("updated_by").order_by("-id")[:BEFORE]), with_steps(list(joined))


def texts_of(row: CustomerInsight) -> list[tuple[Any, str]]:
    """(label, text) of the parts that say something."""
    fields = [(row._meta.get_field(name), getattr(row, name)) for name in insights.TEXTS]
    return [(field.verbose_name, said) for field, said in fields if said]
