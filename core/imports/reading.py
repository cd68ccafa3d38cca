"""Reads CSV, XLSX and JSON into one table of text cells; judges by content, not by name."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.imports.limits import Limits
from core.later import Later
from core.text import complaint

workbook = Later("core.imports.workbook")

LONGEST_NAME = 200
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
        return _table("xlsx", workbook.read_workbook(content, limits), limits)
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


def _csv_rows(text: str) -> Iterator[tuple[int, list[Cell]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    if not first.count(delimiter):
        delimiter = ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            if row:
                yield number, row
    except csv.Error as error:
        raise Invalid(
            _("Row %(row)d cannot be read as CSV: %(why)s.") % {"row": number + 1, "why": error}
        ) from error


class _Twice(dict):
    """An object that had a key twice: the values of one of them are lost."""

    key = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice, seen = _Twice(made), set()
    for key, _value in pairs:
        twice.key = key if key in seen else twice.key
        seen.add(key)
    return twice


def _from_json(text: str, limits: Limits) -> Table:
    if text.count("{") + text.count("[") > 20 * limits.rows + 20:
        raise _too_many(limits)
    try:
        body = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The JSON cannot be read: %(why)s.") % {"why": error}) from error
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        body = lists[0] if len(lists) == 1 else None
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise Invalid(_("JSON has to be a list of objects, one for each row."))
    columns: dict[str, None] = {}
    for number, row in enumerate(body, start=1):
        twice = _key_twice(row)
        if twice is not None:
            raise Invalid(
                _("Row %(row)d, column %(column)s: the name stands twice in one object.")
                % {"row": number, "column": twice[:80]}
            )
        columns.update(dict.fromkeys(row))
        if len(columns) > limits.columns:
            break
    rows = ([_json_cell(row.get(name)) for name in columns] for row in body)
    # A person counts the heading of a sheet as row 1, but the objects of a list from 1.
    return _table("json", enumerate([list(columns), *rows]), limits)


def _json_cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return math.nan  # refused below, with its row and column


def _key_twice(value: Any) -> str | None:
    """The key that an object at any depth had twice."""
    if isinstance(value, _Twice):
        return value.key
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((key for key in map(_key_twice, inner) if key is not None), None)


def _too_many(limits: Limits) -> Invalid:
    return Invalid(
        _(
            "There are more than %(most)s rows. Split the file, or use the bulk API or the "
            "command import_data."
        )
        % {"most": f"{limits.rows:,}"}
    )


def _table(form: str, rows: Iterable[tuple[int, list[Cell]]], limits: Limits) -> Table:
    header: tuple[str, ...] = ()
    kept, numbers = [], []
    for number, row in rows:
        if not any(cell not in (None, "") for cell in row):
            continue
        if not header:
            header = _header(row, limits)
            continue
        if len(kept) >= limits.rows:
            raise _too_many(limits)
        kept.append(_row(row, number, header, limits))
        numbers.append(number)
    if not header or not kept:
        raise Invalid(_("There is a heading but no row below it."))
    return Table(columns=header, rows=tuple(kept), numbers=tuple(numbers), format=form)


def _is_unicode(text: str) -> bool:
    """False for half of a pair of surrogates, which JSON can spell and no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


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
    for place, name in enumerate(names, start=1):
        name = name or _("column %(place)d") % {"place": place}
        if name in seen:
            raise Invalid(
                _(
                    "Columns %(first)d and %(second)d of the heading are both called “%(name)s”. "
                    "Rename one; the first row has to hold the names of the columns."
                )
                % {"first": seen[name], "second": place, "name": name[:80]}
            )
        if len(name) > LONGEST_NAME or complaint(name, one_line=True):
            raise Invalid(
                _(
                    "The heading of column %(place)d is no plain line of at most %(most)d "
                    "characters. Type it again by hand."
                )
                % {"place": place, "most": LONGEST_NAME}
            )
        seen[name] = place
    return tuple(seen)


def _row(row: list[Cell], number: int, header: tuple[str, ...], limits: Limits) -> tuple[Cell, ...]:
    while len(row) > len(header) and row[-1] in (None, ""):
        row.pop()
    if len(row) > len(header):
        raise Invalid(
            _(
                "Row %(row)d has %(have)d cells, the heading has %(want)d. A comma inside a text "
                "needs quotes."
            )
            % {"row": number, "have": len(row), "want": len(header)}
        )
    for place, cell in enumerate(row):
        if isinstance(cell, str) and len(cell) > limits.cell:
            raise Invalid(
                _(
                    "Row %(row)d, column %(column)s: a cell of %(have)d characters; %(most)d is "
                    "the most."
                )
                % {"row": number, "column": header[place], "have": len(cell), "most": limits.cell}
            )
        if isinstance(cell, str) and not _is_unicode(cell):
            raise Invalid(
                _("Row %(row)d, column %(column)s: half a character stands in it. Type it again.")
                % {"row": number, "column": header[place]}
            )
        if isinstance(cell, float) and not math.isfinite(cell):
            raise Invalid(
                _("Row %(row)d, column %(column)s: %(value)s is no number.")
                % {"row": number, "column": header[place], "value": cell}
            )
    return tuple(row) + (None,) * (len(header) - len(row))
