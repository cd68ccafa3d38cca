"""Fixtures of the tests in a real browser."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock
from huaweicrm.tests.journey.windows import Windows


@pytest.fixture
def windows(browser, live_server, settings):
    """A window for each person; a script error or a refusal by the CSP fails the test. The clock
    stands where the test has put it (`settings`) until every window is closed: else their sessions
    would end, and pages that ask now and then would be on their way to sign in."""
    opened = Windows(browser, live_server.url)
    yield opened
    opened.close()
    assert opened.wrong == []


@pytest.fixture
def at(settings):
    """Set the clock of the whole house: `at(moment)`; it runs on from there."""

    def move(moment: dt.datetime) -> dt.datetime:
        settings.DEMO_NOW = moment.isoformat()
        clock._OFFSETS.pop(settings.DEMO_NOW, None)
        return clock.now()

    return move
