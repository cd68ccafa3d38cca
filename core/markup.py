"""Puts values into markup as Django's `format_html` does, without its wrappers: pages of rows ask
for it hundreds of times.

This is the one place that lets text through unescaped: what is passed as `text` must be a literal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString


def escaped(value: Any) -> str:
    """A value as markup holds it: what is safe already stays, everything else is escaped."""
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is not str:
        if kind is int:
            return str(value)
        if isinstance(value, Promise):
            value = str(value)
        if hasattr(value, "__html__"):
            return value.__html__()
        value = str(value)
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace('"', "&quot;").replace("'", "&#x27;")


def format_html(text: str, *args: Any, **named: Any) -> SafeString:
    """`text.format(…)` with every argument escaped."""
    if named:
        named = {name: escaped(value) for name, value in named.items()}
    return SafeString(text.format(*map(escaped, args), **named))


def format_html_join(between: str, text: str, rows: Iterable[Iterable[Any]]) -> SafeString:
    """`format_html` for each tuple of arguments, with `between` (escaped) between them."""
    form = text.format
    return SafeString(escaped(between).join(form(*map(escaped, row)) for row in rows))
