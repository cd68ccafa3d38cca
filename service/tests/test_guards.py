"""The database itself keeps the log of a ticket and its breaches as they were recorded."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from core import clock, engine_sql, registry, timers
from service.choices import Severity
from service.guards import GUARDS
from service.models import Breach, TicketEvent
from service.tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def breach():
    """The response of a critical ticket was never given."""
    stage, now = build.stage(), clock.now()
    build.ticket(stage.lanhai, stage.han, now, Severity.CRITICAL)
    timers.sweep(now + dt.timedelta(hours=3))
    return Breach.objects.order_by("id").first()


def refused(sql: str) -> None:
    expected = pytest.raises(DatabaseError, match="append-only")
    with expected, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE service_ticketevent SET text = 'x'",
        "UPDATE service_ticketevent SET effective_at = recorded_at",
        "DELETE FROM service_ticketevent",
        "UPDATE service_breach SET overrun_s = 0",
        "UPDATE service_breach SET due_at = detected_at",
        "DELETE FROM service_breach",
    ],
)
def test_the_database_refuses_another_past(breach, sql):
    before = (TicketEvent.objects.count(), Breach.objects.count())

    refused(sql)

    assert (TicketEvent.objects.count(), Breach.objects.count()) == before


def test_the_later_words_on_a_breach_stay_possible(breach):
    Breach.objects.filter(pk=breach.pk).update(reason="vendor", reason_text="厂家晚到")

    breach.refresh_from_db()
    assert breach.reason == "vendor"


def test_what_an_import_brought_may_be_taken_back(breach):
    first = TicketEvent.objects.order_by("id").first()
    imported = TicketEvent.objects.create(
        ticket=first.ticket,
        sequence=99,
        kind=first.kind,
        effective_at=first.effective_at,
        recorded_at=first.recorded_at,
        channel="import",
    )

    breach.delete()
    imported.delete()

    assert not Breach.objects.filter(pk=breach.pk).exists()
    refused("DELETE FROM service_ticketevent")


def test_a_missing_guard_is_seen_and_mended(breach):
    tables = tuple(one.table for one in GUARDS)
    assert set(tables) <= set(registry.guarded_tables())
    for table in tables:
        engine_sql.unguard(connection, table)
    assert engine_sql.missing_triggers(connection, tables) != []

    call_command("verify_evidence", mend=True, verbosity=0)

    assert engine_sql.missing_triggers(connection, tables) == []
    refused("UPDATE service_breach SET overrun_s = 0")
