"""Ids in bodies: for every related field of every input a foreign id reads like an absent one."""

import json
import os
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from rest_framework import serializers

from core.api.fields import ScopedRelatedField
from core.tests.permission_rows import ACTORS
from huaweicrm.api import router
from huaweicrm.testing import turns
from huaweicrm.tests import mirror
from huaweicrm.tests import permission_table as table
from huaweicrm.tests.world import clients
from service.api.promises import ClauseInput

pytestmark = pytest.mark.django_db
ROWS = {row.path: row for row in table.rows()}
ABSENT = 987654321
OPEN = {"core.user", "accounts.orgunit", "core.calendar", "service.servicelevel",
        "relationships.interactiontype", "accounts.scorecardtemplate"}  # fmt: skip
"""Our own people, units and levels: the same for everybody on the staff."""


def related(form):
    """(path of names, field) of every related field, in lists and nested objects too."""
    for name, field in form.fields.items():
        yield from _related(field, (name,))


def _related(field, path):
    if isinstance(field, ScopedRelatedField):
        yield path, field
    elif isinstance(field, serializers.ListField | serializers.ListSerializer):
        yield from _related(field.child, (*path, []))
    elif isinstance(field, serializers.BaseSerializer):
        for name, inner in field.fields.items():
            yield from _related(inner, (*path, name))


def bodies():
    """(address of the table, method, input, path of names) of every related field of the API."""
    for prefix, view, _base in router.registry:
        base = f"api/v1/{prefix}/"
        if getattr(view, "input", None) is not None:
            yield from _of(base, "post", view.input)
        if hasattr(view, "partial_update"):
            yield from _of(f"{base}<pk>/", "patch", view.change_input or view.input)
        for action in view.get_extra_actions():
            if "post" in action.mapping and hasattr(action, "verb"):
                yield from _of(f"{base}<pk>/{action.url_path}/", "post", action.verb.input)


def _of(address, method, kind):
    for path, field in related(kind()):
        model = field.visible(SimpleNamespace(
            is_authenticated=False, is_active=False, is_portal=False, is_superuser=False, pk=0
        )).model  # fmt: skip
        yield address, method, path, model._meta.label_lower


BODIES = sorted(bodies(), key=repr)


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """Both sides and a client for everybody, built once; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = mirror.both_sides()
        yield made, clients(made)
        transaction.set_rollback(True)


def nested(path, value):
    """A body with one value at the end of a path of names; [] stands for a list of one."""
    for part in reversed(path):
        value = [value] if part == [] else {part: value}
    return value


def asker(row, method):
    """Somebody blind to the other side who gets as far as the body."""
    allowed = getattr(row, method) or frozenset()
    known = [name for name in ("lin", "wei", "fang", "boss", "token") if name in allowed]
    return known[0] if known else None


def answer_to(client, method, url, body, path, pk):
    """What is said to a body with this id."""
    body = {**body, **nested(path, pk), **({"version": 1} if method == "patch" else {})}
    return getattr(client, method)(url, json.dumps(body), "application/json")


SHARED = [
    each for each in BODIES if each[3] not in OPEN and asker(ROWS[each[0]], each[1]) is not None
]
SECOND = connection.vendor != "sqlite" and "THOROUGH" not in os.environ
ASKED = table.share(SHARED, 5) if SECOND else turns.share(SHARED)


@pytest.mark.parametrize(
    ("address", "method", "path", "label"),
    ASKED,
    ids=[f"{a} {m} {'.'.join(str(p or '0') for p in path)}" for a, m, path, _l in ASKED],
)
def test_a_foreign_id_in_a_body_reads_like_an_absent_one(stage, address, method, path, label):
    made, people = stage
    row, foreign = ROWS[address], max(made.foreign[label])
    client = people[asker(row, method)]

    with transaction.atomic():
        url = table.address_of(row, made)
        body = dict(row.body(made)) if row.body and method == "post" else {}
        before = mirror.fingerprint()
        said, absent = (answer_to(client, method, url, body, path, pk) for pk in (foreign, ABSENT))
        after = mirror.fingerprint()
        transaction.set_rollback(True)

    assert said.status_code == absent.status_code == 400, said.content
    assert said.json()["errors"] == absent.json()["errors"]
    assert {name.split(".")[0] for name in said.json()["errors"]} >= {path[0]}
    assert mirror.TAIL not in said.content.decode()
    assert after == before


def test_fields_that_only_an_administrator_reaches_are_scoped_too(stage):
    made, _people = stage
    alone = [each for each in BODIES if each[3] not in OPEN and not asker(ROWS[each[0]], each[1])]
    assert {(address, path) for address, _m, path, _l in alone} == {
        ("api/v1/sla-clauses/", ("contract",))
    }

    field = ClauseInput().fields["contract"]
    foreign = max(made.foreign["service.servicecontract"])
    assert not field.visible(made.lin).filter(pk=foreign).exists()


def test_every_related_field_is_asked():
    assert len(SHARED) >= 30
    assert {path[0] for _a, _m, path, _l in SHARED} >= {"customer", "contact", "project"}


def test_a_bulk_row_with_a_foreign_id_is_refused_by_itself(stage):
    made, people = stage
    lines = [
        {"customer": pk, "name": "部门"} for pk in (made.lanhai.pk, made.other.lanhai.pk, ABSENT)
    ]

    with transaction.atomic():
        answer = people["lin"].post(
            "/api/v1/customer-units/bulk/", json.dumps({"rows": lines}), "application/json"
        )
        transaction.set_rollback(True)

    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 400, 400]
    assert results[1]["problem"]["errors"] == results[2]["problem"]["errors"]
    assert mirror.TAIL not in answer.content.decode()


def test_no_actor_of_the_table_is_unknown():
    assert {"lin", "wei", "fang", "boss", "token"} <= set(ACTORS)
