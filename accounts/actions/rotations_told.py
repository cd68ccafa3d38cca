"""Tells account managers and heads that a rotation comes up: months 33, 35 and 36 (R-A6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts import rotation
from accounts.actions.handovers import today_of
from accounts.models import AccountAssignment
from accounts.queries import unit_head
from core import events, notify, trail
from core.actors import Actor
from core.notify import Urgency


@transaction.atomic
def tell(seat: AccountAssignment, marks: Sequence[int], *, by: Actor, now: dt.datetime) -> int:
    """Say once for each mark that it is reached; the mark that was told, 0 for none."""
    zone_day = today_of(seat.customer, seat.since)
    reached = rotation.stage(zone_day, today_of(seat.customer, now), marks=marks)
    hits = AccountAssignment.objects.active().filter(pk=seat.pk, rotation_told__lt=reached)
    if not hits.update(rotation_told=reached):
        return 0
    due = rotation.due_on(zone_day, months=max(marks))
    trail.record(
        seat,
        "assignment.rotation_due",
        by=by,
        now=now,
        scope=seat.customer,
        facts={"user": seat.user_id, "months": reached, "due": due},
    )
    events.emit(
        "assignment.rotation_due", seat, by=by, now=now, scope=seat.customer, facts={"due": due}
    )
    notify.tell(
        [user for user in (seat.user, unit_head(seat.customer, at=now)) if user is not None],
        kind="assignment.rotation_due",
        title=gettext_noop("%(name)s manages %(customer)s until %(day)s: plan the handover"),
        params={
            "name": seat.user.full_name,
            "customer": seat.customer.name,
            "day": due.isoformat(),
        },
        once=f"rotation:{seat.pk}:{reached}",
        url="/handovers/",
        urgency=Urgency.SOON,
        about=seat,
        scope=seat.customer,
        now=now,
    )
    return reached
