"""Plain text refuses what misleads the eye."""

import pytest
from django.core.exceptions import ValidationError

from core.text import plain_line, plain_text, tidy


@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\x07", "a\u202eb", "\u2066a", "a\u200bb", "a\nb", "\ud800"]
)
def test_a_line_refuses_control_direction_and_hidden_characters(bad):
    with pytest.raises(ValidationError):
        plain_line(bad)


@pytest.mark.parametrize("good", ["澜海移动通信", "O’Brien & Sōn", "欧阳·娜娜", "العربية", "a b"])
def test_a_line_takes_names_of_every_script(good):
    assert plain_line(good) is None


def test_a_text_takes_line_breaks_but_no_override():
    assert plain_text("一\n二\t三") is None
    with pytest.raises(ValidationError):
        plain_text("evil\u202etxt")


def test_tidy_cuts_and_joins_spaces():
    assert tidy("  澜海　　移动 ") == "澜海 移动"
