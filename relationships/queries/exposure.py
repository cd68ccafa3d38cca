"""Reads of exposure: people whose intimacy is with one of us and whose support is low."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.choices import ContactStatus
from accounts.models import Customer, confided_to
from core import policy
from relationships import policies
from relationships.choices import CURRENT, HAPPENED
from relationships.models import GridAssessment, Interaction


def exposed(rows: QuerySet[GridAssessment], *, at: dt.datetime) -> QuerySet[GridAssessment]:
    """Of these scores those that hang on one of us alone, by relationships.exposure."""
    return rows.filter(_hangs(at), status__in=CURRENT, contact__status=ContactStatus.ACTIVE)


def _hangs(at: dt.datetime) -> Q:
    return Q(
        intimacy__gte=policy.get(policies.EXPOSURE_INTIMACY, at=at),
        support__lte=policy.get(policies.EXPOSURE_SUPPORT, at=at),
    )


def count_of(customer: Customer, *, at: dt.datetime) -> int:
    """How many people of a customer hang on one of us. The caller asked confidential_to."""
    return exposed(GridAssessment.objects.filter(customer=customer), at=at).count()


def people_of(customer: Customer, *, at: dt.datetime) -> list[GridAssessment]:
    """These people, the closest first. The caller asked confidential_to."""
    rows = exposed(GridAssessment.objects.filter(customer=customer), at=at)
    joined = rows.select_related("contact__unit", "counterpart")
    return list(joined.order_by("counterpart", "-intimacy", "support", "id")[:200])


def met_by_others(rows: Iterable[GridAssessment], *, since: dt.datetime) -> dict[int, int]:
    """By contact: meetings since then at which somebody else of ours was: one query."""
    closest = {row.contact_id: row.counterpart_id for row in rows}
    found: dict[int, set[int]] = {}
    pairs = Interaction.objects.filter(
        contacts__in=closest, status__in=HAPPENED, starts_at__gte=since
    ).values_list("pk", "contacts", "participants")
    for pk, contact, colleague in pairs:
        if contact in closest and colleague not in (None, closest[contact]):
            found.setdefault(contact, set()).add(pk)
    return {contact: len(meetings) for contact, meetings in found.items()}


@dataclass(frozen=True)
class Line:
    """One customer and one of us: so many of its placed people hang on this colleague."""

    customer_id: int
    customer: str
    colleague: str
    exposed: int
    placed: int


def lines_for(user: Any, *, at: dt.datetime, most: int = 100) -> list[Line]:
    """Where most would leave with one of us, of all customers whose confidential class this
    person reads: two queries."""
    rows = GridAssessment.objects.filter(customer__in=confided_to(user))
    grouped = (
        exposed(rows, at=at)
        .order_by()
        .values("customer", "counterpart")
        .annotate(n=Count("pk"), name=F("customer__name"), who=F("counterpart__full_name"))
        .order_by("-n", "customer", "counterpart")[:most]
    )
    found = list(grouped)
    current = GridAssessment.objects.current().filter(
        customer__in={row["customer"] for row in found}, contact__status=ContactStatus.ACTIVE
    )
    placed = dict(
        current.order_by().values("customer").annotate(n=Count("pk")).values_list("customer", "n")
    )
    return [
        Line(row["customer"], row["name"], row["who"], row["n"], placed.get(row["customer"], 0))
        for row in found
    ]
