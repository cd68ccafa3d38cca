"""What happens later on this floor: tier reminders and expiry, ends of assignments, due items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts import policies, rotation
from accounts.actions import erasure, handovers, personal, rotations_told, team, tier
from accounts.actions.action_items import DUE
from accounts.choices import (
    ActionStatus,
    AssessmentStatus,
    AssignmentStatus,
    HandoverStatus,
    TeamRole,
)
from accounts.models import AccountAssignment, ActionItem, ErasureRequest, Handover, TierAssessment
from accounts.queries import unit_head
from accounts.queries_handover import rotations
from core import notify, policy
from core.actors import Actor
from core.models import Timer
from core.notify import Urgency

SYSTEM = Actor.system()


def remind_of_tier(timers: list[Timer], *, now: dt.datetime) -> None:
    """Tell the account manager (or the unit head) that a tier expires soon (R-A1)."""
    for row in _tiers(timers):
        ars = [
            seat.user
            for seat in AccountAssignment.objects.active()
            .filter(customer=row.customer, role=TeamRole.AR)
            .select_related("user")
        ]
        notify.tell(
            ars or [unit_head(row.customer, at=now)],
            kind="tier.expiring",
            title=gettext_noop("The tier of %(customer)s expires on %(day)s; assess it anew."),
            params={"customer": row.customer.name, "day": row.valid_until.isoformat()},
            once=f"tier:{row.pk}:expiring",
            url=f"/customers/{row.customer_id}/tier/",
            urgency=Urgency.SOON,
            about=row,
            scope=row.customer,
            now=now,
        )


def expire_tiers(timers: list[Timer], *, now: dt.datetime) -> None:
    """The validity of a tier is over: flag it (R-A1)."""
    for row in _tiers(timers):
        if tier.expiry_at(row) <= now:
            tier.expire(row, by=SYSTEM, now=now)


def end_assignments(timers: list[Timer], *, now: dt.datetime) -> None:
    """A time-boxed seat has run out: it ends, and with it the sight of the customer."""
    rows = AccountAssignment.objects.filter(
        pk__in=[timer.about_id for timer in timers], status=AssignmentStatus.ACTIVE
    )
    for row in rows.select_related("customer"):
        if row.until is not None and row.until <= now and row.role != TeamRole.AR:
            team.end(row, by=SYSTEM, now=now, reason="until")


def remind_of_items(timers: list[Timer], *, now: dt.datetime) -> None:
    """Tell the owner of an open action item that its time has come."""
    rows = ActionItem.objects.filter(
        pk__in=[timer.about_id for timer in timers], status=ActionStatus.OPEN, due_at__lte=now
    )
    notes = [_item_note(item) for item in rows.select_related("owner", "customer")]
    notify.tell_many(notes, now=now)


def remind_of_birthdays(*, now: dt.datetime) -> None:
    """Heartbeat: relationship owners hear of birthdays a week and a day before (R-R13)."""
    personal.remind_of_birthdays(now=now)


def handover_step(timers: list[Timer], *, now: dt.datetime) -> None:
    """The overlap begins on its day; when it is over the two and the head are told (R-A6)."""
    for row in _handovers().filter(pk__in=[timer.about_id for timer in timers]):
        if handovers.step_at(row) > now:
            continue
        if row.status == HandoverStatus.PLANNED:
            handovers.begin(row, by=SYSTEM, now=now)
        else:
            handovers.remind(row, by=SYSTEM, now=now)


def remind_of_rotation(*, now: dt.datetime, most: int = 500) -> None:
    """Heartbeat: seats that reached a month of R-A6 are told of once, 500 in a round."""
    marks = [policy.get(one, at=now) for one in policies.ROTATION_WARNINGS]
    first = rotation.began_before(now.date(), months=min(marks))
    begun = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC)
    untold = Q()
    for mark in marks:
        day = rotation.began_before(now.date(), months=mark)
        reached = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
        untold |= Q(since__lt=reached, rotation_told__lt=mark)
    for seat in rotations(begun).filter(untold)[:most]:
        rotations_told.tell(seat, marks, by=SYSTEM, now=now)


def _item_note(item: ActionItem) -> notify.Note:
    """What is confidential is named in the app only, not in the mail."""
    title, values = gettext_noop("Due now: %(text)s"), {"text": item.text}
    if item.is_confidential:
        title, values = gettext_noop("Due now: something confidential, open it to read"), {}
    return notify.Note(
        [item.owner],
        "action_item.due",
        title,
        f"action:{item.pk}:{item.due_at.isoformat()}",
        values,
        f"/customers/{item.customer_id}/action-items/" if item.customer_id else "",
        Urgency.SOON,
        item,
        item.customer,
    )


def expected(now: dt.datetime) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of this floor that must be armed now: (kind, about_label, about_id, due_at)."""
    approved = TierAssessment.objects.filter(status=AssessmentStatus.APPROVED)
    for row in approved.select_related("customer__owning_unit").iterator():
        yield tier.EXPIRY, "accounts.tierassessment", row.pk, tier.expiry_at(row)
        if tier.reminder_at(row, now) > now:
            yield tier.REMINDER, "accounts.tierassessment", row.pk, tier.reminder_at(row, now)
    for pk, until in (
        AccountAssignment.objects.active().exclude(until=None).values_list("pk", "until")
    ):
        yield team.UNTIL, "accounts.accountassignment", pk, until
    for row in _handovers():
        if handovers.step_at(row) > now:
            yield handovers.STEP, "accounts.handover", row.pk, handovers.step_at(row)
    for row in ErasureRequest.objects.open():
        moment = erasure.warn_at(row, now)
        yield erasure.DUE, "accounts.erasurerequest", row.pk, moment if moment > now else row.due_at
    for pk, due_at in ActionItem.objects.open().filter(due_at__gt=now).values_list("pk", "due_at"):
        yield DUE, "accounts.actionitem", pk, due_at


def erasures_due(timers: list[Timer], *, now: dt.datetime) -> None:
    """A request to erase somebody is due within days, then due (R-P3)."""
    rows = ErasureRequest.objects.filter(pk__in=[timer.about_id for timer in timers])
    for row in rows.select_related("contact__customer__owning_unit", "created_by"):
        erasure.remind(row, now=now)


def _handovers():
    rows = Handover.objects.open()
    return rows.select_related("customer__owning_unit", "successor", "assignment__user")


def _tiers(timers: list[Timer]) -> list[TierAssessment]:
    rows = TierAssessment.objects.filter(
        pk__in=[timer.about_id for timer in timers], status=AssessmentStatus.APPROVED
    )
    return list(rows.select_related("customer__owning_unit"))
