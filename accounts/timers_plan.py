"""What happens later to account plans: objectives are missed, the annual plan is asked for."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from accounts import plans
from accounts import policies_plan as policies
from accounts.actions import objectives
from accounts.models import Customer
from accounts.queries import regional_head, teams_of
from accounts.queries_plan import abp_due, lacking
from core import notify, policy
from core.actors import Actor
from core.models import Notification, User
from core.notify import Note, Urgency

MOST = 500
"""So many customers are told about at a time."""
DAYS = (policies.ABP_FIRST_DAYS, policies.ABP_LAST_DAYS)
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
"""The calendar of the yearly rule is that of the house."""


def look_at_plans(*, now: dt.datetime) -> int:
    """Heartbeat: objectives whose day is over, key accounts without an annual plan. Returns how
    many changed or were told about."""
    return objectives.miss(by=Actor.system(), now=now) + ask_for_plans(now=now)


def ask_for_plans(*, now: dt.datetime) -> int:
    """Tell the account manager 30 and 7 days before the day; the head too once it is over. Once
    each; after a pause only the last of them."""
    today = now.astimezone(ZONE).date()
    days = tuple(policy.get(each, at=now) for each in DAYS)
    year = next(
        each
        for each in (today.year + 1, today.year)
        if each == today.year or plans.reminder(abp_due(each, at=now), days, today=today)
    )
    step = plans.reminder(abp_due(year, at=now), days, today=today)
    if step is None:
        return 0
    kind = f"account_plan.wanted_{step}"
    told = Notification.objects.filter(
        kind=kind, about_label="accounts.customer", about_id=OuterRef("pk"),
        once__startswith=f"abp:{year}:",
    )  # fmt: skip
    rows = lacking(Customer.objects.all(), year).filter(~Exists(told))
    rows = rows.select_related("owning_unit").order_by("id")
    asked, last = 0, 0
    while found := list(rows.filter(pk__gt=last)[:MOST]):
        teams = teams_of([row.pk for row in found])
        notes = [_note(row, teams[row.pk].ar, year, step, kind, now) for row in found]
        notify.tell_many(notes, now=now)
        asked, last = asked + len(found), found[-1].pk
    return asked


def _note(
    row: Customer, manager: User | None, year: int, step: int, kind: str, now: dt.datetime
) -> Note:
    people: list[User | None] = [manager] if manager is not None else []
    title = gettext_noop("%(customer)s needs an approved annual plan by %(day)s")
    if step == plans.LATE or not people:
        people.append(regional_head(row, at=now))
    if step == plans.LATE:
        title = gettext_noop("%(customer)s has no approved annual plan; it was due on %(day)s")
    return Note(
        people,
        kind,
        title,
        f"abp:{year}:{row.pk}:{step}",
        {"customer": row.name, "day": abp_due(year, at=now).isoformat()},
        f"/customers/{row.pk}/account-plans/",
        Urgency.SOON,
        row,
        row,
    )
