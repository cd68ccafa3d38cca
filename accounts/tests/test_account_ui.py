"""Pictures of the customer."""

from accounts.templatetags import account_ui as ui


def test_a_tier_is_one_capital_letter_whatever_its_spelling():
    assert 'data-t="S"' in ui.seal("s")
    assert 'data-t="B"' in ui.seal("B", "lg")
    assert "data-t" not in ui.seal("")
    assert "data-t" not in ui.seal("x")


def test_a_vacancy_is_shown_in_the_row_and_in_the_triangle():
    team = {"ar": "沈知远", "sr": None, "fr": "韩立群"}

    assert ui.trio(team).count("av gap") == 1
    assert ui.triangle(team).count('"tri-n gap"') == 1
    assert ui.trio({}).count("av gap") == 3


def test_names_are_escaped_in_the_triangle():
    assert "<b>" not in ui.triangle({"ar": "<b>", "sr": None, "fr": None})
