"""Many callers at once: one effect per key, no lost update, one row per external reference."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts.models import CustomerUnit
from accounts.tests import build
from core import clock
from core.api.idempotency import KEPT
from core.housekeeping import tidy
from core.models import IdempotencyRecord, TrailEntry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("huaweicrm.tests.kernel_sample"),
]
URL = "/api/v1/samples/"


def at_once(calls):
    """The status codes of calls that run at the same time."""

    def run(call):
        try:
            return call().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        return sorted(pool.map(run, calls))


def caller(user):
    client = Client()
    client.force_login(user)
    return client


def test_fifty_edits_of_one_version_are_one_success_and_49_refusals():
    cast = build.cast()
    unit = build.department(cast.lanhai)
    clients = [caller(cast.lin) for _ in range(50)]

    def edit(number):
        body = json.dumps({"name": f"n{number}", "version": 1})
        return clients[number].patch(f"{URL}{unit.pk}/", body, "application/json")

    said = at_once([lambda number=number: edit(number) for number in range(50)])

    assert said == [200] + [409] * 49
    unit.refresh_from_db()
    assert unit.version == 2


def test_twenty_posts_with_one_key_have_one_effect():
    cast = build.cast()
    clients = [caller(cast.lin) for _ in range(20)]
    body = json.dumps({"customer": cast.lanhai.pk, "name": "once"})

    said = at_once(
        [
            lambda client=client: client.post(
                URL, body, "application/json", headers={"Idempotency-Key": "k"}
            )
            for client in clients
        ]
    )

    assert set(said) <= {201, 409}
    assert said[0] == 201
    assert CustomerUnit.objects.count() == 1
    assert TrailEntry.objects.filter(verb="customer_unit.created").count() == 1


def test_twenty_posts_of_one_external_ref_make_one_row():
    cast = build.cast()
    clients = [caller(cast.lin) for _ in range(20)]
    body = json.dumps({"customer": cast.lanhai.pk, "name": "erp", "external_ref": "E1"})

    said = at_once(
        [lambda client=client: client.post(URL, body, "application/json") for client in clients]
    )

    assert set(said) <= {200, 201, 400, 409}
    assert said.count(201) == 1
    assert CustomerUnit.objects.count() == 1


def test_old_answers_are_thrown_away():
    now = clock.now()
    for age, key in [(KEPT, "old"), (KEPT / 2, "young")]:
        IdempotencyRecord.objects.create(
            principal="u1", method="POST", path="/", key=key, fingerprint="", created_at=now - age
        )

    assert tidy(now) == 1
    assert IdempotencyRecord.objects.get().key == "young"
