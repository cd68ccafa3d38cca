"""Own fields stand in the forms that make and edit a row, and are judged with it."""

import pytest

from accounts.models import Contact, Customer
from accounts.tests import build
from accounts.tests.test_pages import queries, signed_in
from core.actors import Actor
from core.custom import actions
from core.imports.limits import PAGE
from core.imports.mapping import ColumnMap
from core.imports.run import plan_import
from core.models import CustomValue
from core.registry import label_of
from core.tests.build import NINE
from expectations.models import Project
from expectations.tests.build import project
from service.models import Ticket
from service.tests.build import china

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
CUSTOMER, CONTACT, PROJECT = "accounts.customer", "accounts.contact", "expectations.project"
TICKET = "service.ticket"
MODELS = {CUSTOMER: Customer, CONTACT: Contact, PROJECT: Project, TICKET: Ticket}


@pytest.fixture
def cast():
    return build.cast()


def field(cast, entity, key, kind="text", **more):
    values = {"entity": entity, "key": key, "name": f"字段{key}", "kind": kind, "options": []}
    return actions.define({**values, **more}, by=Actor.of(cast.boss), now=NINE)


def fresh(cast, entity):
    """(address of the form that makes a row, what it needs)."""
    pk = cast.lanhai.pk
    return {
        CUSTOMER: ("/customers/new/", {
            "name": "新星电力", "owning_unit": cast.lanhai.owning_unit_id, "kind": "enterprise",
            "level": "other", "investment_stance": "maintain",
        }),
        CONTACT: (f"/customers/{pk}/contacts/new/", {
            "name": "许新", "level": "staff", "language": "zh-hans", "basis": "legitimate",
        }),
        PROJECT: ("/projects/new/", {"customer": pk, "name": "新网", "currency": "CNY"}),
        TICKET: ("/tickets/new/", {
            "customer": pk, "title": "断站", "severity": "minor", "ticket_class": "fault",
            "channel": "phone",
        }),
    }[entity]  # fmt: skip


@pytest.mark.parametrize("entity", MODELS)
def test_a_form_asks_own_fields_and_says_at_each_what_is_wrong(cast, entity):
    china()
    field(cast, entity, "grade", "choice", options=["gold", "tin"], required=True)
    field(cast, entity, "seats", "number", help="两位数")
    actions.retire(field(cast, entity, "old"), by=Actor.of(cast.boss), now=NINE)
    lin = signed_in(cast.lin)
    url, body = fresh(cast, entity)
    count = MODELS[entity].objects.count()

    shown = lin.get(url).content.decode()
    wrong = lin.post(url, {**body, "custom_seats": "viele"})
    done = lin.post(url, {**body, "custom_grade": "gold", "custom_seats": "12.50"})

    assert "custom_grade" in shown and "两位数" in shown and "custom_old" not in shown
    assert (wrong.status_code, done.status_code) == (422, 302)
    assert set(wrong.context["form"].errors) == {"custom_grade", "custom_seats"}
    assert 'value="viele"' in wrong.content.decode()
    made = MODELS[entity].objects.latest("pk")
    assert (MODELS[entity].objects.count(), label_of(made)) == (count + 1, entity)
    held = CustomValue.objects.filter(about_id=made.pk, field__entity=entity)
    assert dict(held.values_list("field__key", "text")) == {"grade": "gold", "seats": "12.5"}


def edited(cast, entity):
    """(row, address of its form, what the form holds)."""
    if entity == PROJECT:
        row = project(cast)
        names = ("name", "currency", "expectation_owner_id", "contract_ref")
    else:
        row = cast.lanhai if entity == CUSTOMER else cast.ruochuan
        names = ("name", "kind", "level", "investment_stance", "language", "basis")
    body = {name.removesuffix("_id"): getattr(row, name, "") for name in names}
    return row, f"{row.get_absolute_url()}edit/", {**body, "version": row.version}


@pytest.mark.parametrize("entity", [CUSTOMER, CONTACT, PROJECT])
def test_an_edit_begins_with_what_stands_there_and_empties_what_is_emptied(cast, entity):
    field(cast, entity, "due", "date"), field(cast, entity, "note")
    row, url, body = edited(cast, entity)
    by = Actor.of(cast.lin)
    actions.write(row, {"due": "2026-05-01", "note": "旧"}, by=by, now=NINE)
    lin = signed_in(cast.lin)
    shown = lin.get(url).context["form"]

    stale = lin.post(url, {**body, "custom_due": "2026-06-01", "custom_note": "我的"})
    lin.post(url, {**body, "version": row.version, "custom_due": "2026-06-01", "custom_note": ""})

    assert (shown["custom_due"].value(), shown["custom_note"].value()) == ("2026-05-01", "旧")
    assert stale.status_code == 409
    both = {one["label"]: (one["theirs"], one["yours"]) for one in stale.context["form"].conflict}
    assert both["字段note"] == ("旧", "我的")
    assert list(CustomValue.objects.values_list("text", flat=True)) == ["2026-06-01"]


def test_a_refused_own_value_takes_the_row_back_and_stands_at_its_field(cast):
    field(cast, CUSTOMER, "seats", "number")
    url, body = fresh(cast, CUSTOMER)
    count = Customer.objects.count()

    said = signed_in(cast.lin).post(url, {**body, "custom_seats": "1e5"})

    assert (said.status_code, Customer.objects.count()) == (422, count)
    assert set(said.context["form"].errors) == {"custom_seats"}


def test_own_fields_cost_a_form_one_query(cast):
    lin, url = signed_in(cast.lin), f"/customers/{cast.lanhai.pk}/edit/"
    bare, _answer = queries(lin, url)
    for key in ("a", "b", "c"):
        field(cast, CUSTOMER, key)

    asked, _answer = queries(lin, url)

    assert asked - bare == 1


def sent(client, method, url, body):
    return getattr(client, method)(url, body, content_type="application/json")


def by_api(cast, entity):
    """(address, what the API needs for a row)."""
    pk = cast.lanhai.pk
    return {
        CUSTOMER: ("/api/v1/customers/", {
            "name": "新星电力", "owning_unit": cast.lanhai.owning_unit_id,
        }),
        CONTACT: ("/api/v1/contacts/", {"customer": pk, "name": "许新"}),
        PROJECT: ("/api/v1/projects/", {"customer": pk, "name": "新网"}),
        TICKET: ("/api/v1/tickets/", {"customer": pk, "title": "断站", "severity": "minor"}),
    }[entity]  # fmt: skip


@pytest.mark.parametrize("entity", MODELS)
def test_the_api_makes_no_row_without_what_must_be_filled_in(cast, entity):
    china()
    field(cast, entity, "grade", "choice", options=["gold", "tin"], required=True)
    field(cast, entity, "note")
    lin, (url, body) = signed_in(cast.lin), by_api(cast, entity)
    count = MODELS[entity].objects.count()

    bare = sent(lin, "post", url, body)
    empty = sent(lin, "post", url, {**body, "custom": {"grade": None}})
    many = sent(lin, "post", f"{url}bulk/", {"rows": [body, {**body, "custom": {"grade": "tin"}}]})
    made = many.json()["results"][1]
    left = sent(lin, "patch", f"{url}{made['id']}/", {"version": 2, "custom": {"note": "x"}})
    gone = sent(lin, "patch", f"{url}{made['id']}/", {"version": 3, "custom": {"grade": ""}})

    assert (bare.status_code, empty.status_code) == (400, 400)
    for refused in (bare, empty, gone):
        assert refused.json()["errors"] == {"custom.grade": ["字段grade必须填写。"]}
    assert [row["status"] for row in many.json()["results"]] == [400, 201]
    assert (left.status_code, left.json()["custom"]) == (200, {"grade": "tin", "note": "x"})
    assert MODELS[entity].objects.count() == count + 1


def test_a_row_that_the_caller_s_system_knows_keeps_what_is_not_sent(cast):
    url, body = by_api(cast, CUSTOMER)
    lin = signed_in(cast.lin)
    made = sent(lin, "post", url, {**body, "external_ref": "E-1"})
    field(cast, CUSTOMER, "grade", required=True)

    again = sent(lin, "post", url, {**body, "external_ref": "E-1", "region": "北"})

    assert (made.status_code, again.status_code) == (201, 200)


@pytest.mark.parametrize("grade, outcome", [("", "refuse"), ("gold", "create"), ("zinc", "refuse")])
def test_an_import_makes_no_customer_without_what_must_be_filled_in(cast, grade, outcome):
    field(cast, CUSTOMER, "grade", "choice", options=["gold"], required=True)
    held = ColumnMap(kind="customers", columns={"name": "name", "custom_grade": "grade"})
    content = f"name,grade\n新客户,{grade}\n".encode()

    plan = plan_import(content, held, by=Actor.of(cast.lin, "import"), now=NINE, limits=PAGE)

    assert plan.rows[0].outcome == outcome
    assert {name for name, _said in plan.rows[0].errors} == (
        {"custom_grade"} if outcome == "refuse" else set()
    )
