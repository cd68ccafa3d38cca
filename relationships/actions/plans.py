"""Writes of relationship plans: draft, approve, work, report as reached, confirm, miss (R-R5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import action_items
from accounts.actions.guards import in_ids, invalid, only, persons_only, staff
from accounts.choices import ContactStatus
from accounts.models import ActionItem, Contact
from accounts.queries import regional_head
from core import notify, timers, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import User
from core.notify import Urgency
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move
from relationships import grid, plans
from relationships.actions import assessments
from relationships.actions.assessments import current_of, today_of, zone_of
from relationships.choices import OPEN_PLANS, RUNNING, GridStatus, PlanStatus
from relationships.models import GridAssessment, RelationshipPlan
from relationships.rules import involved_in, may_see_grid

END = "relationships.plan_end"
RULE = "R-R5"
FIELDS = ("target_intimacy", "target_support", "strategy", "due_on", "owner", "sponsor")


@transaction.atomic
def draft(
    contact: Contact,
    target: grid.Point,
    *,
    by: Actor,
    now: dt.datetime,
    strategy: str,
    due_on: dt.date,
    owner: User,
    sponsor: User | None = None,
) -> RelationshipPlan:
    """A plan for a person with a position; `target` is (intimacy, support).

    Refused for somebody who is not placed yet or has an open plan; Invalid for a target that is
    not better than today, a last day that is over, an empty strategy.
    """
    persons_only(by, rule=RULE)
    current = current_of(contact)
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule=RULE)
    if current is None:
        raise Refused(_("Place them first: a plan begins where somebody stands."), rule=RULE)
    row = RelationshipPlan(
        customer=contact.customer,
        contact=contact,
        from_intimacy=current.intimacy,
        from_support=current.support,
        target_intimacy=target[0],
        target_support=target[1],
        strategy=strategy.strip(),
        due_on=due_on,
        owner=owner,
        sponsor=sponsor,
    )
    _check(row, now)
    insert(row, by=by, now=now)
    _record(row, "drafted", by, now, {"from": row.start, "to": row.target, "until": due_on})
    head = regional_head(row.customer, at=now)
    if head is not None and head.pk not in (by.user_id, owner.pk):
        title = gettext_noop("The plan for %(contact)s waits for your approval")
        _tell(row, [head], title, "drafted", now)
    return row


@transaction.atomic
def edit(
    row: RelationshipPlan,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> RelationshipPlan:
    """Change FIELDS of a draft."""
    persons_only(by, rule=RULE)
    changed = only(dict(changes), FIELDS)
    if row.status != PlanStatus.DRAFT:
        raise Refused(_("It is approved; cancel it and draft another one."), rule=RULE)
    wished = RelationshipPlan(
        customer=row.customer,
        contact=row.contact,
        from_intimacy=row.from_intimacy,
        from_support=row.from_support,
        **{name: changed.get(name, getattr(row, name)) for name in FIELDS},
    )
    _check(wished, now)
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        _record(row, "edited", by, now, {"changed": sorted(in_ids(differs))})
    return row


@transaction.atomic
def approve(row: RelationshipPlan, *, by: Actor, now: dt.datetime) -> RelationshipPlan:
    """Draft → approved by a head who neither wrote it nor owns it (b.6)."""
    persons_only(by, rule=RULE)
    if by.user_id in (row.owner_id, row.created_by_id):
        raise Forbidden(_("Somebody other than its author approves a plan."), rule=RULE)
    _check(row, now)
    move(
        row,
        PlanStatus.APPROVED,
        frm=PlanStatus.DRAFT,
        by=by,
        now=now,
        rule=RULE,
        approved_by=by.user,
        approved_at=now,
        reviewed_at=now,
    )
    timers.arm(END, row, end_of(row), now=now)
    _record(row, "approved", by, now, {})
    _tell(row, [row.owner], gettext_noop("The plan for %(contact)s is approved"), "approved", now)
    return row


@transaction.atomic
def start(row: RelationshipPlan, *, by: Actor, now: dt.datetime) -> RelationshipPlan:
    """Approved → in progress."""
    persons_only(by, rule=RULE)
    _move(row, PlanStatus.IN_PROGRESS, PlanStatus.APPROVED, by, now)
    _record(row, "started", by, now, {})
    return row


@transaction.atomic
def add_step(
    row: RelationshipPlan,
    text: str,
    *,
    owner: User,
    due_at: dt.datetime,
    by: Actor,
    now: dt.datetime,
) -> ActionItem:
    """One thing to do: an action item about the plan, due before it ends."""
    if not row.is_open:
        raise Refused(_("This plan has ended."), rule=RULE)
    if due_at >= end_of(row):
        raise invalid("due_at", _("The plan ends on %(day)s.") % {"day": row.due_on})
    return action_items.create(
        text, owner=owner, due_at=due_at, customer=row.customer, about=row, by=by, now=now
    )


@transaction.atomic
def claim(
    row: RelationshipPlan, assessment: GridAssessment, *, by: Actor, now: dt.datetime
) -> RelationshipPlan:
    """Running → reported as reached, with the assessment that shows it: proposed or confirmed,
    of this person, not older than the approval, at the target or beyond."""
    persons_only(by, rule=RULE)
    _check_result(row, assessment)
    _move(row, PlanStatus.CLAIMED, RUNNING, by, now, claimed_by=by.user, result=assessment)
    timers.cancel(row, END)
    _record(row, "claimed", by, now, {"assessment": assessment.pk})
    head = regional_head(row.customer, at=now)
    if head is not None:
        title = gettext_noop(
            "The plan for %(contact)s is reported as reached; confirm or return it"
        )
        _tell(row, [head], title, f"claimed:{assessment.pk}", now)
    return row


@transaction.atomic
def confirm(row: RelationshipPlan, *, by: Actor, now: dt.datetime) -> RelationshipPlan:
    """Reported → reached, by a head. An assessment that still waits is confirmed with it: this is
    how the place of the person changes. Refused when they do not stand at the target by now."""
    persons_only(by, rule=RULE)
    if by.user_id in involved_in(row):
        raise Forbidden(
            _("Somebody confirms it who neither owns it, reported it nor made the assessment."),
            rule=RULE,
        )
    _move(row, PlanStatus.CONFIRMED, PlanStatus.CLAIMED, by, now, closed_at=now)
    if row.result is not None and row.result.status == GridStatus.PROPOSED:
        assessments.confirm(row.result, by=by, now=now)
    current = current_of(row.contact)
    if current is None or not plans.is_reached(row.target, current.point):
        raise Refused(
            _("They do not stand at the target by now; return the plan to its owner."), rule=RULE
        )
    _record(row, "confirmed", by, now, {"assessment": row.result_id})
    _tell(row, [row.owner], gettext_noop("The plan for %(contact)s is reached"), "confirmed", now)
    return row


@transaction.atomic
def give_back(row: RelationshipPlan, *, by: Actor, now: dt.datetime, note: str) -> RelationshipPlan:
    """Reported → in progress, with a reason."""
    persons_only(by, rule=RULE)
    said = _reason(note)
    _move(
        row, PlanStatus.IN_PROGRESS, PlanStatus.CLAIMED, by, now,
        result=None, claimed_by=None, note=said,
    )  # fmt: skip
    timers.arm(END, row, end_of(row), now=now)
    _record(row, "returned", by, now, {})
    title = gettext_noop("The plan for %(contact)s came back; read why")
    _tell(row, [row.owner], title, f"returned:{row.version}", now)
    return row


@transaction.atomic
def cancel(row: RelationshipPlan, *, by: Actor, now: dt.datetime, note: str) -> RelationshipPlan:
    """Open → cancelled, with a reason; steps that are open stay with their owners."""
    persons_only(by, rule=RULE)
    _move(row, PlanStatus.CANCELLED, OPEN_PLANS, by, now, closed_at=now, note=_reason(note))
    timers.cancel(row, END)
    _record(row, "cancelled", by, now, {})
    return row


@transaction.atomic
def review(row: RelationshipPlan, *, by: Actor, now: dt.datetime, note: str) -> RelationshipPlan:
    """The head looked at it: monthly where the person blocks us (R-R5)."""
    persons_only(by, rule=RULE)
    if not row.is_open or row.approved_at is None:
        raise Refused(_("Only an approved plan that has not ended is reviewed."), rule=RULE)
    edit_row(row, {"reviewed_at": now, "note": _reason(note)}, by=by, now=now, version=row.version)
    _record(row, "reviewed", by, now, {})
    return row


@transaction.atomic
def miss(rows: Iterable[RelationshipPlan], *, by: Actor, now: dt.datetime) -> int:
    """Running → missed for those past their last day; owner and head are told."""
    missed = 0
    for row in rows:
        if row.status not in RUNNING or end_of(row) > now:
            continue
        end = end_of(row)
        _move(row, PlanStatus.MISSED, RUNNING, by, now, closed_at=end)
        trail.record(
            row, "plan.missed", by=by, now=now, scope=row.customer,
            facts={"contact": row.contact_id}, confidential=True, occurred_at=end,
        )  # fmt: skip
        told = [row.owner, regional_head(row.customer, at=now)]
        title = gettext_noop("The plan for %(contact)s was not reached in time")
        _tell(row, [user for user in told if user is not None], title, "missed", now)
        missed += 1
    return missed


def end_of(row: RelationshipPlan) -> dt.datetime:
    """The first instant after the last day, where the owning unit is."""
    day = row.due_on + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), tzinfo=zone_of(row.customer)).astimezone(dt.UTC)


def approved_on(row: RelationshipPlan) -> dt.date:
    """The day of the approval, where the owning unit is; of an approved plan only."""
    return row.approved_at.astimezone(zone_of(row.customer)).date()  # type: ignore[union-attr]


def _check(row: RelationshipPlan, now: dt.datetime) -> None:
    for name in ("owner", "sponsor"):
        _must_see(row, name)
    for name, value in zip(("target_intimacy", "target_support"), row.target, strict=True):
        if not grid.LOWEST <= value <= grid.HIGHEST:
            raise invalid(name, _("Scores lie between −3 and +3."))
    current = current_of(row.contact)
    if not plans.is_better(row.target, current.point if current else row.start):
        raise invalid(
            "target_support",
            _("The target is better than today on one axis at least, and worse on none."),
        )
    if row.due_on <= today_of(row.contact, now):
        raise invalid("due_on", _("Choose a day after today."))
    if not row.strategy.strip():
        raise invalid("strategy", _("Say how; the playbook of the cell is a start."))


def _must_see(row: RelationshipPlan, name: str) -> None:
    """Who answers for a plan reads it: the confidential class of this customer."""
    who = getattr(row, name)
    staff(who, name)
    if who is not None and not may_see_grid(who, row.customer):
        sentence = _("%(name)s does not see the nine-grid of this customer.")
        raise invalid(name, sentence % {"name": who.full_name})


def _check_result(row: RelationshipPlan, assessment: GridAssessment) -> None:
    if assessment.contact_id != row.contact_id:
        raise invalid("assessment", _("This assessment is about somebody else."))
    live = (GridStatus.PROPOSED, GridStatus.CONFIRMED, GridStatus.STALE)
    late_enough = row.approved_at is not None and assessment.assessed_on >= approved_on(row)
    if assessment.status not in live or not late_enough:
        raise invalid("assessment", _("Name an assessment made since the plan was approved."))
    if not plans.is_reached(row.target, assessment.point):
        raise invalid("assessment", _("This assessment lies short of the target."))


def _reason(note: str) -> str:
    if not note.strip():
        raise invalid("note", _("Say why; the colleague reads it."))
    return tidy(note)[:300]


def _move(
    row: RelationshipPlan,
    to: str,
    frm: Iterable[str] | str,
    by: Actor,
    now: dt.datetime,
    **columns: Any,
) -> None:
    move(row, to, frm=frm, by=by, now=now, rule=RULE, **columns)


def _tell(
    row: RelationshipPlan, people: list[User], title: str, key: str, now: dt.datetime
) -> None:
    """No score leaves in a notification: a name and a link."""
    notify.tell(
        people,
        kind=f"plan.{key.partition(':')[0]}",
        title=title,
        params={"contact": row.contact.name},
        once=f"plan:{row.pk}:{key}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON,
        about=row,
        scope=row.customer,
        now=now,
    )


def _record(
    row: RelationshipPlan, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any]
) -> None:
    trail.record(
        row,
        f"plan.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts={"contact": row.contact_id, **facts},
        confidential=True,
    )
