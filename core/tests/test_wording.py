"""How moments and time left are said, in both languages."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone as at_zone
from django.utils import translation

from core import wording

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 19, 15, 12, tzinfo=SHANGHAI)  # a Thursday


@pytest.fixture(autouse=True)
def english():
    """The msgids themselves, so that no catalogue is needed."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (43, "43 hours"),
        (24.5, "24 hours"),
        (24, "24:00"),
        (2.3, "2:18"),
        (0.69, "0:41"),
        (0, "0:00"),
        (95.9, "95 hours"),
        (96, "4 d 0 h"),
        (149, "6 d 5 h"),
    ],
)
def test_time_left_is_said_in_hours_above_a_day_and_as_a_clock_below(hours, words):
    assert wording.left_words(hours * 3600) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(2472, "0:41:12"), (86399, "23:59:59"), (4 * 86400 + 19 * 3600 + 48 * 60, "4 d 19:48")],
)
def test_precise_time_left_has_seconds_below_a_day(seconds, words):
    assert wording.left_words(seconds, precise=True) == words


def test_a_due_moment_is_over_one_second_after_it_and_not_at_it():
    due = NOW + timedelta(minutes=5)

    assert wording.due_words(due, due - timedelta(seconds=60)) == "0:01"
    assert wording.due_words(due, due) == "0:00"
    assert wording.due_words(due, due + timedelta(minutes=12)) == "over 0:12"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 18), "yesterday"),
        (date(2026, 11, 19), "today"),
        (date(2026, 11, 20), "tomorrow"),
        (date(2026, 11, 21), "Sat"),
        (date(2026, 11, 25), "Wed"),
        (date(2026, 11, 26), "26 Nov"),
        (date(2026, 11, 17), "17 Nov"),
        (date(2027, 1, 15), "2027-01-15"),
    ],
)
def test_a_day_is_a_word_within_the_week_and_a_date_beyond(day, words):
    assert wording.day_words(day, NOW.date()) == words


def test_a_moment_is_said_in_the_zone_asked_for():
    moment = datetime(2026, 11, 19, 17, 0, tzinfo=timezone.utc)

    assert wording.moment_words(moment, NOW, SHANGHAI) == "tomorrow 01:00"
    assert wording.moment_words(moment, NOW, timezone.utc) == "today 17:00"


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=12), "12 days ago"),
    ],
)
def test_how_long_ago_is_rounded_down(gap, words):
    assert wording.ago_words(NOW - gap, NOW) == words


def test_numbers_carry_a_true_minus_sign():
    assert [wording.signed(value) for value in (2, 0, -1)] == ["+2", "0", "−1"]


@pytest.mark.parametrize(
    ("zone", "said"), [(SHANGHAI, "Monday, 23 November"), (UTC, "Sunday, 22 November")]
)
def test_the_day_of_a_moment_is_that_of_the_reader(zone, said):
    title = Template("{% load ui %}{{ now|full_day }}")
    with at_zone.override(zone):
        assert title.render(Context({"now": datetime(2026, 11, 22, 17, 36, tzinfo=UTC)})) == said
        assert title.render(Context({"now": date(2026, 11, 22)})) == "Sunday, 22 November"
