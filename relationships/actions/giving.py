"""Duties of this floor that are more than a column when they are given to somebody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actions import action_items
from accounts.models import AccountAssignment, ActionItem, Customer
from accounts.policies import RECHECK_DAYS
from accounts.queries import regional_head, unit_head
from core import merging, policy, registry, timers, trail
from core.actors import Actor
from core.models import User
from core.writes import edit, move
from relationships.actions import assessments, plans
from relationships.choices import OPEN_PLANS, GridStatus, MapStatus, PlanStatus
from relationships.models import GridAssessment, PowerMap, RelationshipPlan
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


def clash(row: PowerMap, into: Customer, *, now: dt.datetime) -> dict[str, Any]:
    """The overall map of a record that is merged away is archived: one is in force."""
    past = {"status": MapStatus.ARCHIVED, "archived_at": now}
    return past if row.status == MapStatus.ACTIVE else {}


@transaction.atomic
def go_stale(old: AccountAssignment, new: AccountAssignment, *, by: Actor, now: dt.datetime) -> int:
    """Intimacy is not inherited (R-A6): scores whose intimacy was the predecessor's become stale,
    support carries over, and the successor has a duty to place these people anew in 60 days."""
    rows = GridAssessment.of_all_kinds.filter(
        customer=old.customer_id, counterpart=old.user_id, status=GridStatus.CONFIRMED
    )
    found = list(rows.select_related("customer"))
    trail.record_many(
        [
            trail.entry_for(
                row,
                "grid.stale",
                by=by,
                now=now,
                scope=row.customer,
                facts={**assessments.about(row), "handed_over": [old.user_id, new.user_id]},
                confidential=True,
            )
            for row in found
        ]
    )
    GridAssessment.of_all_kinds.filter(pk__in=[row.pk for row in found]).update(
        status=GridStatus.STALE, version=F("version") + 1, updated_at=now
    )
    timers.arm_many(
        assessments.EXPIRY,
        {row.pk: None for row in found},
        about_label=registry.label_of(GridAssessment),
        now=now,
    )
    if found:
        _re_check(found, new, by, now)
    return len(found)


def merged_stale(
    old: AccountAssignment,
    new: AccountAssignment,
    journal: merging.Journal,
    *,
    by: Actor,
    now: dt.datetime,
) -> None:
    """The same at a merge, where the seat of the second account manager ends; undone with it."""
    rows = GridAssessment.of_all_kinds.filter(
        customer=old.customer_id, counterpart=old.user_id, status=GridStatus.CONFIRMED
    )
    found = list(rows)
    for row in found:
        past = {"status": GridStatus.STALE, "version": row.version + 1, "updated_at": now}
        merging.change(journal, row, {**past, "updated_by_id": by.user_id})
        merging.disarm(journal, row, assessments.EXPIRY)
    if found:
        item = _re_check(found, new, by, now)
        journal.made.append([registry.label_of(item), item.pk])


def _re_check(
    rows: list[GridAssessment], seat: AccountAssignment, by: Actor, now: dt.datetime
) -> ActionItem:
    """Place these people anew within the days of the policy (R-A6)."""
    days = policy.get(RECHECK_DAYS, at=now)
    count = len({row.contact_id for row in rows})
    return action_items.create(
        _("Place %(n)d people anew: the intimacy was your predecessor's") % {"n": count},
        owner=seat.user,
        due_at=now + dt.timedelta(days=days),
        customer=seat.customer,
        by=by,
        now=now,
    )


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
