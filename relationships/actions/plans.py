"""Writes of relationship plans: draft, approve, work, report as reached, confirm, miss (R-R5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
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
from core.writes import as_read, insert, move
from core.writes import edit as edit_row
from relationships import grid, plans
from relationships.actions import assessments
from relationships.actions.assessments import current_of, zone_of
from relationships.choices import GRADES, OPEN_PLANS, RUNNING, GridStatus, Layer, PlanStatus
from relationships.models import GridAssessment, RelationshipPlan
from relationships.rules import involved_in, may_see_grid

END = "relationships.plan_end"
RULE = "R-R5"
_wrong = partial(invalid, rule=RULE)
FIELDS = ("target_intimacy", "target_support", "strategy", "due_on", "owner", "sponsor")
LAYER_FIELDS = ("from_grade", "target_grade", "strategy", "due_on", "owner", "sponsor")


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
    check(row, now)
    insert(row, by=by, now=now)
    drafted(row, by, now, {"from": row.start, "to": row.target, "until": due_on})
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
    """Change FIELDS of a draft, LAYER_FIELDS of one for a layer."""
    persons_only(by, rule=RULE)
    names = FIELDS if row.is_key else LAYER_FIELDS
    changed = only(dict(changes), names)
    if row.status != PlanStatus.DRAFT:
        raise Refused(_("It is approved; cancel it and draft another one."), rule=RULE)
    wished = RelationshipPlan(
        customer=row.customer,
        layer=row.layer,
        contact=row.contact,
        from_intimacy=row.from_intimacy,
        from_support=row.from_support,
        **{name: changed.get(name, getattr(row, name)) for name in names},
    )
    check(wished, now)
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        _record(row, "edited", by, now, {"changed": sorted(in_ids(differs))})
    return row


@transaction.atomic
def approve(
    row: RelationshipPlan, *, by: Actor, now: dt.datetime, version: int | None = None
) -> RelationshipPlan:
    """Draft → approved by a head who neither wrote it nor owns it (b.6). Stale when it was edited
    since the head read it."""
    persons_only(by, rule=RULE)
    as_read(row, version)
    if by.user_id in (row.owner_id, row.created_by_id):
        raise Forbidden(_("Somebody other than its author approves a plan."), rule=RULE)
    check(row, now)
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
    step(row, PlanStatus.IN_PROGRESS, PlanStatus.APPROVED, by, now)
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
        raise _wrong("due_at", _("The plan ends on %(day)s.") % {"day": row.due_on})
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
    step(row, PlanStatus.CLAIMED, RUNNING, by, now, claimed_by=by.user, result=assessment)
    timers.cancel(row, END)
    key = f"claimed:{assessment.pk}"
    reported(row, by, now, key=key, facts={"assessment": assessment.pk})
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
    step(row, PlanStatus.CONFIRMED, PlanStatus.CLAIMED, by, now, closed_at=now)
    if row.result is not None and row.result.status == GridStatus.PROPOSED:
        assessments.confirm(row.result, by=by, now=now)
    if row.contact is not None:
        _must_stand_there(row, row.contact)
    _record(row, "confirmed", by, now, {"assessment": row.result_id})
    _tell(row, [row.owner], gettext_noop("The plan for %(contact)s is reached"), "confirmed", now)
    return row


@transaction.atomic
def give_back(row: RelationshipPlan, *, by: Actor, now: dt.datetime, note: str) -> RelationshipPlan:
    """Reported → in progress, with a reason."""
    persons_only(by, rule=RULE)
    said = _reason(note)
    step(
        row, PlanStatus.IN_PROGRESS, PlanStatus.CLAIMED, by, now,
        result=None, proof="", claimed_by=None, note=said,
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
    step(row, PlanStatus.CANCELLED, OPEN_PLANS, by, now, closed_at=now, note=_reason(note))
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
        step(row, PlanStatus.MISSED, RUNNING, by, now, closed_at=end)
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


def drafted(row: RelationshipPlan, by: Actor, now: dt.datetime, facts: Mapping[str, Any]) -> None:
    """A draft is on the trail, and the head who approves it is told."""
    _record(row, "drafted", by, now, facts)
    head = regional_head(row.customer, at=now)
    if head is not None and head.pk not in (by.user_id, row.owner_id):
        title = gettext_noop("The plan for %(contact)s waits for your approval")
        _tell(row, [head], title, "drafted", now)


def reported(
    row: RelationshipPlan, by: Actor, now: dt.datetime, *, key: str, facts: Mapping[str, Any]
) -> None:
    """A report is on the trail, and the head who confirms it is told."""
    _record(row, "claimed", by, now, facts)
    head = regional_head(row.customer, at=now)
    if head is not None:
        title = gettext_noop(
            "The plan for %(contact)s is reported as reached; confirm or return it"
        )
        _tell(row, [head], title, key, now)


def check(row: RelationshipPlan, now: dt.datetime) -> None:
    """Invalid for a plan that is none: whoever answers does not read it, the target is no better
    than today, its last day is over, it does not say how."""
    for name in ("owner", "sponsor"):
        _must_see(row, name)
    if row.contact is not None:
        _check_target(row, row.contact)
    elif not plans.is_better_grade(row.target_grade, row.from_grade, GRADES[Layer(row.layer)]):
        raise _wrong("target_grade", _("The target is a better grade than today's."))
    if row.due_on <= now.astimezone(zone_of(row.customer)).date():
        raise _wrong("due_on", _("Choose a day after today."))
    if not row.strategy.strip():
        raise _wrong("strategy", _("Say how; the playbook of the cell is a start."))


def _check_target(row: RelationshipPlan, contact: Contact) -> None:
    for name, value in zip(("target_intimacy", "target_support"), row.target, strict=True):
        if value is None or not grid.LOWEST <= value <= grid.HIGHEST:
            raise _wrong(name, _("Scores lie between −3 and +3."))
    current = current_of(contact)
    if not plans.is_better(row.target, current.point if current else row.start):
        raise _wrong(
            "target_support",
            _("The target is better than today on one axis at least, and worse on none."),
        )


def _must_stand_there(row: RelationshipPlan, contact: Contact) -> None:
    current = current_of(contact)
    if current is None or not plans.is_reached(row.target, current.point):
        raise Refused(
            _("They do not stand at the target by now; return the plan to its owner."), rule=RULE
        )


def _must_see(row: RelationshipPlan, name: str) -> None:
    """Who answers for a plan reads it: the confidential class of this customer."""
    who = getattr(row, name)
    staff(who, name)
    if who is not None and not may_see_grid(who, row.customer):
        sentence = _("%(name)s does not see the nine-grid of this customer.")
        raise _wrong(name, sentence % {"name": who.full_name})


def _check_result(row: RelationshipPlan, assessment: GridAssessment) -> None:
    if not row.is_key:
        raise Refused(_("A plan for a layer is shown by words, not by an assessment."), rule=RULE)
    if assessment.contact_id != row.contact_id:
        raise _wrong("assessment", _("This assessment is about somebody else."))
    live = (GridStatus.PROPOSED, GridStatus.CONFIRMED, GridStatus.STALE)
    late_enough = row.approved_at is not None and assessment.assessed_on >= approved_on(row)
    if assessment.status not in live or not late_enough:
        raise _wrong("assessment", _("Name an assessment made since the plan was approved."))
    if not plans.is_reached(row.target, assessment.point):
        raise _wrong("assessment", _("This assessment lies short of the target."))


def _reason(note: str) -> str:
    if not note.strip():
        raise _wrong("note", _("Say why; the colleague reads it."))
    return tidy(note)[:300]


def step(
    row: RelationshipPlan,
    to: str,
    frm: Iterable[str] | str,
    by: Actor,
    now: dt.datetime,
    **columns: Any,
) -> None:
    """Move a state, refused with the rule of plans."""
    move(row, to, frm=frm, by=by, now=now, rule=RULE, **columns)


def _tell(
    row: RelationshipPlan, people: list[User], title: str, key: str, now: dt.datetime
) -> None:
    """No score leaves in a notification: a name and a link."""
    notify.tell(
        people,
        kind=f"plan.{key.partition(':')[0]}",
        title=title,
        params={"contact": row.subject},
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
