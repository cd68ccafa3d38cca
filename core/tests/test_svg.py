"""The small pictures: numbers in, attributes out, never a style."""

import pytest

from core import svg


@pytest.mark.parametrize(
    ("hours", "dashes"),
    [
        (0, "0 72"),
        (-3, "0 72"),
        (72, "23.1 0.9 23.1 0.9 23.1 0.9"),
        (90, "23.1 0.9 23.1 0.9 23.1 0.9"),
        (36, "23.1 0.9 11.1 36.9"),
        (1, "0.7 71.3"),
    ],
)
def test_a_ring_is_cut_into_days_and_fills_the_rest_with_gap(hours, dashes):
    assert svg.ring_dashes(hours) == dashes


@pytest.mark.parametrize("hours", [0.5, 2.3, 19, 24, 43, 66, 72])
def test_the_dashes_of_a_ring_go_once_around(hours):
    assert sum(map(float, svg.ring_dashes(hours).split())) == pytest.approx(72, abs=0.02)


def test_a_bar_stays_between_nothing_and_full():
    assert 'width="0%"' in svg.bar(-5)
    assert 'width="100%"' in svg.bar(140)
    assert 'class="hatch"' in svg.bar(100, "breach", hatch=True)


def test_one_value_is_no_line():
    assert svg.spark([4]) == ""
    assert svg.line_chart([4], svg.Caption("x")) == ""


def test_a_chart_escapes_its_words():
    drawn = svg.bar_chart([1, 2], svg.Caption("<b>&"))

    assert "&lt;b&gt;&amp;" in drawn
    assert "<b>" not in drawn


def test_a_flat_series_is_drawn_without_dividing_by_zero():
    assert "NaN" not in svg.line_chart([5, 5, 5], svg.Caption("flat"))
    assert "c-line" in svg.spark([0, 0])


def test_only_a_drawing_is_let_through():
    assert svg.trusted("<svg/>") == "<svg/>"
    assert svg.trusted("<script>") == "&lt;script&gt;"
