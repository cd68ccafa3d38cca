"""Sweepers beside each other and beside people, on PostgreSQL: turns, and nobody's deadlock."""

import contextlib

import pytest
from django.db import connection

from core import timers
from core.models import Timer, User
from core.tests.build import NINE, after, person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer"),
]


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.HUAWEICRM_REGISTRY = "core.tests.registry"


@contextlib.contextmanager
def somebody_else(sql, *values):
    """Another connection that has done this and has not committed."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(sql, values)
        yield
        other.rollback()
    finally:
        other.close()


def test_sweepers_take_turns_and_the_next_takes_over_at_once():
    timers.arm("test.note", person(), NINE, now=NINE)

    with somebody_else("SELECT pg_try_advisory_xact_lock(%s)", timers.TURN):
        assert timers.sweep(NINE).fired == 0

    assert timers.sweep(NINE).fired == 1


def test_a_row_that_a_person_is_writing_waits_and_counts_as_no_failure():
    lin, wei = person(), person("wei")
    for user in (lin, wei):
        timers.arm("test.touch", user, NINE, now=NINE)

    with somebody_else("SELECT 1 FROM core_user WHERE id = %s FOR UPDATE", wei.pk):
        swept = timers.sweep(NINE)

    assert (swept.fired, swept.failed) == (1, 0)
    busy = Timer.objects.get(about_id=wei.pk)
    assert (busy.state, busy.attempts, busy.next_try_at) == ("armed", 0, after(seconds=2))
    assert timers.sweep(after(seconds=2)).fired == 1
    assert set(User.objects.values_list("full_name", flat=True)) == {"touched"}
