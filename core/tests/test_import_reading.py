"""Tables from hostile and honest files; no database."""

import io
import json
import zipfile

import pytest
from django.utils import translation
from openpyxl import Workbook

from core.errors import Invalid
from core.imports.cells import CellError, Field, clean
from core.imports.limits import Limits
from core.imports.mapping import ColumnMap, cell, from_toml, guess
from core.imports.reading import read_table

SMALL = Limits(rows=3, columns=3)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def book(*rows, merge=None) -> bytes:
    sheet = (made := Workbook()).active
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_people_have(encoding):
    table = read_table("名称,国家\n澜海,中国\n".encode(encoding), limits=SMALL)

    assert table.columns == ("名称", "国家")
    assert table.rows == (("澜海", "中国"),)
    assert table.numbers == (2,)


def test_a_workbook_with_a_wrong_dimension_loses_no_row():
    content = book(["name"], ["a"], ["b"], ["c"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'<dimension ref="A1:A4"', b'<dimension ref="A1:A1"'))

    assert len(read_table(out.getvalue(), limits=SMALL).rows) == 3


def test_merged_cells_hold_the_value_of_their_corner():
    table = read_table(book(["a", "b"], ["x", 1], [None, 2], merge="A2:A3"), limits=SMALL)

    assert table.rows == (("x", 1), ("x", 2))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"a,b\n", "no row"),
        (b"a\n1\n2\n3\n4\n", "more than 3 rows"),
        (b"a,b,c,d\n1,2,3,4\n", "4 columns"),
        (b"a,b\n1,2,3\n", "Row 2 has 3 cells"),
        (b"%PDF-1.7 something", "neither CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", ".xls"),
        (b"PK\x03\x04 broken", "damaged"),
        (b'[{"a": 1', "JSON"),
        (b'["a"]', "list of objects"),
        (b"a\n\x81\xff\x30\n", "encoding"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_sentence(content, says):
    with pytest.raises(Invalid) as refused:
        read_table(content, limits=SMALL)

    assert says in str(refused.value.sentence)


def test_a_bomb_is_not_opened():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b"<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 60 * 1024 * 1024)

    with pytest.raises(Invalid) as refused:
        read_table(out.getvalue(), limits=Limits())

    assert "not opened" in str(refused.value.sentence)


def test_a_dtd_is_not_read():
    content = book(["name"], ["a"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            head = b"<!DOCTYPE x [<!ENTITY a 'b'>]>" if name == "xl/workbook.xml" else b""
            new.writestr(name, head + old.read(name))

    with pytest.raises(Invalid) as refused:
        read_table(out.getvalue(), limits=SMALL)

    assert "DTD" in str(refused.value.sentence)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  澜海　移动 ", "澜海 移动"),
        ("text", "ＡＢ１２", "AB12"),
        ("date", "2026-11-19", "2026-11-19"),
        ("date", "2026年11月19日", "2026-11-19"),
        ("date", "19-11-2026", "2026-11-19"),
        ("date", 46345, "2026-11-19"),
        ("int", "1,200", "1200"),
        ("bool", "是", "True"),
        ("date", "?", "None"),
        ("text", "'+86 755 2878", "+86 755 2878"),
        ("text", "'quoted'", "'quoted'"),
    ],
)
def test_a_cell_becomes_a_value(kind, raw, value):
    assert str(clean(raw, Field("f", "f", kind))[0]) == value


@pytest.mark.parametrize(
    ("kind", "raw", "says"),
    [
        ("date", "31-02-2026", "no such day"),
        ("date", "soon", "no date"),
        ("text", "a\x00b", "Control"),
        ("text", "a\u202eb", "direction"),
        ("text", "a\u200bb", "direction"),
        ("text", "#REF!", "the error"),
        ("date", "0001-01-01", "between 1900"),
        ("datetime", "2026-01-01 10:00:00+99:00", "no such day"),
        ("text", "x" * 300, "300 characters"),
        ("email", "nobody", "e-mail"),
        ("int", "many", "whole number"),
    ],
)
def test_a_cell_that_cannot_be_right_says_why(kind, raw, says):
    with pytest.raises(CellError) as refused:
        clean(raw, Field("f", "f", kind))

    assert says in str(refused.value)


def test_a_text_of_several_lines_may_join_its_letters():
    assert clean("👨\u200d👩", Field("f", "f", lines=True))[0] == "👨\u200d👩"


def test_columns_are_guessed_from_their_headings():
    fields = (Field("name", "name", aliases=("客户名称",)), Field("country", "country"))

    assert guess(["编号", "客户 名称", "Country "], fields) == {
        "name": "客户 名称",
        "country": "Country ",
    }


def test_templates_words_and_defaults_make_a_cell():
    mapping = from_toml(
        'kind = "k"\n[columns]\nref = "{a}|{b}"\nstate = "s"\n[values.state]\n"Up" = "active"\n'
        '"*" = "other"\n[defaults]\nkind = "operator"\n'
    )
    row = {"a": "x", "b": None, "s": "Up"}

    assert cell(mapping, "ref", row) == "x|"
    assert cell(mapping, "state", row) == "active"
    assert cell(mapping, "state", {"s": "Down"}) == "other"
    assert cell(mapping, "kind", row) == "operator"


def test_an_unknown_key_in_a_mapping_is_refused():
    with pytest.raises(Invalid):
        from_toml('kind = "k"\ncolour = "red"\n[columns]\n')


def test_json_rows_count_from_one():
    table = read_table(json.dumps([{"a": 1}, {"a": 2}]).encode(), limits=SMALL)

    assert table.numbers == (1, 2)
    assert ColumnMap(kind="k", columns={"a": "a"}).refuse == "file"
