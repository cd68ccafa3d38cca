"""Writes of leave: enter, call off. It exempts from what is counted by the week (R-R7 to R-R9)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import policies_leave as policies
from accounts.actions.guards import invalid, staff
from accounts.models import UserLeave
from core import notify, policy, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.writes import edit as edit_row
from core.writes import insert

RULE = "b.2.1"


@transaction.atomic
def enter(
    user: User,
    starts_on: dt.date,
    ends_on: dt.date,
    *,
    by: Actor,
    now: dt.datetime,
    deputy: User | None = None,
) -> UserLeave:
    """Somebody is away from the first to the last day; the deputy is told.

    Invalid for days that lie too far back or too long, and for days that are entered already.
    """
    staff(deputy, "deputy")
    if deputy is not None and deputy.pk == user.pk:
        raise invalid("deputy", _("Nobody deputises for themselves."), rule=RULE)
    _check_days(starts_on, ends_on, now)
    if UserLeave.objects.touching(starts_on, ends_on).filter(user=user).exists():
        raise invalid(
            "starts_on",
            _("Some of these days are entered already; call that off first."),
            rule=RULE,
        )
    row = UserLeave(user=user, starts_on=starts_on, ends_on=ends_on, deputy=deputy)
    insert(row, by=by, now=now)
    _record(row, "entered", by, now)
    if deputy is not None:
        notify.tell(
            [deputy],
            kind="leave.deputy",
            title=gettext_noop("You stand in for %(name)s from %(first)s to %(last)s"),
            params={"name": user.full_name, "first": starts_on, "last": ends_on},
            once=f"leave:{row.pk}",
            url="/leaves/",
            about=row,
            now=now,
        )
    return row


@transaction.atomic
def call_off(row: UserLeave, *, by: Actor, now: dt.datetime) -> UserLeave:
    """It does not take place; weeks that were judged stay as they were judged."""
    if row.cancelled_at is not None:
        raise Refused(_("This leave was called off already."), rule=RULE)
    edit_row(row, {"cancelled_at": now}, by=by, now=now, version=row.version)
    _record(row, "called_off", by, now)
    return row


def _check_days(starts_on: dt.date, ends_on: dt.date, now: dt.datetime) -> None:
    if ends_on < starts_on:
        raise invalid("ends_on", _("The last day lies before the first one."), rule=RULE)
    most = policy.get(policies.LEAVE_LONGEST_DAYS, at=now)
    if (ends_on - starts_on).days >= most:
        raise invalid(
            "ends_on", _("Enter at most %(days)s days at once.") % {"days": most}, rule=RULE
        )
    back = policy.get(policies.LEAVE_BACK_DAYS, at=now)
    if starts_on < now.date() - dt.timedelta(days=back):
        raise invalid(
            "starts_on",
            _("Leave is entered at most %(days)s days afterwards.") % {"days": back},
            rule=RULE,
        )


def _record(row: UserLeave, verb: str, by: Actor, now: dt.datetime) -> None:
    facts: dict[str, Any] = {"user": row.user_id, "deputy": row.deputy_id}
    facts |= {"from": row.starts_on, "to": row.ends_on}
    trail.record(row, f"leave.{verb}", by=by, now=now, facts=facts)
