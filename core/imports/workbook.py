"""Opens an .xlsx as a hostile file: entries, inflated size, ratio, no DTD, wrong dimensions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import Invalid
from core.imports.limits import Limits


def read_workbook(content: bytes, limits: Limits) -> Iterator[list[Any]]:
    """Rows of the first sheet, merged cells filled with the value of their corner."""
    _inspect(content, limits)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # WPS writes a wrong <dimension>; believing it would drop rows without a word.
        sheet.reset_dimensions()
        yield from _rows(sheet, _merged(content))
    except (
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        AttributeError,
        ParseError,
        zipfile.BadZipFile,
        EOFError,
        OSError,
    ) as error:
        raise Invalid(
            _("The workbook cannot be read (%(why)s). Save it again as .xlsx or as CSV.")
            % {"why": type(error).__name__}
        ) from error


def _inspect(content: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            inflated = sum(entry.file_size for entry in entries)
            if len(entries) > limits.zip_entries or inflated > limits.inflated:
                raise Invalid(_("The workbook unpacks to more than is allowed; it is not opened."))
            if inflated > limits.ratio * max(len(content), 10_000):
                raise Invalid(
                    _("The workbook is packed too tightly to be honest; it is not opened.")
                )
            if "xl/workbook.xml" not in archive.namelist():
                raise Invalid(_("This is a ZIP file, but no workbook. Save the table as .xlsx."))
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        if b"<!DOCTYPE" in part.read(2048).upper():
                            raise Invalid(_("The workbook holds a DTD; it is not opened."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise Invalid(_("The file is damaged. Save it again as .xlsx.")) from error


def _merged(content: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """Cell → corner for every merged cell; only small workbooks are looked at twice."""
    if len(content) > 1024 * 1024:
        return {}
    book = load_workbook(io.BytesIO(content), data_only=True)
    corners = {}
    for merged in book.worksheets[0].merged_cells.ranges:
        if merged.size["rows"] * merged.size["columns"] > 10_000:
            continue
        for row, column in merged.cells:
            corners[row, column] = (merged.min_row, merged.min_col)
    return corners


def _rows(sheet: Any, merged: dict) -> Iterator[list[Any]]:
    kept: dict[tuple[int, int], Any] = {}
    corners = set(merged.values())
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = list(row)
        for place in range(len(cells)):
            here = (number, place + 1)
            if here in corners:
                kept[here] = cells[place]
            elif here in merged:
                cells[place] = kept.get(merged[here])
        yield cells
