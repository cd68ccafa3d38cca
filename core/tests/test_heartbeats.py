"""Gaps of the heartbeat and jumps of the clock."""

import datetime as dt

import pytest

from core import heartbeats
from core.clockguard import ClockGuard
from core.models import Heartbeat, HeartbeatGap

NINE = dt.datetime(2026, 11, 19, 9, tzinfo=dt.timezone.utc)


def after(**delta):
    return NINE + dt.timedelta(**delta)


@pytest.mark.django_db
def test_five_minutes_of_silence_are_no_gap_one_second_more_is():
    heartbeats.beat("sweep", now=NINE)
    assert heartbeats.beat("sweep", now=after(minutes=5)) is None
    assert heartbeats.silent_since(after(minutes=10)) is None
    assert heartbeats.silent_since(after(minutes=10, seconds=1)) == after(minutes=5)

    gap = heartbeats.beat("sweep", now=after(minutes=10, seconds=1))

    assert (gap.since, gap.until) == (after(minutes=5), after(minutes=10, seconds=1))
    assert HeartbeatGap.objects.count() == 1


@pytest.mark.django_db
def test_only_the_timers_make_a_gap_and_a_clock_that_went_back_moves_nothing():
    heartbeats.beat("deliver", now=NINE)
    heartbeats.beat("deliver", now=after(hours=1))
    heartbeats.beat("sweep", now=NINE)
    heartbeats.beat("sweep", now=after(hours=-1))

    assert HeartbeatGap.objects.count() == 0
    assert Heartbeat.objects.get(name="sweep").beat_at == NINE


def test_a_jump_of_the_wall_clock_holds_until_three_ticks_agree():
    guard = ClockGuard()
    readings = [(0, 0), (5, 5), (405, 10), (410, 15), (415, 20), (420, 25)]

    held = [guard.tick(after(seconds=wall), mono) for wall, mono in readings]

    assert held == [False, False, True, True, True, False]


def test_a_clock_that_went_back_holds_too_and_a_frozen_process_does_not():
    back, frozen = ClockGuard(), ClockGuard()
    back.tick(after(seconds=0), 0)
    frozen.tick(after(seconds=0), 0)

    assert back.tick(after(seconds=-400), 5) is True
    assert frozen.tick(after(seconds=4000), 4000) is False


def test_ticks_of_one_moment_count_as_one():
    guard = ClockGuard()
    guard.tick(after(seconds=0), 0)
    guard.tick(after(hours=1), 1)

    held = [guard.tick(after(hours=1, seconds=one), 1 + one) for one in (0.1, 0.2, 0.3, 5, 10, 15)]

    assert held == [True, True, True, True, True, False]
