"""What an import would do, row by row, before anything is written; and the importer's duties."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from core.actors import Actor
from core.imports.cells import CellError, Field, clean
from core.imports.mapping import ColumnMap, cell
from core.imports.reading import Table
from core.models import ImportBatch

CREATE, UPDATE, SAME, MERGE, SKIP, REFUSE = "create", "update", "same", "merge", "skip", "refuse"


@dataclass
class PlannedRow:
    """One row of the file. `errors` and `repairs` are (field, sentence)."""

    number: int
    values: dict[str, Any]
    outcome: str = CREATE
    errors: list[tuple[str, str]] = field(default_factory=list)
    repairs: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    target_id: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the row is about: its name or title, else its first two texts."""
        given = self.values.get("name") or self.values.get("title")
        texts = [text for text in self.values.values() if isinstance(text, str) and text]
        return given or " · ".join(texts[:2])

    def refuse(self, name: str, sentence: Any) -> None:
        """Mark the row as not importable."""
        self.errors.append((name, str(sentence)))
        self.outcome = REFUSE

    def repair(self, name: str, sentence: Any) -> None:
        """Say what was put right."""
        self.repairs.append((name, str(sentence)))


@dataclass
class Plan:
    """All rows of a file with what would happen to each. `extra` is the importer's own."""

    kind: str
    mapping: ColumnMap
    rows: list[PlannedRow]
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """rows, created, updated, same, merged, skipped, repaired, refused."""
        by = Counter(row.outcome for row in self.rows)
        return {
            "rows": len(self.rows),
            "created": by[CREATE],
            "updated": by[UPDATE],
            "same": by[SAME],
            "merged": by[MERGE],
            "skipped": by[SKIP],
            "repaired": sum(bool(row.repairs) for row in self.rows),
            "refused": by[REFUSE],
        }

    @property
    def refused(self) -> list[PlannedRow]:
        """Rows that cannot be imported."""
        return [row for row in self.rows if row.outcome == REFUSE]


class Importer(Protocol):
    """What a kind of import provides (registry IMPORTS: kind -> "module:IMPORTER")."""

    kind: str
    title: Any
    fields: tuple[Field, ...]

    def plan(self, plan: Plan, *, by: Actor, now: dt.datetime, options: Mapping[str, Any]) -> None:
        """Look up duplicates and targets, set outcomes, errors and repairs; write nothing."""

    def commit(self, plan: Plan, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> None:
        """Write everything in bulk; runs inside one transaction. Record ImportRow rows."""

    def undo(self, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> dict[str, int]:
        """Take the batch back: {"undone": n, "kept": n}."""

    def may(self, user: Any) -> bool:
        """Who may import this kind."""


def typed_rows(table: Table, mapping: ColumnMap, fields: tuple[Field, ...]) -> list[PlannedRow]:
    """Every row with typed values, errors and repairs; nothing is dropped."""
    wanted = {one.name: one for one in fields}
    used = [name for name in wanted if name in mapping.columns or name in mapping.defaults]
    planned = []
    for number, cells in zip(table.numbers, table.rows, strict=True):
        raw = dict(zip(table.columns, cells, strict=True))
        row = PlannedRow(number=number, values={}, raw=raw)
        for name in used:
            _take(row, wanted[name], cell(mapping, name, raw), mapping.zone)
        planned.append(row)
    return planned


def _take(row: PlannedRow, wanted: Field, raw: Any, zone: str) -> None:
    try:
        value, repaired = clean(raw, wanted, zone=zone)
    except CellError as error:
        row.values[wanted.name] = None
        row.refuse(wanted.name, error)
        return
    row.values[wanted.name] = value
    if repaired:
        row.repair(wanted.name, _("Full-width letters or stray spaces were put right."))
    if value is None and wanted.required:
        row.refuse(wanted.name, _("%(field)s is empty.") % {"field": wanted.label})
