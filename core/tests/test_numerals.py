"""Whole numbers that an address says."""

import pytest

from core.numerals import whole_in


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0", 0),
        ("7", 7),
        (7, 7),
        ("９", 9),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("²", None),
        ("-1", None),
        ("1.0", None),
        (" 1", None),
        ("", None),
        (None, None),
    ],
)
def test_a_whole_number_of_a_text(said, number):
    assert whole_in(said) == number
