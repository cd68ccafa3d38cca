"""Reads of a customer's record: insight, how it buys, and what was known before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts import buying, insights, policies
from accounts.choices import InsightStatus, ProfileStatus
from accounts.models import BuyingProfile, BuyingStep, Customer, CustomerInsight
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
