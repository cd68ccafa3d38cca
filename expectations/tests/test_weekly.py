"""The weekly report's times (W1, R-E11, domain.md c.6 example 6)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.worktime import calendar_from_dict
from expectations.weekly import due_day, weekly_times

CN = ZoneInfo("Asia/Shanghai")
CHINA = calendar_from_dict(
    {
        "tz": "Asia/Shanghai",
        "week": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [f"2025-10-{day:02}" for day in range(1, 9)],
        "extra_workdays": ["2025-09-28", "2025-10-11"],
        "extra_hours": [["09:00", "18:00"]],
    }
)


def cn(text):
    return datetime.fromisoformat(text).replace(tzinfo=CN)


@pytest.mark.parametrize(
    ("week", "due"),
    [(39, "2025-09-26 18:00"), (40, "2025-09-30 18:00"), (41, "2025-10-10 18:00")],
)
def test_example_6_due_on_friday_or_the_last_open_day(week, due):
    assert weekly_times(2025, week, CHINA).due_at == cn(due)


def test_reminder_a_day_before_and_escalation_on_the_next_open_noon():
    times = weekly_times(2025, 40, CHINA)

    assert times.reminder_at == cn("2025-09-29 18:00")
    assert times.escalates_at == cn("2025-10-09 12:00")


def test_another_weekday_and_time():
    times = weekly_times(2025, 41, CHINA, weekday=4, at=datetime(2025, 1, 1, 17, 30).time())

    assert times.due_at == cn("2025-10-09 17:30")


def test_week_without_an_open_day_is_exempt():
    closed = calendar_from_dict({"tz": "Asia/Shanghai", "overrides": {"2025-10-09": []}})

    assert due_day(2025, 41, closed) is None
    assert weekly_times(2025, 41, closed) is None


def test_example_12_change_verdict_counts_calendar_hours():
    always = calendar_from_dict({"tz": "Asia/Shanghai", "always": True})
    friday = cn("2025-11-14 17:00")

    assert always.due(friday, 24 * 3600) == friday + timedelta(days=1)
