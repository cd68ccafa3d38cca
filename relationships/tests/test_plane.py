"""Geometry of the nine-grid plane."""

from itertools import combinations
from math import hypot

import pytest

from relationships import plane


def test_the_rows_fill_the_plane_without_gap_or_overlap():
    edges = [(plane.top(y), plane.top(y) + plane.row_height(y)) for y in reversed(plane.AXIS)]

    assert edges[0][0] == 0
    assert edges[-1][1] == plane.HEIGHT
    assert all(above[1] == below[0] for above, below in zip(edges, edges[1:], strict=False))


def test_there_are_49_cells_and_zero_support_stands_in_the_positive_grid():
    cells = {(cell.intimacy, cell.support): cell for cell in plane.cells()}

    assert len(cells) == 49
    assert cells[0, 0].css == "pos s1"
    assert cells[0, -1].css == "neg s1"
    assert cells[3, 3].css == "pos s3"


@pytest.mark.parametrize("role", ["approver", "decider", "gatekeeper", "user", "influencer", "x"])
def test_every_seat_role_is_a_closed_path(role):
    path = plane.shape(role, 12)

    assert path.startswith("M")
    assert path.endswith("Z")


@pytest.mark.parametrize("crowd", range(1, 10))
@pytest.mark.parametrize("support", [-3, 0, 1, 3])
def test_a_crowd_at_one_point_stays_in_its_cell_and_nobody_hides_another(crowd, support):
    spots = plane.fan_out((0, support), [3] * crowd)

    left, top = plane.left(0), plane.top(support)
    assert len(spots) == crowd
    for spot in spots:
        assert left <= spot.x - spot.radius
        assert spot.x + spot.radius <= left + plane.CELL_WIDTH
        assert top - 1 <= spot.y - spot.radius
        assert spot.y + spot.radius <= top + plane.row_height(support)
    for a, b in combinations(spots, 2):
        assert hypot(a.x - b.x, a.y - b.y) > min(a.radius, b.radius)


def test_a_plan_between_touching_tokens_has_no_line():
    assert plane.plan_line((0, 0), (30, 0), start_gap=15, end_gap=15) == ""
    assert plane.plan_line((0, 0), (100, 0), start_gap=10, end_gap=15) == "M10.0 0.0L85.0 0.0"


def test_a_trail_of_no_length_does_not_fail():
    assert plane.trail((5, 5), (5, 5)).line.startswith("M")


def test_heavier_seats_come_first_at_a_shared_point():
    def token(name, weight):
        return plane.Token(1, name, "", "user", "", weight, (0, 1))

    placed = plane.place([token("light", 1), token("heavy", 5)])

    assert [token.name for token, _spot in placed] == ["heavy", "light"]


def many(number, cell=(1, 1), **more):
    return [
        plane.Token(n, f"n{n:02}", "", "user", "", 1 + n % 3, cell, **more) for n in range(number)
    ]


@pytest.mark.parametrize(
    ("people", "drawn", "rest"), [(1, 1, []), (4, 4, []), (5, 3, [2]), (40, 3, [37])]
)
def test_a_crowded_point_draws_three_and_counts_the_rest(people, drawn, rest):
    tokens = many(people)

    assert len(plane.place(tokens)) == drawn
    assert [bubble.count for bubble in plane.bubbles(tokens)] == rest


def test_the_bubble_covers_nobody_and_the_chosen_one_is_drawn():
    tokens = many(9)
    chosen = plane.Token(99, "zz", "", "user", "", 1, (1, 1), selected=True)

    placed = plane.place([*tokens, chosen])
    (bubble,) = plane.bubbles([*tokens, chosen])

    assert placed[0][0] == chosen
    assert (bubble.cell, bubble.count) == ((1, 1), 7)
    for _token, spot in placed:
        assert hypot(spot.x - bubble.x, spot.y - bubble.y) > spot.radius + 13
