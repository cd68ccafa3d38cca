"""The customer tree with its sums, and the influence between customers, through the database."""

import pytest
from django.test import Client

from accounts.actions import influences
from accounts.models import CustomerInfluence
from accounts.queries_tree import group_of, influences_of
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Invalid, Refused, Stale
from core.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build.cast()


@pytest.fixture
def family(cast):
    """lanhai > north (S) > city (A); design stands apart."""
    cast.north = build.customer(cast.office, "北澜", parent=cast.lanhai, tier=1)
    cast.city = build.customer(cast.office, "云栖", parent=cast.north, tier=2)
    cast.design = build.customer(cast.office, "设计院")
    return cast


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def say(family, kind="advises", **more):
    ends = family.design, family.lanhai
    return influences.add(*ends, kind, by=Actor.of(family.lin), now=NINE, **more)


def test_the_group_adds_up_what_lies_below(family):
    group = group_of(family.north, family.lin)

    assert [(line.customer.name, line.depth, line.size) for line in group.lines] == [
        ("澜海移动通信", 0, 3), ("北澜", 1, 2), ("云栖", 2, 1),
    ]  # fmt: skip
    assert group.here.tiers == [("s", 1), ("a", 1)]
    assert [column.key for column in group.columns] == ["risks", "tickets"]


def test_what_is_out_of_sight_is_neither_listed_nor_counted(family):
    abroad = build.customer(family.west, "西部分公司", parent=family.lanhai, tier=3)

    ours, theirs = group_of(family.lanhai, family.lin), group_of(abroad, family.stranger)

    assert [line.size for line in ours.lines] == [3, 2, 1]
    assert [(line.customer, line.depth, line.size) for line in theirs.lines] == [(abroad, 0, 1)]
    assert group_of(family.lanhai, family.stranger).here is None


def test_an_archived_customer_is_listed_on_its_own_page_and_counted_nowhere(family):
    family.city.is_archived = True
    family.city.save(update_fields=["is_archived"])

    assert [line.size for line in group_of(family.lanhai, family.lin).lines] == [2, 1]
    assert [line.size for line in group_of(family.city, family.lin).lines] == [2, 1, 0]


@pytest.mark.parametrize("most", [2, 4])
def test_a_long_group_lists_the_asked_one_and_counts_all(family, most):
    for number in range(9):
        build.customer(family.office, f"子{number}", parent=family.lanhai)

    group = group_of(family.lanhai, family.lin, most=most)
    late = group_of(build.customer(family.office, "末", parent=family.lanhai), family.lin, most=8)

    assert (len(group.lines), group.left_out, group.here.size) == (most, 12 - most, 12)
    assert late.here is not None


def test_an_influence_is_shown_at_both_ends_and_ends_once(family):
    row = say(family, note=" 十月 出建议书 ")

    assert influences_of(family.lanhai, family.lin) == [row]
    assert influences_of(family.design, family.lin) == [row]
    assert row.note == "十月 出建议书"
    influences.end(row, by=Actor.of(family.lin), now=NINE)
    assert influences_of(family.lanhai, family.lin) == []
    with pytest.raises(Refused) as refusal:
        influences.end(row, by=Actor.of(family.lin), now=NINE)
    assert refusal.value.rule == "C055"
    verbs = TrailEntry.objects.filter(about_label="accounts.customerinfluence")
    assert list(verbs.order_by("id").values_list("verb", flat=True)) == [
        "influence.added", "influence.ended",
    ]  # fmt: skip


def test_an_influence_of_a_customer_on_itself_or_twice_is_refused(family):
    by = Actor.of(family.lin)
    say(family)

    with pytest.raises(Invalid) as refusal:
        influences.add(family.lanhai, family.lanhai, "budgets", by=by, now=NINE)
    assert list(refusal.value.fields) == ["influenced"]
    with pytest.raises(Refused):
        say(family)
    say(family, "budgets")
    assert CustomerInfluence.objects.count() == 2


def test_the_database_refuses_a_self_edge_too(family):
    row = CustomerInfluence(customer=family.lanhai, influenced=family.lanhai, kind="advises")

    with pytest.raises(Invalid):
        influences.insert(row, by=Actor.of(family.lin), now=NINE)


def test_after_it_has_ended_the_same_one_is_recorded_anew(family):
    influences.end(say(family), by=Actor.of(family.lin), now=NINE)

    assert say(family).pk is not None


def test_a_stale_note_is_refused(family):
    row = say(family)
    by = Actor.of(family.lin)
    influences.describe(row, "新", by=by, now=NINE, version=1)

    with pytest.raises(Stale):
        influences.describe(row, "旧", by=by, now=NINE, version=1)


def test_an_influence_with_one_end_out_of_sight_is_out_of_sight(family):
    abroad = build.customer(family.west, "西部")
    row = influences.add(abroad, family.lanhai, "budgets", by=Actor.of(family.exe), now=NINE)

    assert influences_of(family.lanhai, family.exe) == [row]
    assert influences_of(family.lanhai, family.lin) == []
    assert signed_in(family.lin).get(f"/customer-influences/{row.pk}/edit/").status_code == 404


def test_the_page_records_an_influence_in_either_direction(family):
    lin = signed_in(family.lin)
    url = f"/customers/{family.lanhai.pk}/influences/new/"
    body = {"other": family.design.pk, "kind": "advises", "note": "十月"}

    for direction in ("in", "out"):
        answer = lin.post(url, body | {"direction": direction})
        assert answer["Location"] == f"/customers/{family.lanhai.pk}/tree/"

    rows = CustomerInfluence.objects.order_by("id").values_list("customer", "influenced")
    assert list(rows) == [
        (family.design.pk, family.lanhai.pk), (family.lanhai.pk, family.design.pk),
    ]  # fmt: skip
    page = lin.get(f"/customers/{family.lanhai.pk}/tree/").content.decode()
    assert page.count("十月") == 2


def test_a_self_edge_from_the_api_says_what_to_do(family):
    body = {"customer": family.lanhai.pk, "influenced": family.lanhai.pk, "kind": "advises"}

    answer = signed_in(family.lin).post(
        "/api/v1/customer-influences/", body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["influenced"]


def test_the_api_lists_an_influence_by_either_end(family):
    row = say(family)
    lin = signed_in(family.lin)

    def ids(query):
        answer = lin.get(f"/api/v1/customer-influences/?{query}").json()
        return [one["id"] for one in answer["results"]]

    assert ids(f"around={family.lanhai.pk}") == ids(f"around={family.design.pk}") == [row.pk]
    assert ids(f"customer={family.lanhai.pk}") == []
    assert (ids("ended=true"), ids("ended=false")) == ([], [row.pk])
