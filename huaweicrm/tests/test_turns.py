"""In a few days everything has its turn, each day a part."""

from types import SimpleNamespace

import pytest

from huaweicrm.testing import turns
from huaweicrm.testing.source import BASE

PATHS = ["", "customers/", "customers/<pk>/", "api/v1/tickets/", "tickets/<pk>/claim/"]


@pytest.fixture
def daily(monkeypatch):
    """Take turns as `make test` does, on a day of one's choice."""
    monkeypatch.setattr(turns, "DAILY", True)
    return lambda day: monkeypatch.setenv("TURN", str(day))


def days(daily, ask, count=turns.DAYS):
    """What is asked on days that follow each other."""
    found = []
    for day in range(739943, 739943 + count):
        daily(day)
        found.append(list(ask()))
    return found


def test_a_table_is_asked_whole_in_three_days_each_row_once(daily):
    rows = list(range(100))

    asked = days(daily, lambda: turns.share(rows))

    assert sorted(row for day in asked for row in day) == rows


def test_three_tables_share_the_addresses_of_a_day(daily):
    rows = [SimpleNamespace(path=path) for path in PATHS]
    daily(739943)

    asked = [row.path for at in range(3) for row in turns.due(rows, at=at)]

    assert sorted(asked) == sorted(PATHS)


def test_a_single_test_has_every_third_day(daily):
    assert sorted(days(daily, lambda: [turns.today(at=1)])) == [[False], [False], [True]]


def test_without_turns_everything_is_asked(monkeypatch):
    monkeypatch.setattr(turns, "DAILY", False)
    rows = [SimpleNamespace(path=path) for path in PATHS]

    assert turns.due(rows) == rows
    assert list(turns.share(rows)) == rows
    assert turns.today(at=0) and turns.today(at=1)


def test_the_second_engine_is_asked_every_module_in_five_days():
    names = [turns.name_of(path) for path in BASE.glob("*/tests/test_*.py")]

    for name in names:
        asked = sum(turns.chosen(name, day) for day in range(turns.RESTING))
        assert asked == (turns.RESTING if turns.EVERY_DAY.search(name) else 1), name
    assert {"core/tests/test_search.py", "huaweicrm/tests/test_backup.py"} <= set(names)
    assert turns.chosen("core/tests/test_search.py", 1)
    assert turns.chosen("huaweicrm/tests/test_attack_races.py", 2)
