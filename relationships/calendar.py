"""Meetings as a calendar: weeks of a month, and the text that calendar programs read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.later import Later

icalendar = Later("icalendar")
DAY = dt.timedelta(days=1)
ICONS = {"touch": "people", "birthday": "cake", "agreement": "shake"}
PRODUCT = "-//huaweicrm//meetings//EN"


@dataclass(frozen=True)
class Entry:
    """One meeting without anything confidential: no people, no purpose, no words."""

    uid: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    title: str
    place: str
    url: str
    changed_at: dt.datetime
    version: int


@dataclass(frozen=True)
class Mark:
    """Something of a day beside meetings; `locked`: not while others look on. It never leaves the
    house: calendar programs get meetings alone."""

    on: dt.date
    kind: str
    title: str
    url: str
    note: str = ""
    tone: str = "info"
    locked: bool = False
    contact_id: int | None = None

    @property
    def icon(self) -> str:
        """Its sign."""
        return ICONS.get(self.kind, "flag")


def span(on: dt.date, view: str) -> tuple[dt.date, dt.date]:
    """First day and the day after the last: whole weeks from Monday, of a month or only one."""
    first = on.replace(day=1) if view == "month" else on
    start = first - first.weekday() * DAY
    if view != "month":
        return start, start + 7 * DAY
    last = next_month(on) - DAY
    return start, last + (7 - last.weekday()) * DAY


def next_month(on: dt.date) -> dt.date:
    """The first day of the month after."""
    return (on.replace(day=28) + 4 * DAY).replace(day=1)


def previous_month(on: dt.date) -> dt.date:
    """The first day of the month before."""
    return (on.replace(day=1) - DAY).replace(day=1)


def weeks(start: dt.date, end: dt.date) -> list[list[dt.date]]:
    """The days from start to before end, a list a week."""
    days = [start + number * DAY for number in range((end - start).days)]
    return [days[at : at + 7] for at in range(0, len(days), 7)]


def text_of(entries: Iterable[Entry], name: str) -> bytes:
    """RFC 5545; a meeting without an end lasts an hour."""
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at.astimezone(dt.timezone.utc))
        event.add("dtstart", entry.starts_at.astimezone(dt.timezone.utc))
        end = entry.ends_at or entry.starts_at + dt.timedelta(hours=1)
        event.add("dtend", end.astimezone(dt.timezone.utc))
        event.add("summary", entry.title)
        if entry.place:
            event.add("location", entry.place)
        event.add("url", entry.url)
        event.add("sequence", entry.version)
        made.add_component(event)
    return made.to_ical()
