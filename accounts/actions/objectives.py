"""Writes of the objectives of account plans: add, edit, measure, drop, miss (C096)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import plans
from accounts.actions.assessments import local_today
from accounts.actions.guards import in_ids, invalid, only, persons_only
from accounts.choices_plan import AccountPlanStatus, ObjectiveStatus
from accounts.models import AccountPlan, Objective
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

RULE = "C096"
FIELDS = ("type", "metric", "unit", "baseline", "target", "due_on")
MOST = 500
"""So many objectives are missed in one run."""


@transaction.atomic
def add(row: AccountPlan, values: Mapping[str, Any], *, by: Actor, now: dt.datetime) -> Objective:
    """An objective of a plan that is being written; due within its period."""
    _must_be_written(row)
    made = Objective(plan=row, **_tidied(only(dict(values), FIELDS)))
    _check(made)
    insert(made, by=by, now=now)
    facts = {"metric": made.metric, "target": made.target, "due": made.due_on}
    trail.record(made, "objective.added", by=by, now=now, scope=row.customer, facts=facts)
    return made


@transaction.atomic
def edit(
    row: Objective,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> Objective:
    """Change FIELDS while the plan is being written."""
    changed = _tidied(only(dict(changes), FIELDS))
    _must_be_written(row.plan)
    wished = Objective(
        plan=row.plan, **{name: changed.get(name, getattr(row, name)) for name in FIELDS}
    )
    _check(wished)
    done = edit_row(row, changed, by=by, now=now, version=version)
    if done:
        facts = {"changed": sorted(in_ids(done))}
        trail.record(row, "objective.edited", by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def measure(row: Objective, actual: Decimal, *, by: Actor, now: dt.datetime) -> Objective:
    """Note where it stands; at the target it is met."""
    if row.plan.status != AccountPlanStatus.IN_EXECUTION:
        raise Refused(_("Objectives are measured while the plan is in execution."), rule=RULE)
    met = plans.is_met(row.baseline, row.target, actual)
    to = ObjectiveStatus.MET if met else ObjectiveStatus.OPEN
    move(
        row, to, frm=ObjectiveStatus.OPEN, by=by, now=now, rule=RULE,
        actual=actual, settled_at=now if met else None,
    )  # fmt: skip
    facts = {"actual": actual, "status": row.status}
    trail.record(row, "objective.measured", by=by, now=now, scope=row.customer, facts=facts)
    return row


@transaction.atomic
def drop(row: Objective, *, by: Actor, now: dt.datetime, note: str) -> Objective:
    """Open → dropped, with a reason."""
    persons_only(by, rule=RULE)
    if not note.strip():
        raise invalid("note", _("Say why; the colleague reads it."), rule=RULE)
    move(
        row, ObjectiveStatus.DROPPED, frm=ObjectiveStatus.OPEN, by=by, now=now, rule=RULE,
        settled_at=now, note=tidy(note)[:300],
    )  # fmt: skip
    trail.record(row, "objective.dropped", by=by, now=now, scope=row.customer)
    return row


@transaction.atomic
def miss(*, by: Actor, now: dt.datetime) -> int:
    """Open → missed for those of plans in execution whose day is over; how many."""
    rows = Objective.objects.open().filter(
        plan__status=AccountPlanStatus.IN_EXECUTION, due_on__lt=now.date() + dt.timedelta(days=1)
    )
    missed = 0
    for row in rows.select_related("plan__customer__owning_unit").order_by("due_on", "id")[:MOST]:
        if row.due_on >= local_today(row.customer, now):
            continue
        move(
            row, ObjectiveStatus.MISSED, frm=ObjectiveStatus.OPEN, by=by, now=now, rule=RULE,
            settled_at=now,
        )  # fmt: skip
        trail.record(row, "objective.missed", by=by, now=now, scope=row.customer)
        missed += 1
    return missed


def _must_be_written(row: AccountPlan) -> None:
    if not row.is_written:
        raise Refused(_("The plan is submitted; its objectives stand."), rule=RULE)


def _check(row: Objective) -> None:
    if not row.metric:
        raise invalid("metric", _("Say what is measured."), rule=RULE)
    if row.baseline is not None and row.baseline == row.target:
        raise invalid("target", _("The target differs from where it stands today."), rule=RULE)
    if not plans.is_within(row.due_on, row.plan.year, row.plan.years):
        said = _("Choose a day within the plan: %(period)s.")
        raise invalid("due_on", said % {"period": row.plan.period}, rule=RULE)


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    for name in ("metric", "unit"):
        if name in values:
            values[name] = tidy(values[name])
    return values
