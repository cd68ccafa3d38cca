"""The escalation ladder and the alert engine (clocks.md 5 and 7)."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.worktime import calendar_from_dict
from service.ladders import (
    AT_ONCE,
    STEPS,
    Alerts,
    Watch,
    deliver_at,
    fill,
    rung,
    sweep,
)

OFFICE = calendar_from_dict(
    {
        "tz": "UTC",
        "week": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOON = datetime(2025, 11, 14, 12, tzinfo=timezone.utc)
THRESHOLDS = {
    "50": NOON,
    "75": NOON + HOUR,
    "90": NOON + 96 * MINUTE,
    "100": NOON + 2 * HOUR,
    "150": NOON + 4 * HOUR,
}


def runs(watch, *times):
    state, sent = Alerts(), []
    for now in times:
        swept = sweep(state, watch, now)
        state = swept.state
        sent.append(swept.sends)
    return sent


@pytest.mark.parametrize(
    ("step", "severity", "tier", "roles", "urgency", "repeat_s"),
    [
        (50, 1, "S", ("owner",), "message", 0),
        (75, 2, "B", ("owner", "l1_lead", "l2_duty", "fr"), "call", 0),
        (75, 3, "B", ("owner", "l1_lead", "fr"), "message", 0),
        (90, 1, "B", ("l2_duty", "l3_duty", "ar", "sr", "fr", "service_manager"), "page", 1800),
        (90, 2, "B", ("l2_duty", "ar", "sr", "fr", "service_manager"), "page", 7200),
        (90, 3, "B", ("l2_duty", "ar", "sr", "fr", "service_manager"), "message", 0),
        (
            100,
            1,
            "A",
            ("l3_duty", "rnd_duty", "ar", "service_manager", "unit_head", "regional_head"),
            "page",
            1800,
        ),
        (
            100,
            3,
            "C",
            ("l3_duty", "rnd_duty", "ar", "service_manager", "unit_head"),
            "message",
            32_400,
        ),
        (120, 1, "S", (), "message", 0),
        (150, 2, "A", ("rnd_manager", "regional_head"), "page", 7200),
        (150, 2, "s", ("rnd_manager", "regional_head", "executive_sponsor"), "page", 7200),
        (200, 3, "C", ("executive",), "message", 86_400),
    ],
)
def test_table_of_steps(step, severity, tier, roles, urgency, repeat_s):
    found = rung(step, severity=severity, tier=tier)

    assert (found.roles, found.urgency, found.repeat_s) == (roles, urgency, repeat_s)
    assert found.csqc_agenda is (step == 150 and tier.upper() == "S")


def test_only_the_slow_repeat_counts_working_time():
    assert [rung(100, severity=severity).repeat_working for severity in (1, 2, 3, 4)] == [
        False,
        False,
        True,
        True,
    ]


def test_reasons_at_once_name_steps_of_the_ladder():
    assert set(AT_ONCE.values()) <= set(STEPS)
    assert rung(AT_ONCE["kdm_complaint"], severity=3).management == ("executive",)


@pytest.mark.parametrize(
    ("held", "answers", "empty"),
    [
        ({"fr", "ar"}, "fr", ()),
        ({"ar"}, "ar", ("fr",)),
        ({"regional_head"}, "regional_head", ("fr", "ar", "unit_head")),
        (set(), "admin", ("fr", "ar", "unit_head", "regional_head", "executive")),
    ],
)
def test_an_empty_role_goes_up_and_warns(held, answers, empty):
    filled = fill(["fr"], held)

    assert (filled.answering["fr"], filled.empty) == (answers, empty)


@pytest.mark.parametrize(
    ("role", "severity", "tier", "outage", "waits"),
    [
        ("l2_duty", 1, "C", False, False),
        ("l2_duty", 2, "C", False, False),
        ("l2_duty", 3, "C", False, True),
        ("unit_head", 1, "C", False, False),
        ("unit_head", 2, "C", True, True),
        ("unit_head", 2, "S", True, False),
        ("unit_head", 2, "S", False, True),
    ],
)
def test_night_reaches_only_whom_it_must(role, severity, tier, outage, waits):
    night = datetime(2025, 11, 14, 23, tzinfo=timezone.utc)

    at = deliver_at(night, role, severity=severity, tier=tier, outage=outage, calendar=OFFICE)

    assert at == (datetime(2025, 11, 17, 9, tzinfo=timezone.utc) if waits else night)


def test_all_crossed_are_recorded_at_true_time_and_the_highest_is_sent():
    now = NOON + 3 * HOUR

    swept = sweep(Alerts(), Watch(THRESHOLDS), now)

    assert [(one.name, one.crossed_at, one.detected_at) for one in swept.recorded] == [
        (name, THRESHOLDS[name], now) for name in ("50", "75", "90", "100")
    ]
    assert swept.sends == ("100",)


def test_acknowledgement_stops_its_step_but_not_the_next():
    watch = Watch(THRESHOLDS, acked_at=NOON + 150 * MINUTE, repeat_s=3600)

    sent = runs(watch, *(NOON + hours * HOUR for hours in range(2, 7)))

    assert sent == [("100",), (), ("150",), ("repeat",), ("repeat",)]


def test_stop_exactly_at_the_target_is_met_and_sends_no_note():
    watch = Watch(THRESHOLDS, stopped_at=THRESHOLDS["100"])

    assert runs(watch, NOON + 3 * HOUR) == [()]


def test_breach_that_was_seen_needs_no_closing_note():
    watch = Watch(THRESHOLDS, stopped_at=NOON + 150 * MINUTE)

    assert runs(watch, NOON + 2 * HOUR, NOON + 3 * HOUR, NOON + 4 * HOUR) == [("100",), (), ()]


def test_repeat_of_a_working_day_counts_on_the_calendar():
    watch = Watch({"100": NOON}, repeat_s=32_400, calendar=OFFICE)
    monday_noon = datetime(2025, 11, 17, 12, tzinfo=timezone.utc)

    assert runs(watch, NOON, monday_noon - MINUTE, monday_noon) == [("100",), (), ("repeat",)]


@given(st.lists(st.integers(-60, 600), min_size=1, max_size=12), st.none() | st.integers(0, 600))
@settings(max_examples=100, deadline=None)
def test_any_partition_of_sweeps_records_the_same(minutes, stop):
    stopped = None if stop is None else NOON + stop * MINUTE
    watch = Watch(THRESHOLDS, stopped_at=stopped, repeat_s=1800)
    end = NOON + 700 * MINUTE
    state, recorded = Alerts(), []
    for minute in [*minutes, 700, 700]:
        swept = sweep(state, watch, NOON + minute * MINUTE)
        state, recorded = swept.state, recorded + list(swept.recorded)

    once = sweep(Alerts(), watch, end)

    assert sorted((one.name, one.crossed_at) for one in recorded) == sorted(
        (one.name, one.crossed_at) for one in once.recorded
    )
