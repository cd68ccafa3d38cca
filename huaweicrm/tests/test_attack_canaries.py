"""Nothing of a customer out of sight shows anywhere, and a refused request changes no row.

The other side (huaweicrm/tests/mirror.py) holds a row of everything, its texts are canaries. All
addresses are asked: pages, API, filters, search, orderings, admin, portal, downloads.
"""

import itertools
import json
import os
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models, transaction
from django.forms import BaseForm, ModelChoiceField
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.tests import build
from core.errors import Refused
from core.tests.permission_rows import ACTORS
from huaweicrm.api import router
from huaweicrm.testing import turns
from huaweicrm.tests import mirror
from huaweicrm.tests import permission_table as table
from huaweicrm.tests.world import clients

pytestmark = pytest.mark.django_db
ROWS = table.rows()
FULL = "THOROUGH" in os.environ
"""Everybody asks for everything; without it people take turns, so that each kind is asked."""
EACH = 1 if FULL or connection.vendor == "sqlite" else 10
"""Every tenth address on the second engine, others every day; a third of them on the first one in
`make test`."""
ABSENT = 987654321


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """Both sides and a client for everybody, built once; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = mirror.both_sides()
        people = clients(made)
        for name in mirror.BLIND[4:]:
            people[name] = Client(raise_request_exception=False)
            people[name].force_login(getattr(made, name))
        people["full"] = Client(
            raise_request_exception=False, headers={"Authorization": f"Bearer {made.full_token}"}
        )
        made.marks = marks(made)
        made.print = mirror.fingerprint()
        yield made, people
        transaction.set_rollback(True)


def marks(made):
    """What gives the other side away: the canary, codes, a phone, the address of its page."""
    found = {mirror.TAIL, "13899990000", f"/customers/{made.other.lanhai.pk}/"}
    for label, pks in made.foreign.items():
        model = apps.get_model(label)
        if pks and any(field.name == "code" for field in model._meta.fields):
            found |= set(model._base_manager.filter(pk__in=pks).values_list("code", flat=True))
    return found - {""}


def told(answer, made, typed=""):
    """Marks in the body or in a header of an answer, except what was typed."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace") + repr(dict(answer.headers)) + str(answer.cookies)
    return sorted(mark for mark in made.marks if mark in text and mark not in typed)


def send(client, method, url, row, body=None):
    """One request as a page or the API takes it."""
    if row.is_api and method != "get":
        return getattr(client, method)(url, json.dumps(body or {}), "application/json")
    return getattr(client, method)(url, body)


def scoped(row):
    """Rows with an object of one customer: whoever is elsewhere must not see it."""
    return row.own is not None and row.door != "public" and "stranger" not in row.sees


ONE_STANDS = {
    "position": "relationships.gridassessment",
}
"""Builders that may run once only, and what they build."""


def foreign_address(row, made):
    """The address of the object of the other side."""
    found = made.objects[row.own]
    if isinstance(found, Refused):
        name = ONE_STANDS[row.own.__name__]
        found = min(made.foreign[name])
    path = "/" + row.path
    for name, value in (found if isinstance(found, dict) else {"pk": found}).items():
        path = path.replace(f"<{name}>", str(value))
    return f"{path}?{row.query}" if row.query else path


def readers(row, number):
    """Who asks: everybody of the right door in turn, the account manager always."""
    if row.door == "portal":
        return ("portal", "lin", "anonymous")
    others = [*mirror.BLIND[1:], "portal"]
    machines = ("token", "full") if row.is_api else ()
    if FULL:
        return ("lin", others[number % 8], others[(number + 3) % 8], "anonymous", *machines)
    return ("lin", others[number % 8], *machines[number % 2 :][:1])


def due(rows, at):
    """(number, row) of those whose turn it is; the number says who asks, whatever the day."""
    whole = EACH > 1 or not turns.DAILY
    return [(number, row) for number, row in enumerate(rows) if whole or turns.falls(row.path, at)]


FOREIGN = due(table.share([row for row in ROWS if scoped(row)], EACH), at=1)


@pytest.mark.parametrize(("number", "row"), FOREIGN, ids=[row.path for _number, row in FOREIGN])
def test_a_foreign_object_reads_like_an_absent_one_and_stays_as_it_is(stage, number, row):
    made, people = stage
    url = foreign_address(row, made)
    wrong = []
    with mirror.changes() as changes:
        for name, method in itertools.product(readers(row, number), table.METHODS):
            if getattr(row, method) is None:
                continue
            answer = send(people[name], method, url, row)
            refused = answer.status_code in {401, 403, 404} or table.got(answer) == "sign-in"
            if not refused or told(answer, made, url):
                wrong.append((name, method, answer.status_code, told(answer, made, url)))

    assert wrong == []
    assert not changes or mirror.fingerprint() == made.print


OWN = table.share(
    [row for row in ROWS if row.door in {"staff", "portal"} and "<" in row.path], EACH
)
OWN = [row for _number, row in due(OWN, at=2)]
PLAIN = due(
    table.share([row for row in ROWS if "<" not in row.path and row.get is not None], EACH), at=2
)


def forms_of(answer):
    """Every form of a page, as the template had it."""
    for context in answer.context or ():
        for value in context.flatten().values() if hasattr(context, "flatten") else ():
            if isinstance(value, BaseForm):
                yield value


def offered(answer, made):
    """Fields of the forms of a page that offer rows of the other side."""
    found = set()
    for form in forms_of(answer):
        for name, field in form.fields.items():
            if not isinstance(field, ModelChoiceField):
                continue
            model = field.queryset.model
            label = model._meta.label_lower
            foreign = made.foreign.get(label, set()) - mirror_open(label, made)
            if field.queryset.filter(pk__in=foreign).exists():
                found.add(f"{type(form).__name__}.{name}")
    return found


def mirror_open(label, made):
    """Rows of the other side that all staff may choose."""
    return made.foreign[label] if label in mirror.LEFT_ALONE else set()


@pytest.mark.parametrize("row", OWN, ids=lambda row: row.path)
def test_a_page_of_ones_own_tells_and_offers_nothing_foreign(stage, row):
    made, people = stage
    wrong = []
    with transaction.atomic():
        url = table.address_of(row, made)
        for name in insiders(row):
            answer = send(people[name], "get", url, row)
            if told(answer, made) or offered(answer, made):
                wrong.append((name, told(answer, made), offered(answer, made)))
        if FULL:
            wrong += forbidden_writes(row, url, people)
        transaction.set_rollback(True)

    assert wrong == []


def insiders(row):
    """Who reads what is theirs: the account manager, the head, a token, the customer; in turn."""
    if row.get is None:
        return ()
    if row.door == "portal":
        return ("portal",)
    everybody = ("lin", "boss", "full") if row.is_api else ("lin", "boss")
    return everybody if FULL else everybody[table.turn(row, everybody) :][:1]


def forbidden_writes(row, url, people):
    """Writes of people who see the object and may not: refused, and not one row differs.

    The permission table asks the same, and reads the statements instead of all tables.
    """
    before, wrong = mirror.fingerprint(), []
    for method in ("post", "patch"):
        may = getattr(row, method)
        if may is None:
            continue
        for name in [name for name in ACTORS if table.expected(row, name, method) == "403"]:
            status = send(people[name], method, url, row).status_code
            if status not in {403, 404}:
                wrong.append((name, method, status))
        if mirror.fingerprint() != before:
            wrong.append((method, "changed a row"))
    return wrong


@pytest.mark.parametrize(
    ("number", "row"), PLAIN, ids=[row.path or "today" for _number, row in PLAIN]
)
def test_a_list_tells_and_offers_nothing_foreign(stage, number, row):
    made, people = stage
    names = ("portal",) if row.door == "portal" else (*mirror.BLIND, "portal", "anonymous")
    names += ("token", "full") if row.is_api else ()
    wrong = []
    for name in names if FULL else ("lin", *names[number % 4 :: 4]):
        for query in ("", "?page_size=100") if FULL or row.is_api else ("?page_size=100",):
            answer = people[name].get(f"/{row.path}{query}")
            if told(answer, made) or offered(answer, made):
                wrong.append((name, told(answer, made), offered(answer, made)))

    assert wrong == []


RESOURCES = {prefix: view for prefix, view, _base in router.registry}


def questions_of(view, made):
    """Query strings of a list that aim at the other side: (query, the same for an absent row)."""
    model = view.shape.Meta.model
    for ordering in view.orderings:
        yield f"ordering={ordering}", None
    yield f"search={mirror.CANARY}", None
    for name, each in getattr(view.filterset_class, "base_filters", {}).items():
        if type(each).__name__ == "IdFilter":
            for pk in foreign_ids(model, each.field_name or name, made):
                yield f"{name}={pk}", f"{name}={ABSENT}"
        elif type(each).__name__ == "CharFilter":
            yield f"{name}={mirror.CANARY}", None


def foreign_ids(model, name, made):
    """Ids of the other side that a filter on this column may be asked with."""
    try:
        field = model._meta.get_field(name.split("__")[0])
    except FieldDoesNotExist:
        return [made.other.lanhai.pk]
    if isinstance(field, models.ForeignKey):
        label = field.related_model._meta.label_lower
        return [] if label in mirror.LEFT_ALONE else sorted(made.foreign.get(label, ()))[:1]
    return [made.other.lanhai.pk]


@pytest.mark.parametrize("prefix", turns.share(list(RESOURCES)))
def test_no_filter_search_or_ordering_of_the_api_reaches_the_other_side(stage, prefix):
    made, people = stage
    view, url = RESOURCES[prefix], f"/api/v1/{prefix}/"

    wrong, everybody = [], ("full", "svc", "boss")
    for number, (query, absent) in enumerate(questions_of(view, made)):
        for name in everybody if FULL else everybody[number % 3 :][:1]:
            answer = people[name].get(f"{url}?{query}")
            if answer.status_code not in {200, 400} or told(answer, made, query):
                wrong.append((name, query, answer.status_code, told(answer, made, query)))
            if absent is not None and answer.status_code == 200:
                other = people[name].get(f"{url}?{absent}")
                if answer.json()["results"] != other.json()["results"]:
                    wrong.append((name, query, "differs from an absent id"))

    assert wrong == []


@pytest.mark.parametrize("name", mirror.BLIND)
def test_the_search_finds_nothing_foreign(stage, name):
    made, people = stage
    words = [
        mirror.CANARY,
        "zq8",
        "1389999",
        "west.example",
        made.other.lanhai.code.lower(),
        "电力",
    ]

    for word in words:
        answer = people[name].get("/search/", {"q": word})
        assert told(answer, made, word) == [], word
        assert f"/customers/{made.other.lanhai.pk}/" not in answer.content.decode()


def admin_addresses(made):
    """Every address of the admin that shows rows of a model."""
    yield from (reverse(f"admin:{name}") for name in ("index", "jsi18n", "password_change"))
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield f"{reverse(f'{base}_changelist')}?q={mirror.CANARY}"
        pk = min(made.foreign.get(model._meta.label_lower) or {1})
        for tail in ("change", "history", "delete"):
            try:
                yield reverse(f"{base}_{tail}", args=[pk])
            except NoReverseMatch:
                continue


def autocompletes():
    """Each foreign key that an admin form completes: (app, model, field)."""
    for model, page in admin.site._registry.items():
        for name in page.get_autocomplete_fields(None):
            yield {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": name,
            }


def test_staff_of_the_admin_without_rights_see_nothing_there(stage):
    made, _people = stage
    with transaction.atomic():
        clerk = build.person("clerk", made.office, is_staff=True)
        clerk.user_permissions.add(Permission.objects.get(codename="view_policyvalue"))
        client = Client(raise_request_exception=False)
        client.force_login(clerk)

        open_to_all = {reverse(f"admin:{name}") for name in ("index", "jsi18n", "password_change")}
        wrong = []
        for url in admin_addresses(made):
            answer = client.get(url)
            shut = answer.status_code in {302, 403, 404} or "policyvalue" in url
            if told(answer, made) or not (shut or url in open_to_all):
                wrong.append((url, answer.status_code))
        for asked in autocompletes():
            answer = client.get(reverse("admin:autocomplete"), {**asked, "term": "Zq8"})
            if answer.status_code != 403 or told(answer, made):
                wrong.append((asked, answer.status_code))
        transaction.set_rollback(True)

    assert wrong == []


def test_the_canary_is_there_for_those_who_may(stage):
    made, _people = stage
    client = Client()
    client.force_login(made.other.lin)

    for path in (f"/customers/{made.other.lanhai.pk}/", "/customers/", "/api/v1/tickets/"):
        assert mirror.TAIL in client.get(path).content.decode(), path
    found = client.get("/search/", {"q": mirror.CANARY}).content.decode()
    assert re.search(rf"/customers/{made.other.lanhai.pk}/", found)
