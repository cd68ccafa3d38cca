"""Reads of relationship plans: those of one grid on one day, who opposes since when, steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.choices import ActionStatus
from accounts.models import ActionItem, Contact, Customer
from core.kept import NEVER, NOBODY, KeptQuery
from relationships.choices import COUNTED, OPEN_PLANS, Layer
from relationships.models import GridAssessment, RelationshipPlan
from relationships.plans import opposed_since

LABEL = "relationships.relationshipplan"


def plans_at(customer: Customer, moment: dt.datetime) -> dict[int, RelationshipPlan]:
    """{contact id: the plan that stood at a moment; a draft stands today}: one query."""
    rows = _PLANS.rows({"customer": customer.pk, "moment": moment})
    return {row.contact_id: row for row in rows if row.contact_id is not None}


def _plans() -> QuerySet[RelationshipPlan]:
    rows = RelationshipPlan.objects.filter(customer=NOBODY, layer=Layer.KEY)
    return rows.standing_at(NEVER).select_related("owner").order_by("id")


_PLANS = KeptQuery(_plans, {"customer": NOBODY, "moment": NEVER})


def opposed_from(contacts: Iterable[int]) -> dict[int, dt.date | None]:
    """{contact id: the day when somebody came into grid N and stayed}: one query."""
    rows = GridAssessment.objects.filter(contact__in=contacts, status__in=COUNTED)
    history: dict[int, list[tuple[dt.date, int]]] = {}
    names = ("contact_id", "assessed_on", "support")
    for contact, day, support in rows.order_by("assessed_on", "id").values_list(*names):
        history.setdefault(contact, []).append((day, support))
    return {contact: opposed_since(each) for contact, each in history.items()}


@dataclass(frozen=True)
class PlanView:
    """A plan with its steps, the next one marked."""

    plan: RelationshipPlan
    steps: Sequence[ActionItem]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(1 for step in self.steps if step.status != ActionStatus.OPEN)

    @property
    def next(self) -> ActionItem | None:
        """The first step that is open."""
        return next((step for step in self.steps if step.status == ActionStatus.OPEN), None)


def view_of(plan: RelationshipPlan) -> PlanView:
    """A plan and its steps by time: one query."""
    rows = ActionItem.objects.filter(about_label=LABEL, about_id=plan.pk)
    rows = rows.exclude(status=ActionStatus.CANCELLED)
    rows = rows.select_related("owner", "customer__owning_unit")
    return PlanView(plan, list(rows.order_by("due_at", "id")))


def open_plan_of(contact: Contact) -> PlanView | None:
    """The plan of a person that has not ended: two queries, one without a plan."""
    rows = RelationshipPlan.objects.filter(contact=contact, status__in=OPEN_PLANS)
    plan = rows.select_related("owner").first()
    return view_of(plan) if plan is not None else None
