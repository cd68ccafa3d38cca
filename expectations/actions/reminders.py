"""Reminds people of promises that fall due, in batches."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.choices import TeamRole
from accounts.models import AccountAssignment
from core import notify, timers
from core.models import User
from core.notify import Note, Urgency
from expectations.actions.commitment import DUE, next_moment
from expectations.models import Commitment

SOON = gettext_noop("You promised %(customer)s: %(text)s")
OVER = gettext_noop("Overdue, promised to %(customer)s: %(text)s")


@transaction.atomic
def remind(rows: list[Commitment], *, now: dt.datetime) -> None:
    """Tell the owners of open promises; of overdue ones also who promised and the AR.

    The same number of statements for one and for a thousand rows; once per promise and date.
    """
    managers = _account_managers({row.customer_id for row in rows if row.due_at <= now})
    notes = [_note(row, managers, now) for row in rows]
    notify.tell_many(notes, now=now)
    wanted = {row.pk: next_moment(row, now) for row in rows}
    timers.arm_many(DUE, wanted, about_label="expectations.commitment", now=now)


def _account_managers(customers: set[int]) -> dict[int, User]:
    rows = AccountAssignment.objects.on_account_team().filter(
        customer__in=customers, role=TeamRole.AR
    )
    return {row.customer_id: row.user for row in rows.select_related("user").order_by("-id")}


def _note(row: Commitment, managers: dict[int, User], now: dt.datetime) -> Note:
    over = row.due_at <= now
    users = [row.owner, *([row.made_by, managers.get(row.customer_id)] if over else [])]
    return Note(
        users=users,
        kind="commitment.overdue" if over else "commitment.due_soon",
        title=OVER if over else SOON,
        once=f"commitment:{row.pk}:{row.due_at:%Y%m%d%H%M}:{'over' if over else 'soon'}",
        params={"customer": row.customer.display_name, "text": row.text},
        url=row.get_absolute_url(),
        urgency=Urgency.NOW if over else Urgency.SOON,
        about=row,
        scope=row.customer,
    )
