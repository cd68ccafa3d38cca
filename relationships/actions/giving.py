"""Duties of this floor that are more than a column when they are given to somebody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from accounts.queries import regional_head, unit_head
from core import timers, trail
from core.actors import Actor
from core.models import User
from core.writes import edit, move
from relationships.actions import plans
from relationships.choices import OPEN_PLANS, PlanStatus
from relationships.models import RelationshipPlan
from relationships.rules import may_see_grid


def meetings(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Planned meetings: the heir goes."""
    found = list(rows)
    for row in found:
        row.participants.add(heir)
        row.participants.remove(user)
        trail.record(
            row,
            "interaction.participant_given",
            by=by,
            now=now,
            scope=row.customer,
            facts={"participants": [user.pk, heir.pk]},
        )
    return len(found)


def plans_of(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Open plans go to somebody who reads them and has not approved them.

    Where there is nobody else the approval is lifted: the plan is a draft of its new owner.
    """
    found = list(rows.select_related("customer__owning_unit", "contact"))
    for row in found:
        owner = next((one for one in _able(row, heir, now) if _may_own(row, one)), None)
        if owner is not None:
            edit(row, {"owner": owner}, by=by, now=now)
        else:
            owner = heir
            _lift(row, heir, by, now)
        trail.record(
            row,
            "plan.owner_given",
            by=by,
            now=now,
            scope=row.customer,
            facts={"owner": [user.pk, owner.pk], "status": row.status},
            confidential=True,
        )
    return len(found)


def _able(row: RelationshipPlan, heir: User, now: dt.datetime) -> list[Any]:
    heads = [unit_head(row.customer, at=now), regional_head(row.customer, at=now)]
    return [one for one in (heir, *heads) if one is not None and one.is_active]


def _may_own(row: RelationshipPlan, user: User) -> bool:
    return user.pk not in (row.approved_by_id, row.owner_id) and may_see_grid(user, row.customer)


def _lift(row: RelationshipPlan, heir: User, by: Actor, now: dt.datetime) -> None:
    move(
        row,
        PlanStatus.DRAFT,
        frm=OPEN_PLANS,
        by=by,
        now=now,
        rule=plans.RULE,
        owner=heir,
        approved_by=None,
        approved_at=None,
        claimed_by=None,
        result=None,
    )
    timers.cancel(row, plans.END)
