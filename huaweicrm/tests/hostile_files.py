"""Files to import that mean harm, and honest ones with bytes gone wrong: a corpus from a seed."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from openpyxl import Workbook

HEADER = ["名称", "国家", "状态", "备注", "编号"]
NASTY: list[Any] = [
    "", " ", "\x00", "\x00\x00", "\u202eevil", "a\u200bb", "\ufeff", "ＡＢＣ１２３", "３１/０２/２０２６",  # noqa: E501
    "31-02-2026", "2026-02-31", "2026年2月31日", "0000-00-00", "9999-99-99", "=1+1", "=cmd|' /C calc'!A0",  # noqa: E501
    "+SUM(1)", "@x", "-1", "\t=1", "NaN", "Infinity", "1e999", "-0", "1_000", "٣", "½", "9" * 5000,
    "x" * 4001, "x" * 200_000, "a,b;c\t|d", '"', '""', "'", "'=1", "\r\n", "line\nbreak", "\u2028",
    "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "%s%n", "../../etc/passwd", "澜海移动" * 40,
    "🏢", "Z̸̡̛͓͇" * 40, "\ud83d\ude00", "#REF!", "#N/A", "TRUE", "active", "ACTIVE", "odd", "\x7f",
    "\x1b[31m",
    True, None, 0, -1, 2**63, 2**70, 1e308, 0.1, "null", "N/A", "无", "\xa0", "\u3000澜海\u3000",
]  # fmt: skip


def honest(random_: random.Random, count: int = 8) -> list[list[Any]]:
    """A heading and rows as people send them."""
    words = ["active", "prospect", "dormant", "", "现有客户", "潜在客户"]
    return [
        HEADER,
        *(
            [f"远山{random_.randrange(10**6)}通信", "中国", random_.choice(words), "备注", str(n)]
            for n in range(count)
        ),
    ]


def spoiled(random_: random.Random) -> list[list[Any]]:
    """The same with nasty cells, ragged rows, odd headings."""
    rows = [list(row) for row in honest(random_)]
    for _turn in range(random_.randrange(1, 6)):
        row = random_.choice(rows)
        row[random_.randrange(len(row))] = random_.choice(NASTY)
    if random_.random() < 0.2:
        random_.choice(rows).append(random_.choice(NASTY))
    if random_.random() < 0.2:
        random_.choice(rows).pop()
    if random_.random() < 0.1:
        rows[0][1] = rows[0][0]
    if random_.random() < 0.05:
        rows.append(["only a title"])
    return rows


def as_csv(rows: list[list[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """CSV in an encoding; what it cannot hold becomes a question mark."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, escapechar="\\")
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().encode(encoding, errors="replace")


def as_json(rows: list[list[Any]]) -> bytes:
    """A list of objects; NaN and Infinity are written as Python writes them."""
    said = [dict(zip(map(str, rows[0]), row, strict=False)) for row in rows[1:]]
    for row in said:
        for key, value in row.items():
            row[key] = float("nan") if value == "NaN" else value
    return json.dumps(said, ensure_ascii=False).encode(errors="replace")


def as_xlsx(rows: list[list[Any]]) -> bytes:
    """A workbook written part by part, so that it may hold what no spreadsheet would write."""
    cells = []
    for number, row in enumerate(rows, start=1):
        made = "".join(_cell(number, place, value) for place, value in enumerate(row))
        cells.append(f'<row r="{number}">{made}</row>')
    return package({"xl/worksheets/sheet1.xml": sheet("".join(cells))})


def _cell(number: int, place: int, value: Any) -> str:
    name = f"{chr(65 + place)}{number}"
    if value is None:
        return f'<c r="{name}"/>'
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{name}"><v>{value}</v></c>'
    text = "".join(char if char >= " " or char in "\n\t" else "" for char in value)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str, *, after: str = "", dimension: str = "A1:A1") -> str:
    """The XML of a sheet; the dimension is wrong, as WPS writes it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def package(changed: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An empty workbook with some of its parts replaced or added."""
    plain, out = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, part in changed.items():
            new.writestr(name, part if isinstance(part, bytes) else part.encode(errors="replace"))
    return out.getvalue()


def _row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text(name: str, text: str) -> str:
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = _row(1, _text("A1", "名称"), _text("B1", "国家"))
GOOD = _row(2, _text("A2", "远山通信"), _text("B2", "中国"))


def _with(rows: str, **more: str) -> Callable[[], bytes]:
    return lambda: package({"xl/worksheets/sheet1.xml": sheet(rows, **more), "junk.bin": JUNK})


JUNK = random.Random(1).randbytes(450_000)
"""Bytes that do not shrink: beside them the rest is not packed too tightly."""


def _part(name: str, content: str | bytes, **more: Any) -> Callable[[], bytes]:
    parts = {"xl/worksheets/sheet1.xml": sheet(HEAD + GOOD), name: content, "junk.bin": JUNK}
    return lambda: package(parts, **more)


def _strings(count: int) -> str:
    return f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * count}</sst>'


def _doctype(encoding: str, declared: str) -> bytes:
    text = f'<?xml version="1.0" encoding="{declared}"?>{" " * 4096}<!DOCTYPE x [<!ENTITY a "b">]>'
    return (text + sheet(HEAD + GOOD).partition("?>")[2]).encode(encoding)


def _twice() -> bytes:
    out = io.BytesIO(package({"xl/worksheets/sheet1.xml": sheet(HEAD + GOOD)}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet(HEAD))
    return out.getvalue()


def _many_entries() -> bytes:
    return package({f"xl/media/{number}.xml": "<a/>" for number in range(600)})


STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 250_000}</cellXfs></styleSheet>'
EBCDIC = b'<?xml version="1.0" encoding="cp037"?>'
RUNS = f'<c r="A2" t="inlineStr"><is>{"<r>" * 20_000}{"</r>" * 20_000}</is></c>'
OVER_ALL = '<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'
OVERLAP = f"<mergeCells>{'<mergeCell ref=|A2:B9|/>'.replace('|', chr(34)) * 5000}</mergeCells>"
UNKNOWN_TEXT = '<c r="A2" t="s"><v>999</v></c>'
ROW_5_THEN_3 = HEAD + _row(5, _text("A5", "x")) + _row(3, _text("A3", "y"))
UNCALCULATED = _row(2, '<c r="A2"><f>B2</f></c>', _text("B2", "中国"))
NAMED_TWICE = _row(1, _text("A1", "名称"), _text("B1", "名称"))
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "inflated.xlsx": ("not opened", _part("xl/media/zeros.bin", b"0" * 60 * 2**20)),
    "ratio.xlsx": ("tightly", _part("xl/media/zeros.bin", b"0" * 48 * 2**20)),
    "bzip2.xlsx": ("damaged", _part("a.bin", b"0" * 2**20, method=zipfile.ZIP_BZIP2)),
    "lzma.xlsx": ("damaged", _part("a.bin", b"0" * 2**20, method=zipfile.ZIP_LZMA)),
    "entries.xlsx": ("not opened", _many_entries),
    "two-of-one-name.xlsx": ("damaged", _twice),
    "dtd-behind-blanks.xlsx": (
        "DTD",
        _part("xl/worksheets/sheet1.xml", _doctype("utf-8", "utf-8")),
    ),
    "dtd-in-utf16.xlsx": (
        "damaged",
        _part("xl/worksheets/sheet1.xml", _doctype("utf-16", "utf-16")),
    ),
    "dtd-in-ebcdic.xlsx": ("damaged", _part("xl/styles.xml", EBCDIC)),
    "strings.xlsx": ("far more", _part("xl/sharedStrings.xml", _strings(400_000))),
    "styles.xlsx": (
        "far more",
        _part(
            "xl/styles.xml",
            STYLES,
        ),
    ),
    "one-wide-row.xlsx": ("far more", _with(HEAD + f'<row r="2">{"<c/>" * 30_000}</row>')),
    "many-cells.xlsx": ("far more", _with(HEAD + f"<row>{'<c/>' * 300}</row>" * 1100)),
    "far-column.xlsx": ("column XFD", _with(HEAD + _row(2, _text("A2", "x"), _text("XFD2", "y")))),
    "rows-backwards.xlsx": (
        "out of order",
        _with(HEAD + _row(5, _text("A5", "x")) + _row(3, _text("A3", "y"))),
    ),
    "cell-twice.xlsx": ("stands twice", _with(HEAD + _row(2, _text("A2", "x"), _text("A2", "y")))),
    "formula-without-value.xlsx": ("row 2, column A", _with(HEAD + UNCALCULATED)),
    "merged-over-all.xlsx": ("", _with(HEAD + GOOD, after=OVER_ALL)),
    "merges-overlap.xlsx": ("overlap", _with(HEAD + GOOD, after=OVERLAP)),
    "two-names.xlsx": ("both called", _with(NAMED_TWICE + GOOD)),
    "deep.xlsx": ("", _with(HEAD + _row(2, RUNS))),
    "no-sheet.xlsx": ("cannot be read", _part("xl/workbook.xml", f'<workbook xmlns="{MAIN}"/>')),
    "string-out-of-range.xlsx": ("cannot be read", _with(HEAD + _row(2, UNKNOWN_TEXT))),
    "full.xlsx": ("", lambda: as_xlsx([[f"c{n}" for n in range(26)], *[["澜海移动"] * 26] * 1000])),
    "far-row.xlsx": ("", _with(HEAD + _row(1048576, _text("A1048576", "远山")))),
    "megabyte-cell.xlsx": ("Row 2, column 名称", _with(HEAD + _row(2, _text("A2", "x" * 2**20)))),
    "infinite.xlsx": ("Row 2, column 名称", _with(HEAD + _row(2, '<c r="A2"><v>1e999</v></c>'))),
    "nul.csv": ("neither CSV", lambda: b"name\n\x00\n"),
    "late-nul.csv": ("", lambda: b"name\n" + b"a\n" * 3000 + b"\x00\n"),
    "nul-in-heading.csv": ("heading of column 1", lambda: "na\x00me\na\n".encode("utf-16")),
    "hidden-in-heading.csv": ("heading of column 1", lambda: "na\u200bme\na\n".encode()),
    "two-names.csv": ("both called", lambda: b"name,country,name\na,b,c\n"),
    "rows.csv": ("5,000 rows", lambda: b"name\n" + b"".join(b"n%d\n" % n for n in range(5001))),
    "five-megabytes.csv": ("5 MB", lambda: b"name\n" + b"x" * (5 * 2**20)),
    "columns.csv": ("51 columns", lambda: ",".join(f"c{n}" for n in range(51)).encode() + b"\n1\n"),
    "megabyte-cell.csv": ("Row 2", lambda: b'name\n"' + b"x" * 2**20 + b'"\n'),
    "open-quote.csv": ("", lambda: b'name,country\n"a,b\nc,d\n' * 50),
    "commas.csv": ("columns", lambda: b"," * 3_000_000 + b"x\n1\n"),
    "newlines.csv": ("no row", lambda: b"name\n" + b"\n" * 4_000_000),
    "mojibake.csv": ("encoding", lambda: b"name\n\x81\xff\x30\xfe\xff\xff\n"),
    "utf16-broken.csv": ("", lambda: "name\n澜海\n".encode("utf-16")[:-1]),
    "gb18030.csv": ("", lambda: "名称,国家\n澜海𠮷,中国\n".encode("gb18030")),
    "not-what-it-says.xlsx": ("name ends", lambda: b"name\na\n"),
    "page.csv": ("", lambda: b"<html><body>not a table</body></html>\n<p>x</p>\n"),
    "picture.csv": ("neither CSV", lambda: b"\x89PNG\r\n\x1a\n" + b"\x01" * 100),
    "old.xlsx": (".xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    "nan.json": ("Row 1, column name", lambda: b'[{"name": NaN}]'),
    "infinity.json": ("Row 2, column n", lambda: b'[{"name": "a"}, {"n": 1e999}]'),
    "nan-inside.json": ("Row 1, column name", lambda: b'[{"name": [{"a": [-Infinity]}]}]'),
    "key-twice.json": ("Row 1, column name", lambda: b'[{"name": "a", "name": "b"}]'),
    "key-twice-inside.json": ("Row 1, column x", lambda: b'[{"name": {"x": 1, "x": 2}}]'),
    "deep.json": ("JSON", lambda: b'[{"name": ' + b"[" * 90_000 + b"]" * 90_000 + b"}]"),
    "deeper.json": ("rows", lambda: b"[" * 2_000_000),
    "objects.json": ("rows", lambda: b"[" + b"{}," * 1_500_000 + b"{}]"),
    "digits.json": ("JSON", lambda: b'[{"name": ' + b"9" * 100_000 + b"}]"),
    "columns.json": ("51 columns", lambda: json.dumps([{f"c{n}": 1 for n in range(51)}]).encode()),
    "lone-surrogate.json": ("", lambda: b'[{"name": "\\ud800"}]'),
    "nul.json": ("", lambda: b'[{"name": "a\\u0000b"}]'),
    "nul-in-heading.json": ("heading of column 1", lambda: b'[{"na\\u0000me": "a"}]'),
    "scalar.json": ("list of objects", lambda: b"[1, 2, 3]"),
}
"""name -> (what the sentence says; empty where the file may be good or bad, its bytes)"""


def mutated(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Tables with nasty cells, and then with bits flipped, bytes cut, doubled or swapped."""
    for number in range(count):
        random_ = random.Random(seed * 1_000_003 + number)
        rows = spoiled(random_) if random_.random() < 0.7 else honest(random_)
        kind = random_.choice(["csv", "csv", "json", "xlsx", "xlsx"])
        if kind == "csv":
            encoding = random_.choice(
                ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5", "latin-1"]
            )
            content = as_csv(rows, encoding, random_.choice(",;\t|"))
        else:
            content = as_json(rows) if kind == "json" else as_xlsx(rows)
        if random_.random() < 0.6:
            content = _hurt(random_, content)
        yield f"{number}.{kind}", content


def _hurt(random_: random.Random, content: bytes) -> bytes:
    raw = bytearray(content)
    way = random_.randrange(5)
    if way == 0:
        for _turn in range(random_.randrange(1, 20)):
            raw[random_.randrange(len(raw))] ^= 1 << random_.randrange(8)
    elif way == 1:
        del raw[random_.randrange(len(raw)) :]
    elif way == 2:
        at = random_.randrange(len(raw))
        raw[at:at] = random_.randbytes(random_.randrange(1, 64))
    elif way == 3:
        at = random_.randrange(len(raw))
        raw += raw[at:] * 3
    else:
        a, b = sorted(random_.randrange(len(raw)) for _turn in range(2))
        del raw[a : min(b, a + 40)]
    return bytes(raw)
