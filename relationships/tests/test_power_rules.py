"""Key index, coverage and the drawing of a power map (R-R3): pure rules."""

import pytest

from relationships import plane
from relationships.choices import SEAT_WEIGHTS
from relationships.power import (
    CROWDED_ROW,
    MANY,
    ROW,
    Node,
    Post,
    branches,
    figures,
    is_below,
    lay_out,
)


def test_the_example_of_the_specification():
    posts = [
        Post("decider", 1), Post("approver", 3), Post("evaluator", 2), Post("influencer", 0),
        Post("user", -2), Post("supporter"),
    ]  # fmt: skip

    said = figures(posts, SEAT_WEIGHTS)

    assert round(said.index, 1) == 43.8
    assert (said.covered, said.seats, round(said.coverage, 1), said.opponents) == (5, 6, 83.3, 1)


@pytest.mark.parametrize(
    ("supports", "index", "covered", "opponents"),
    [
        ([], None, 0, 0),
        ([None], 0, 0, 0),
        ([3], 100, 1, 0),
        ([-3], -100, 1, 1),
        ([0], 0, 1, 0),
        ([3, None], 50, 1, 0),
        ([3, -3], 0, 2, 1),
        ([-1], -100 / 3, 1, 1),
    ],
)
def test_what_is_not_covered_counts_nought(supports, index, covered, opponents):
    said = figures([Post("decider", each) for each in supports], SEAT_WEIGHTS)

    assert said.index == (None if index is None else pytest.approx(index))
    assert (said.covered, said.opponents) == (covered, opponents)


@pytest.mark.parametrize(
    ("seat", "above", "cycle"),
    [(1, None, False), (1, 1, True), (1, 2, True), (1, 3, True), (3, 1, False), (2, 4, False)],
)
def test_whoever_is_below_does_not_stand_above(seat, above, cycle):
    parents = {1: None, 2: 1, 3: 2, 4: None}

    assert is_below(parents, seat, above) is cycle


def test_a_ring_that_is_there_already_ends():
    assert is_below({1: 2, 2: 1}, 5, 1) is False


def drawn(*pairs):
    return lay_out([Node(key, parent, 3) for key, parent in pairs], plane.RADIUS)


def test_whoever_is_above_stands_in_the_middle():
    layout = drawn((1, None), (2, 1), (3, 1), (4, 1))

    assert [layout.places[key].y for key in (2, 3, 4)] == [30, 30 + ROW, 30 + 2 * ROW]
    assert layout.places[1].y == layout.places[3].y
    assert [layout.places[key].depth for key in (1, 2)] == [0, 1]
    assert list(layout.places) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "pairs",
    [
        [(1, 2), (2, 1)],
        [(1, 1)],
        [(1, None), (2, 4), (3, 2), (4, 3), (5, 4), (6, 1)],
        [(5, 4), (4, 3), (3, 4)],
    ],
)
def test_nobody_in_a_ring_is_lost(pairs):
    layout = drawn(*pairs)

    assert set(layout.places) == {key for key, _parent in pairs}


def test_no_two_stand_on_each_other_and_all_fit():
    pairs = [(1, None)] + [(key, key // 3 + (key < 3)) for key in range(2, 61)]
    layout = drawn(*pairs)

    spots = {(place.x, place.y) for place in layout.places.values()}
    assert len(spots) == 60
    assert all(
        place.x < layout.width and place.y < layout.height for place in layout.places.values()
    )


def test_a_parent_that_was_taken_off_leaves_a_root():
    assert drawn((2, 1)).places[2].depth == 0


@pytest.mark.parametrize(("count", "row"), [(MANY, ROW), (MANY + 1, CROWDED_ROW)])
def test_many_stand_closer(count, row):
    layout = drawn(*[(key, None) for key in range(count)])

    assert layout.places[1].y - layout.places[0].y == row


def test_a_long_drawing_begins_at_its_upper_left_corner():
    layout = drawn((1, None), *[(key, 1) for key in range(2, MANY + 3)])

    assert (layout.places[1].y, layout.places[2].y) == (30, 30)


def test_branches_begin_with_the_top_and_hold_everybody_once():
    nodes = [Node(1, None, 5), Node(2, 1, 4), Node(3, 1, 3), Node(4, 2, 1), Node(5, 4, 1),
             Node(6, None, 2), Node(7, 99, 1)]  # fmt: skip

    assert branches(nodes) == [(None, [1, 6, 7]), (2, [2, 4, 5]), (3, [3])]
    assert branches([]) == []
