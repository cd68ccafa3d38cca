"""Whose tickets, clocks and events somebody sees, however the database is asked for them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import Customer, customer
from accounts.tests import build as people
from core import timers
from core.kept import counting, reading_first
from core.models import User
from service.models import Breach, SlaClock, Ticket, TicketEvent
from service.tests import build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sights", [None, (0, 1_000), (0, 0)])
def test_rows_of_a_ticket_are_seen_with_it(sights, monkeypatch):
    monkeypatch.setattr(customer, "SIGHTS", sights)
    monkeypatch.setattr(customer, "_SIGHTS", {})
    stage = build.stage()
    west = people.unit("西部")
    far = people.customer(west, "远山")
    build.ticket(stage.lanhai, stage.lin)
    lent = build.ticket(far, stage.lin, title="借来的人")
    Ticket.objects.filter(pk=lent.pk).update(owner=stage.han)
    build.ticket(far, stage.lin, title="远处")
    timers.sweep(build.NINE + dt.timedelta(days=9))
    assert Breach.objects.filter(ticket__in=[lent.pk]).exists()
    assert set(Breach.objects.values_list("ticket__customer", flat=True)) > {far.pk}
    assert not Breach.objects.exclude(ticket=F("clock__ticket")).exists()
    root = people.person("root", None, is_superuser=True)
    gone = people.person("gone", stage.office, "eng", is_active=False)
    guest = people.person("guest", west, "eng", is_portal=True)

    for one in (stage.lin, stage.han, stage.xu, stage.stranger, root, gone, guest):
        user = User.objects.get(pk=one.pk)
        customers = set(Customer.objects.visible_to(user).values_list("pk", flat=True))
        tickets = {
            row.pk
            for row in Ticket.objects.all()
            if row.customer_id in customers or (row.owner_id == user.pk and not user.is_portal)
        }
        assert set(Ticket.objects.visible_to(user).values_list("pk", flat=True)) == tickets, one
        for model, path in (
            (TicketEvent, "ticket"),
            (SlaClock, "ticket"),
            (Breach, "clock__ticket"),
        ):
            rows = model.objects.visible_to(user)
            wanted = model.objects.filter(**{f"{path}__in": tickets})
            assert set(rows.values_list("pk", flat=True)) == set(
                wanted.values_list("pk", flat=True)
            )
            with reading_first():
                assert list(rows.order_by("pk")[:9]) == list(wanted.order_by("pk")[:9])
            with counting():
                assert rows.count() == wanted.count()


@pytest.mark.postgres
def test_a_breach_that_the_version_before_writes_gets_its_ticket():
    """It runs on while the tables are migrated, and knows no such column."""
    stage = build.stage()
    made = build.ticket(stage.lanhai, stage.lin)
    timers.sweep(build.NINE + dt.timedelta(days=9))
    row = Breach.objects.filter(ticket=made).first()
    names = [f.column for f in Breach._meta.concrete_fields if f.column not in ("id", "ticket_id")]
    columns = ", ".join(names)
    values = columns.replace("target_version", "target_version + 1")

    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO service_breach ({columns}) SELECT {values} FROM service_breach"
            " WHERE id = %s",
            [row.pk],
        )
    assert set(row.clock.breaches.values_list("ticket", flat=True)) == {made.pk}
    assert row.clock.breaches.count() == 2
