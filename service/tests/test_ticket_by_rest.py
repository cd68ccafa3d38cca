"""A ticket by REST: what it costs, and that the answer is what anyone reads again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import UserProfile, UserRole
from accounts.models.organisation import roles_of, seat_of, token_of
from core import clock
from core.actions_tokens import create_token
from core.actors import Actor
from core.models import ApiToken, OutboxMessage
from core.models import NotificationChannel as Channel
from service.models import Ticket
from service.tests import build

pytestmark = pytest.mark.django_db
URL = "/api/v1/tickets/"
STATEMENTS = 14


@pytest.fixture
def stage():
    return build.stage()


def machine(user):
    _row, text = create_token(
        user,
        name="oss",
        scopes=["tickets:read", "tickets:write"],
        days=2,
        by=Actor.system("command"),
        now=clock.now(),
    )
    return Client(headers={"Authorization": f"Bearer {text}"})


def said(stage, **more):
    first = {"title": "链路中断", "customer": stage.lanhai.pk, "severity": "major", "text": "告警"}
    return {**first, **more}


def post(client, body, **headers):
    return client.post(URL, body, content_type="application/json", headers=headers or None)


def test_a_ticket_costs_no_more_statements_than_it_may(stage):
    client = machine(stage.han)
    post(client, said(stage))

    with CaptureQueriesContext(connection) as seen:
        response = post(client, said(stage))

    asked = [one["sql"][:100] for one in seen]
    savepoints = [sql for sql in asked if "SAVEPOINT" in sql]
    assert response.status_code == 201
    assert len(savepoints) <= 2, "the transaction of the action, inside that of this test"
    assert len(asked) - len(savepoints) <= STATEMENTS, "\n".join(asked)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"external_ref": "A-1"},
        {"occurred_at": "2025-11-14T16:30:00.5+08:00", "site": "", "outage": True},
        {"tags": ["急"]},
    ],
)
def test_the_answer_is_what_is_read_afterwards(stage, more):
    client = machine(stage.han)

    made = post(client, said(stage, **more))
    read = client.get(f"{URL}{made.json()['id']}/")

    assert made.status_code == 201
    assert made.json() == read.json()
    assert made["ETag"] == read["ETag"]


def test_a_refusal_leaves_nothing_behind(stage):
    client = machine(stage.han)

    late = post(client, said(stage, reported_at="2020-01-01T10:00:00+08:00"))
    broken = post(client, said(stage, tags=["急", "x" * 41]))

    assert (late.status_code, broken.status_code) == (400, 400)
    assert not Ticket.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_person_of_a_token_comes_with_roles_and_unit(stage):
    machine(stage.han)
    UserRole.objects.create(user=stage.han, role="svc")

    user = token_of(ApiToken.objects.get().digest).user

    with CaptureQueriesContext(connection) as seen:
        assert roles_of(user) == {"eng", "svc"}
        assert seat_of(user) == stage.office.path
    assert len(seen) == 0
    assert token_of("nobody") is None


def test_who_has_left_keeps_no_seat_by_token(stage):
    machine(stage.han)
    UserProfile.objects.filter(user=stage.han).update(left_on="2025-11-01")

    user = token_of(ApiToken.objects.get().digest).user

    assert seat_of(user) == ""


def test_who_has_a_channel_is_told_there_too(stage):
    Channel.objects.create(user=stage.han, name="chat", address="json://127.0.0.1/x", minimum=0)

    post(machine(stage.xu), said(stage))

    ways = OutboxMessage.objects.filter(recipient=stage.han).values_list("channel", flat=True)
    assert set(ways) == {"email", "apprise"}
