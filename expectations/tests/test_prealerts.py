"""The pre-alerts of the 72-hour notice: steps, night rule, repeats (clocks.md 6.2)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.worktime import calendar_from_dict
from expectations.notices import ImpactVersion, NoticeFacts, NoticeNumbers, Told
from expectations.prealerts import prealert_plan

CN = ZoneInfo("Asia/Shanghai")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
OFFICE = calendar_from_dict(
    {
        "tz": "Asia/Shanghai",
        "week": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
ROLES = ("owner", "ar", "sr", "fr", "unit_head", "service_manager", "regional_head")
AT_WORK = dict.fromkeys(ROLES, OFFICE)


def cn(text):
    return datetime.fromisoformat(text).replace(tzinfo=CN)


KNOWN, IMPACT = cn("2025-11-03 09:00"), cn("2025-11-14 10:00")
DEADLINE = IMPACT - 72 * HOUR


def facts(*told, impacts=((KNOWN, IMPACT),), known_at=KNOWN, **more):
    versions = tuple(ImpactVersion(*version) for version in impacts)
    return NoticeFacts(known_at=known_at, impacts=versions, told=told, **more)


def told(at, **more):
    return Told(delivered_at=at, alternative=True, **more)


def test_example_1_pre_alerts():
    plan = prealert_plan(facts(), until=DEADLINE - SECOND, drafted_at=KNOWN)

    assert [(alert.step, alert.due_at) for alert in plan] == [
        ("48h", cn("2025-11-09 10:00")),
        ("24h", cn("2025-11-10 10:00")),
        ("8h", cn("2025-11-11 02:00")),
        ("2h", cn("2025-11-11 08:00")),
    ]


def times(plan, *steps):
    return [(alert.step, alert.due_at) for alert in plan if alert.step in steps]


def test_pre_alert_in_the_night_goes_out_at_the_last_closing():
    plan = prealert_plan(facts(), until=DEADLINE - SECOND, calendars=AT_WORK, drafted_at=KNOWN)

    assert times(plan, "8h", "2h") == [
        ("8h", cn("2025-11-10 18:00")),
        ("2h", cn("2025-11-11 08:00")),
    ]


def test_known_late_sends_only_the_highest_step_at_once():
    known = DEADLINE - 10 * HOUR
    given = facts(impacts=((known, IMPACT),), known_at=known)

    plan = prealert_plan(given, until=DEADLINE, drafted_at=known)

    assert [(alert.step, alert.due_at) for alert in plan] == [
        ("24h", known),
        ("8h", DEADLINE - 8 * HOUR),
        ("2h", DEADLINE - 2 * HOUR),
        ("overdue", DEADLINE),
    ]


@pytest.mark.parametrize("every", [4, 12])
def test_repeats_lie_on_a_grid_until_struck(every):
    numbers = NoticeNumbers(repeat_h=every)

    plan = prealert_plan(facts(), until=IMPACT + 48 * HOUR, numbers=numbers, drafted_at=KNOWN)

    assert times(plan, "overdue", "repeat") == [
        ("repeat" if number else "overdue", DEADLINE + number * every * HOUR)
        for number in range(72 // every)
    ]
    assert plan[-1].roles == ("owner", "fr", "ar", "sr", "unit_head", "service_manager") + (
        "regional_head",
    )


def test_repeats_of_a_night_wait_for_the_opening_as_one():
    plan = prealert_plan(facts(), until=cn("2025-11-12 10:00"), calendars=AT_WORK)

    assert times(plan, "repeat") == [
        ("repeat", cn("2025-11-11 14:00")),
        ("repeat", cn("2025-11-11 18:00")),
        ("repeat", cn("2025-11-12 09:00")),
        ("repeat", cn("2025-11-12 10:00")),
    ]


def test_twelve_hours_before_the_impact_the_night_does_not_count():
    impact = cn("2025-11-15 06:00")
    given = facts(impacts=((KNOWN, impact),))

    plan = prealert_plan(given, until=impact, calendars=AT_WORK, drafted_at=KNOWN)

    assert times(plan, "repeat")[-3:] == [
        ("repeat", cn("2025-11-14 18:00")),
        ("repeat", cn("2025-11-14 22:00")),
        ("repeat", cn("2025-11-15 02:00")),
    ]


def test_sitting_on_bad_news_is_nudged_after_a_day():
    silent = prealert_plan(facts(), until=DEADLINE)
    drafted = prealert_plan(facts(), until=DEADLINE, drafted_at=KNOWN + 24 * HOUR)

    assert times(silent, "nudge") == [("nudge", KNOWN + 24 * HOUR)]
    assert times(drafted, "nudge") == []


def test_plan_ends_when_told_closed_or_not_needed():
    at = DEADLINE - 30 * HOUR

    for ended in (facts(told(at)), facts(closed_at=at)):
        plan = prealert_plan(ended, until=IMPACT, drafted_at=KNOWN)
        assert [alert.step for alert in plan] == ["48h"]
    assert prealert_plan(facts(customer_impacting=False), until=IMPACT) == []
