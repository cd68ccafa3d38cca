"""What a value of an own field may be: pure arithmetic over texts, no tables and no clock."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.text import complaint

MAX_TEXT = 500
MAX_OPTIONS = 100
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
NUMBER = re.compile(r"[+-]?\d{1,14}(\.\d{1,6})?\Z")


@dataclass(frozen=True)
class FieldDef:
    """An own field as every reader needs it."""

    pk: int
    key: str
    name: str
    kind: str
    options: tuple[str, ...] = ()
    help: str = ""
    required: bool = False


class WrongValue(ValueError):
    """What is wrong with a value and what to do, as a sentence."""


def canonical(field: FieldDef, value: Any) -> str:
    """The one text of a value, "" for none. Raises WrongValue."""
    if value is None or value == "":
        return ""
    made = _KINDS[field.kind](field, value)
    wrong = complaint(made, True)
    if wrong is not None:
        raise WrongValue(str(wrong))
    return made


def typed(field: FieldDef, text: str) -> Any:
    """The value behind a canonical text: str, Decimal, date, bool; None for ""."""
    if text == "":
        return None
    if field.kind == "number":
        return Decimal(text)
    if field.kind == "date":
        return dt.date.fromisoformat(text)
    if field.kind == "boolean":
        return text == "true"
    return text


def _text(field: FieldDef, value: Any) -> str:
    if isinstance(value, bool | list | dict):
        raise WrongValue(_("A text is expected."))
    text = str(value).strip()
    if len(text) > MAX_TEXT:
        raise WrongValue(
            _("%(have)d characters; %(most)d is the most.") % {"have": len(text), "most": MAX_TEXT}
        )
    return text


def _number(field: FieldDef, value: Any) -> str:
    text = "" if isinstance(value, bool) else str(value).strip().replace(",", "")
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
    if not NUMBER.match(text):
        raise WrongValue(
            _("A number with at most 14 digits before and 6 after the point is expected.")
        )
    try:
        made = Decimal(text).normalize()
    except InvalidOperation as error:
        raise WrongValue(_("A number is expected.")) from error
    return format(made if made else Decimal(0), "f")


def _date(field: FieldDef, value: Any) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        return dt.datetime.strptime(str(value).strip(), "%Y-%m-%d").date().isoformat()
    except ValueError as error:
        raise WrongValue(_("A date like 2026-11-30 is expected.")) from error


def _choice(field: FieldDef, value: Any) -> str:
    text = str(value).strip()
    if text not in field.options:
        raise WrongValue(_("One of: %(names)s.") % {"names": ", ".join(field.options)})
    return text


def _boolean(field: FieldDef, value: Any) -> str:
    word = str(value).strip().lower()
    if word in {"true", "1", "yes", "on", "是"}:
        return "true"
    if word in {"false", "0", "no", "off", "否"}:
        return "false"
    raise WrongValue(_("true or false is expected."))


_KINDS = {
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "boolean": _boolean,
}


def wrong_options(kind: str, options: Sequence[Any]) -> str:
    """Why a set of choices cannot be, as a sentence; "" when it can."""
    if kind != "choice":
        return _("Only a field of the kind choice has choices.") if options else ""
    texts = [str(one).strip() for one in options]
    if not texts or "" in texts:
        return _("Name at least one choice, one a line.")
    if len(set(texts)) != len(texts) or len(texts) > MAX_OPTIONS or max(map(len, texts)) > 80:
        return _("Up to 100 different choices of up to 80 characters.")
    return ""
