"""The days of the time slider."""

import datetime as dt

import pytest

from relationships.months import day_asked, month_ends

TODAY = dt.date(2026, 3, 2)


def test_twelve_ends_of_months_and_today():
    ends = month_ends(TODAY)

    assert (len(ends), ends[0], ends[-2:]) == (
        13, dt.date(2025, 3, 31), [dt.date(2026, 2, 28), TODAY],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "position", "day"),
    [
        ("2026-01-17", "", dt.date(2026, 1, 17)),
        ("2019-02-28", "", dt.date(2019, 2, 28)),
        ("2024-02", "", dt.date(2024, 2, 29)),
        ("2025-12", "", dt.date(2025, 12, 31)),
        ("2026-03", "", TODAY),
        ("2026-03-02", "", TODAY),
        ("2026-03-03", "", TODAY),
        ("", "0", dt.date(2025, 3, 31)),
        ("", "1", dt.date(2025, 4, 1)),
        ("", "336", TODAY),
        ("", "337", TODAY),
        ("2026-01-17", "0", dt.date(2026, 1, 17)),
        ("2026-02-30", "", TODAY),
        ("9999-12", "", TODAY),
        ("0000-01", "", TODAY),
        ("0001-01", "", TODAY),
        ("1899-12-31", "", TODAY),
        ("1900-01-01", "", dt.date(1900, 1, 1)),
        ("", "-1", TODAY),
        ("", "９", TODAY),
        ("", "99999999999", TODAY),
        ("2026-01-17\n", "", TODAY),
        ("soon", "soon", TODAY),
    ],
)
def test_the_day_that_an_address_asks_for(at, position, day):
    assert day_asked(at, position, TODAY) == day
