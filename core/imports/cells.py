"""Turns one cell into one typed value; says what it repaired and what cannot be right."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zoneinfo
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.days import FIRST_YEAR, LAST_YEAR
from core.exports import bare_text
from core.text import complaint

EMPTY = {"", "?", "-", "--", "n/a", "null", "none", "nan", "无", "/"}
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
_DATE = re.compile(
    r"^(?P<a>\d{1,4})[-/.年](?P<b>\d{1,2})[-/.月](?P<c>\d{1,4})日?"
    r"(?:[ T]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?P<z>Z|[+-]\d{2}:?\d{2})?)?$"
)


@dataclass(frozen=True)
class Field:
    """A column that an importer understands. kind: text, email, date, datetime, int, decimal,
    bool or choice (`choices` maps accepted words, lower-case, to the stored value). `lines`: a
    text of several lines, which may hold what a name may not (joiners of scripts and emoji)."""

    name: str
    label: Any
    kind: str = "text"
    required: bool = False
    max_length: int = 255
    choices: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    lines: bool = False


class CellError(ValueError):
    """What is wrong with a cell and what to do, as a sentence."""


def clean(value: Any, wanted: Field, *, zone: str = "Asia/Shanghai") -> tuple[Any, bool]:
    """(typed value or None when empty, whether it was repaired). Raises CellError."""
    text, repaired = _text(value, lines=wanted.lines)
    if not text or (wanted.kind != "text" and text.lower() in EMPTY):
        return None, repaired
    if wanted.kind == "text":
        if len(text) > wanted.max_length:
            raise CellError(
                _("%(have)d characters; %(most)d is the most.")
                % {"have": len(text), "most": wanted.max_length}
            )
        return text, repaired
    made = _KINDS[wanted.kind](value if not isinstance(value, str) else text, wanted, zone)
    return made, repaired


def _text(value: Any, *, lines: bool) -> tuple[str, bool]:
    if value is None:
        return "", False
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    raw = bare_text(str(value))
    kept = "".join(" " if char in "\r\n\t" else char for char in raw)
    if complaint(kept.strip(" \ufeff"), one_line=not lines):
        raise CellError(_("Control characters or direction marks stand in it; take them out."))
    if kept.strip() in _ERRORS:
        raise CellError(_("The cell holds the error %(error)s.") % {"error": kept.strip()})
    text = re.sub(r"[ \u3000\xa0]+", " ", kept).strip(" \ufeff")
    half = _half_width(text)
    return unicodedata.normalize("NFC", half), half != text or text != raw.strip(" \ufeff")


def _half_width(text: str) -> str:
    """Full-width letters and digits as ASCII; Chinese punctuation stays."""
    return "".join(
        chr(ord(char) - 0xFEE0)
        if "\uff10" <= char <= "\uff19"
        or "\uff21" <= char <= "\uff3a"
        or "\uff41" <= char <= "\uff5a"
        else char
        for char in text
    )


def _choice(value: Any, wanted: Field, _zone: str) -> Any:
    key = str(value).strip().lower()
    if key in wanted.choices:
        return wanted.choices[key]
    known = "、".join(list(wanted.choices)[:8])
    raise CellError(
        _("“%(value)s” is not known; use one of %(known)s.") % {"value": value, "known": known}
    )


def _email(value: Any, _wanted: Field, _zone: str) -> str:
    try:
        validate_email(value)
    except ValidationError as error:
        raise CellError(_("“%(value)s” is no e-mail address.") % {"value": value}) from error
    return str(value)


def _int(value: Any, _wanted: Field, _zone: str) -> int:
    try:
        made = int(str(value).replace(",", ""))
    except ValueError as error:
        raise CellError(_("“%(value)s” is no whole number.") % {"value": value}) from error
    if abs(made) > 10**15:
        raise CellError(_("“%(value)s” is too large.") % {"value": value})
    return made


def _decimal(value: Any, _wanted: Field, _zone: str) -> Decimal:
    try:
        made = Decimal(str(value).replace(",", ""))
    except InvalidOperation as error:
        raise CellError(_("“%(value)s” is no number.") % {"value": value}) from error
    if not made.is_finite() or abs(made) > 10**16:
        raise CellError(_("“%(value)s” is no number.") % {"value": value})
    return made


def _bool(value: Any, _wanted: Field, _zone: str) -> bool:
    word = str(value).strip().lower()
    if word in {"1", "true", "yes", "y", "是", "有", "对"}:
        return True
    if word in {"0", "false", "no", "n", "否", "没有", "不"}:
        return False
    raise CellError(_("“%(value)s” is neither yes nor no.") % {"value": value})


def _date(value: Any, wanted: Field, zone: str) -> dt.date:
    return _datetime(value, wanted, zone).astimezone(zoneinfo.ZoneInfo(zone)).date()


def _datetime(value: Any, _wanted: Field, zone: str) -> dt.datetime:
    made = _any_moment(value, zoneinfo.ZoneInfo(zone))
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        raise CellError(
            _("The year of “%(value)s” is not between %(first)d and %(last)d.")
            % {"value": value, "first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return made


def _any_moment(value: Any, local: dt.tzinfo) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=local)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=local)
    if isinstance(value, int | float) and 20_000 < value < 80_000:
        return (dt.datetime(1899, 12, 30) + dt.timedelta(days=value)).replace(tzinfo=local)
    found = _DATE.match(str(value).strip())
    if not found:
        raise CellError(
            _("“%(value)s” is no date; write 2026-11-19 or 2026-11-19 15:12.") % {"value": value}
        )
    return _moment(found, str(value), local)


def _moment(found: re.Match, value: str, local: dt.tzinfo) -> dt.datetime:
    a, b, c = (int(found[name]) for name in "abc")
    year, month, day = (a, b, c) if len(found["a"]) == 4 else (c, b, a)
    try:
        made = dt.datetime(
            year, month, day, int(found["h"] or 0), int(found["m"] or 0), int(found["s"] or 0)
        )
    except ValueError as error:
        raise CellError(_("There is no such day or time: %(value)s.") % {"value": value}) from error
    if found["z"] and found["z"] != "Z":
        hours, minutes = int(found["z"][1:3]), int(found["z"][-2:])
        if hours > 23 or minutes > 59:
            raise CellError(_("There is no such day or time: %(value)s.") % {"value": value})
        sign = -1 if found["z"][0] == "-" else 1
        return made.replace(tzinfo=dt.timezone(sign * dt.timedelta(hours=hours, minutes=minutes)))
    return made.replace(tzinfo=dt.timezone.utc if found["z"] else local)


_KINDS = {
    "choice": _choice,
    "email": _email,
    "int": _int,
    "decimal": _decimal,
    "bool": _bool,
    "date": _date,
    "datetime": _datetime,
}
