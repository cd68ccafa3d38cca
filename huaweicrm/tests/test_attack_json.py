"""Bodies that are no honest JSON, at every operation of the API: a problem in words, no effect.

Each operation gets two of the bodies and the next one the next two; FUZZ_SEED moves the start,
so that `make fuzz` and the second engine ask other pairs.
"""

import json
import os

import pytest
from django.db import connection, transaction

from accounts.actions.personal import READ as PERSONAL_READ
from core.api.examples import sample
from core.models import TrailEntry
from huaweicrm.testing import turns
from huaweicrm.tests.fuzzing import OPERATIONS, SCHEMA, Ground, documented, row_of, version_of
from huaweicrm.tests.world import world
from relationships.actions.readings import VERB as READ

pytestmark = pytest.mark.django_db
START = int(os.environ.get("FUZZ_SEED", "1"))
PLAIN = "application/json"
WRONG = [
    (400, PLAIN, b'{"name": NaN}'),
    (400, PLAIN, b'{"name": -Infinity}'),
    (400, PLAIN, b'{"name": "a", "name": "b"}'),
    (400, PLAIN, b'{"a": {"name": "a", "name": "a"}}'),
    (400, PLAIN, b'{"name": '),
    (400, PLAIN, b'{"name": "\xff"}'),
    (400, PLAIN, b'\xff\xfe{\x00}\x00'),
    (400, PLAIN, b'{"name": ' + b"[" * 50 + b"]" * 50 + b"}"),
    (400, PLAIN, b"[" * 200_000),
    (400, PLAIN, b'{"customer": ' + b"9" * 5000 + b"}"),
    (400, PLAIN, b'{"name": "\\ud800"}'),
    (400, PLAIN, b'{"na\\u202eme": "a"}'),
    (400, PLAIN, b'{"colour of the sea": 1}'),
    (400, PLAIN, b'"a"'),
    (413, PLAIN, b'{"name": "' + b"a" * (1024 * 1024) + b'"}'),
    (413, PLAIN, b" " * (1024 * 1024) + b"{}"),
    (415, "text/plain", b'{"name": "a"}'),
    (415, "application/xml", b"<name>a</name>"),
    (415, "application/x-www-form-urlencoded", b"name=a"),
]  # fmt: skip
NUMBERS = [2**63, -(2**63) - 1, 2**31, 10**39, 1e308, -1, True, [], {}, "1" * 5000]
WRITES = [label for label, operation in OPERATIONS.items() if operation.method.upper() != "GET"]
# The same words reach the second engine: it asks every other operation.
if connection.vendor == "postgresql" and "THOROUGH" not in os.environ:
    WRITES = WRITES[::2]
LISTS = [
    label
    for label, operation in OPERATIONS.items()
    if operation.method.upper() == "GET" and "{" not in operation.path
]


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """A world that is built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Ground(world())
        transaction.set_rollback(True)


def ask(client, operation, address, body, kind=PLAIN):
    headers = {}
    if operation.method.upper() == "PATCH":
        headers["If-Match"] = f'"{version_of(client, address)}"'
    return client.generic(operation.method, address, body, content_type=kind, headers=headers)


@pytest.mark.parametrize("label", turns.share(WRITES))
def test_a_body_that_is_no_honest_json_is_a_problem(ground, label):
    operation, place = OPERATIONS[label], WRITES.index(label) + START
    with transaction.atomic():
        address, insider, _token = ground.stand(operation)
        entries = TrailEntry.objects.exclude(
            verb__in=(READ, PERSONAL_READ)
        )  # the version is read before a change
        before = entries.count()
        for turn in range(2):
            status, kind, body = WRONG[(2 * place + turn) % len(WRONG)]
            answer = ask(insider, operation, address, body, kind)
            # What no machine and nobody here may do is refused before a body is read.
            known = {status} if row_of(operation).post != frozenset() else {status, 403}
            assert answer.status_code in known, (body[:60], answer.content[:300])
            assert answer["Content-Type"] == "application/problem+json", body[:60]
        assert entries.count() == before
        transaction.set_rollback(True)


def with_numbers(value, number):
    """The same body with another value in place of every number."""
    if isinstance(value, dict):
        return {key: with_numbers(each, number) for key, each in value.items()}
    if isinstance(value, list):
        return [with_numbers(each, number) for each in value]
    return number if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.mark.parametrize("label", turns.share(WRITES, at=1))
def test_numbers_beyond_reason_get_a_documented_answer(ground, label):
    operation, place = OPERATIONS[label], WRITES.index(label) + START
    said = SCHEMA["paths"][operation.path][operation.method.lower()].get("requestBody", {})
    schema = said.get("content", {}).get(PLAIN, {}).get("schema", {})
    right = sample(schema, SCHEMA["components"]["schemas"])
    number = NUMBERS[place % len(NUMBERS)]
    with transaction.atomic():
        address, insider, _token = ground.stand(operation)
        answer = ask(insider, operation, address, json.dumps(with_numbers(right, number)))
        transaction.set_rollback(True)
    assert str(answer.status_code) in documented(operation), (number, answer.content[:300])
    assert answer.status_code < 500


@pytest.mark.parametrize("label", LISTS)
def test_an_unknown_parameter_is_a_problem(ground, label):
    operation = OPERATIONS[label]
    with transaction.atomic():
        address, insider, _token = ground.stand(operation)
        answer = insider.get(f"{address}?colour=red")
        transaction.set_rollback(True)

    assert answer.status_code == 400, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == ["colour"]
