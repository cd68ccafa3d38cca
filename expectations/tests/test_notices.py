"""The 72-hour notice: its verdict at every boundary (clocks.md 6)."""

from datetime import datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.worktime import calendar_from_dict
from expectations.notices import (
    ImpactVersion,
    NoticeFacts,
    NoticeNumbers,
    Told,
    evaluate,
    internal_target,
)

CN = ZoneInfo("Asia/Shanghai")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
OFFICE = calendar_from_dict(
    {
        "tz": "Asia/Shanghai",
        "week": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)


def cn(text):
    return datetime.fromisoformat(text).replace(tzinfo=CN)


KNOWN, IMPACT = cn("2025-11-03 09:00"), cn("2025-11-14 10:00")
DEADLINE = IMPACT - 72 * HOUR


def facts(*told, impacts=((KNOWN, IMPACT),), known_at=KNOWN, **more):
    versions = tuple(ImpactVersion(*version) for version in impacts)
    return NoticeFacts(known_at=known_at, impacts=versions, told=told, **more)


def told(at, **more):
    return Told(delivered_at=at, alternative=True, **more)


def status(given, now=IMPACT + 240 * HOUR, **numbers):
    return evaluate(given, now, NoticeNumbers(**numbers)).status


def test_example_1_deadline_and_verdict_to_the_second():
    assert evaluate(facts(), KNOWN).deadline == cn("2025-11-11 10:00")
    assert status(facts(told(DEADLINE))) == "on_time"
    assert status(facts(told(DEADLINE + SECOND))) == "late"


@pytest.mark.parametrize(
    ("grace", "at", "verdict"),
    [
        (4, "2025-11-12 13:00:00", "late_short_known"),
        (4, "2025-11-12 13:00:01", "late"),
        (2, "2025-11-12 11:00:00", "late_short_known"),
        (2, "2025-11-12 11:00:01", "late"),
    ],
)
def test_example_2_known_inside_the_window(grace, at, verdict):
    known = cn("2025-11-12 09:00")
    given = facts(told(cn(at)), impacts=((known, IMPACT),), known_at=known)

    assert status(given, grace_h=grace) == verdict


@pytest.mark.parametrize(
    ("known", "now", "verdict"),
    [
        (DEADLINE, DEADLINE, "pending"),
        (DEADLINE, DEADLINE + SECOND, "overdue"),
        (DEADLINE + SECOND, DEADLINE + 4 * HOUR + SECOND, "pending"),
        (DEADLINE + SECOND, DEADLINE + 4 * HOUR + 2 * SECOND, "overdue"),
    ],
)
def test_grace_begins_only_inside_the_window(known, now, verdict):
    assert status(facts(impacts=((known, IMPACT),), known_at=known), now) == verdict


@pytest.mark.parametrize(
    ("closed", "verdict"),
    [
        (DEADLINE, "not_required"),
        (DEADLINE + SECOND, "missed_no_impact"),
        (IMPACT - SECOND, "missed_no_impact"),
        (IMPACT, "missed"),
    ],
)
def test_closed_without_telling(closed, verdict):
    assert status(facts(closed_at=closed)) == verdict


@pytest.mark.parametrize(
    ("at", "verdict"),
    [(IMPACT, "late"), (IMPACT + SECOND, "after_impact")],
)
def test_told_at_and_after_the_impact(at, verdict):
    assert status(facts(told(at))) == verdict


@pytest.mark.parametrize(
    ("moved_in_by", "verdict"),
    [(24 * HOUR, "on_time"), (24 * HOUR + SECOND, "overdue")],
)
def test_pull_in_is_tolerated_for_24_hours(moved_in_by, verdict):
    change = cn("2025-11-07 09:00")
    impacts = ((KNOWN, IMPACT), (change, IMPACT - moved_in_by))
    given = facts(told(cn("2025-11-05 10:00")), impacts=impacts)

    result = evaluate(given, IMPACT - 48 * HOUR)

    assert result.status == verdict


def test_tolerated_pull_in_keeps_its_verdict_and_takes_its_lead_from_the_new_date():
    impacts = ((KNOWN, IMPACT), (DEADLINE + HOUR, IMPACT - 12 * HOUR))

    result = evaluate(facts(told(DEADLINE), impacts=impacts), IMPACT)

    assert (result.status, result.lead_h) == ("on_time", 60)


@pytest.mark.parametrize(
    ("after_change", "verdict"),
    [(4 * HOUR, "late_pulled_in"), (4 * HOUR + SECOND, "late")],
)
def test_pulled_in_far_has_grace_from_the_change(after_change, verdict):
    change = cn("2025-11-10 08:00")
    impacts = ((KNOWN, IMPACT), (change, IMPACT - 60 * HOUR))
    early, again = told(cn("2025-11-05 10:00")), told(change + after_change)

    assert status(facts(early, again, impacts=impacts)) == verdict


def test_incomplete_records_do_not_count():
    at = DEADLINE - HOUR
    partial = Told(delivered_at=at)
    unproven = told(at, complete=False)
    oral = told(at, oral=True)

    assert status(facts(partial, unproven, oral), DEADLINE + HOUR) == "overdue"
    assert status(facts(told(at, alternative_at=DEADLINE + SECOND))) == "late"


def test_what_lies_after_now_is_not_known_yet():
    given = facts(told(DEADLINE - HOUR), closed_at=DEADLINE - HOUR, actual_impact_at=IMPACT)

    assert status(given, DEADLINE - 2 * HOUR) == "pending"


def test_telling_after_it_closed_unharmed_is_moot():
    assert status(facts(told(DEADLINE + HOUR), closed_at=DEADLINE - HOUR)) == "not_required"


def test_explanation_carries_message_and_values():
    steps = evaluate(facts(told(DEADLINE)), IMPACT).steps

    assert steps[-2:] == (
        (
            "The customer was told at %(at)s, %(lead)s hours ahead.",
            {"at": DEADLINE, "lead": "72.00"},
        ),
        ("The verdict is %(verdict)s.", {"verdict": "on_time"}),
    )


def test_internal_target_is_the_last_working_instant_of_the_customer():
    assert internal_target(cn("2025-11-15 10:00"), OFFICE) == cn("2025-11-14 18:00")
    assert internal_target(cn("2025-11-14 10:00"), OFFICE) == cn("2025-11-14 10:00")


# -- properties --

HOURS = st.integers(-200 * 60, 200 * 60).map(lambda minutes: IMPACT + timedelta(minutes=minutes))


@given(st.lists(HOURS, max_size=3), HOURS, HOURS)
@settings(max_examples=100, deadline=None)
def test_order_of_records_is_irrelevant(at, known, now):
    records = [told(moment) for moment in at]
    results = {
        evaluate(facts(*some, impacts=((known, IMPACT),), known_at=known), now).status
        for some in permutations(records)
    }

    assert len(results) == 1


@given(HOURS, HOURS)
@settings(max_examples=100, deadline=None)
def test_verdict_of_a_told_notice_never_changes_with_time(at, known):
    given_facts = facts(told(at), impacts=((known, IMPACT),), known_at=known)

    assert status(given_facts, max(at, known)) == status(given_facts, IMPACT + 999 * HOUR)
