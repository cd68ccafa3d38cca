"""No statement that runs often reads a whole large table: asked of the planner of each engine."""

import datetime as dt
import json
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import findable
from accounts.models import Contact, Customer, customer
from core import cached, clock, delivery, engine_sql, events, outbox, policy, sealing, timers
from core.models import (
    Event,
    EventDelivery,
    OutboxMessage,
    SearchEntry,
    Timer,
    TrailEntry,
)
from core.paging import page_of
from huaweicrm.tests import costs
from huaweicrm.tests.multiply import Copies
from huaweicrm.tests.world import clients, world
from service.models import SlaClock, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
"""The house is built once, also on a busy machine."""
HOT = (Customer, Ticket, Timer, TrailEntry, SearchEntry)
WARM = (Contact, SlaClock, Event, EventDelivery, OutboxMessage)
LARGE, SMALL = 100_000, 10_000
CHEAP = 100
"""PostgreSQL's estimate of reading 100 pages in order; 10,000 rows are 300 and more."""
LATER = dt.timedelta(days=30)


@pytest.fixture(autouse=True)
def _sights(monkeypatch, settings):
    """Whoever sees much is asked for as one who does; statements are told by their text."""
    settings.PREPARED_STATEMENTS = False
    monkeypatch.setattr(customer, "SIGHTS", (60, 2_000))
    monkeypatch.setattr(customer, "_SIGHTS", {})


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A world with 100,000 customers, tickets, timers, entries and names, and who looks at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        made, now = world(), clock.now()
        costs.addresses([row for row in costs.readable() if "ticket" in row.path], made)
        made.event = Event.objects.first()
        EventDelivery.objects.create(
            event=made.event, consumer="webhooks", state="done", next_try_at=now
        )
        Timer.objects.update(next_try_at=now + LATER, due_at=now + LATER)
        outbox.post("email", "a@b.example", once="first", now=now)
        OutboxMessage.objects.update(state="sent", sent_at=now)
        SearchEntry.objects.all().delete()
        if connection.vendor == "postgresql":
            _fill()  # SQLite plans by the indexes alone, as long as nobody runs ANALYZE
        yield made, clients(made), now
        transaction.set_rollback(True)


def _fill():
    with connection.cursor() as cursor:
        # no checks of foreign keys: copies hang on copies
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("DROP INDEX core_search_grams")
        copies = Copies([*HOT[:-1], *WARM], spread=True)
        copies.each({model: LARGE if model in HOT else SMALL for model in copies.models})
        cursor.execute(
            "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted"
            f" WHERE n < {LARGE}) INSERT INTO core_searchentry (label, about_id, scope_id, title,"
            " subtitle, url, codes, haystack, grams) SELECT 'accounts.customer', n, n,"
            " 'k' || n, '', '', ' k' || n || ' ', 'k' || n || ' x' || n % 997,"
            " 'k' || n || ' x' || n % 997 FROM counted"
        )
        for statement in engine_sql.search_statements("postgresql"):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL session_replication_role = origin")


def scans(statements):
    """(table, statement) of every whole reading of a large table."""
    large = {model._meta.db_table for model in (*HOT, *WARM)}
    found = []
    for sql in statements:
        if sql.startswith(("SELECT", "UPDATE")):
            found += [(table, sql[-900:]) for table in whole(sql) if table in large]
    return found


def whole(sql):
    """Tables that the plan of a statement reads from end to end."""
    prefix = (
        "EXPLAIN (FORMAT JSON) " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    )
    with connection.cursor() as cursor:
        cursor.execute(prefix + sql)
        rows = cursor.fetchall()
    if connection.vendor == "postgresql":
        plan = rows[0][0]
        top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
        if top["Total Cost"] < CHEAP:  # the first rows of a table, or a table of a few pages
            return []
        return [node["Relation Name"] for node in _nodes(top) if node["Node Type"] == "Seq Scan"]
    # SEARCH: an index narrows; SCAN … USING INDEX, or SCAN without sorting: it walks in order
    steps = [row[3] for row in rows]
    if not any("TEMP B-TREE FOR ORDER BY" in step for step in steps) and " LIMIT " in sql:
        return []
    said = [re.fullmatch(r"SCAN (\S+)", step) for step in steps]
    names = dict(re.findall(r'"(\w+)" (\w+)\b', sql))
    aliases = {alias: table for table, alias in names.items()}
    return [aliases.get(match[1], match[1]) for match in said if match]


def _nodes(node):
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def statements(work):
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        work()
        transaction.set_rollback(True)
    return [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]


def what_a_plan_reads_from_end_to_end_is_found(house):
    assert scans(['SELECT * FROM "service_ticket" WHERE "text" = \'x\'']) != []
    assert scans(['SELECT * FROM "service_ticket" WHERE "id" = 7']) == []


def jobs_with_nothing_to_do(house):
    now = house[2]
    for job in (timers.sweep, events.consume, delivery.deliver, sealing.seal):
        assert scans(statements(lambda job=job: job(now))) == [], job.__name__


def jobs_with_something_to_do(house):
    _made, _people, now = house
    due = list(Timer.objects.order_by("id")[:20].values_list("pk", flat=True))

    def work():
        Timer.objects.filter(pk__in=due).update(kind="unknown", next_try_at=now)
        last = EventDelivery.objects.last()
        EventDelivery.objects.filter(pk=last.pk).update(state="pending")
        row = OutboxMessage.objects.filter(channel="email").last()
        OutboxMessage.objects.filter(pk=row.pk).update(state="pending", due_at=now)
        timers.sweep(now)
        events.consume(now)
        delivery.deliver(now)

    assert scans(statements(work)) == []


TYPED = ["k7", "k77777", "x99 k7", "k777"]


def search(house, who, typed):
    user = getattr(house[0], who)
    customer.sight_of(user)  # once a minute: the first 2,000 of whatever is in sight

    assert scans(statements(lambda: findable.find(user, typed, 20))) == []


LISTS = {
    "customers": (lambda: Customer.objects.current(), "name"),
    "customers by id": (lambda: Customer.objects.current(), "-id"),
    "people": (lambda: Contact.objects.active(), "name"),
    "queue": (lambda: Ticket.objects.open(), "queue_at"),
    "tickets by id": (lambda: Ticket.objects.all(), "-id"),
    "tickets by time": (lambda: Ticket.objects.all(), "reported_at"),
    "clocks": (lambda: SlaClock.objects.all(), "-id"),
    "trail": (lambda: TrailEntry.objects.all(), "-id"),
    "outbox": (lambda: OutboxMessage.objects.all(), "-id"),
}


def the_first_page_of_a_list_and_one_far_down(house, name):
    rows, ordering = LISTS[name]
    first = page_of(rows(), ordering=ordering)

    def turn():
        page_of(rows(), ordering=ordering, cursor=first.next)

    asked = [
        sql
        for sql in [*statements(lambda: page_of(rows(), ordering=ordering)), *statements(turn)]
        if sql.startswith("SELECT") and "COUNT(" not in sql  # bounded: test_costs
    ]
    assert len(asked) == 2
    assert scans(asked) == []


def the_columns_of_a_page_of_customers_and_of_the_queue(house):
    _made, people, _now = house
    for url in ("/customers/", "/tickets/?scope=all", "/api/v1/customers/", "/api/v1/tickets/"):
        asked = [sql for sql in costs.ask(people["adm"], url).queries if "COUNT(" not in sql]

        assert scans(asked) == [], url


CHECKS = [
    (what_a_plan_reads_from_end_to_end_is_found, ()),
    (jobs_with_nothing_to_do, ()),
    (jobs_with_something_to_do, ()),
    *[
        (search, (who, typed))
        for who in ("adm", "lin")
        for typed in ("k7", "k77777", "x99 k7", "k777")
    ],
    *[(the_first_page_of_a_list_and_one_far_down, (name,)) for name in LISTS],
    (the_columns_of_a_page_of_customers_and_of_the_queue, ()),
]


def test_plans(house, subtests):
    """One test: as twenty they were dealt to three workers, and each of these built the house."""
    for check, words in CHECKS:
        policy.forget()
        cached.forget_all()
        customer._SIGHTS.clear()
        with subtests.test(" ".join([check.__name__, *words])), transaction.atomic():
            check(house, *words)
            transaction.set_rollback(True)
