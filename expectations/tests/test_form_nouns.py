"""Pure rules of the form: value and class, what is still missing, the frozen text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from expectations import completeness, priority, snapshot
from expectations.completeness import Line

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize(
    "scores, mandatory, value, chosen",
    [
        ((4, 4, 4, 4), False, "4.0", "must"),
        ((4, 4, 3, 4), False, "3.8", "negotiable"),
        ((2, 3, 3, 4), False, "2.5", "negotiable"),
        ((2, 3, 2, 4), False, "2.3", "deferred"),
        ((3, 3, 2, 1), False, "2.8", "deferred"),
        ((4, 5, 3, 1), False, "4.1", "must"),
        ((1, 1, 1, 1), True, "1.0", "must"),
    ],
)
def test_value_and_class_at_their_cuts(scores, mandatory, value, chosen):
    said = priority.suggest(*scores, mandatory=mandatory)

    assert (priority.shown(said.value), said.priority_class) == (value, chosen)


def test_important_but_hard_is_marked():
    assert priority.suggest(4, 4, 4, 2).talk_first
    assert not priority.suggest(4, 4, 4, 3).talk_first


@pytest.mark.parametrize("wrong", [0, 6, 2.5, True, None])
def test_a_score_is_a_whole_number_from_one_to_five(wrong):
    with pytest.raises(ValueError):
        priority.suggest(wrong, 3, 3, 3)


def test_the_formula_is_written_out():
    said = priority.suggest(4, 5, 3, 4)

    assert said.formula == "0.5 × 4 + 0.3 × 5 + 0.2 × 3 = 4.1"
    assert said.value == Decimal("4.1")


def line(**fields):
    values = {
        "code": "E-1",
        "statement": "x",
        "priority_class": "must",
        "has_criterion": True,
        "has_due": True,
        "has_owner": True,
        "verdict": "feasible",
        "verdict_at": NOW,
    }
    return Line(**(values | fields))  # fmt: skip


@pytest.mark.parametrize(
    "fields, rules",
    [
        ({}, []),
        ({"has_criterion": False}, ["F2"]),
        ({"has_due": False, "has_owner": False}, ["F2", "F2"]),
        ({"verdict": "", "verdict_at": None}, ["F3"]),
        ({"verdict": "infeasible"}, ["F3"]),
        ({"verdict": "conditional"}, []),
        ({"priority_class": "negotiable", "verdict": "", "verdict_at": None}, []),
        ({"priority_class": "deferred"}, ["F1", "F4"]),
        ({"priority_class": ""}, ["F1", "F1"]),
        ({"verdict_at": NOW - dt.timedelta(days=30)}, []),
        ({"verdict_at": NOW - dt.timedelta(days=30, seconds=1)}, ["F3"]),
    ],
)
def test_gaps_of_one_item(fields, rules):
    assert [gap.rule for gap in completeness.gaps([line(**fields)], now=NOW)] == rules


def test_an_empty_form_promises_nothing():
    assert [gap.rule for gap in completeness.gaps([], now=NOW)] == ["F1"]


def test_the_same_content_gives_the_same_text():
    one = snapshot.freeze({"b": Decimal("1.50"), "a": ["é", dt.date(2026, 3, 2)]})
    two = snapshot.freeze({"a": ["e\u0301", dt.date(2026, 3, 2)], "b": Decimal("1.50")})

    assert one == two
    assert one[1] == snapshot.digest(one[0])
    assert snapshot.read(one[0]) == {"schema": 1, "a": ["é", "2026-03-02"], "b": "1.50"}


def test_a_float_has_no_place_in_a_snapshot():
    with pytest.raises(TypeError):
        snapshot.freeze({"a": [{"b": 0.1}]})


def test_differences_name_added_removed_and_changed():
    def item(pk, **fields):
        return {"id": pk, "code": f"E-{pk}", "statement": "x", "priority_class": "must"} | fields

    before = {"items": [item(1), item(2)], "terms": ["a"], "options": {}}
    after = {"items": [item(1, priority_class="negotiable"), item(3)], "terms": ["b"]}
    after["options"] = {"names": ["a", "b"], "rows": []}

    found = [(each.kind, each.code, each.part) for each in snapshot.differences(before, after)]
    assert found == [
        ("changed", "E-1", "priority_class"),
        ("added", "E-3", ""),
        ("removed", "E-2", ""),
        ("changed", "", "terms"),
        ("changed", "", "options"),
    ]
