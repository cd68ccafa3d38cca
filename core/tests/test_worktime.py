"""Working time at its boundaries: hours, days, zones, pauses, changes (clocks.md 3, 4 and 7)."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.worktime import (
    CalendarError,
    NeverReached,
    Retarget,
    WorktimeError,
    calendar_from_dict,
    calendar_to_dict,
    explain,
    parse_hours,
    retarget,
    unite,
    verdict,
)

CN = ZoneInfo("Asia/Shanghai")
OFFICE = [["09:00", "12:00"], ["13:30", "18:00"]]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
GOLDEN_WEEK = [f"2025-10-{day:02}" for day in range(1, 9)]


def calendar(hours=(("09:00", "18:00"),), **more):
    stored = {
        "tz": "Asia/Shanghai",
        "week": {day: hours for day in WORKDAYS},
        "holidays": GOLDEN_WEEK,
        "extra_workdays": ["2025-09-28", "2025-10-11"],
        "extra_hours": hours,
    }
    return calendar_from_dict({**stored, **more})


DAYS = calendar()
LUNCH = calendar(OFFICE)
ALWAYS = calendar_from_dict({"tz": "Asia/Shanghai", "always": True})
NEW_YORK = calendar_from_dict({"tz": "America/New_York", "week": {"sun": [["00:00", "24:00"]]}})
CLOSED = calendar_from_dict({"tz": "UTC"})


def cn(text):
    return datetime.fromisoformat(text).replace(tzinfo=CN)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


# -- worked examples of domain.md c.6 --


def test_four_business_hours_over_a_weekend():
    assert DAYS.due(cn("2025-11-14 16:30"), 4 * 3600) == cn("2025-11-17 11:30")


@pytest.mark.parametrize(
    ("start", "due"),
    [("2025-09-30 15:00", "2025-10-09 15:00"), ("2025-09-27 12:00", "2025-09-28 18:00")],
)
def test_one_working_day_is_540_minutes(start, due):
    target = DAYS.standard_day_minutes * 60

    assert (target, DAYS.due(cn(start), target)) == (32_400, cn(due))


# -- half-open hours --


@pytest.mark.parametrize(
    ("at", "is_open", "next_open", "prev_close"),
    [
        ("2025-11-14 08:59:59", False, "2025-11-14 09:00", "2025-11-13 18:00"),
        ("2025-11-14 09:00:00", True, "2025-11-14 09:00", "2025-11-13 18:00"),
        ("2025-11-14 09:00:01", True, "2025-11-14 09:00:01", "2025-11-14 09:00:01"),
        ("2025-11-14 11:59:59", True, "2025-11-14 11:59:59", "2025-11-14 11:59:59"),
        ("2025-11-14 12:00:00", False, "2025-11-14 13:30", "2025-11-14 12:00"),
        ("2025-11-14 12:00:01", False, "2025-11-14 13:30", "2025-11-14 12:00"),
        ("2025-11-14 18:00:00", False, "2025-11-17 09:00", "2025-11-14 18:00"),
        ("2025-09-28 10:00:00", True, "2025-09-28 10:00", "2025-09-28 10:00"),
        ("2025-10-03 10:00:00", False, "2025-10-09 09:00", "2025-09-30 18:00"),
    ],
)
def test_boundaries(at, is_open, next_open, prev_close):
    assert LUNCH.is_open(cn(at)) is is_open
    assert LUNCH.next_open(cn(at)) == cn(next_open)
    assert LUNCH.prev_close(cn(at)) == cn(prev_close)


@pytest.mark.parametrize(
    ("start", "target", "due", "latest"),
    [
        ("2025-11-14 09:00", 32_399, "2025-11-14 17:59:59", "2025-11-14 17:59:59"),
        ("2025-11-14 09:00", 32_400, "2025-11-14 18:00:00", "2025-11-17 09:00:00"),
        ("2025-11-14 09:00", 32_401, "2025-11-17 09:00:01", "2025-11-17 09:00:01"),
        ("2025-11-15 10:00", 0, "2025-11-15 10:00:00", "2025-11-17 09:00:00"),
        ("2025-11-14 18:00", 1, "2025-11-17 09:00:01", "2025-11-17 09:00:01"),
    ],
)
def test_due_and_latest_around_a_closing(start, target, due, latest):
    assert DAYS.due(cn(start), target) == cn(due)
    assert DAYS.due_latest(cn(start), target) == cn(latest)


@pytest.mark.parametrize(
    ("stop", "used", "breached"),
    [
        ("2025-11-14 17:59:59", 32_399, False),
        ("2025-11-14 20:00:00", 32_400, False),
        ("2025-11-17 09:00:00", 32_400, False),
        ("2025-11-17 09:00:01", 32_401, True),
        ("2025-11-13 09:00:00", 0, False),
    ],
)
def test_verdict_counts_seconds_and_does_not_compare_due(stop, used, breached):
    result = verdict(DAYS, cn("2025-11-14 09:00"), 32_400, cn(stop))

    assert (result.elapsed_s, result.remaining_s, result.breached) == (
        used,
        32_400 - used,
        breached,
    )


def test_fractions_of_a_second_are_cut_off():
    start = cn("2025-11-14 09:00") + timedelta(milliseconds=900)

    assert DAYS.elapsed(start, cn("2025-11-14 09:00:01") + timedelta(milliseconds=100)) == 1


def test_elapsed_is_negative_backwards():
    assert DAYS.elapsed(cn("2025-11-17 10:00"), cn("2025-11-14 17:00")) == -7200


# -- precedence of a day --


@pytest.mark.parametrize(
    ("more", "kind", "hours"),
    [
        ({}, "work", 1),
        ({"yearly_holidays": ["11-14"]}, "holiday", 0),
        ({"holidays": ["2025-11-14"]}, "holiday", 0),
        ({"holidays": ["2025-11-14"], "extra_workdays": ["2025-11-14"]}, "make_up", 1),
        ({"extra_workdays": ["2025-11-14"], "overrides": {"2025-11-14": []}}, "holiday", 0),
        ({"holidays": ["2025-11-14"], "overrides": {"2025-11-14": OFFICE}}, "special", 2),
        ({"holidays": ["2025-11-14"], "always": True}, "work", 1),
    ],
)
def test_override_beats_make_up_beats_holiday_beats_week(more, kind, hours):
    status = calendar(**more).status(date(2025, 11, 14))

    assert (status.kind, len(status.hours)) == (kind, hours)


def test_make_up_days_without_hours_take_those_of_the_week():
    stored = {"tz": "UTC", "week": {"mon": OFFICE}, "extra_workdays": ["2025-11-15"]}

    assert calendar_from_dict(stored).status(date(2025, 11, 15)).hours == parse_hours(OFFICE)


def test_yearly_leap_day_holds_in_leap_years():
    leap = calendar(yearly_holidays=["02-29"])

    assert leap.status(date(2028, 2, 29)).kind == "holiday"
    assert leap.status(date(2027, 3, 1)).kind == "work"


def test_provisional_begins_after_the_last_covered_local_day():
    covered = calendar(covered_until="2026-12-31")

    assert covered.is_provisional(cn("2026-12-31 23:59:59")) is False
    assert covered.is_provisional(cn("2027-01-01 00:00:00")) is True
    assert ALWAYS.is_provisional(cn("2099-01-01 00:00:00")) is False


def test_calendar_survives_its_json():
    full = calendar(
        OFFICE,
        overrides={"2026-01-05": [["10:00", "24:00"]], "2026-01-06": []},
        make_up={"2026-01-10": [["09:00", "12:00"]]},
        yearly_holidays=["12-25"],
        names={"2025-10-01": "国庆节"},
        covered_until="2026-12-31",
        version="3",
    )

    assert calendar_from_dict(calendar_to_dict(full)) == full
    assert hash(calendar_from_dict(calendar_to_dict(full))) == hash(full)


# -- daylight saving --


@pytest.mark.parametrize(
    ("day", "seconds"), [("2026-03-01", 24), ("2026-03-08", 23), ("2026-11-01", 25)]
)
def test_day_has_23_24_or_25_hours(day, seconds):
    start = NEW_YORK.wall_to_instant(datetime.fromisoformat(day))

    assert NEW_YORK.elapsed(start, start + timedelta(hours=30)) == seconds * 3600


@pytest.mark.parametrize(
    ("zone", "day", "hours", "seconds"),
    [
        ("America/New_York", "2026-03-08", ["02:30", "04:00"], 3600),  # opens at the gap's end
        ("America/New_York", "2026-03-08", ["01:00", "02:15"], 3600),  # closes at the gap's end
        ("America/New_York", "2026-03-08", ["02:10", "02:50"], 0),
        ("America/New_York", "2026-11-01", ["01:30", "02:00"], 5400),  # from the first 01:30
        ("America/New_York", "2026-11-01", ["01:00", "01:30"], 1800),  # only the first time
        ("Australia/Lord_Howe", "2026-10-04", ["02:00", "03:00"], 1800),
        ("Asia/Beirut", "2026-03-29", ["00:00", "06:00"], 18_000),  # midnight itself is skipped
        ("Pacific/Apia", "2011-12-30", ["00:00", "24:00"], 0),  # a day that was never
    ],
)
def test_boundaries_in_the_gap_and_in_the_repeated_hour(zone, day, hours, seconds):
    one = calendar_from_dict({"tz": zone, "overrides": {day: [hours]}})
    start = one.wall_to_instant(datetime.fromisoformat(day)) - timedelta(days=2)

    assert one.elapsed(start, start + timedelta(days=5)) == seconds


def test_wall_time_in_the_gap_takes_the_offset_before_it():
    gap = NEW_YORK.wall_to_instant(datetime(2026, 3, 8, 2, 30))

    assert gap == utc("2026-03-08 07:30")
    assert NEW_YORK.wall_to_instant(datetime(2026, 11, 1, 1, 30)) == utc("2026-11-01 05:30")


def test_night_shift_is_one_stretch_over_midnight_and_month_end():
    night = calendar_from_dict(
        {
            "tz": "UTC",
            "overrides": {"2026-01-31": [["22:00", "24:00"]], "2026-02-01": [["00:00", "06:00"]]},
        }
    )

    assert night.segments(utc("2026-01-30"), utc("2026-02-03")) == [
        (utc("2026-01-31 22:00"), utc("2026-02-01 06:00"))
    ]
    assert night.prev_close(utc("2026-02-01")) == utc("2026-02-01")
    assert night.due_latest(utc("2026-01-31 22:00"), 7200) == utc("2026-02-01")


# -- open days --


@pytest.mark.parametrize(
    ("start", "days", "mode", "at"),
    [
        ("2025-09-30 15:00", 0, "end_of_day", "2025-09-30 18:00"),
        ("2025-09-30 15:00", 1, "same_time", "2025-10-09 15:00"),
        ("2025-10-03 15:00", 0, "end_of_day", "2025-10-09 18:00"),
        ("2025-10-09 15:00", -1, "end_of_day", "2025-09-30 18:00"),
        ("2025-09-29 15:00", -1, "same_time", "2025-09-28 15:00"),
        ("2025-11-15 15:00", -1, "end_of_day", "2025-11-14 18:00"),
        ("2025-11-14 20:00", 1, "end_of_day", "2025-11-17 18:00"),
    ],
)
def test_add_days(start, days, mode, at):
    assert LUNCH.add_days(cn(start), days, mode) == cn(at)


def test_add_days_gives_dates_for_dates():
    assert LUNCH.add_days(date(2025, 9, 30), 1, "date") == date(2025, 10, 9)


def test_end_of_a_24x7_day_is_midnight():
    assert ALWAYS.add_days(cn("2025-11-14 15:00"), 1) == cn("2025-11-16 00:00")


# -- pauses, changes, explanation --


def test_pause_without_end_freezes():
    pauses = [(cn("2025-11-14 10:00"), None)]

    assert DAYS.elapsed(cn("2025-11-14 09:00"), cn("2025-11-20 09:00"), pauses) == 3600
    assert DAYS.due(cn("2025-11-14 09:00"), 3600, pauses) == cn("2025-11-14 10:00")
    assert DAYS.due_latest(cn("2025-11-14 09:00"), 3600, pauses) is None
    with pytest.raises(NeverReached):
        DAYS.due(cn("2025-11-14 09:00"), 3601, pauses)


def test_subtraction_steps_over_pauses():
    pauses = [(cn("2025-11-14 10:00"), cn("2025-11-14 11:00"))]

    assert DAYS.sub(cn("2025-11-14 12:00"), 5400, pauses) == cn("2025-11-14 09:30")
    assert DAYS.sub(cn("2025-11-14 12:00"), 3600, pauses) == cn("2025-11-14 11:00")
    assert DAYS.sub(cn("2025-11-14 12:00"), 3600, pauses, convention="farthest") == cn(
        "2025-11-14 10:00"
    )


def test_overlapping_and_touching_pauses_unite():
    first, second, third = (cn(f"2025-11-14 {hour}:00") for hour in (10, 11, 12))

    assert unite([(second, third), (first, second), (first, first)]) == ((first, third),)


@pytest.mark.parametrize(
    ("at", "target", "due"),
    [
        ("2025-11-14 11:00", 7201, "2025-11-14 11:00:01"),
        ("2025-11-14 11:00", 7200, "2025-11-14 11:00:00"),
        ("2025-11-14 11:00", 7199, "2025-11-14 11:00:00"),
        ("2025-11-14 20:00", 3600, "2025-11-14 20:00:00"),
    ],
)
def test_carry_is_due_at_the_change_when_the_target_is_used_up(at, target, due):
    assert retarget(DAYS, cn("2025-11-14 09:00"), 32_400, (), [Retarget(cn(at), target)]) == cn(due)


def test_explanation_names_every_stretch():
    named = calendar(OFFICE, names={f"2025-10-{d:02}": "国庆节" for d in range(1, 9)})
    pauses = [(cn("2025-09-30 17:00"), cn("2025-10-09 10:00"))]

    found = explain(named, cn("2025-09-26 17:00"), cn("2025-10-09 11:00"), pauses)

    assert [(s.reason, s.name, s.seconds // 3600) for s in found][:8] == [
        ("work", "", 1),
        ("night", "", 6),
        ("weekend", "", 24),
        ("night", "", 9),
        ("make_up", "", 3),
        ("lunch", "", 1),
        ("make_up", "", 4),
        ("night", "", 15),
    ]
    assert [(s.reason, s.name, s.seconds // 3600) for s in found][-6:] == [
        ("pause", "", 1),
        ("night", "", 6),
        ("holiday", "国庆节", 192),
        ("night", "", 9),
        ("pause", "", 1),
        ("work", "", 1),
    ]
    assert all(one.end == two.start for one, two in zip(found, found[1:], strict=False))


# -- refusals --


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"tz": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone of the IANA list."),
        ({"tz": ""}, "A calendar needs a time zone."),
        (
            {"week": {"mon": [["09:00", "12:00"], ["11:00", "18:00"]]}},
            "The hours of mon overlap: 11:00 lies before the closing at 12:00.",
        ),
        (
            {"week": {"mon": [["22:00", "06:00"]]}},
            "The hours of mon close at 06:00, not after they open at 22:00; "
            "split an interval over midnight in two.",
        ),
        (
            {"week": {"mon": [["09:00", "24:01"]]}},
            "“24:01” is not a time of day between 00:00 and 24:00.",
        ),
        ({"week": {"lun": []}}, "“lun” is no day of the week; use mon, tue, wed … sun."),
        ({"holidays": ["2025-02-30"]}, "“2025-02-30” is not a date of the form YYYY-MM-DD."),
        ({"yearly_holidays": ["02-30"]}, "“02-30” is not a day of any year."),
    ],
)
def test_contradictions_are_refused_with_a_sentence(more, sentence):
    with pytest.raises(CalendarError) as refusal:
        calendar(**more)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "question",
    [
        lambda: CLOSED.due(utc("2026-01-01"), 1),
        lambda: CLOSED.sub(utc("2026-01-01"), 1),
        lambda: CLOSED.next_open(utc("2026-01-01")),
        lambda: CLOSED.prev_close(utc("2026-01-01")),
        lambda: CLOSED.add_days(utc("2026-01-01"), 1),
        lambda: calendar(week={}).due(cn("2026-01-01 00:00"), 10**9),
    ],
)
def test_closed_calendar_is_an_error_and_no_endless_loop(question):
    with pytest.raises(NeverReached):
        question()


def test_naive_instants_are_refused():
    with pytest.raises(WorktimeError):
        DAYS.is_open(datetime(2025, 11, 14, 10))


def test_lone_far_opening_is_found():
    far = calendar_from_dict({"tz": "UTC", "overrides": {"2060-01-01": [["00:00", "01:00"]]}})

    assert far.next_open(utc("2026-01-01")) == utc("2060-01-01")
    assert far.prev_close(utc("2090-01-01")) == utc("2060-01-01 01:00")


# -- properties of clocks.md 7 --

CALENDARS = st.sampled_from([DAYS, LUNCH, ALWAYS, NEW_YORK])
BASE = 1_758_000_000
INSTANTS = st.integers(BASE, BASE + 200 * 86_400).map(
    lambda second: datetime.fromtimestamp(second, timezone.utc)
)
PAUSES = st.lists(
    st.tuples(INSTANTS, st.integers(0, 5 * 86_400)).map(
        lambda pause: (pause[0], pause[0] + timedelta(seconds=pause[1]))
    ),
    max_size=4,
)
TARGETS = st.integers(0, 60 * 3600)


@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS, PAUSES)
@settings(max_examples=200, deadline=None)
def test_elapsed_is_additive(cal, a, b, c, pauses):
    whole = cal.elapsed(a, c, pauses)

    assert cal.elapsed(a, b, pauses) + cal.elapsed(b, c, pauses) == whole


@given(CALENDARS, INSTANTS, TARGETS, PAUSES)
@settings(max_examples=200, deadline=None)
def test_due_is_the_first_and_latest_the_last_instant_with_that_elapsed(cal, start, target, pauses):
    due = cal.due(start, target, pauses)
    latest = cal.due_latest(start, target, pauses)

    assert cal.elapsed(start, due, pauses) == target
    assert due == start or cal.elapsed(start, due - timedelta(seconds=1), pauses) == target - 1
    assert cal.elapsed(start, latest, pauses) == target
    assert cal.elapsed(start, latest + timedelta(seconds=1), pauses) == target + 1


@given(CALENDARS, INSTANTS, TARGETS, PAUSES)
@settings(max_examples=200, deadline=None)
def test_subtraction_is_the_inverse_of_addition(cal, end, target, pauses):
    nearest = cal.sub(end, target, pauses)
    farthest = cal.sub(end, target, pauses, convention="farthest")

    assert farthest <= nearest <= end
    assert cal.elapsed(nearest, end, pauses) == target
    assert cal.elapsed(farthest, end, pauses) == target
    assert target == 0 or cal.elapsed(nearest + timedelta(seconds=1), end, pauses) == target - 1


@given(CALENDARS, INSTANTS, TARGETS, PAUSES, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_and_union_of_pauses_are_irrelevant(cal, start, target, pauses, random):
    shuffled = random.sample(pauses, len(pauses))

    assert cal.due(start, target, shuffled) == cal.due(start, target, pauses)
    assert cal.due(start, target, unite(pauses)) == cal.due(start, target, pauses)


@given(CALENDARS, INSTANTS, INSTANTS, PAUSES)
@settings(max_examples=100, deadline=None)
def test_segments_and_explanation_hold_the_elapsed_seconds(cal, a, b, pauses):
    start, end = min(a, b), min(max(a, b), min(a, b) + timedelta(days=40))
    counted = cal.elapsed(start, end, pauses)
    stretches = explain(cal, start, end, pauses)

    assert sum((q - p).total_seconds() for p, q in cal.segments(start, end, pauses)) == counted
    assert sum(stretch.seconds for stretch in stretches if stretch.counted) == counted
    assert sum(stretch.seconds for stretch in stretches) == (end - start).total_seconds()


@given(CALENDARS, INSTANTS, TARGETS, INSTANTS, TARGETS)
@settings(max_examples=100, deadline=None)
def test_change_to_the_same_target_changes_nothing(cal, start, target, at, other):
    same = retarget(cal, start, target, (), [Retarget(at, other), Retarget(at, target)])

    if at <= start or cal.elapsed(start, at) < target:
        assert same == cal.due(start, target)
    else:
        assert same == at
