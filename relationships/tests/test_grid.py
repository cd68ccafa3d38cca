"""The nine-grid over all 49 points, movement in words, evidence and validity."""

import datetime as dt
from itertools import product

import pytest
from django.utils import translation

from relationships import grid
from relationships.choices import Attitude

DAY = dt.date(2026, 3, 2)
POINTS = list(product(range(-3, 4), repeat=2))


@pytest.mark.parametrize(
    ("point", "cell", "attitude"),
    [
        ((0, 3), "P3N", Attitude.SUPPORTER),
        ((-3, -3), "N3C", Attitude.OPPONENT),
        ((0, 0), "P1N", Attitude.NEUTRAL),
        ((3, -1), "N1W", Attitude.OPPONENT),
        ((-1, 2), "P2C", Attitude.SUPPORTER),
        ((2, -2), "N2W", Attitude.OPPONENT),
    ],
)
def test_worked_example_10(point, cell, attitude):
    assert (grid.cell_of(point), grid.attitude_of(point[1])) == (cell, attitude)


def test_every_point_has_one_of_18_cells_and_none_is_empty():
    counts = {cell: 0 for cell in grid.CELLS}
    for point in POINTS:
        counts[grid.cell_of(point)] += 1

    middle = {"P1N": 2, "P1C": 6, "P1W": 6}
    assert counts == {cell: middle.get(cell, 1 if cell[2] == "N" else 3) for cell in grid.CELLS}
    assert len(counts) == 18


def test_grid_row_and_column_follow_the_signs():
    for x, y in POINTS:
        place = grid.place_of((x, y))
        assert (place.grid == "P") is (y >= 0)
        assert place.row == max(1, abs(y))
        assert place.column == ("C" if x < 0 else "W" if x > 0 else "N")


@pytest.mark.parametrize("point", [(4, 0), (0, -4), (-4, 4)])
def test_a_point_outside_is_refused(point):
    with pytest.raises(ValueError, match="outside"):
        grid.cell_of(point)


@pytest.mark.parametrize("cell", grid.CELLS)
def test_the_middle_of_a_cell_lies_in_it_and_has_a_play(cell):
    assert grid.cell_of(grid.middle_of(cell)) == cell
    assert 14 <= grid.PLAYBOOK[cell].touch_days <= 30


@pytest.mark.parametrize(
    ("before", "after", "words", "better"),
    [
        ((0, -1), (0, 1), "反对 → 支持", True),
        ((0, -2), (0, 0), "反对 → 中立", True),
        ((0, 0), (0, 1), "中立 → 支持", True),
        ((0, 2), (0, -1), "支持 → 反对", False),
        ((0, 1), (2, 2), "支持更强", True),
        ((0, 3), (0, 1), "支持减弱", False),
        ((0, -1), (3, -2), "反对加重", False),
        ((0, -3), (0, -1), "反对减轻", True),
        ((0, 1), (1, 1), "走近", True),
        ((0, -3), (-3, -3), "走远", False),
    ],
)
def test_movement_in_words(before, after, words, better):
    with translation.override("zh-hans"):
        move = grid.movement(before, after)

    assert (move.words, move.better) == (words, better)


def test_no_movement_has_no_words():
    assert [grid.movement(point, point) for point in POINTS] == [None] * 49


def test_conversion_and_neutralisation_are_apart():
    moves = [((0, -1), (0, 1)), ((0, -1), (0, 0)), ((0, 0), (0, 1)), ((0, -3), (0, -1))]

    assert [grid.is_converted(*move) for move in moves] == [True, False, False, False]
    assert [grid.is_neutralised(*move) for move in moves] == [False, True, False, False]


@pytest.mark.parametrize(
    ("point", "before", "asked"),
    [
        ((0, 1), None, False),
        ((3, 1), None, False),
        ((0, 2), None, True),
        ((0, -2), (0, -2), True),
        ((0, 1), (0, 0), False),
        ((1, 1), (0, 0), False),
        ((0, 1), (0, -1), True),
        ((1, 0), (-1, 0), True),
    ],
)
def test_what_r_r2_asks(point, before, asked):
    demand = grid.demand(point, before)

    assert (demand.interactions > 0, demand.second_person) == (asked, asked)


@pytest.mark.parametrize(
    ("age", "fits"), [(0, True), (179, True), (180, True), (181, False), (-1, False)]
)
def test_an_interaction_backs_a_score_for_180_days(age, fits):
    found = grid.missing(
        (0, 2),
        None,
        evidence="said so",
        interaction_days=[DAY - dt.timedelta(days=age)],
        on=DAY,
        within_days=180,
    )

    assert (found == {}) is fits


@pytest.mark.parametrize(
    ("support", "ages", "fits"),
    [
        (3, [1], False),
        (3, [1, 180], True),
        (3, [1, 181], False),
        (2, [180], True),
        (-3, [1], True),
        (-3, [], False),
    ],
)
def test_a_coach_needs_two_facts_of_180_days(support, ages, fits):
    found = grid.missing(
        (0, support),
        (0, support),
        evidence="said so",
        interaction_days=[DAY - dt.timedelta(days=age) for age in ages],
        on=DAY,
        within_days=180,
    )

    assert (found == {}) is fits


def test_every_score_needs_text():
    found = grid.missing((0, 0), None, evidence="  ", interaction_days=[], on=DAY, within_days=180)

    assert list(found) == ["evidence"]


def test_validity_ends_after_the_last_day():
    assert grid.valid_until(DAY, days=90) == dt.date(2026, 5, 31)


@pytest.mark.parametrize(
    ("decision", "level", "seat"),
    [(True, "staff", "decider"), (False, "executive", "approver"), (False, "staff", "evaluator")],
)
def test_the_seat_of_a_contact(decision, level, seat):
    assert grid.seat_of(is_decision_layer=decision, level=level) == seat


@pytest.mark.parametrize(
    ("before", "after", "converted", "neutralised", "lost"),
    [
        (-1, 1, True, False, False),
        (-3, 3, True, False, False),
        (-1, 0, False, True, False),
        (-2, -1, False, False, False),
        (0, 1, False, False, False),
        (0, -1, False, False, True),
        (1, -1, False, False, True),
        (1, 0, False, False, False),
    ],
)
def test_who_turned(before, after, converted, neutralised, lost):
    pair = (0, before), (0, after)

    said = (grid.is_converted(*pair), grid.is_neutralised(*pair), grid.is_lost(*pair))

    assert said == (converted, neutralised, lost)
