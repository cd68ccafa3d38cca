"""`/metrics`: closed by default, right figures, few statements, several processes."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.conf import settings as house
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from core.models import Heartbeat, LoginAttempt, OutboxMessage, Timer
from core.policies_signin import ATTEMPTS
from huaweicrm import VERSION

TOKEN = "for-prometheus-only"


@pytest.fixture
def ask(client, settings):
    """The figures as {(name, labels): value}."""
    settings.METRICS_TOKEN = TOKEN

    def asked():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert (answer.status_code, answer["Content-Type"][:10]) == (200, "text/plain")
        return {
            (sample.name.removeprefix("huaweicrm_"), *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.content.decode())
            for sample in family.samples
        }

    return asked


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "Bearer für", TOKEN[:-1]])
def test_without_the_token_it_is_closed(client, settings, given):
    answers = []
    for kept in ("", TOKEN):
        settings.METRICS_TOKEN = kept
        answers.append(client.get("/metrics", headers={"Authorization": given}).status_code)

    assert answers == [403, 403]
    assert client.post("/metrics").status_code == 405


def timer(late_s, **more):
    at = timezone.now() - dt.timedelta(seconds=late_s)
    Timer.objects.create(
        kind="t", about_id=Timer.objects.count(), due_at=at, next_try_at=at, armed_at=at, **more
    )


def message(late_s, **more):
    at = timezone.now() - dt.timedelta(seconds=late_s)
    once = str(OutboxMessage.objects.count())
    given = {"created_at": at, "due_at": at, **more}
    OutboxMessage.objects.create(channel="email", address="a@b.c", once=once, **given)


@pytest.mark.django_db
def test_what_waits_and_how_long(ask):
    for late_s in (300, 30, -3600):
        timer(late_s)
    timer(9000, state="dead")
    timer(9000, state="fired")
    for state in ("pending", "sent", "sent", "dead"):
        message(60, state=state)
    Heartbeat.objects.create(name="sweep", beat_at=timezone.now() - dt.timedelta(seconds=7))
    now = timezone.now()
    LoginAttempt.objects.bulk_create(
        LoginAttempt(login=login, ip="::1", at=now)
        for login, count in (("lin", ATTEMPTS.default), ("wei", 1))
        for _number in range(count)
    )

    said = ask()

    assert said["timers_open",] == 3
    assert said["timers_due",] == 2
    assert said["timers_dead",] == said["outbox_dead",] == said["outbox_waiting",] == 1
    assert 300 <= said["timers_due_oldest_seconds",] < 310
    assert 60 <= said["outbox_waiting_oldest_seconds",] < 70
    assert 7 <= said["heartbeat_age_seconds", "sweep"] < 17
    assert said["outbox_latest", "email", "sent"] == 2
    assert said["signin_locked",] == 1
    assert said["signin_failures",] == ATTEMPTS.default + 1
    assert said["build_info", VERSION] == said["database_up",] == 1
    assert said["database_ping_seconds",] < 5


@pytest.mark.django_db
def test_what_is_held_for_working_hours_is_not_late_and_what_failed_is(ask):
    now = timezone.now()
    message(9000, due_at=now + dt.timedelta(hours=3))
    held = ask()["outbox_waiting_oldest_seconds",]
    failed = {"attempts": 3, "first_tried_at": now - dt.timedelta(seconds=400)}
    message(9000, due_at=now + dt.timedelta(minutes=5), **failed)

    assert held == 0
    assert 400 <= ask()["outbox_waiting_oldest_seconds",] < 410


@pytest.mark.django_db
def test_five_statements_however_much_there_is(ask):
    ask()
    for late_s in range(20):
        timer(late_s)
        message(late_s)

    with CaptureQueriesContext(connection) as queries:
        ask()

    assert len(queries) <= 5


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_status(ask, client):
    key = ("request_seconds_count", "GET", "api/v1/customers/", "401")
    before = ask().get(key, 0)

    client.get("/api/v1/customers/?search=somebody")

    said = ask()
    assert said[key] == before + 1
    assert said["request_database_seconds_count",] > 0
    assert not any("somebody" in str(key) for key in said)


@pytest.mark.django_db
def test_a_verb_of_the_clients_own_is_no_line_of_its_own(ask, client):
    client.generic("EVIL17", "/nope")

    said = ask()
    assert not any("EVIL17" in key for key in said)
    assert said["request_seconds_count", "-", "-", "404"] >= 1


COUNT = (
    "import django; django.setup(); from huaweicrm import metrics;"
    "metrics.observe('GET', 'search/', 200, 0.02, 0.01)"
)
READ = (
    "import django; django.setup(); from huaweicrm import metrics;"
    "print(metrics.generate_latest(metrics.counted()).decode())"
)


def test_several_processes_count_together(tmp_path):
    env = {
        **os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "huaweicrm.settings", "DATABASE_URL": "", "DEBUG": "1",
        "DATA_DIR": str(tmp_path / "data"),
    }  # fmt: skip
    done = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=env,
            cwd=house.BASE_DIR,
            capture_output=True,
            text=True,
        )
        for code in (COUNT, COUNT, READ)
    ]

    line = 'huaweicrm_request_seconds_count{method="GET",route="search/",status="200"} 2.0'
    assert line in done[-1].stdout, done[-1].stderr
