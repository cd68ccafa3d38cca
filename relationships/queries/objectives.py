"""Objectives of account plans and the interactions that served them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from accounts.choices_plan import AccountPlanStatus
from accounts.models import Customer, Objective
from relationships.models import Interaction

RUNNING = (AccountPlanStatus.APPROVED, AccountPlanStatus.IN_EXECUTION)


def offered(customer: Customer, named: QuerySet[Objective] | None = None) -> QuerySet[Objective]:
    """Open objectives of the plans under way at a customer, and those that are named already."""
    wanted = Q(plan__status__in=RUNNING, pk__in=Objective.objects.open().values("pk"))
    if named is not None:
        wanted |= Q(pk__in=named.values("pk"))
    rows = Objective.objects.filter(plan__customer=customer).filter(wanted)
    return rows.order_by("due_on", "id")


def touched(ids: Collection[int]) -> dict[int, int]:
    """How many interactions that took place served each objective: one query."""
    rows = Interaction.objects.held().filter(objectives__in=ids).order_by()
    found = rows.values_list("objectives").annotate(n=Count("pk", distinct=True))
    return {pk: number for pk, number in found if pk in set(ids)}
