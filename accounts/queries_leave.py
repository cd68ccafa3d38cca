"""Reads of leave: who is away on which days, who stands in for somebody today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from accounts.models import UserLeave, UserProfile
from core.models import User

DAY = dt.timedelta(days=1)


def days_away(users: Iterable[int], first: dt.date, last: dt.date) -> dict[int, frozenset[dt.date]]:
    """{user id: days of leave between two days, both counted}: one query however many people."""
    rows = UserLeave.objects.touching(first, last).filter(user__in=list(users))
    found: dict[int, set[dt.date]] = {}
    for user, start, end in rows.values_list("user_id", "starts_on", "ends_on"):
        day, stop = max(start, first), min(end, last)
        days = found.setdefault(user, set())
        days |= {day + number * DAY for number in range((stop - day).days + 1)}
    return {user: frozenset(days) for user, days in found.items()}


def stand_ins(users: Iterable[int], on: dt.date) -> dict[int, User]:
    """{id of who is away on a day: who stands in}: the deputy of the leave, else the usual one.

    Deputies who are away themselves or have left are not asked. Two queries.
    """
    ids = list(users)
    away = UserLeave.objects.touching(on, on)
    rows = list(away.filter(user__in=ids).select_related("deputy").order_by("id"))
    usual = UserProfile.objects.filter(user__in=[row.user_id for row in rows])
    named = {row.user_id: row.deputy for row in usual.select_related("deputy")}
    found = {row.user_id: row.deputy or named.get(row.user_id) for row in rows}
    asked = {one.pk for one in found.values() if one is not None}
    missing = set(away.filter(user__in=asked).values_list("user_id", flat=True)) if asked else set()
    return {
        user: one
        for user, one in found.items()
        if one is not None and one.is_active and one.pk not in missing
    }
