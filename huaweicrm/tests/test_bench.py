"""The bench is run by hand; here only that it hangs together and judges rightly."""

import importlib
import inspect

import pytest

from bench.__main__ import BEGIN, DOCUMENT, END, arguments, known
from bench.lines import Line, table
from bench.load import Seen
from bench.stage import BASE, Stage


@pytest.mark.parametrize(
    ("figure", "verdict"), [(1.0, "stretch"), (1.01, "must"), (1.6, "must"), (1.61, "MISSED")]
)
def test_a_line_is_judged_at_its_bounds(figure, verdict):
    assert Line("P1", "list", "CPU / floor", figure, "×", 1.6, 1.0).verdict == verdict


@pytest.mark.parametrize(
    ("figure", "verdict"), [(10_000, "stretch"), (9_999, "must"), (2_000, "must"), (1, "MISSED")]
)
def test_more_is_better_when_the_stretch_is_larger(figure, verdict):
    assert Line("P9", "sweep", "timers", figure, "/s", 2_000, 10_000).verdict == verdict


def test_a_fact_is_not_judged():
    assert Line("P1", "list", "CPU", 9.0, "ms").verdict == "-"


def test_the_table_shows_judged_lines_and_the_facts_of_a_request_in_one_line():
    lines = [
        Line("P1", "list", "CPU / floor", 1.75, "×", 1.6, 1.0, "why"),
        Line("P1", "list", "CPU", 12.34, "ms"),
        Line("P1", "list", "SQL", 8, ""),
    ]

    text = table(lines).splitlines()

    assert text[2] == "| P1 | list | CPU / floor | 1.75 × | 1.60 | 1 | **MISSED** | why |"
    assert text[-1] == "| P1 | list | 12.3 | 8 |  |  |  |  |  |"


def test_a_ratio_is_taken_round_by_round():
    busy, floor = Seen(cpu=[2.0, 30.0, 3.0]), Seen(cpu=[1.0, 10.0, 3.0])

    assert busy.ratio(floor) == 2.0


@pytest.mark.parametrize("row", known())
def test_every_row_keeps_the_contract(row):
    module = importlib.import_module(f"bench.rows.p{int(row[1:]):02d}")

    assert isinstance(module.NEEDS_SERVER, bool)
    assert list(inspect.signature(module.measure).parameters) == ["stage"]


def test_unknown_rows_are_refused(capsys):
    with pytest.raises(SystemExit):
        arguments(["--rows", "P999"])

    assert "there is no row P999" in capsys.readouterr().err


def test_the_document_has_the_marks_of_the_table():
    text = DOCUMENT.read_text(encoding="utf-8")

    assert text.count(BEGIN) == text.count(END) == 1


def test_nothing_of_the_product_imports_the_bench():
    found = [
        path
        for folder in ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
        for path in (BASE / folder).rglob("*.py")
        if "tests" not in path.parts and "from bench" in path.read_text(encoding="utf-8")
    ]

    assert found == []


def test_a_stage_knows_the_other_databases_of_its_server(tmp_path):
    stage = Stage("postgres://crm@127.0.0.1:5/crm?a=b", tmp_path, size="small", seed=1)

    assert stage.url_of("other") == "postgres://crm@127.0.0.1:5/other?a=b"
    assert stage.pids() == []
