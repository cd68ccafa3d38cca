"""Calendar rows as values: read by version, published when they change (clocks.md 1, 3)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import trail
from core.actors import Actor
from core.errors import Invalid
from core.holidays_cn import DayException
from core.models import Calendar, CalendarException, CalendarVersion
from core.worktime import Calendar as WorkCalendar
from core.worktime import CalendarError, calendar_from_dict

ROUND_THE_CLOCK = "24x7"
STANDARD = "cn"
"""The contract calendar where nothing else is agreed: China, Monday to Friday 09:00-18:00."""


def body_of(calendar: Calendar, exceptions: Iterable[Any]) -> dict[str, Any]:
    """The JSON of a calendar row and its exceptions, as `worktime.calendar_from_dict` reads it."""
    body: dict[str, Any] = {
        "tz": calendar.zone,
        "always": calendar.always,
        "week": calendar.week,
        "holidays": [],
        "extra_workdays": [],
        "extra_hours": calendar.extra_hours,
        "overrides": {},
        "names": {},
        "covered_until": calendar.covered_until and calendar.covered_until.isoformat(),
        "name": calendar.code,
        "version": str(calendar.version),
    }
    for row in exceptions:
        day = row.date.isoformat()
        if row.is_open and row.hours:
            body["overrides"][day] = row.hours
        else:
            body["extra_workdays" if row.is_open else "holidays"].append(day)
        if row.name:
            body["names"][day] = row.name
    return body


def value_at(calendar_id: int, version: int) -> WorkCalendar:
    """What a calendar said at a version: the snapshot that a clock keeps (clocks.md 1). One query.
    Raises CalendarVersion.DoesNotExist."""
    rows = CalendarVersion.objects.filter(calendar_id=calendar_id, version=version)
    return _parsed(_text(rows.values_list("body", flat=True).get()))


def values_at(snapshots: Iterable[tuple[int, int]]) -> dict[tuple[int, int], WorkCalendar]:
    """Many snapshots by (calendar id, version) in one query; unknown ones are left out."""
    wanted = set(snapshots)
    rows = CalendarVersion.objects.filter(calendar_id__in={pk for pk, _ in wanted})
    return {
        (pk, version): _parsed(_text(body))
        for pk, version, body in rows.values_list("calendar_id", "version", "body")
        if (pk, version) in wanted
    }


def value_of(calendar: Calendar) -> WorkCalendar:
    """What a calendar says now, by its published version. One query."""
    return value_at(calendar.pk, calendar.version)


def named(code: str) -> WorkCalendar:
    """The calendar of a code as it stands, in one query. Raises CalendarVersion.DoesNotExist."""
    rows = CalendarVersion.objects.filter(calendar__code=code, version=F("calendar__version"))
    return _parsed(_text(rows.values_list("body", flat=True).get()))


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


@lru_cache(maxsize=256)
def _parsed(text: str) -> WorkCalendar:
    """One value per text, so that its months are built once in a process."""
    return calendar_from_dict(json.loads(text))


def publish(calendar: Calendar, *, by: Actor, now: dt.datetime) -> Calendar:
    """Make the rows of a calendar its next version; clocks that run keep theirs. Raises Invalid
    with the sentence when the rows contradict themselves."""
    with transaction.atomic():
        Calendar.objects.filter(pk=calendar.pk).update(version=F("version") + 1)
        calendar.refresh_from_db()
        body = body_of(calendar, calendar.exceptions.all())
        try:
            calendar_from_dict(body)
        except CalendarError as refusal:
            raise Invalid(_(refusal.msgid) % refusal.params) from None
        CalendarVersion.objects.create(
            calendar=calendar, version=calendar.version, body=body, published_at=now
        )
        trail.record(
            calendar,
            "calendar.published",
            by=by,
            now=now,
            facts={"code": calendar.code, "version": calendar.version},
        )
    return calendar


def take_schedule(
    calendar: Calendar,
    days: Iterable[DayException],
    *,
    covered_until: dt.date | None,
    by: Actor,
    now: dt.datetime,
) -> Calendar:
    """Replace the exceptions from the first to the last of `days`, and the provisional ones of
    their years, and publish.

    An exception with own hours is kept: it was set by hand. Raises Invalid for no days."""
    days = list(days)
    if not days:
        raise Invalid(_("The schedule has no days."))
    first, last = min(day.date for day in days), max(day.date for day in days)
    with transaction.atomic():
        own = calendar.exceptions.exclude(hours=[])
        kept = set(own.values_list("date", flat=True))
        span = Q(date__range=(first, last))
        guessed = Q(provisional=True, date__year__range=(first.year, last.year))
        calendar.exceptions.filter(span | guessed, hours=[]).delete()
        CalendarException.objects.bulk_create(
            CalendarException(
                calendar=calendar,
                date=day.date,
                is_open=day.is_open,
                name=day.name,
                provisional=day.provisional,
            )
            for day in days
            if day.date not in kept
        )
        if covered_until and (
            calendar.covered_until is None or covered_until > calendar.covered_until
        ):
            Calendar.objects.filter(pk=calendar.pk).update(covered_until=covered_until)
        return publish(calendar, by=by, now=now)
