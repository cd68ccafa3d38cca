"""Reads CSV, XLSX and JSON into one table of text cells; judges by content, not by name."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.imports.limits import Limits
from core.imports.workbook import read_workbook

Cell = Any


@dataclass(frozen=True)
class Table:
    """Column names and rows; `numbers` are the row numbers a person sees in the file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...]
    format: str


def read_table(content: bytes, *, limits: Limits) -> Table:
    """The table in a file, or Invalid with a sentence that names what is wrong and where."""
    if not content.strip():
        raise Invalid(_("The file is empty."))
    if len(content) > limits.size:
        raise Invalid(
            _(
                "The file has %(have).1f MB; %(most)d MB is the most. Split it, or use the command "
                "import_data."
            )
            % {"have": len(content) / 2**20, "most": limits.size // 2**20}
        )
    if content[:4] == b"PK\x03\x04":
        return _table("xlsx", read_workbook(content, limits), limits)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Invalid(_("This is an old .xls workbook. Save it as .xlsx or CSV and try again."))
    if _is_binary(content):
        raise Invalid(_("This is neither CSV, XLSX nor JSON. Save the table as one of these."))
    text = decoded(content)
    if text.lstrip()[:1] in ("[", "{"):
        return _from_json(text, limits)
    return _table("csv", _csv_rows(text), limits)


def decoded(content: bytes) -> str:
    """Text in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(_("The encoding is not UTF-8 and not GB18030. Save the file as UTF-8."))


def _is_binary(content: bytes) -> bool:
    head = content[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    return b"\x00" in head or head[:4] in (b"%PDF", b"\x89PNG", b"\xff\xd8\xff\xe0", b"Rar!")


def _csv_rows(text: str) -> Iterable[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    if not first.count(delimiter):
        delimiter = ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            yield row
    except csv.Error as error:
        raise Invalid(
            _("Row %(row)d cannot be read as CSV: %(why)s.") % {"row": number + 1, "why": error}
        ) from error


def _from_json(text: str, limits: Limits) -> Table:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The JSON cannot be read: %(why)s.") % {"why": error}) from error
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        body = lists[0] if len(lists) == 1 else None
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise Invalid(_("JSON has to be a list of objects, one for each row."))
    columns: dict[str, None] = {}
    for row in body:
        columns.update(dict.fromkeys(row))
        if len(columns) > limits.columns:
            break
    rows = ([_json_cell(row.get(name)) for name in columns] for row in body)
    return _table("json", [list(columns), *rows], limits)


def _json_cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)


def _table(form: str, rows: Iterable[list[Cell]], limits: Limits) -> Table:
    header: tuple[str, ...] = ()
    kept, numbers = [], []
    # A person counts the heading of a sheet as row 1, but the objects of a list from 1.
    for number, row in enumerate(rows, start=0 if form == "json" else 1):
        if not any(cell not in (None, "") for cell in row):
            continue
        if not header:
            header = _header(row, limits)
            continue
        if len(kept) >= limits.rows:
            raise Invalid(
                _(
                    "There are more than %(most)s rows. Split the file, or use the bulk API or the "
                    "command import_data."
                )
                % {"most": f"{limits.rows:,}"}
            )
        kept.append(_row(row, number, header, limits))
        numbers.append(number)
    if not header or not kept:
        raise Invalid(_("There is a heading but no row below it."))
    return Table(columns=header, rows=tuple(kept), numbers=tuple(numbers), format=form)


def _header(row: list[Cell], limits: Limits) -> tuple[str, ...]:
    names = [str(cell).strip() if cell is not None else "" for cell in row]
    while names and not names[-1]:
        names.pop()
    if len(names) > limits.columns:
        raise Invalid(
            _("There are %(have)d columns; %(most)d is the most.")
            % {"have": len(names), "most": limits.columns}
        )
    seen: dict[str, int] = {}
    unique = []
    for place, name in enumerate(names, start=1):
        name = name or _("column %(place)d") % {"place": place}
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def _row(row: list[Cell], number: int, header: tuple[str, ...], limits: Limits) -> tuple[Cell, ...]:
    extra = [cell for cell in row[len(header) :] if cell not in (None, "")]
    if extra:
        raise Invalid(
            _(
                "Row %(row)d has %(have)d cells, the heading has %(want)d. A comma inside a text "
                "needs quotes."
            )
            % {"row": number, "have": len(row), "want": len(header)}
        )
    for place, cell in enumerate(row[: len(header)]):
        if isinstance(cell, str) and len(cell) > limits.cell:
            raise Invalid(
                _(
                    "Row %(row)d, column %(column)s: a cell of %(have)d characters; %(most)d is "
                    "the most."
                )
                % {"row": number, "column": header[place], "have": len(cell), "most": limits.cell}
            )
    cells = tuple(row[: len(header)])
    return cells + (None,) * (len(header) - len(cells))
