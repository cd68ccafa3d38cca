"""Health: alive, ready, late, without a broker, without a table."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from core import heartbeats
from core.lateness import lateness
from core.models import OutboxMessage, Timer, User
from huaweicrm import prepare
from huaweicrm.testing import processes


def timer(late_s):
    at = timezone.now() - dt.timedelta(seconds=late_s)
    return Timer.objects.create(kind="test", due_at=at, next_try_at=at, armed_at=at)


def message(late_s):
    at = timezone.now() - dt.timedelta(seconds=late_s)
    return OutboxMessage.objects.create(
        channel="email", address="a@example.com", once="x", created_at=at, due_at=at
    )


def test_healthz_asks_nobody(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("healthz", 200), ("readyz", 200), ("metrics", 403)])
def test_machines_inside_ask_without_tls(client, settings, path, status):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(f"/{path}").status_code == status
    assert client.get("/accounts/login/").status_code == 301


def test_healthz_takes_no_post(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_names_every_check(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {
            "database": "ok",
            "migrations": "ok",
            "timers": "ok",
            "outbox": "ok",
            "broker": "ok",
        },
    }


def test_names_of_migrations_are_those_that_django_loads():
    assert prepare.migration_names() == MigrationLoader(None).disk_migrations.keys()


@pytest.mark.django_db
def test_readyz_fails_when_a_migration_is_missing(client):
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")

    answer = client.get("/readyz")

    assert prepare.pending_migrations() == 1
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "failed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "late_s", "status"),
    [(timer, 110, 200), (timer, 130, 503), (message, 290, 200), (message, 310, 503)],
)
def test_readyz_is_red_when_a_timer_or_the_outbox_is_late(client, make, late_s, status):
    make(late_s)

    assert client.get("/readyz").status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attempts", "for_s", "status"),
    [(2, 61, "degraded"), (1, 61, "ok"), (2, 50, "ok"), (9, 86000, "degraded")],
)
def test_a_receiver_that_keeps_failing_degrades_and_never_fails(client, attempts, for_s, status):
    row = message(-30)
    first = timezone.now() - dt.timedelta(seconds=for_s)
    OutboxMessage.objects.filter(pk=row.pk).update(attempts=attempts, first_tried_at=first)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, status)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "late_s", "words"),
    [
        (timer, 110, ""),
        (timer, 130, "Alerts run late"),
        (message, 290, ""),
        (message, 310, "Mail and messages wait to go out"),
    ],
)
def test_a_banner_tells_users_what_readyz_tells_machines(client, make, late_s, words):
    cache.clear()
    heartbeats.beat("sweep", now=timezone.now())
    make(late_s)
    client.force_login(User.objects.create_user("lin", "lin@example.com", "x", language="en"))

    page = client.get("/notifications/").content.decode()

    shown = re.findall(r'class="note banner".*?<span class="grow">(.*?)</span>', page)
    cache.clear()
    assert [line.partition(words)[1] for line in shown] == ([words] if words else [])


@pytest.mark.django_db
def test_lateness_is_one_question(django_assert_num_queries):
    heartbeats.beat("sweep", now=timezone.now())

    with django_assert_num_queries(1):
        lateness(timezone.now())


@pytest.mark.django_db
def test_without_the_broker_the_state_is_degraded_and_never_failed(client, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{processes.free_port()}/0"
    settings.CELERY_BROKER_URL = settings.REDIS_URL

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["checks"]["broker"] == "degraded"


@pytest.mark.django_db
def test_a_database_behind_its_migrations_is_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "failed"
