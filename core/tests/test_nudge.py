"""A nudge follows the commit, is rare, and never hurts its caller."""

import datetime as dt
import itertools

import pytest

from core import delivery, nudge, outbox, registry
from core.clockguard import ClockGuard
from core.models import OutboxMessage
from core.tests.build import NINE

HEARD = []


def listener(job):
    HEARD.append(job)


def deaf(job):
    HEARD.append(job)
    raise ConnectionError("the broker is away")


@pytest.fixture
def heard(monkeypatch):
    HEARD.clear()
    nudge._QUIET_UNTIL.clear()
    monkeypatch.setattr("huaweicrm.registry.NUDGE", "core.tests.test_nudge:listener")
    yield HEARD
    nudge._QUIET_UNTIL.clear()


@pytest.mark.django_db
def test_posting_nudges_delivery_once_after_the_commit(heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            outbox.post("email", "a@example.com", once=f"n{number}", now=NINE)
        assert heard == []

    assert heard == ["deliver"]


def test_a_broker_that_is_away_hurts_nobody_and_is_left_alone(heard, monkeypatch):
    monkeypatch.setattr("huaweicrm.registry.NUDGE", "core.tests.test_nudge:deaf")
    nudge._send("deliver")
    nudge._send("sweep")

    assert heard == ["deliver"]


def test_a_nudge_is_spaced_by_half_a_second(heard, monkeypatch):
    clock = itertools.chain([10.0, 10.1, 10.6])
    monkeypatch.setattr(nudge.time, "monotonic", lambda: next(clock))
    for _time in range(3):
        nudge._send("sweep")

    assert heard == ["sweep", "sweep"]


@pytest.mark.django_db
def test_nothing_leaves_while_the_clock_cannot_be_trusted(monkeypatch):
    guard = ClockGuard()
    guard.tick(NINE, 0)
    guard.tick(NINE + dt.timedelta(hours=1), 5)
    monkeypatch.setattr(delivery, "GUARD", guard)
    outbox.post("email", "a@example.com", once="held", now=NINE)

    delivery.deliver(NINE + dt.timedelta(hours=1))

    assert OutboxMessage.objects.get().state == OutboxMessage.State.PENDING
    assert registry.entry("NUDGE") is not None
