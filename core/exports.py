"""Tables that leave the house as CSV or XLSX: no cell is read as a formula by a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from core.later import Later

openpyxl, cells = Later("openpyxl"), Later("openpyxl.cell")

BOM = "\ufeff"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_CELL = 32_767
"""The most characters that a cell of a workbook holds."""

# What a spreadsheet takes for the beginning of a formula; it also looks behind blanks, and a
# Chinese or Japanese one reads the full-width signs.
_FORMULA = re.compile(r"[\s\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: Any) -> Any:
    """What a cell holds: numbers and dates as they are, everything else as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if value.tzinfo else (
            value.replace(microsecond=0)
        )  # fmt: skip
    if isinstance(value, dt.date | int | Decimal):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(str(plain(part)) for part in value)
    return _ILLEGAL.sub("", str(value))


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def bare_text(text: str) -> str:
    """The text again, when `safe_text` put an apostrophe before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def csv_rows(header: Iterable[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file: a BOM for Excel, every text quoted, formulas disarmed."""
    yield BOM + _line(header)
    for row in rows:
        yield _line(row)


def _line(values: Iterable[Any]) -> str:
    cells = [plain(value) for value in values]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(
        [safe_text(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return out.getvalue()


def xlsx(header: Iterable[Any], rows: Iterable[Sequence[Any]], *, title: str = "") -> bytes:
    """A workbook of one sheet; texts are typed as text, so that `=1+1` stays these four signs."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", _ILLEGAL.sub("", title))[:31] or None)
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, str(value)) for value in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    made = plain(value)
    if not isinstance(made, str):
        return made
    cell = cells.WriteOnlyCell(sheet, value=made[:XLSX_CELL])
    cell.data_type = "s"
    if _FORMULA.match(made):
        # Without this mark the cell would become a formula when a person edits it.
        cell.quotePrefix = True
    return cell


def download(
    name: str, kind: str, header: Iterable[Any], rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """The answer of an export view: `name.csv` is streamed, `name.xlsx` is made in one piece."""
    chunks: Iterable[bytes]
    if kind == "xlsx":
        chunks = [xlsx(header, rows, title=name)]
    else:
        chunks = (line.encode() for line in csv_rows(header, rows))
    answer = StreamingHttpResponse(chunks, content_type=XLSX_TYPE if kind == "xlsx" else CSV_TYPE)
    shown = quote(f"{name}.{kind}", safe="")
    answer["Content-Disposition"] = (
        f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''{shown}"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
