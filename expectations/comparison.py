"""The comparison of options in a form: a table that a person types line by line, pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

OPTIONS = (2, 4)
ROWS = 20
CHARACTERS = 120
CHOSEN = "*"
SEPARATOR = "|"


class Unreadable(ValueError):
    """A sentence for the person who typed the table."""


def parse(text: str) -> dict[str, Any]:
    """`Compared | A | *B`, then a line for each point compared; the * marks the chosen option.

    Gives {"names", "chosen", "rows"}, without "chosen" while none is; {} for an empty text.
    Raises Unreadable.
    """
    lines = [_cells(line) for line in text.splitlines() if line.strip()]
    if not lines:
        return {}
    heads = lines[0][1:]
    names = [name.removeprefix(CHOSEN).strip() for name in heads]
    least, most = OPTIONS
    if not least <= len(names) <= most or not all(names) or len(set(names)) < len(names):
        raise Unreadable(
            _("The first line names %(least)d to %(most)d different options after a |.")
            % {"least": least, "most": most}
        )
    marked = [place for place, name in enumerate(heads) if name.startswith(CHOSEN)]
    if len(marked) > 1:
        raise Unreadable(_("Only one option is chosen."))
    found: dict[str, Any] = {"names": names, "rows": _rows(lines[1:], len(names))}
    return found | ({"chosen": marked[0]} if marked else {})


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.split(SEPARATOR)]
    if any(len(cell) > CHARACTERS for cell in cells):
        raise Unreadable(_("A cell has at most %(most)d characters.") % {"most": CHARACTERS})
    return cells


def _rows(lines: list[list[str]], wide: int) -> list[dict[str, Any]]:
    if not 1 <= len(lines) <= ROWS:
        raise Unreadable(_("Compare 1 to %(most)d points.") % {"most": ROWS})
    for label, *cells in lines:
        if not label or len(cells) != wide:
            raise Unreadable(
                _("“%(line)s” needs a name and %(wide)d cells, with | between them.")
                % {"line": label[:60], "wide": wide}
            )
    return [{"label": label, "cells": cells} for label, *cells in lines]


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """A table that came as data, as `parse` would have read it. Raises Unreadable."""
    if not options:
        return {}
    names, chosen = options["names"], options.get("chosen")
    words = [*names, *(text for row in options["rows"] for text in (row["label"], *row["cells"]))]
    if any(SEPARATOR in text or len(text.splitlines()) > 1 for text in words):
        raise Unreadable(_("A cell is one line without a |."))
    if any(name.startswith(CHOSEN) for name in names):
        raise Unreadable(_("No option begins with a *: it marks the chosen one."))
    if chosen is not None and not 0 <= chosen < len(names):
        raise Unreadable(_("The chosen option is the place of a name, from 0."))
    return parse(text_of(options))


def text_of(options: Mapping[str, Any]) -> str:
    """The table as it is typed; what `parse` reads back."""
    if not options:
        return ""
    names = [
        f"{CHOSEN}{name}" if place == options.get("chosen") else name
        for place, name in enumerate(options["names"])
    ]
    lines = [[_("Compared"), *names]]
    lines += [[row["label"], *row["cells"]] for row in options["rows"]]
    return "\n".join(" | ".join(line) for line in lines)
