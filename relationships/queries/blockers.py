"""Who keeps us out (N3), and which plan is there against it: what a head looks at each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.choices import ActionStatus, ContactStatus
from accounts.models import ActionItem
from core import policy
from relationships import policies, rules
from relationships.choices import COUNTING, OPEN_PLANS
from relationships.grid import LOWEST
from relationships.models import GridAssessment, RelationshipPlan
from relationships.plans import is_review_due
from relationships.queries.plans import LABEL, opposed_from

MOST = 60
"""So many people fit one sitting; the longest unseen come first."""


@dataclass(frozen=True)
class Blocker:
    """Somebody in row N3, since when they oppose, the plan and its next step."""

    position: GridAssessment
    since: dt.date | None
    plan: RelationshipPlan | None
    step: ActionItem | None
    may_review: bool
    is_due: bool

    @property
    def is_approved(self) -> bool:
        """There is a plan that somebody approved."""
        return self.plan is not None and self.plan.status in COUNTING


def blockers_for(user: Any, *, now: dt.datetime) -> list[Blocker]:
    """Of customers whose confidential class the person reads: four queries, and those that ask
    whom the person leads."""
    rows = GridAssessment.objects.visible_to(user).current()
    rows = rows.filter(support=LOWEST, contact__status=ContactStatus.ACTIVE)
    positions = list(_first(rows.select_related("contact", "customer__owning_unit")))
    contacts = [row.contact_id for row in positions]
    plans = {
        plan.contact_id: plan
        for plan in RelationshipPlan.objects.filter(contact__in=contacts, status__in=OPEN_PLANS)
        .select_related("owner", "contact", "customer__owning_unit")
        .order_by("id")
    }
    since, steps = opposed_from(contacts), _next([plan.pk for plan in plans.values()])
    days = policy.get(policies.PLAN_REVIEW_DAYS, at=now)
    found = [
        _blocker(user, row, since.get(row.contact_id), plans.get(row.contact_id), steps, days, now)
        for row in positions
    ]
    return sorted(found, key=lambda each: (not each.is_due, each.is_approved, _seen(each)))


def _first(rows: QuerySet[GridAssessment]) -> QuerySet[GridAssessment]:
    """Those of one sitting: without an approved plan, then whom a head has not seen for longest.

    Whoever is due stands among the first in this order, so nobody else is read.
    """
    plan = RelationshipPlan.objects.filter(contact=OuterRef("contact"), status__in=OPEN_PLANS)
    approved = plan.filter(status__in=COUNTING)
    seen = Subquery(plan.order_by("-id").values("reviewed_at")[:1])
    ordered = rows.annotate(planned=Exists(approved), seen=seen)
    return ordered.order_by("planned", F("seen").asc(nulls_first=True), "id")[:MOST]


def _blocker(
    user: Any,
    row: GridAssessment,
    since: dt.date | None,
    plan: RelationshipPlan | None,
    steps: dict[int, ActionItem],
    days: int,
    now: dt.datetime,
) -> Blocker:
    counts = plan is not None and plan.status in COUNTING
    return Blocker(
        row,
        since,
        plan,
        steps.get(plan.pk) if plan is not None else None,
        counts and rules.may_review_strong(user, row.customer),
        not counts or is_review_due(plan.reviewed_at, now, within_days=days),  # type: ignore
    )


def _next(plans: Sequence[int]) -> dict[int, ActionItem]:
    """The first open step of each plan: one query."""
    rows = ActionItem.objects.filter(about_label=LABEL, about_id__in=plans)
    rows = rows.filter(status=ActionStatus.OPEN).select_related("owner")
    found: dict[int, ActionItem] = {}
    for row in rows.order_by("due_at", "id"):
        if row.about_id is not None:
            found.setdefault(row.about_id, row)
    return found


def _seen(each: Blocker) -> dt.datetime:
    """When a head last looked; never comes first."""
    seen = each.plan.reviewed_at if each.plan is not None else None
    return seen or dt.datetime.min.replace(tzinfo=dt.UTC)
