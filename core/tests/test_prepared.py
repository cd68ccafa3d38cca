"""Statements that the server keeps answer as those that are sent anew, on every connection."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, connections
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from core import prepared
from core.kept import NEVER, NOBODY, KeptQuery
from core.models import Event

pytestmark = pytest.mark.django_db

NINE = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.timezone.utc)
NO_WORD = "no-such-word"
PROBES = {"about": NOBODY, "since": NEVER, "label": NO_WORD}


def _rows():
    asked = Q(about_id=NOBODY) | Q(pk=NOBODY) | Q(name="100 %s of 'them'")
    return Event.objects.filter(asked, occurred_at__gt=NEVER, about_label__startswith=NO_WORD)


@pytest.fixture
def kept():
    """On a connection that was given nothing yet, neither by it nor by the server."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
    connections["default"].__dict__.pop("_prepared", None)
    return KeptQuery(lambda: _rows().order_by("id"), PROBES)


def _values(about, label="a"):
    return {"about": about, "since": NINE, "label": label}


def _event(about, **said):
    known = {"name": "x", "about_label": "a.b", "occurred_at": NINE + dt.timedelta(hours=1)}
    return Event.objects.create(about_id=about, **{**known, **said})


def test_the_rows_are_the_same_at_every_time(kept):
    seven, other = _event(7), _event(8, name="100 %s of 'them'")
    _event(7, occurred_at=NINE)

    for _time in range(8):
        assert kept.rows(_values(7)) == [seven, other]
        assert kept.rows(_values(9)) == [other]
        assert kept.rows(_values(7, "'; DROP TABLE x; --%")) == []
        assert kept.rows(_values(7, "a%b_")) == []


def test_each_time_is_one_query(kept):
    with CaptureQueriesContext(connection) as asked:
        for _time in range(4):
            kept.rows(_values(7))

    assert len(asked) == 4


@pytest.mark.postgres
def test_from_the_second_time_on_it_is_called_by_name(kept):
    with CaptureQueriesContext(connection) as asked:
        for about in (7, 7, 8):
            kept.rows(_values(about))

    assert [each["sql"].split()[0] for each in asked] == ["SELECT", "EXECUTE", "EXECUTE"]


@pytest.mark.postgres
def test_another_connection_and_another_kind_of_value_begin_anew(kept):
    first = _event(7)
    for _time in range(3):
        kept.rows(_values(7))
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection._prepared = (object(), connection._prepared[1])  # as after a new connection

    assert [kept.rows(_values(7)) for _time in range(3)] == [[first]] * 3
    for _time in range(3):
        assert kept.rows({**_values(7), "about": None}) == []


@pytest.mark.postgres
def test_only_so_many_are_kept_and_a_pooler_keeps_none(kept, monkeypatch, settings):
    settings.PREPARED_STATEMENTS = False
    for _time in range(3):
        kept.rows(_values(7))
    assert "_prepared" not in connections["default"].__dict__

    settings.PREPARED_STATEMENTS = True
    monkeypatch.setattr(prepared, "MOST", 1)
    other = KeptQuery(lambda: _rows().order_by("-id"), PROBES)
    with CaptureQueriesContext(connection) as asked:
        for _time in range(3):
            kept.rows(_values(7))
            other.rows(_values(7))

    called = [each["sql"].split()[0] for each in asked]
    assert called == ["SELECT", "SELECT", "EXECUTE", "SELECT", "EXECUTE", "SELECT"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_column_that_a_migration_widens_is_read_all_the_same(kept):
    row = _event(70_007)
    for _time in range(3):
        assert kept.rows(_values(70_007)) == [row]
    _widen("name", 1)

    try:
        assert [kept.rows(_values(70_007)) for _time in range(4)] == [[row]] * 4
    finally:
        _widen("name", 0)


def _widen(column, by):
    length = Event._meta.get_field(column).max_length + by
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE core_event ALTER COLUMN {column} TYPE varchar({length})")
