"""What may stand in plain text: no control characters, no marks that reverse reading order."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Bidirectional embeddings, overrides and isolates make a name read as another one (Trojan source).
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# Invisible fillers that make two different names look the same.
_HIDDEN = "\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0\ufff9-\ufffc"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
_LINE = re.compile(f"[{_CONTROL}{_BIDI}{_HIDDEN}\t\r\n]")
_TEXT = re.compile(f"[{_CONTROL}{_BIDI}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def plain_line(value: str) -> None:
    """Validator of one line (names, titles): no control, direction or invisible characters."""
    if _LINE.search(value) or _SURROGATE.search(value):
        raise ValidationError(
            _("Contains a control, direction or invisible character; type it again by hand."),
            code="control_character",
        )


def plain_text(value: str) -> None:
    """Validator of several lines (notes, evidence): line breaks and tabs are fine."""
    if _TEXT.search(value) or _SURROGATE.search(value):
        raise ValidationError(
            _("Contains a control or direction character; type it again by hand."),
            code="control_character",
        )


def tidy(value: str) -> str:
    """One line as it is stored: NFC, outer spaces cut, inner runs of spaces made one."""
    return re.sub(r"[ \u00a0\u3000]+", " ", unicodedata.normalize("NFC", value)).strip()


def complaint(value: str, one_line: bool = False) -> Any:
    """What `plain_text` (`plain_line` for a name) says about a text, None when it may stand."""
    if value.isascii() and value.isprintable():
        return None
    try:
        (plain_line if one_line else plain_text)(value)
    except ValidationError as error:
        return error.message
    return None
