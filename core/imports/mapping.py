"""How the columns of a file become the fields of an importer; shipped as TOML, saved as JSON.

A mapping:

    kind = "customers"
    source = "mcc-mnc-list"            # external_source of the rows
    zone = "Asia/Shanghai"             # of times without an offset
    refuse = "file"                    # or "rows": rows in error are named and left out
    empty = ["?"]                      # words that mean nothing
    [columns]  field = "column"        # or a template with {column} parts
    [defaults] field = "value"
    [values.field] "Word in the file" = "word the importer knows"
    [options]  anything the importer reads
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import tomllib
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.imports.cells import Field

_PART = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class ColumnMap:
    """One way to read a file."""

    kind: str
    columns: Mapping[str, str]
    source: str = ""
    zone: str = "Asia/Shanghai"
    refuse: str = "file"
    empty: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For storing with the import."""
        return {
            "kind": self.kind,
            "columns": dict(self.columns),
            "source": self.source,
            "zone": self.zone,
            "refuse": self.refuse,
            "empty": list(self.empty),
            "defaults": dict(self.defaults),
            "values": {key: dict(words) for key, words in self.values.items()},
            "options": dict(self.options),
        }


def from_dict(body: Mapping[str, Any]) -> ColumnMap:
    """A mapping from its stored or TOML form; unknown keys are refused."""
    known = {
        "kind",
        "columns",
        "source",
        "zone",
        "refuse",
        "empty",
        "defaults",
        "values",
        "options",
    }
    unknown = set(body) - known
    if unknown or "kind" not in body or not isinstance(body.get("columns"), Mapping):
        raise Invalid(
            _("The mapping needs kind and [columns]; it does not know %(unknown)s.")
            % {"unknown": ", ".join(sorted(unknown)) or "–"}
        )
    if body.get("refuse", "file") not in ("file", "rows"):
        raise Invalid(_("refuse is “file” or “rows”."))
    return ColumnMap(**body)


def from_toml(text: str) -> ColumnMap:
    """A mapping from a TOML text."""
    try:
        return from_dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(_("The mapping is no TOML: %(why)s.") % {"why": error}) from error


def guess(columns: Iterable[str], fields: Iterable[Field]) -> dict[str, str]:
    """The likeliest column for each field: same words first, then the most similar above 0.8."""
    left = {name: _plain(name) for name in columns}
    made: dict[str, str] = {}
    for wanted in fields:
        words = {_plain(word) for word in (wanted.name, str(wanted.label), *wanted.aliases)}
        best = next((name for name, plain in left.items() if plain in words), None)
        if best is None:
            scored = [
                (max(SequenceMatcher(None, plain, word).ratio() for word in words), name)
                for name, plain in left.items()
                if plain
            ]
            ratio, name = max(scored, default=(0, None))
            best = name if ratio > 0.8 else None
        if best is not None:
            made[wanted.name] = best
            left.pop(best)
    return made


def check(mapping: ColumnMap, columns: Iterable[str], fields: Iterable[Field]) -> None:
    """Invalid when a field or a column is unknown, or a required field has no column."""
    names, have = {wanted.name: wanted for wanted in fields}, set(columns)
    problems: dict[str, list[str]] = {}
    for name, column in mapping.columns.items():
        if name not in names:
            problems.setdefault(name, []).append(_("This kind of import has no such field."))
        for part in parts(column):
            if part not in have:
                problems.setdefault(name, []).append(
                    _("The file has no column “%(column)s”.") % {"column": part}
                )
    for name, wanted in names.items():
        if wanted.required and name not in mapping.columns and name not in mapping.defaults:
            problems.setdefault(name, []).append(
                _("Say which column holds “%(field)s”.") % {"field": wanted.label}
            )
    if problems:
        raise Invalid(_("The columns do not fit yet."), fields=problems)


def parts(column: str) -> list[str]:
    """The columns that a template mentions; a plain name is itself."""
    return _PART.findall(column) or [column]


def cell(mapping: ColumnMap, name: str, row: Mapping[str, Any]) -> Any:
    """The raw value of a field in a row: column or template, words replaced, default if empty."""
    column = mapping.columns.get(name, "")
    if _PART.search(column):
        raw: Any = _PART.sub(lambda part: str(row.get(part[1]) or "").strip(), column)
        raw = " ".join(raw.split())
    else:
        raw = row.get(column)
    if isinstance(raw, str) and raw.strip() in mapping.empty:
        raw = None
    words = mapping.values.get(name)
    if words and raw is not None:
        raw = words.get(str(raw).strip(), words.get("*", raw))
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        raw = mapping.defaults.get(name)
    return raw


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-./()（）:：*]+", "", str(text)).lower()
