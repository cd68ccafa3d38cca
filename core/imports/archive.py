"""Looks into an .xlsx before anything parses it: what it unpacks to, and what hides in its XML."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.imports.limits import Limits

CHUNK = 256 * 1024
TAGS = 200_000
"""The most tags of a part that is neither the sheet nor its strings."""
WIDEST = 16_384
"""Cells of a row, as the format has it."""

BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError)
# The other methods unpack without a bound.
_DEFLATE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# A declared encoding other than these could spell a DTD in bytes that nobody looks for.
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_PLAIN = {b"utf-8", b"us-ascii", b"ascii"}
_CELL = re.compile(rb"<(?:\w{1,20}:)?(row|c)[\s/>]")
_STRING = re.compile(rb"<(?:\w{1,20}:)?si[\s/>]")
_MERGE = re.compile(rb"<(?:\w{1,20}:)?mergeCell\s[^>]{0,200}?ref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}):"
                    rb"([A-Z]{1,3}\d{1,7})[\"']")  # fmt: skip


def inspect(content: bytes, limits: Limits) -> None:
    """Invalid when the archive is a bomb, no workbook, damaged, or holds a DTD."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _sizes(archive, len(content), limits)
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels", ".vml")):
                    _part(archive, entry, limits)
    except (*BROKEN, NotImplementedError, RuntimeError, ValueError) as error:
        raise damaged() from error


def damaged() -> Invalid:
    """The sentence for a file that cannot be opened."""
    return Invalid(_("The file is damaged. Save it again as .xlsx."))


def _sizes(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    entries = archive.infolist()
    if {entry.compress_type for entry in entries} - _DEFLATE:
        raise damaged()
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > limits.zip_entries or inflated > limits.inflated:
        raise Invalid(_("The workbook unpacks to more than is allowed; it is not opened."))
    if inflated > limits.ratio * max(packed, 10_000):
        raise Invalid(_("The workbook is packed too tightly to be honest; it is not opened."))
    names = [entry.filename for entry in entries]
    # Two entries of one name: a checker reads one of them and a parser the other.
    if len(set(names)) != len(names):
        raise damaged()
    if "xl/workbook.xml" not in names:
        raise Invalid(_("This is a ZIP file, but no workbook. Save the table as .xlsx."))


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    cells = limits.rows * limits.columns + 50_000
    tags = strings = seen = wide = 0
    for number, block in enumerate(_blocks(archive, entry.filename)):
        if number == 0:
            _head(block)
        if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
            raise Invalid(_("The workbook holds a DTD; it is not opened."))
        tags += block.count(b"<")
        strings += len(_STRING.findall(block))
        if "worksheets/" in entry.filename:
            for found in _CELL.finditer(block):
                wide = 0 if found[1] == b"row" else wide + 1
                seen += found[1] == b"c"
                if wide > WIDEST or seen > cells:
                    raise _crowded()
    of_table = "worksheets/" in entry.filename or entry.filename.endswith("sharedStrings.xml")
    if strings > cells or tags > (6 * cells if of_table else TAGS):
        raise _crowded()


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces that are not cut within a tag."""
    tail = b""
    with archive.open(name) as part:
        while block := part.read(CHUNK):
            joined = tail + block
            cut = joined.rfind(b"<", max(0, len(joined) - 4096))
            keep = cut if cut >= 0 and b">" not in joined[cut:] else len(joined)
            yield joined[:keep]
            tail = joined[keep:]
    if tail:
        yield tail


def _head(block: bytes) -> None:
    if block[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in block[:64]:
        raise damaged()
    declared = _ENCODING.search(block[:400])
    if declared and declared[1].strip().lower() not in _PLAIN:
        raise damaged()


def _crowded() -> Invalid:
    return Invalid(
        _(
            "The workbook holds far more cells, texts or formats than a table of this size needs. "
            "Copy the table alone into a new sheet."
        )
    )


def merges(archive: zipfile.ZipFile, path: str) -> list[tuple[str, str]]:
    """(first cell, last cell) of every merged range of a sheet."""
    return [
        (first.decode(), last.decode())
        for block in _blocks(archive, path)
        for first, last in _MERGE.findall(block)
    ]
