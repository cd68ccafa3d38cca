"""Roles × methods × own, foreign and absent objects, for every address of the house."""

import json
import os
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import PortalMembership, UserRole
from core.tests.permission_rows import ACTORS
from expectations.forms import ItemForm
from expectations.tests import permissions_form
from huaweicrm.testing import turns
from huaweicrm.tests import mirror
from huaweicrm.tests import permission_table as table
from huaweicrm.tests.world import clients, world

pytestmark = pytest.mark.django_db
ROWS = table.rows()
THOROUGH = "THOROUGH" in os.environ
SECOND = connection.vendor != "sqlite"
ASKED = table.share(ROWS, 10) if SECOND and not THOROUGH else turns.due(ROWS)
"""One of those who get the same answer asks; on the second engine the other end of the row, at
every tenth address, others every day. `make test` asks a third of the addresses on the first one,
others every day. With THOROUGH=1 everybody asks, everywhere."""
SINGLE = [row for row in ROWS if row.own is not None and row.absent]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The world and a client of each actor, built once; every test rolls its own effects back."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = world()
        yield made, clients(made)
        transaction.set_rollback(True)


def ask(client, method, url, row, made):
    """One request whose effects are undone, with the statements that may have changed a row."""
    body = dict(row.body(made)) if row.body and method == "post" else {}
    with mirror.changes() as made_changes, transaction.atomic():
        if row.is_api and method != "get":
            answer = getattr(client, method)(url, json.dumps(body), "application/json")
        else:
            answer = getattr(client, method)(url, body or None)
        transaction.set_rollback(True)
    return answer, made_changes


def test_every_address_has_a_row_and_every_row_an_address():
    listed = {row.path for row in ROWS}

    assert table.addresses() - listed == set(), "add rows in <app>/tests/permissions.py"
    assert listed - table.addresses() == set(), "these addresses are gone"


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row.path)
def test_everyone_gets_what_the_table_says(stage, row):
    made, people = stage
    url = table.address_of(row, made)

    wrong = []
    some = table.questions(row) if THOROUGH else table.one_of_each(row, backwards=SECOND)
    for actor, method in some:
        want = table.expected(row, actor, method)
        answer, changes = ask(people[actor], method, url, row, made)
        have = table.got(answer)
        if have != want:
            wrong.append(f"{method} {url} {actor}: {have} ({answer.status_code}), not {want}")
        elif have != "allowed" and changes:
            wrong.append(f"{method} {url} {actor}: refused, yet wrote {changes[0][:80]}")

    assert wrong == []


def everybody(row):
    """Who may, behind the password; any of the staff where it is about what is one's own."""
    return ((row.get or frozenset()) | (row.post or frozenset())) & frozenset(ACTORS) or {"lin"}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.door == "again"], ids=lambda row: row.path
)
def test_whoever_may_gives_a_fresh_password_before(stage, row):
    """The table above lets one ask, who may not be one who may: here all of them do."""
    made, people = stage
    url, again = table.address_of(row, made), reverse("account_reauthenticate")

    for actor in sorted(everybody(row)):
        for method in ("get", "post"):
            answer, changes = ask(people[actor], method, url, row, made)
            assert answer.status_code == 302 and answer["Location"].startswith(again), actor
            assert not changes, actor


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.door == "again" and row.get], ids=lambda row: row.path
)
def test_a_fresh_password_opens_nothing_to_whoever_may_not(stage, row):
    made, people = stage
    url, open_to = table.address_of(row, made), replace(row, door="staff")

    for actor in set(ACTORS) - table.PORTAL_ACTORS - {"anonymous", "token"}:
        session = people[actor].session
        record_authentication(SimpleNamespace(session=session), getattr(made, actor), "password")
        session.save()
        for method in ("get", "post"):
            want = table.expected(open_to, actor, method)
            answer, changes = ask(people[actor], method, url, row, made)
            if want == "allowed":
                assert not answer.headers.get("Location", "").startswith(
                    reverse("account_reauthenticate")
                ), actor
            else:
                assert (table.got(answer), changes) == (want, []), (actor, method)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if re.match("imports/<pk>/.", row.path)],
    ids=lambda row: row.path,
)
def test_an_import_is_shut_to_whoever_may_import_no_more(stage, row):
    """They uploaded the file and see it; meanwhile they lost the role."""
    made, people = stage
    with transaction.atomic():
        url = table.address_of(row, made)
        UserRole.objects.filter(user=made.lin).delete()
        answers = {
            method: ask(people["lin"], method, url, row, made)
            for method in ("get", "post") if getattr(row, method) is not None
        }  # fmt: skip
        transaction.set_rollback(True)

    assert {answer.status_code for answer, _changes in answers.values()} == {403}
    assert not any(changes for _answer, changes in answers.values())


def project_of(made):
    """A project of a customer whom quality sees and does not work for."""
    return {"customer": made.lanhai.pk, "name": "替别人开的", "currency": "CNY"}


def class_of(made):
    """Delivery corrects an expectation; its class is for account and solution."""
    row = permissions_form.item(made)
    shown = {name: getattr(row, name) for name in ItemForm.Meta.fields}
    kept = {name: value for name, value in shown.items() if isinstance(value, str | int)}
    owner = {"owner": row.owner_id or "", "due_on": row.due_on or "", "version": row.version}
    return {**kept, **owner, "priority_class": "negotiable", "override_reason": "客户让步"}


NAMED = {
    "projects/new/": ("qm", project_of),
    "expectation-items/<pk>/": ("fang", class_of),
}
"""Addresses that everybody may open, where what the body names decides: who may not, and it."""


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.path in NAMED], ids=lambda row: row.path
)
def test_what_a_body_names_is_asked_about_too(stage, row):
    made, people = stage
    actor, body = NAMED[row.path]
    with transaction.atomic():
        filled = replace(row, body=body)
        url = table.address_of(row, made)
        answer, changes = ask(people[actor], "post", url, filled, made)
        transaction.set_rollback(True)

    assert answer.status_code == 403
    assert not changes


READ_RECEIPTS = {"portal/notices/<pk>/acknowledge/"}
"""Whoever reads a notice may say so; what binds the customer asks for a right."""


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "row",
    [
        row
        for row in ROWS
        if row.door == "portal" and row.post is not None and row.path not in READ_RECEIPTS
    ],
    ids=lambda row: row.path,
)
def test_a_guest_who_may_only_read_writes_nothing(stage, row):
    made, people = stage
    with transaction.atomic():
        url = table.address_of(row, made)
        PortalMembership.objects.filter(user=made.portal).update(rights=["view"])
        answer, changes = ask(people["portal"], "post", url, row, made)
        transaction.set_rollback(True)

    shown = {200} if row.path == "portal/forms/<pk>/" else set()
    assert answer.status_code in {403, *shown}
    assert not changes


@pytest.mark.skipif(not SECOND, reason="the table asks every address there")
@pytest.mark.postgres
@pytest.mark.timeout(400)
def test_every_address_answers_on_the_second_engine(stage):
    """Who may is what no engine decides: one who may reads each address, so that its SQL runs."""
    made, people = stage
    wrong = []
    for row in turns.due([row for row in ROWS if row.get is not None and table.opener(row)], at=1):
        who = table.opener(row)
        with transaction.atomic():
            answer, _changes = ask(people[who], "get", table.address_of(row, made), row, made)
            transaction.set_rollback(True)
        if table.got(answer) != "allowed":
            wrong.append(f"{row.path} {who}: {answer.status_code}")

    assert wrong == []


@pytest.mark.one_engine
@pytest.mark.parametrize("row", turns.due(SINGLE, at=1), ids=lambda row: row.path)
def test_an_absent_object_is_404_for_everyone_inside(stage, row):
    made, people = stage
    url = table.address_of(row, made, absent=True)
    inside = ("portal", "outsider") if row.door == "portal" else ("lin", "stranger", "adm")
    if not THOROUGH:
        inside = inside[table.turn(row, inside) :][:1]

    wrong = []
    for method in table.METHODS:
        if getattr(row, method) is None:
            continue
        for actor in inside:
            answer, _changes = ask(people[actor], method, url, row, made)
            blind = table.expected(row, actor, method) == "403" and answer.status_code == 403
            if answer.status_code != 404 and not blind:
                wrong.append(f"{method} {url} {actor}: {answer.status_code}")

    assert wrong == []


def test_the_admin_of_every_model_is_for_administrators_only(stage):
    _made, people = stage
    others = [name for name in ACTORS if name != "adm" and not SECOND]  # refused before any row
    others = turns.share(others)

    for model in admin.site._registry:
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert people["adm"].get(reverse(label)).status_code == 200, label
        said = {name: people[name].get(reverse(label)).status_code for name in others}
        assert set(said.values()) == (set() if SECOND else {302}), (label, said)


PUBLIC_SIGN_IN = {"account_login", "account_reset_password"}
OWN_SIGN_IN = {
    "account_change_password", "account_email", "mfa_index", "usersessions_list",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PUBLIC_SIGN_IN | OWN_SIGN_IN))
def test_pages_of_the_sign_in_are_public_or_ones_own(name):
    answer = Client().get(reverse(name))

    assert (answer.status_code == 200) is (name in PUBLIC_SIGN_IN)
