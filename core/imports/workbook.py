"""Opens an .xlsx as a hostile file and yields its rows; says which cell cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import SubElement, iterparse

from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from core.errors import Invalid
from core.imports import archive
from core.imports.limits import Limits

TEXT_TAG, RUN_TAG, STRING_TAG = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("t", "r", "si"))
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


class _Parser(WorkSheetParser):
    """Cells as they are stored; a formula that was never calculated is named, not dropped."""

    def parse_cell(self, element: Any) -> Any:
        if element.get("t") == "inlineStr":
            # Read as a calculated text: an object of formats for each takes thrice as long.
            said = element.find(INLINE_STRING)
            element.set("t", "str")
            for old in element.findall(VALUE_TAG):
                element.remove(old)
            if said is not None:
                SubElement(element, VALUE_TAG).text = text_of(said)
        cell = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            raise Invalid(
                _(
                    "Cell %(cell)s (row %(row)d, column %(column)s) holds a formula without a "
                    "value. Open the file in a spreadsheet and save it, or paste the values."
                )
                % {"cell": element.get("r") or "?", **_place(self.row_counter, cell["column"])}
            )
        return cell


class _Reader(ExcelReader):
    """A workbook whose shared texts are read plainly, without an object for each."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for _event, element in iterparse(source):
                if element.tag == STRING_TAG:
                    self.shared_strings.append(text_of(element))
                    element.clear()


def text_of(element: Any) -> str:
    """The text of a cell or of a shared string, all its runs joined, without phonetic hints."""
    plain = element.findtext(TEXT_TAG)
    runs = "".join(run.findtext(TEXT_TAG) or "" for run in element.findall(RUN_TAG))
    return (plain or "") + runs


def read_workbook(content: bytes, limits: Limits) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of the first sheet; merged cells hold the value of their corner."""
    archive.inspect(content, limits)
    try:
        yield from _rows(content, limits)
    except Invalid:
        raise
    except Exception as error:
        raise Invalid(
            _("The workbook cannot be read (%(why)s). Save it again as .xlsx or as CSV.")
            % {"why": type(error).__name__}
        ) from error


def _rows(content: bytes, limits: Limits) -> Iterator[tuple[int, list[Any]]]:
    reader = _Reader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read()
    book = reader.wb
    sheet = book.worksheets[0]
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        merged = _Merged(archive.merges(opened, sheet._worksheet_path), limits)
        with opened.open(sheet._worksheet_path) as source:
            # Read without the <dimension> of the sheet: WPS writes a wrong one.
            parser = _Parser(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            last = 0
            for number, cells in parser.parse():
                if number <= last:
                    raise Invalid(
                        _("Row %(row)d stands twice or out of order. Save the file again.")
                        % {"row": number}
                    )
                last = number
                yield number, merged.fill(number, _spread(number, cells, limits))


def _spread(number: int, cells: list[dict[str, Any]], limits: Limits) -> list[Any]:
    """The values of a row by place; a value far outside is named, an empty cell there is not."""
    row: list[Any] = []
    seen: set[int] = set()
    for cell in cells:
        column, value = cell["column"], cell["value"]
        if column in seen:
            raise Invalid(
                _("Row %(row)d, column %(column)s stands twice. Save the file again.")
                % _place(number, column)
            )
        seen.add(column)
        if value in (None, ""):
            continue
        if column > limits.columns:
            raise Invalid(
                _("Row %(row)d has a value in column %(column)s; %(most)d columns are the most.")
                % {**_place(number, column), "most": limits.columns}
            )
        row.extend([None] * (column - len(row)))
        row[column - 1] = value
    return row


class _Merged:
    """The merged ranges of a sheet while its rows go by."""

    def __init__(self, ranges: list[tuple[str, str]], limits: Limits) -> None:
        made = [(*coordinate_to_tuple(a), *coordinate_to_tuple(b)) for a, b in ranges]
        self.waiting: list[Range] = sorted(made, reverse=True)
        self.open: list[tuple[Range, Any]] = []
        self.most = limits.columns

    def fill(self, number: int, row: list[Any]) -> list[Any]:
        """The row with every merged place holding the value of its corner."""
        self.open = [(each, value) for each, value in self.open if each[2] >= number]
        while self.waiting and self.waiting[-1][0] <= number:
            found = self.waiting.pop()
            if found[0] == number and found[1] <= len(row) and row[found[1] - 1] is not None:
                self.open.append((found, row[found[1] - 1]))
        if len(self.open) > self.most:
            raise Invalid(_("Row %(row)d: merged cells overlap. Unmerge them.") % {"row": number})
        for (_top, left, _bottom, right), value in self.open:
            right = min(right, self.most)
            row.extend([None] * (right - len(row)))
            row[left - 1 : right] = [value] * (right - left + 1)
        return row


def _place(row: int, column: int) -> dict[str, Any]:
    return {"row": row, "column": get_column_letter(column) if 0 < column <= 18_278 else "?"}
