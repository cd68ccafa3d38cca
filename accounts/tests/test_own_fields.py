"""Own fields and tags: defined without a migration, on forms, lists, files, imports, in the API."""

import json

import pytest

from accounts.models import Customer
from accounts.tests import build
from accounts.tests.test_pages import signed_in
from core.actors import Actor
from core.custom import actions
from core.custom.kinds import FieldDef, WrongValue, canonical
from core.errors import Invalid, Refused
from core.imports.limits import PAGE
from core.imports.mapping import ColumnMap
from core.imports.run import commit_import, plan_import
from core.models import CustomField, CustomValue, TrailEntry
from core.tests.build import NINE
from core.tests.test_own_pages import fresh

pytestmark = pytest.mark.django_db
CUSTOMER = "accounts.customer"


@pytest.fixture
def cast():
    return build.cast()


def field(cast, key="segment", kind="choice", **more):
    options = ["gold", "silver"] if kind == "choice" else []
    values = {"entity": CUSTOMER, "key": key, "name": f"字段{key}", "kind": kind}
    return actions.define({**values, "options": options, **more}, by=Actor.of(cast.boss), now=NINE)


def put(cast, row, **values):
    return actions.write(row, values, by=Actor.of(cast.lin), now=NINE)


@pytest.mark.parametrize(
    ("kind", "given", "text"),
    [
        ("number", "1,200.50", "1200.5"), ("number", 0, "0"), ("number", "-0", "0"),
        ("date", "2026-02-28", "2026-02-28"), ("boolean", "on", "true"),
        ("boolean", False, "false"),
        ("text", "  a ", "a"), ("choice", "gold", "gold"), ("text", None, ""),
    ],
)  # fmt: skip
def test_a_value_has_one_text(kind, given, text):
    assert canonical(FieldDef(1, "k", "K", kind, ("gold",)), given) == text


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("number", "1e5"), ("number", "1" * 15), ("number", True), ("number", "0.1234567"),
        ("date", "2026-02-29"), ("boolean", "maybe"), ("text", "x" * 501), ("text", {"a": 1}),
        ("choice", "tin"), ("text", "a\x00b"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(kind, given):
    with pytest.raises(WrongValue):
        canonical(FieldDef(1, "k", "K", kind, ("gold",)), given)


@pytest.mark.parametrize(("key", "name"), [("region", "大区"), ("tier_rank2", "Industry"),
                                           ("owning_unit_id", "x"), ("tags", "x")])  # fmt: skip
def test_a_field_must_not_shadow_a_real_one(cast, key, name):
    with pytest.raises(Invalid) as refused:
        field(cast, key=key, name=name, kind="text")

    assert "shadow" in str(refused.value.sentence) or "遮住" in str(refused.value.sentence)


def test_a_choice_in_use_cannot_be_dropped(cast):
    row = field(cast)
    put(cast, cast.lanhai, segment="gold")

    with pytest.raises(Invalid):
        actions.change(row, {"options": ["silver"]}, by=Actor.of(cast.boss), now=NINE, version=1)


def test_an_edit_moves_the_version_and_stands_in_the_trail(cast):
    field(cast)

    put(cast, cast.lanhai, segment="gold")
    again = put(cast, cast.lanhai, segment="gold")

    entry = TrailEntry.objects.get(verb="custom.changed")
    assert json.loads(entry.facts)["custom"] == {"segment": ["", "gold"]}
    assert (Customer.objects.get(pk=cast.lanhai.pk).version, again) == (2, {})


def test_a_deleted_field_leaves_its_values_in_the_trail(cast):
    row = field(cast)
    put(cast, cast.lanhai, segment="gold")
    with pytest.raises(Refused):
        actions.delete(row, by=Actor.of(cast.boss), now=NINE)

    actions.delete(
        actions.retire(row, by=Actor.of(cast.boss), now=NINE), by=Actor.of(cast.boss), now=NINE
    )

    last = TrailEntry.objects.filter(verb="custom.changed").order_by("-id").first()
    facts = json.loads(last.facts)
    assert (facts["custom"], facts["names"]) == (
        {"segment": ["gold", ""]},
        {"segment": "字段segment"},
    )
    assert CustomValue.objects.count() == 0


def test_an_administrator_defines_and_the_team_fills_in(cast):
    adm = signed_in(build.person("adm2", cast.company, "adm"))
    body = {"entity": CUSTOMER, "key": "seats", "name": "席位数", "kind": "number", "position": 0}
    assert adm.post("/settings/fields/new/", body)["Location"] == "/settings/fields/"
    lin = signed_in(cast.lin)
    url = f"/own-fields/{CUSTOMER}/{cast.lanhai.pk}/edit/"

    bad = lin.post(url, {"custom_seats": "viele", "tags": "", "version": 1})
    lin.post(url, {"custom_seats": "12", "tags": "重点，试点", "version": 1})
    stale = lin.post(url, {"custom_seats": "13", "tags": "", "version": 1})

    page = lin.get(f"/customers/{cast.lanhai.pk}/").content.decode()
    assert (bad.status_code, stale.status_code) == (422, 409)
    assert "席位数" in page and "重点" in page and "试点" in page
    assert lin.post("/settings/fields/new/", body).status_code == 403


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("custom_seats_min=10", 1), ("custom_seats_min=13", 0), ("custom_seats=12.0", 1),
        ("custom_segment=gold", 1), ("custom_segment=silver", 0), ("tag=vip", 1), ("tag=x", 0),
    ],
)  # fmt: skip
def test_lists_and_api_filter_by_own_fields_and_tags(cast, query, hits):
    field(cast), field(cast, "seats", "number")
    put(cast, cast.lanhai, segment="gold", seats=12)
    lin = signed_in(cast.lin)
    lin.post("/lists/customers/bulk/", {"verb": "tag", "id": cast.lanhai.pk, "tag": "VIP"})

    assert lin.get(f"/customers/?{query}").context["page"].count == hits
    assert lin.get(f"/api/v1/customers/?{query}").json()["count"] == hits


def test_an_unknown_own_field_is_a_400(cast):
    assert signed_in(cast.lin).get("/api/v1/customers/?custom_no=1").status_code == 400


def test_the_api_reads_and_writes_own_fields_and_tags(cast):
    field(cast), field(cast, "seats", "number")
    lin = signed_in(cast.lin)
    url = f"/api/v1/customers/{cast.lanhai.pk}/"

    def patch(body, version):
        return lin.patch(
            url, json.dumps(body), "application/json", headers={"If-Match": f'"{version}"'}
        )

    said = patch({"custom": {"segment": "gold", "seats": 3}, "tags": ["VIP"]}, 1)
    wrong = patch({"custom": {"segment": "tin", "none": 1}}, 2)
    both = patch({"region": "华东", "custom": {"segment": None}}, 2)

    assert said.json()["custom"] == {"segment": "gold", "seats": "3"}
    assert (said.json()["tags"], said.json()["version"]) == (["VIP"], 2)
    assert wrong.status_code == 400
    assert set(wrong.json()["errors"]) == {"custom.segment", "custom.none"}
    assert both.json()["custom"] == {"segment": None, "seats": "3"}
    assert both.json()["region"] == "华东"
    assert patch({"custom": {"seats": 4}}, 2).status_code == 409


def test_an_own_field_comes_with_a_file_and_leaves_with_one(cast):
    field(cast), field(cast, "seats", "number")
    raw = "客户名称,字段seats,字段segment\n远西电力,12,gold\n".encode()
    mapping = ColumnMap(
        kind="customers",
        columns={"name": "客户名称", "custom_seats": "字段seats", "custom_segment": "字段segment"},
    )
    by = Actor.of(cast.lin)
    plan = plan_import(raw, mapping, by=by, now=NINE, limits=PAGE)

    commit_import(plan, filename="a.csv", content=raw, by=by, now=NINE)

    lin = signed_in(cast.lin)
    fresh(lin)
    answer = lin.post(
        "/lists/customers/export/?columns=name,custom_seats&custom_segment=gold", {"kind": "csv"}
    )
    text = b"".join(answer.streaming_content).decode()
    assert text.splitlines() == ['\ufeff"客户","字段seats"', '"远西电力","12"']


def test_an_import_refuses_what_the_field_does_not_take(cast):
    field(cast)
    raw = "客户名称,s\n远西电力,tin\n".encode()
    mapping = ColumnMap(kind="customers", columns={"name": "客户名称", "custom_segment": "s"})
    plan = plan_import(raw, mapping, by=Actor.of(cast.lin), now=NINE, limits=PAGE)

    assert [name for name, _said in plan.refused[0].errors] == ["custom_segment"]


def test_columns_of_own_fields_cost_one_query(cast, django_assert_max_num_queries):
    field(cast)
    lin = signed_in(cast.lin)
    lin.get("/customers/?columns=name,custom_segment,tags")

    with django_assert_max_num_queries(8):
        lin.get("/customers/?columns=name,custom_segment,tags")


def test_a_retired_field_is_nowhere_and_comes_back_whole(cast):
    row = field(cast)
    put(cast, cast.lanhai, segment="gold")
    lin = signed_in(cast.lin)
    url = f"/api/v1/customers/{cast.lanhai.pk}/"

    actions.retire(row, by=Actor.of(cast.boss), now=NINE)
    gone = lin.get(url).json()["custom"]
    actions.reinstate(CustomField.objects.get(), by=Actor.of(cast.boss), now=NINE)

    assert gone == {}
    assert lin.get(url).json()["custom"] == {"segment": "gold"}
