"""Writes of handovers: plan, begin the overlap, introduce, give, complete, cancel (R-A6)."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import policies, rotation
from accounts.actions import contacts as people
from accounts.actions import handing, team
from accounts.actions.guards import in_ids, invalid, only, persons_only
from accounts.choices import (
    HANDOVER_OPEN,
    AssignmentStatus,
    HandoverReason,
    HandoverStatus,
    TeamRole,
)
from accounts.models import AccountAssignment, Contact, Customer, Handover
from accounts.queries import unit_head
from accounts.queries_handover import Line, open_lines
from core import duties, notify, policy, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.notify import Urgency
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

STEP = "accounts.handover_step"
_record = trail.recorder("handover", scope="customer", confidential=True)
RULE = "R-A6"
FIELDS = ("overlap_to", "letter")
LOOKED_AFTER = "accounts.contact.relationship_owner"


@transaction.atomic
def plan(
    assignment: AccountAssignment,
    successor: User,
    *,
    overlap_from: dt.date,
    overlap_to: dt.date,
    by: Actor,
    now: dt.datetime,
    reason: str = HandoverReason.ROTATION,
    letter: str = "",
) -> Handover:
    """Say who follows an account manager and from when both work side by side.

    Refused for another seat, a seat that has ended or that is being handed over; Invalid for a
    successor who holds it, an overlap that is over or, at a rotation, shorter than it must be.
    """
    persons_only(by, rule=RULE)
    if assignment.role != TeamRole.AR or assignment.status != AssignmentStatus.ACTIVE:
        raise Refused(
            _("Only the seat of the account manager is handed over in this way."), rule=RULE
        )
    team.check_person(successor)
    if successor.pk == assignment.user_id:
        raise invalid(
            "successor", _("%(name)s holds this seat already.") % {"name": successor}, rule=RULE
        )
    row = Handover(
        customer=assignment.customer,
        assignment=assignment,
        successor=successor,
        reason=reason,
        overlap_from=overlap_from,
        overlap_to=overlap_to,
        letter=letter.strip(),
    )
    _check_overlap(row, now, floor=today_of(row.customer, now))
    insert(row, by=by, now=now)
    timers.arm(STEP, row, start_of(row, overlap_from), now=now)
    _record(row, "planned", by, now, {"successor": successor.pk, "from": overlap_from})
    title = gettext_noop("%(customer)s changes hands: read what is to be done until %(day)s")
    _tell(row, [successor, assignment.user], title, "planned", now)
    return row


@transaction.atomic
def edit(
    row: Handover, changes: Mapping[str, Any], *, by: Actor, now: dt.datetime, version: int | None
) -> Handover:
    """Change FIELDS while it is open."""
    changed = only(dict(changes), FIELDS)
    _must_be(row, *HANDOVER_OPEN)
    wished = Handover(
        customer=row.customer,
        reason=row.reason,
        overlap_from=row.overlap_from,
        overlap_to=changed.get("overlap_to", row.overlap_to),
    )
    _check_overlap(wished, now, floor=row.overlap_from)
    differs = edit_row(row, changed, by=by, now=now, version=version)
    if differs:
        if row.status == HandoverStatus.IN_OVERLAP:
            timers.arm(STEP, row, end_of(row), now=now)
        said = {name: pair for name, pair in in_ids(differs).items() if name != "letter"}
        _record(row, "edited", by, now, {"changed": said, "letter": "letter" in differs})
    return row


@transaction.atomic
def begin(row: Handover, *, by: Actor, now: dt.datetime) -> Handover:
    """Planned → in overlap: the successor sits on the team beside the account manager."""
    move(row, HandoverStatus.IN_OVERLAP, frm=HandoverStatus.PLANNED, by=by, now=now, rule=RULE)
    here = AccountAssignment.objects.on_account_team().filter(
        customer=row.customer, user=row.successor
    )
    if not here.exists():
        team.assign(row.customer, row.successor, TeamRole.MEMBER, by=by, now=now, source=row)
    timers.arm(STEP, row, end_of(row), now=now)
    _record(row, "begun", by, now, {"successor": row.successor_id})
    title = gettext_noop("The handover of %(customer)s has begun; introduce people, give open work")
    _tell(row, [row.successor, row.assignment.user], title, "begun", now)
    return row


@transaction.atomic
def introduce(
    row: Handover, contacts: Iterable[Contact], *, by: Actor, now: dt.datetime
) -> Handover:
    """The successor has met these people; what the predecessor looked after is the successor's."""
    _must_be(row, HandoverStatus.IN_OVERLAP)
    met = list(contacts)
    if any(one.customer_id != row.customer_id for one in met):
        raise invalid("contacts", _("Choose people of this customer."), rule=RULE)
    row.introduced.add(*met)
    old = Contact.objects.filter(
        pk__in=[one.pk for one in met], relationship_owner=row.assignment.user_id
    )
    looked_after = [duty for duty in duties.declared() if duty.key == LOOKED_AFTER]
    with handing.noted(row, looked_after):
        people.give_to(old, row.successor, by=by, now=now)
    _record(row, "introduced", by, now, {"contacts": sorted(one.pk for one in met)})
    return row


@transaction.atomic
def give(row: Handover, *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """All open work of the predecessor at this customer becomes the successor's."""
    _must_be(row, HandoverStatus.IN_OVERLAP)
    listed = [duty for duty in duties.declared() if duty.listed]
    with handing.noted(row, listed):
        given = duties.give_all(
            row.assignment.user, row.successor, by=by, now=now, scope=row.customer, duties=listed
        )
    _record(row, "given", by, now, {"given": given})
    return given


@transaction.atomic
def complete(row: Handover, *, by: Actor, now: dt.datetime) -> Handover:
    """In overlap → completed: the seat changes hands.

    Refused while something is open on the list, or before the overlap has lasted long enough.
    """
    persons_only(by, rule=RULE)
    _must_be(row, HandoverStatus.IN_OVERLAP)
    _must_have_lasted(row, now)
    left = open_lines(row)
    if left:
        raise Refused(
            _("Still open: %(what)s. Finish it or give it to the successor.")
            % {"what": ", ".join(_said(line) for line in left)},
            rule=RULE,
            extra={"open": {line.key: line.count for line in left}},
        )
    _end_seats(row, by, now)
    seat = team.hand_over(
        row.assignment, row.successor, by=by, now=now, reason=row.reason, handover=row
    )
    move(
        row,
        HandoverStatus.COMPLETED,
        frm=HandoverStatus.IN_OVERLAP,
        by=by,
        now=now,
        rule=RULE,
        seat=seat,
        completed_at=now,
    )
    timers.cancel(row, STEP)
    _record(row, "completed", by, now, {"successor": row.successor_id})
    title = gettext_noop("%(customer)s is yours now; the pack says whom to see first")
    _tell(row, [row.successor], title, "completed", now)
    return row


@transaction.atomic
def cancel(row: Handover, *, by: Actor, now: dt.datetime, note: str) -> Handover:
    """Open → cancelled, with a reason: what was given goes back, the successor leaves the team."""
    if not note.strip():
        raise invalid("note", _("Say why; the colleague reads it."), rule=RULE)
    move(
        row,
        HandoverStatus.CANCELLED,
        frm=HANDOVER_OPEN,
        by=by,
        now=now,
        rule=RULE,
        note=tidy(note)[:300],
    )
    timers.cancel(row, STEP)
    back = handing.give_back(row, row.assignment.user, by=by, now=now)
    _end_seats(row, by, now)
    _record(row, "cancelled", by, now, {"back": back})
    title = gettext_noop("The handover of %(customer)s is called off")
    _tell(row, [row.successor, row.assignment.user], title, "cancelled", now)
    return row


@transaction.atomic
def remind(row: Handover, *, by: Actor, now: dt.datetime) -> None:
    """The overlap is over and the seat has not changed hands: both and the head are told."""
    if row.status != HandoverStatus.IN_OVERLAP or end_of(row) > now:
        return
    title = gettext_noop("The overlap at %(customer)s is over; finish what is open and complete it")
    told = [row.successor, row.assignment.user, unit_head(row.customer, at=now)]
    _tell(row, told, title, f"over:{row.overlap_to}", now)


def today_of(customer: Customer, now: dt.datetime) -> dt.date:
    """The day where the owning unit is."""
    return now.astimezone(zoneinfo.ZoneInfo(customer.owning_unit.timezone)).date()


def start_of(row: Handover, day: dt.date) -> dt.datetime:
    """The first instant of a day where the owning unit is."""
    zone = zoneinfo.ZoneInfo(row.customer.owning_unit.timezone)
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def end_of(row: Handover) -> dt.datetime:
    """The first instant after the overlap."""
    return start_of(row, row.overlap_to + dt.timedelta(days=1))


def step_at(row: Handover) -> dt.datetime:
    """When something happens next to an open handover by itself."""
    planned = row.status == HandoverStatus.PLANNED
    return start_of(row, row.overlap_from) if planned else end_of(row)


def _check_overlap(row: Handover, now: dt.datetime, *, floor: dt.date) -> None:
    if row.overlap_from < floor:
        raise invalid("overlap_from", _("This day is past."), rule=RULE)
    if row.overlap_to < row.overlap_from:
        raise invalid(
            "overlap_to", _("The overlap ends before it begins; swap the days."), rule=RULE
        )
    least = policy.get(policies.OVERLAP_DAYS, at=now)
    rotates = row.reason == HandoverReason.ROTATION
    if rotates and rotation.ends_early(row.overlap_from, row.overlap_to, least_days=least):
        error = invalid(
            "overlap_to",
            _("At a rotation both work side by side for %(n)d days at least.") % {"n": least},
        )
        error.rule = RULE
        raise error


def _must_have_lasted(row: Handover, now: dt.datetime) -> None:
    least = policy.get(policies.OVERLAP_DAYS, at=now)
    today = today_of(row.customer, now)
    rotates = row.reason == HandoverReason.ROTATION
    if rotates and rotation.ends_early(row.overlap_from, today, least_days=least):
        day = row.overlap_from + dt.timedelta(days=least)
        raise Refused(
            _("Both work side by side until %(day)s at least; complete it then.") % {"day": day},
            rule=RULE,
        )


def _must_be(row: Handover, *states: str) -> None:
    if row.status not in states:
        raise Refused(
            _("This handover is “%(state)s”; that step is not possible now.")
            % {"state": row.get_status_display()},
            rule=RULE,
        )


def _end_seats(row: Handover, by: Actor, now: dt.datetime) -> None:
    team.end_source(row, by=by, now=now, reason="handover")


def _said(line: Line) -> str:
    return f"{_(line.name)} {line.count}"


def _tell(row: Handover, who: list[User | None], title: str, key: str, now: dt.datetime) -> None:
    notify.tell(
        [user for user in who if user is not None],
        kind="handover." + key.partition(":")[0],
        title=title,
        params={"customer": row.customer.name, "day": row.overlap_to.isoformat()},
        once=f"handover:{row.pk}:{key}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON,
        about=row,
        scope=row.customer,
        now=now,
    )
