"""Deals of a customer for which people are judged apart from where they stand in general."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.choices import OPEN_STAGES
from accounts.models import Customer, Opportunity
from accounts.queries_alike import read_alike
from core.kept import NOBODY

MOST = 100
"""So many deals are offered; the open ones and the newest come first."""
ONE = NOBODY - 1
"""The customer that nobody has, for SQL that is kept."""


def deals_of(customer: Customer, user: Any) -> list[Opportunity]:
    """Deals of a customer in sight of somebody, the open ones first: one query."""
    rows = read_alike(
        "deals", user, lambda probe: _deals(probe, ONE), {"customer": customer.pk},
        {"customer": ONE},
    )  # fmt: skip
    rows = list(_deals(user, customer.pk)) if rows is None else rows
    return sorted(rows, key=lambda row: row.stage not in OPEN_STAGES)[:MOST]


def _deals(user: Any, customer: int) -> QuerySet[Opportunity]:
    return Opportunity.objects.visible_to(user).filter(customer=customer).order_by("-id")


def open_deals_of(customer: Customer, user: Any) -> QuerySet[Opportunity]:
    """Deals for which people may still be judged, the newest first: no query yet."""
    return _deals(user, customer.pk).filter(stage__in=OPEN_STAGES)
