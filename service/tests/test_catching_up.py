"""What people are told while a flood of late alerts is worked off, batch after batch."""

from __future__ import annotations

import datetime as dt

import pytest

from core import timers
from core.models import Notification, PolicyValue
from service.choices import Severity
from service.tests import build

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
START = build.at("2025-11-17 09:00")


@pytest.fixture
def stage():
    early = START - dt.timedelta(days=900)
    PolicyValue.objects.create(key="alert.digest_over", value=2, valid_from=early, reason="test")
    return build.stage("gold")


def flood(stage, now):
    """Three more tickets whose first hour is over, found by one sweep."""
    for _number in range(3):
        build.ticket(stage.lanhai, stage.han, START, Severity.MAJOR)
    timers.sweep(now)


def told(stage, kind):
    return Notification.objects.filter(kind=kind, user=stage.xu).count()


def test_a_digest_speaks_for_the_batches_of_the_next_ten_minutes(stage):
    first = START + 66 * MINUTE

    seen = []
    for after in (0, 1, 9, 10):
        flood(stage, first + after * MINUTE)
        seen.append((told(stage, "sla.digest"), told(stage, "sla.alert")))

    assert seen == [(1, 0), (1, 0), (1, 0), (2, 0)]
