"""Contracts that come to their end: who hears of it, once, and at which day they change."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import OrgUnit
from core import timers
from core.models import Calendar, Event, Notification, Timer, TrailEntry
from service.actions import contracts
from service.choices import ContractStatus
from service.models import ServiceContract
from service.queries import calendars
from service.tests import build

pytestmark = pytest.mark.django_db
LAST = dt.date(2026, 6, 30)


def nine(day):
    """Nine in the morning in Shanghai."""
    return dt.datetime.combine(day, dt.time(1), tzinfo=dt.timezone.utc)


def watched(stage, *customers, days=30):
    """Contracts of these customers whose next alert is so many days before their end."""
    at = nine(LAST - dt.timedelta(days=days))
    rows = [build.contract(one, renewal_owner=stage.han, next_alert_at=at) for one in customers]
    for row in rows:
        row.ends_on = LAST
        row.save(update_fields=["ends_on"])
        timers.arm(contracts.TIMER, row, at, now=build.NINE)
    return rows


def test_it_is_expiring_and_its_people_hear_of_it_once():
    stage = build.stage()
    (row,) = watched(stage, stage.lanhai)

    assert timers.sweep(nine(dt.date(2026, 5, 31))).fired == 1
    assert timers.sweep(nine(dt.date(2026, 5, 31))).fired == 0

    row.refresh_from_db()
    assert (row.status, row.version) == (ContractStatus.EXPIRING, 2)
    told = Notification.objects.filter(kind="contract.expiring", about_id=row.pk)
    assert set(told.values_list("user__username", flat=True)) == {"lin", "han"}
    assert Event.objects.get(name="contract.expiring").facts["status"] == "expiring"
    assert TrailEntry.objects.filter(about_id=row.pk, verb="contract.expiring").count() == 1
    armed = Timer.objects.armed().get(kind=contracts.TIMER)
    assert armed.due_at == row.next_alert_at > nine(dt.date(2026, 5, 31))


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (LAST, ContractStatus.EXPIRING),
        (LAST + dt.timedelta(days=1), ContractStatus.EXPIRED),
    ],
)
def test_it_is_over_on_the_day_after_the_last(day, status):
    stage = build.stage()
    (row,) = watched(stage, stage.lanhai)

    timers.sweep(nine(day))

    row.refresh_from_db()
    assert row.status == status
    assert (row.next_alert_at is None) == (status == ContractStatus.EXPIRED)
    assert Timer.objects.armed().filter(kind=contracts.TIMER).exists() == bool(row.next_alert_at)


def test_one_that_was_terminated_meanwhile_stays_so():
    stage = build.stage()
    (row,) = watched(stage, stage.lanhai)
    ServiceContract.objects.filter(pk=row.pk).update(status=ContractStatus.TERMINATED)

    timers.sweep(nine(LAST))

    row.refresh_from_db()
    assert row.status == ContractStatus.TERMINATED
    assert not Notification.objects.filter(kind="contract.expiring").exists()


def test_statements_grow_by_batch():
    stage = build.stage()

    def cost(number, day):
        rows = [build.cast_customer(stage, f"客户{day}{n}") for n in range(number)]
        watched(stage, *rows)
        with CaptureQueriesContext(connection) as seen:
            assert timers.sweep(nine(LAST - dt.timedelta(days=day))).failed == 0
        Timer.objects.armed().update(state=Timer.State.CANCELLED)
        return len(seen)

    cost(1, 29)
    assert cost(8, 27) <= cost(2, 28) + 2


def test_the_site_of_many_is_that_of_each():
    stage = build.stage()
    own = Calendar.objects.create(code="own", name="own", zone="Europe/Berlin")
    unit = Calendar.objects.create(code="unit", name="unit", zone="Asia/Tokyo")
    OrgUnit.objects.filter(pk=stage.lanhai.owning_unit_id).update(calendar=unit)
    first, second = build.cast_customer(stage, "甲"), stage.lanhai
    type(first).objects.filter(pk=first.pk).update(calendar=own)
    rows = [type(one).objects.select_related("calendar").get(pk=one.pk) for one in (first, second)]

    found = calendars.sites_of(rows)

    assert found == {row.pk: calendars.refs_for(row)[0] for row in rows}
    assert {ref.zone for ref in found.values()} <= {"Europe/Berlin", "Asia/Tokyo", "Asia/Shanghai"}
    assert found[first.pk].id == own.pk
