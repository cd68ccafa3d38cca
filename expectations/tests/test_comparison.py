"""The comparison of options: read, written back, refused with a sentence; pure."""

import pytest

from expectations import comparison

TABLE = """Compared | Borrowed modules | *Wait for delivery
Cut-over | 15 Dec | 24 Dec

Cost | 30,000 | none"""
READ = {
    "names": ["Borrowed modules", "Wait for delivery"],
    "chosen": 1,
    "rows": [
        {"label": "Cut-over", "cells": ["15 Dec", "24 Dec"]},
        {"label": "Cost", "cells": ["30,000", "none"]},
    ],
}


def test_a_table_is_read_line_by_line_and_written_back_the_same():
    assert comparison.parse(TABLE) == READ
    assert comparison.parse(comparison.text_of(READ)) == READ


def test_nothing_chosen_and_nothing_compared():
    unmarked = comparison.parse(TABLE.replace("*", ""))
    assert "chosen" not in unmarked
    assert comparison.parse(comparison.text_of(unmarked)) == unmarked
    assert comparison.parse(" \n ") == {}
    assert comparison.text_of({}) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Compared | only one\nCost | 1",
        "Compared | A | B | C | D | E\nCost | 1 | 2 | 3 | 4 | 5",
        "Compared | A | A\nCost | 1 | 2",
        "Compared | A | *\nCost | 1 | 2",
        "Compared | *A | *B\nCost | 1 | 2",
        "Compared | A | B",
        "Compared | A | B\nCost | 1",
        "Compared | A | B\nCost | 1 | 2 | 3",
        "Compared | A | B\n | 1 | 2",
        "Compared | A | B\n" + "Cost | 1 | 2\n" * 21,
        "Compared | A | B\nCost | 1 | " + "x" * 121,
    ],
)
def test_what_is_no_table_is_refused(text):
    with pytest.raises(comparison.Unreadable):
        comparison.parse(text)


def test_at_the_edges_it_is_a_table():
    widest = "Compared | A | B | C | D\n" + "Cost | 1 | 2 | 3 | 4\n" * 20
    assert len(comparison.parse(widest)["rows"]) == 20
    longest = "Compared | A | B\nCost | 1 | " + "x" * 120
    assert comparison.parse(longest)["rows"][0]["cells"][1] == "x" * 120


def test_a_table_that_came_as_data_is_the_one_that_is_typed():
    assert comparison.checked(READ) == READ
    assert comparison.checked({**READ, "chosen": None}) == {
        name: READ[name] for name in ("names", "rows")
    }
    assert comparison.checked({}) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"names": ["A", "A"]},
        {"names": ["A", "*B"]},
        {"names": ["A", "B | C"]},
        {"chosen": 2},
        {"chosen": -1},
        {"rows": []},
        {"rows": [{"label": "Cost", "cells": ["1"]}]},
        {"rows": [{"label": "Cost", "cells": ["1", "2\n3"]}]},
        {"rows": [{"label": "", "cells": ["1", "2"]}]},
    ],
)
def test_data_that_is_no_table_is_refused(change):
    with pytest.raises(comparison.Unreadable):
        comparison.checked({**READ, **change})
