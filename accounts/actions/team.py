"""Writes of the account team: who is what for a customer, and handing over."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actions import handing
from accounts.actions.guards import invalid
from accounts.choices import HANDOVER_OPEN, AssignmentStatus, HandoverStatus, TeamRole, Tier
from accounts.models import AccountAssignment, Customer, Handover, UserProfile
from core import registry, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.writes import insert, move

UNTIL = "accounts.assignment_until"


@transaction.atomic
def assign(
    customer: Customer,
    user: User,
    role: str,
    *,
    by: Actor,
    now: dt.datetime,
    until: dt.datetime | None = None,
    source: models.Model | None = None,
) -> AccountAssignment:
    """Put a colleague on the team of a customer (choices.TeamRole).

    A second AR, SR or FR is refused: hand over instead. `source` is the project, review or
    dispatch that brought the person; `until` ends the assignment by itself.
    """
    check_person(user)
    if until is not None and until <= now:
        raise invalid("until", _("This time is past."), rule="b.1")
    _refuse_second(customer, role)
    row = AccountAssignment(
        customer=customer,
        user=user,
        role=role,
        since=now,
        until=until,
        source_label=registry.label_of(source) if source is not None else "",
        source_id=source.pk if source is not None else None,
    )
    insert(row, by=by, now=now)
    if until is not None:
        timers.arm(UNTIL, row, until, now=now)
    trail.record(
        row,
        "assignment.created",
        by=by,
        now=now,
        scope=customer,
        facts={"user": user.pk, "role": role, "until": until, "source": row.source_label},
    )
    return row


@transaction.atomic
def end(
    assignment: AccountAssignment, *, by: Actor, now: dt.datetime, reason: str = ""
) -> AccountAssignment:
    """End an assignment. The account manager cannot simply end: hand over."""
    if assignment.role == TeamRole.AR:
        raise Refused(
            _("A customer always has one account manager; hand over to a successor."), rule="b.1"
        )
    if assignment.role == TeamRole.EXECUTIVE_SPONSOR and assignment.customer.tier == Tier.S:
        _keep_sponsor(assignment)
    _close(assignment, AssignmentStatus.ENDED, by, now)
    trail.record(
        assignment,
        "assignment.ended",
        by=by,
        now=now,
        scope=assignment.customer,
        facts={"user": assignment.user_id, "role": assignment.role, "reason": reason},
    )
    return assignment


@transaction.atomic
def hand_over(
    assignment: AccountAssignment,
    to: User,
    *,
    by: Actor,
    now: dt.datetime,
    reason: str = "",
    handover: Handover | None = None,
) -> AccountAssignment:
    """Give a seat to a successor in one step: never two, never none. Returns the new row.

    With the seat of the account manager what was theirs alone goes stale (R-A6, HANDED_OVER of
    the registry), and a handover that was planned is called off unless it is this one.
    """
    check_person(to)
    if to.pk == assignment.user_id:
        raise invalid("to", _("%(name)s holds this seat already.") % {"name": to}, rule="b.1")
    _close(assignment, AssignmentStatus.HANDED_OVER, by, now)
    row = AccountAssignment(
        customer=assignment.customer,
        user=to,
        role=assignment.role,
        since=now,
        source_label=assignment.source_label,
        source_id=assignment.source_id,
    )
    insert(row, by=by, now=now)
    trail.record(
        row,
        "assignment.handed_over",
        by=by,
        now=now,
        scope=assignment.customer,
        facts={"role": row.role, "user": [assignment.user_id, to.pk], "reason": reason},
    )
    if row.role == TeamRole.AR:
        _call_off(assignment, handover, to, by, now)
        for path in registry.entry("HANDED_OVER", ()):
            registry.load(path)(assignment, row, by=by, now=now)
    return row


@transaction.atomic
def end_source(source: models.Model, *, by: Actor, now: dt.datetime, reason: str = "") -> int:
    """End every assignment that a project, review or dispatch brought. Returns how many."""
    rows = AccountAssignment.objects.active().filter(
        source_label=registry.label_of(source), source_id=source.pk
    )
    ended = list(rows.select_related("customer"))
    for row in ended:
        end(row, by=by, now=now, reason=reason)
    return len(ended)


def check_person(user: User) -> None:
    """Invalid unless this is an active colleague."""
    here = UserProfile.objects.here().filter(user=user)
    if user.is_portal or not user.is_active or not here.exists():
        raise invalid(
            "user", _("%(name)s has no active staff account.") % {"name": user}, rule="b.1"
        )


def _close(row: AccountAssignment, to: str, by: Actor, now: dt.datetime) -> None:
    move(row, to, frm=AssignmentStatus.ACTIVE, by=by, now=now, rule="b.1", until=now)
    timers.cancel(row, UNTIL)


def _call_off(
    assignment: AccountAssignment, kept: Handover | None, to: User, by: Actor, now: dt.datetime
) -> None:
    """What was given in a handover that is overtaken goes to whoever has the seat now."""
    rows = Handover.objects.open().filter(assignment=assignment)
    for row in rows.exclude(pk=kept.pk if kept is not None else None):
        move(
            row,
            HandoverStatus.CANCELLED,
            frm=HANDOVER_OPEN,
            by=by,
            now=now,
            rule="R-A6",
            note=_("The seat has changed hands otherwise."),
        )
        timers.cancel(row)
        back = handing.give_back(row, to, by=by, now=now)
        end_source(row, by=by, now=now, reason="handover")
        trail.record(
            row,
            "handover.cancelled",
            by=by,
            now=now,
            scope=row.customer,
            facts={"back": back},
            confidential=True,
        )


def _refuse_second(customer: Customer, role: str) -> None:
    if role not in (TeamRole.AR, TeamRole.SR, TeamRole.FR):
        return
    held = AccountAssignment.objects.active().filter(customer=customer, role=role)
    holder = held.select_related("user").first()
    if holder is not None:
        raise Refused(
            _("%(name)s is the %(role)s of this customer; hand over instead.")
            % {"name": holder.user, "role": holder.get_role_display()},
            rule="b.1",
            fields={"role": [_("Held by %(name)s.") % {"name": holder.user}]},
        )


def _keep_sponsor(assignment: AccountAssignment) -> None:
    rows = AccountAssignment.objects.active().filter(
        customer=assignment.customer_id, role=TeamRole.EXECUTIVE_SPONSOR
    )
    if not rows.exclude(pk=assignment.pk).exists():
        raise Refused(
            _("A tier S customer needs an executive sponsor; hand over instead."), rule="R-A1"
        )
