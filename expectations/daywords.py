"""Reads a day as people write it: 4-15前, 4月底, 2027-04-15, by 15 April."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

_BEFORE = r"(?:之前|以前|前|止|截止)?"
_ISO = re.compile(
    rf"^(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?\s*{_BEFORE}$"
)
_SHORT = re.compile(rf"^(\d{{1,2}})\s*[-/月]\s*(\d{{1,2}})\s*[日号]?\s*{_BEFORE}$")
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\s*(?:之前|以前|前|止|截止)$")
_MONTH = re.compile(rf"^(?:(\d{{4}})\s*年)?\s*(\d{{1,2}})\s*月\s*(底|末|初|中)?\s*{_BEFORE}$")
_YEAR_END = re.compile(rf"^(今年|本年|明年|(\d{{4}})\s*年)?\s*(?:年底|年末|底|末)\s*{_BEFORE}$")
_EN_DAY = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]+)\.?(?:,?\s+(\d{4}))?$")
_EN_MONTH = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?$")
_EN_LEAD = re.compile(r"^(?:due|by|before|until|no later than|not later than|on)\s+")
_THROUGHOUT = re.compile(
    r"^(?:全程|全过程|项目全程|始终|throughout|throughout the project|always)$"
)
_LOOKS = re.compile(
    r"\d\s*[月号日]|\d{4}\s*年|月[底末初]|年[底末]|季度|尽快|马上|下个?[周月]|本[周月]|\d{4}-\d|"
    r"^(?:by|before|until|due|asap)\b|^\d{1,2}[-/]\d{1,2}|\bq[1-4]\b|前$"
)
_MONTHS = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if number}


@dataclass(frozen=True)
class Day:
    """A reading: a day, or `throughout`, or the sentence that says why it is no day."""

    on: dt.date | None = None
    throughout: bool = False
    problem: str = ""


def read(text: str, *, today: dt.date) -> Day | None:
    """The day in `text`, or None when it does not speak of a day at all.

    A day without a year is the next one from `today` on. A day that does not exist or is over
    comes back with a sentence in `problem`.
    """
    said = _EN_LEAD.sub("", text.strip().lower())
    if _THROUGHOUT.match(said):
        return Day(throughout=True)
    parts = _parts(said, today)
    if parts is None:
        return _unreadable(text) if _LOOKS.search(text.strip().lower()) else None
    return _day(*parts, today=today)


def _parts(said: str, today: dt.date) -> tuple[int | None, int, int | None] | None:
    """(year or None, month, day or None for the last one)."""
    if found := _ISO.match(said):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _SHORT.match(said) or _DOTTED.match(said):
        return None, int(found[1]), int(found[2])
    if found := _MONTH.match(said):
        day = {"初": 5, "中": 15}.get(found[3] or "")
        return int(found[1]) if found[1] else None, int(found[2]), day
    if found := _YEAR_END.match(said):
        return _year_of(found[1], found[2], today), 12, 31
    return _english(said)


def _english(said: str) -> tuple[int | None, int, int | None] | None:
    if found := _EN_DAY.match(said):
        day, month, year = found[1], found[2], found[3]
    elif found := _EN_MONTH.match(said):
        month, day, year = found[1], found[2], found[3]
    else:
        return None
    if month[:3] not in _MONTHS:
        return None
    return int(year) if year else None, _MONTHS[month[:3]], int(day)


def _year_of(word: str | None, digits: str | None, today: dt.date) -> int | None:
    if digits:
        return int(digits)
    if word == "明年":
        return today.year + 1
    return today.year


def _day(year: int | None, month: int, day: int | None, *, today: dt.date) -> Day:
    if not 1 <= month <= 12:
        return Day(
            problem=_("A year has 12 months; month %(month)d does not exist.") % {"month": month}
        )
    if year is not None and not 2000 <= year <= 2100:
        return Day(problem=_("The year %(year)d is too far away.") % {"year": year})
    given = year if year is not None else _coming_year(month, day, today)
    length = calendar.monthrange(given, month)[1]
    if day is None:
        return _not_over(dt.date(given, month, length), today)
    if not 1 <= day <= length:
        return Day(problem=_too_long(given, month, length))
    return _not_over(dt.date(given, month, day), today)


def _coming_year(month: int, day: int | None, today: dt.date) -> int:
    over = (month, day or 31) < (today.month, today.day)
    return today.year + 1 if over else today.year


def _not_over(day: dt.date, today: dt.date) -> Day:
    if day < today:
        return Day(
            problem=_("%(day)s is over; give a day from today on.") % {"day": day.isoformat()}
        )
    return Day(on=day)


def _too_long(year: int, month: int, length: int) -> str:
    if month == 2:
        said = _("February %(year)d has %(length)d days; use %(month)02d-%(length)02d or earlier.")
    else:
        said = _(
            "Month %(month)d has only %(length)d days; use %(month)02d-%(length)02d or earlier."
        )
    return said % {"year": year, "month": month, "length": length}


def _unreadable(text: str) -> Day:
    return Day(
        problem=_("“%(text)s” is not a day I can read; write it like 04-15 or 2027-04-15.")
        % {"text": text.strip()}
    )
