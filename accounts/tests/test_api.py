"""The API of the customer floor: shapes, upserts, versions, foreign ids, names, query counts."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import customers
from accounts.choices import Role, TeamRole
from accounts.models import AccountAssignment, Contact, Customer
from accounts.tests import build, permissions
from core import trail
from core.actions_tokens import create_token
from core.actors import Actor
from core.clock import now

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


@pytest.fixture
def cast():
    return build.cast()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(client, method, path, body, **headers):
    return getattr(client, method)(
        f"{BASE}{path}", json.dumps(body), "application/json", headers=headers
    )


def test_a_customer_is_created_read_and_edited(cast):
    lin = signed_in(cast.lin)

    made = send(lin, "post", "/customers/", {"name": "朔原电信", "owning_unit": cast.office.pk})
    row = made.json()
    edited = send(
        lin, "patch", f"/customers/{cast.lanhai.pk}/", {"region": "华东"}, **{"If-Match": '"1"'}
    )

    assert (made.status_code, row["code"][:4], row["tier"]) == (201, "CUS-", None)
    assert (edited.status_code, edited.json()["region"]) == (200, "华东")


def test_a_stale_edit_is_409_and_one_without_version_428(cast):
    lin = signed_in(cast.lin)
    path = f"/customers/{cast.lanhai.pk}/"
    send(lin, "patch", path, {"region": "华东", "version": 1})

    assert send(lin, "patch", path, {"region": "华南", "version": 1}).status_code == 409
    assert send(lin, "patch", path, {"region": "华南"}).status_code == 428


def test_a_cycle_is_409_with_a_sentence(cast):
    child = build.customer(cast.office, "市公司", parent=cast.lanhai)

    answer = send(
        signed_in(cast.lin), "post", f"/customers/{cast.lanhai.pk}/move/", {"parent": child.pk}
    )

    assert (answer.status_code, answer.json()["rule"]) == (409, "b.1")
    assert list(answer.json()["errors"]) == ["parent"]


def test_a_second_account_manager_is_409(cast):
    body = {"customer": cast.lanhai.pk, "user": cast.wei.pk, "role": "ar"}

    answer = send(signed_in(cast.lin), "post", "/account-assignments/", body)

    assert (answer.status_code, answer.json()["rule"]) == (409, "b.1")
    assert AccountAssignment.objects.active().filter(role=TeamRole.AR).count() == 1


def test_the_account_manager_does_not_give_the_seat_away_at_once(cast):
    url = "/account-assignments/{}/hand-over/"
    seats = [AccountAssignment.objects.get(role=role) for role in (TeamRole.AR, TeamRole.SR)]

    own, other = (
        send(signed_in(cast.lin), "post", url.format(seat.pk), {"to": cast.stranger.pk})
        for seat in seats
    )

    assert (own.status_code, own.json()["rule"]) == (403, "R-A6")
    assert other.status_code == 200


def test_handing_over_answers_with_the_new_seat(cast):
    seat = AccountAssignment.objects.get(role=TeamRole.AR)

    answer = send(
        signed_in(cast.boss), "post", f"/account-assignments/{seat.pk}/hand-over/",
        {"to": cast.stranger.pk},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["user"]) == (200, cast.stranger.pk)


@pytest.mark.parametrize("field", ["parent", "owning_unit"])
def test_a_foreign_id_in_a_body_reads_like_an_absent_one(cast, field):
    foreign = build.customer(cast.west, "别家")
    body = {"name": "子公司", "owning_unit": cast.office.pk, "parent": foreign.pk}
    absent = {**body, "parent": None, field: 987654321}
    lin = signed_in(cast.lin)

    there = send(lin, "post", "/customers/", body).json()["errors"]["parent"]
    gone = send(lin, "post", "/customers/", absent).json()["errors"][field]

    assert there == gone
    assert Customer.objects.filter(name="子公司").count() == 0


@pytest.mark.parametrize("name", ["a\u0000b", "evil\u202egpj", "\u200b", " ", "a\nb"])
def test_misleading_names_are_400(cast, name):
    lin = signed_in(cast.lin)

    bodies = [
        ("/customers/", {"name": name, "owning_unit": cast.office.pk}),
        ("/contacts/", {"name": name, "customer": cast.lanhai.pk}),
        ("/customer-units/", {"name": name, "customer": cast.lanhai.pk}),
    ]

    assert [send(lin, "post", path, body).status_code for path, body in bodies] == [400] * 3


def test_an_upsert_by_reference_edits_the_second_time(cast):
    _token, text = create_token(
        cast.lin, name="erp", scopes=["customers:write"], days=1, by=Actor.of(cast.lin), now=now()
    )
    erp = Client(headers={"Authorization": f"Bearer {text}"})
    body = {"name": "朔原", "owning_unit": cast.office.pk, "external_ref": "E-1"}

    first = send(erp, "post", "/customers/", body)
    second = send(erp, "post", "/customers/", body | {"name": "朔原电信"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert [row.name for row in Customer.objects.filter(external_ref="E-1")] == ["朔原电信"]


def test_bulk_says_what_became_of_each_row(cast):
    rows = [
        {"name": "何砚秋", "customer": cast.lanhai.pk},
        {"name": "", "customer": cast.lanhai.pk},
    ]

    answer = send(signed_in(cast.lin), "post", "/contacts/bulk/", {"rows": rows}).json()

    assert (answer["created"], answer["refused"]) == (1, 1)
    assert Contact.objects.filter(name="何砚秋").count() == 1


def test_the_list_filters_by_pinyin_tier_and_team(cast):
    other = build.customer(cast.office, "岭东电网", tier=2)
    lin = signed_in(cast.lin)

    def ids(query):
        return [row["id"] for row in lin.get(f"{BASE}/customers/?{query}").json()["results"]]

    assert ids("search=ldd") == [other.pk]
    assert ids("search=ruochuan") == [cast.lanhai.pk]
    assert ids("tier=a") == [other.pk]
    assert ids("mine=true") == [cast.lanhai.pk]
    assert ids("ordering=tier_rank") == [other.pk, cast.lanhai.pk]
    assert ids(f"owning_unit={cast.east.pk}") == [other.pk, cast.lanhai.pk]
    assert lin.get(f"{BASE}/customers/?colour=red").status_code == 400


def test_archived_customers_are_listed_only_when_asked(cast):
    build.customer(cast.office, "旧", is_archived=True)
    lin = signed_in(cast.lin)

    assert lin.get(f"{BASE}/customers/").json()["count"] == 1
    assert lin.get(f"{BASE}/customers/?archived=true").json()["count"] == 1


LISTS = [
    "customers", "customer-units", "customer-influences", "customer-insights", "buying-profiles",
    "assets", "lifecycle-proposals",    "contacts", "org-units", "user-profiles",
    "account-assignments", "strategy-fit-assessments", "tier-assessments", "action-items",
    "portal-memberships",
]  # fmt: skip


def asked(seen):
    """How many statements but the count of rows, which a page that stands alone does without."""
    return sum(not query["sql"].startswith("SELECT COUNT(*)") for query in seen.captured_queries)


@pytest.mark.parametrize("name", LISTS)
def test_one_row_and_thirty_cost_the_same_queries(cast, name):
    lin = signed_in(cast.lin)
    build.every_list(cast, 1)
    lin.get(f"{BASE}/{name}/")
    with CaptureQueriesContext(connection) as one:
        lin.get(f"{BASE}/{name}/")
    build.every_list(cast, 29)

    with CaptureQueriesContext(connection) as thirty:
        answer = lin.get(f"{BASE}/{name}/")

    assert len(answer.json()["results"]) >= 30
    assert asked(thirty) == asked(one)
    assert len(thirty) <= 8


def test_an_assessment_travels_with_keys_and_explains_itself(cast):
    row = permissions.a_tier(cast)
    boss = signed_in(cast.boss)
    path = f"/tier-assessments/{row.pk}"

    why = boss.get(f"{BASE}{path}/explanation/").json()
    done = send(boss, "post", f"{path}/approve/", {"tier": "b", "reason": "合同到期"})

    assert (why["tier"], why["score"], len(why["terms"])) == ("a", "74.00", 4)
    assert (done.status_code, done.json()["approved_tier"]) == (200, "b")
    assert boss.get(f"{BASE}/customers/{cast.lanhai.pk}/").json()["tier"] == "b"


def test_an_executive_decides_s_only_and_is_told_who_decides_the_rest(cast):
    row = permissions.a_tier(cast)

    answer = send(signed_in(cast.exe), "post", f"/tier-assessments/{row.pk}/approve/", {})

    assert (answer.status_code, answer.json()["rule"]) == (403, "R-A1")


def test_the_stance_is_of_the_confidential_class(cast):
    """The word harvest says as much as the designation from which it follows."""
    lin = signed_in(cast.lin)
    path = f"{BASE}/customers/{cast.lanhai.pk}/"
    edited = send(
        lin, "patch", f"/customers/{cast.lanhai.pk}/",
        {"investment_stance": "harvest", "region": "华东", "version": 1},
    )  # fmt: skip

    assert edited.status_code == 200
    assert lin.get(f"{path}stance/").json() == {"investment_stance": "harvest", "cash_flow": False}
    assert "harvest" in lin.get(f"{path}timeline/").text
    assert "harvest" in lin.get(f"/customers/{cast.lanhai.pk}/edit/").text
    lin.post("/preferences/presenting/", {"value": "on"})
    assert "harvest" not in lin.get(f"/customers/{cast.lanhai.pk}/edit/").text


@pytest.mark.parametrize("role", [Role.QM, Role.ADM, Role.INT])
def test_who_sees_a_customer_without_its_class_meets_no_stance(cast, role):
    other = signed_in(build.person("other", cast.company, role))
    path, page = f"{BASE}/customers/{cast.lanhai.pk}/", f"/customers/{cast.lanhai.pk}/edit/"
    by, now_ = Actor.of(cast.lin), now()
    edit = {"investment_stance": "harvest", "region": "华东"}
    customers.edit(cast.lanhai, edit, by=by, now=now_, version=1)
    of_old = {"changed": {"investment_stance": ["maintain", "harvest"], "country": ["", "中国"]}}
    trail.record(cast.lanhai, "customer.edited", by=by, now=now_, scope=cast.lanhai, facts=of_old)

    read = [
        other.get(url).text for url in (path, f"{path}timeline/", f"{BASE}/trail-entries/", page)
    ]
    assert not any("harvest" in text for text in read)
    assert "华东" in read[1] and "中国" in read[1]
    assert other.get(f"{path}stance/").status_code == 403
    for stance in ("harvest", "invest"):
        body = {"investment_stance": stance, "version": 2}
        assert send(other, "patch", f"/customers/{cast.lanhai.pk}/", body).status_code == 403


def test_an_editor_without_the_class_keeps_the_stance(cast):
    other = signed_in(build.person("other", cast.company, Role.ADM))
    Customer.objects.filter(pk=cast.lanhai.pk).update(investment_stance="harvest")
    typed = {"name": "澜海移动", "kind": "operator", "level": "other", "version": "1"}

    assert other.post(f"/customers/{cast.lanhai.pk}/edit/", typed).status_code == 302
    cast.lanhai.refresh_from_db()
    assert (cast.lanhai.name, cast.lanhai.investment_stance) == ("澜海移动", "harvest")
