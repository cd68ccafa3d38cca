"""Turns trail entries into lines of a timeline, grouped by day: one query for the page."""

from __future__ import annotations

import json
import zoneinfo
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.models import TrailEntry
from core.wording import day_words
from huaweicrm.desk.words import Word, word_for
from service.choices import BreachReason, EscalationReason, PauseReason

PAGE = 20
QUOTED = ("summary", "note", "reason", "text", "title", "name")
REASONS = {
    value: label
    for kind in (PauseReason, EscalationReason, BreachReason)
    for value, label in kind.choices
}
"""What a reason that is a key says; every other reason is somebody's sentence."""


@dataclass(frozen=True)
class Line:
    """One entry: what, about which code, by whom, when, and what was said."""

    entry: TrailEntry
    word: Word
    quote: str = ""


@dataclass
class Day:
    """The lines of one day, latest first."""

    day: date
    title: str
    lines: list[Line] = field(default_factory=list)


def days_of(entries: list[TrailEntry], *, now: datetime, zone: str) -> list[Day]:
    """Lines grouped by the day in the reader's zone."""
    local = zoneinfo.ZoneInfo(zone)
    today = now.astimezone(local).date()
    days: list[Day] = []
    for entry in entries:
        day = entry.occurred_at.astimezone(local).date()
        if not days or days[-1].day != day:
            days.append(Day(day, day_words(day, today)))
        days[-1].lines.append(Line(entry, word_for(entry.verb), _quote(entry)))
    return days


def _quote(entry: TrailEntry) -> str:
    facts: dict[str, Any] = json.loads(entry.facts)
    for name in QUOTED:
        value = facts.get(name)
        if isinstance(value, str) and value:
            return str(REASONS.get(value, value))
    return ""
