"""Health: alive, ready, late, without a broker, without a table."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from core.models import OutboxMessage, Timer
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "late_s", "status"),
    [(timer, 110, 200), (timer, 130, 503), (message, 290, 200), (message, 310, 503)],
)
def test_readyz_is_red_when_a_timer_or_the_outbox_is_late(client, make, late_s, status):
    make(late_s)

    assert client.get("/readyz").status_code == status


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
