"""Own fields stand in the forms that make and edit a row, and are judged with it."""

import pytest

from accounts.models import Contact, Customer
from accounts.tests import build
from accounts.tests.test_pages import queries, signed_in
from core.actors import Actor
from core.custom import actions
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
