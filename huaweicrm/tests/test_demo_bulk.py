"""The bulk of the demo: sound, the same for a seed, quiet, and written by batch."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction

from accounts.models import Contact, Customer
from core import reconcile, sealing, timers
from core.models import Event, Notification, OutboxMessage, Timer, TrailEntry
from huaweicrm.demo.bulk import clients, load, names, stage
from huaweicrm.demo.world import SHANGHAI, build
from service.models import Breach, PauseInterval, SlaClock, Ticket, TicketEvent

NOW = dt.datetime(2026, 11, 18, 15, 12, tzinfo=SHANGHAI)
TINY = stage.Size(20, 60, 240, 30, regions=1, offices=2)


@pytest.fixture(scope="class")
def loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield load.load(build(NOW), TINY, seed=1, say=lambda text: None)
        transaction.set_rollback(True)


@pytest.fixture
def bulk(loaded, db):
    return loaded


class TestAfterOneLoad:
    """Loading is slow: these look at one load, and what each changes is rolled back."""

    def test_everything_is_as_the_facts_say(self, bulk):
        assert Customer.objects.count() == 20
        assert Contact.objects.count() == 60
        assert Ticket.objects.count() == 240
        assert reconcile.differences(NOW) == []
        assert reconcile.others(NOW, repairing=False) == []

    def test_the_trail_is_sound_and_holds_a_ticket_from_report_to_closing(self, bulk):
        sealing.seal(NOW)
        assert sealing.verify().problems == []
        ticket = Ticket.objects.filter(status="closed", ticket_class="fault").first()
        verbs = list(
            TrailEntry.objects.filter(about_label="service.ticket", about_id=ticket.pk)
            .order_by("recorded_at", "id")
            .values_list("verb", flat=True)
        )
        assert verbs[0] == "ticket.created"
        assert {"ticket.accepted", "ticket.restored", "ticket.resolved", "ticket.closed"} <= set(
            verbs
        )
        assert not TrailEntry.objects.filter(recorded_at__gt=NOW).exists()

    def test_the_log_of_a_ticket_agrees_with_its_columns(self, bulk):
        for ticket in Ticket.objects.filter(status="closed"):
            kinds = list(ticket.events.in_order().values_list("kind", flat=True))
            assert kinds[0] == "reported"
            assert "closed" in kinds
            assert ticket.version == len(kinds)
            assert ticket.closed_at <= NOW

    def test_open_and_closed_met_and_missed_paused_and_running(self, bulk):
        rows = Ticket.objects.all()
        assert 3 <= rows.open().count() <= 40
        assert rows.filter(status="closed").count() > 180
        assert set(rows.values_list("severity", flat=True)) == {1, 2, 3, 4}
        assert len(set(rows.values_list("level", flat=True))) >= 4
        assert Breach.objects.exists()
        assert PauseInterval.objects.exists()
        states = set(SlaClock.objects.values_list("state", flat=True))
        assert {"met", "breached_stopped", "running"} <= states
        live = SlaClock.objects.live().filter(ticket__in=rows.open())
        overdue = live.filter(state="breached_running")
        assert overdue.count() < live.count() / 2

    def test_the_past_calls_nobody(self, bulk):
        assert Notification.objects.count() == 0
        assert OutboxMessage.objects.count() == 0
        swept = timers.sweep(NOW)
        assert swept.failed == 0
        assert Notification.objects.count() <= 5
        assert not Timer.objects.filter(state="dead").exists()
        assert not Event.objects.filter(occurred_at__gt=NOW).exists()


def _facts():
    return [
        list(Customer.objects.order_by("id").values_list("code", "name", "status")),
        list(Contact.objects.order_by("id").values_list("name", "title", "phone")),
        list(Ticket.objects.order_by("id").values_list("code", "title", "status", "closed_at")),
        list(TicketEvent.objects.order_by("id").values_list("kind", "effective_at")),
        list(SlaClock.objects.order_by("id").values_list("kind", "state", "due_at", "elapsed_s")),
    ]


@pytest.mark.parametrize(("seed", "same"), [(7, True), (8, False)])
def test_a_seed_says_everything(db, seed, same):
    small = stage.Size(6, 12, 30, 6, regions=1, offices=1)
    told = []
    for number in (7, seed):
        point = transaction.savepoint()
        load.load(build(NOW), small, seed=number, say=lambda text: None)
        told.append(_facts())
        transaction.savepoint_rollback(point)
    assert (told[0] == told[1]) is same


def counting(asked):
    """The stages forget the log of queries, so they are counted on their way; inserts are not:
    SQLite cuts them by its limit of variables."""

    def count(execute, sql, *rest):
        if not sql.startswith("INSERT"):
            asked.append(sql)
        return execute(sql, *rest)

    return count


def test_statements_grow_by_batch_not_by_row(db):
    counts, missed = [], []
    for tickets in (60, 600):
        point = transaction.savepoint()
        world = build(NOW)
        size = stage.Size(10, 20, tickets, tickets, regions=1, offices=1)
        asked = []
        with connection.execute_wrapper(counting(asked)):
            load.load(world, size, seed=3, say=lambda text: None)
        counts.append(len(asked))
        missed.append(Breach.objects.count())
        transaction.savepoint_rollback(point)
    assert missed[1] > missed[0] + 12, missed
    assert counts[1] <= counts[0] + 12, counts


def test_a_failing_stage_leaves_nothing_and_says_so(db):
    def broken(bulk):
        clients.fill(bulk)
        raise ValueError("no such unit")

    stages = (load.STAGES[0], ("customers", broken))
    told = []
    with pytest.raises(ValueError, match="no such unit"):
        load.load(build(NOW), TINY, seed=1, say=told.append, stages=stages)
    assert "“customers” failed" in "".join(told)
    assert Customer.objects.count() == 0


def test_no_company_comes_twice():
    found = {names.company(number, 1)[0] for number in range(names.companies())}
    assert len(found) == names.companies() >= 100_000
