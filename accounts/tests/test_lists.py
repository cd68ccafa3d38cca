"""Lists as people want them, on the list of customers: columns, order, saved and shared views."""

import pytest

from accounts.lists import CUSTOMERS
from accounts.models import Customer
from accounts.tests import build
from accounts.tests.test_pages import queries, signed_in
from core.actors import Actor
from core.lists import actions
from core.models import SavedView, TrailEntry
from core.tests.build import NINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build.cast()


def heads(answer):
    return [column.key for column in answer.context["list"].columns]


def save(client, name, query, **more):
    return client.post("/lists/customers/views/new/", {"name": name, "query": query, **more})


def test_columns_are_chosen_in_the_address_and_the_name_always_stands(cast):
    lin = signed_in(cast.lin)

    assert heads(lin.get("/customers/?columns=region,code")) == ["name", "region", "code"]
    assert heads(lin.get("/customers/?columns=nonsense"))[0] == "name"


def test_an_order_by_a_hidden_column_is_refused(cast):
    lin = signed_in(cast.lin)

    assert lin.get("/customers/?ordering=tier_rank").status_code == 200
    assert lin.get("/customers/?ordering=tier_rank&columns=region").status_code == 400


def test_no_list_sorts_by_a_confidential_column(cast):
    lin = signed_in(cast.lin)
    answer = lin.get("/customers/")
    locked = [one for one in answer.context["list"].all_columns if one.locked]

    assert [one.key for one in locked] == ["people", "power", "health"]
    assert {one.ordering for one in locked} == {""}


def test_a_view_keeps_filters_order_and_columns_under_its_number(cast):
    lin = signed_in(cast.lin)
    answer = save(lin, "华东", "tier=s&ordering=name&columns=name,region&cursor=x&nonsense=1")
    view = SavedView.objects.get()

    shown = lin.get(f"/customers/?view={view.pk}").context["list"]

    assert answer["Location"] == f"/customers/?view={view.pk}"
    assert view.query == "columns=name%2Cregion&ordering=name&tier=s"
    assert (shown.asked["tier"], shown.ordering) == ("s", "name")
    assert TrailEntry.objects.filter(verb="savedview.created").count() == 1


def test_edited_filters_take_the_place_of_those_of_the_view(cast):
    lin = signed_in(cast.lin)
    save(lin, "S", "tier=s")
    view = SavedView.objects.get()

    shown = lin.get(f"/customers/?view={view.pk}&edited=1&status=active").context["list"]

    assert "tier" not in shown.asked


def test_the_list_opens_with_the_view_that_was_chosen(cast):
    lin = signed_in(cast.lin)
    save(lin, "S", "tier=s", is_default="on")
    view = SavedView.objects.get()

    assert lin.get("/customers/")["Location"] == f"/customers/?view={view.pk}"
    assert lin.get("/customers/?view=0").status_code == 200
    lin.post(f"/list-views/{view.pk}/default/")
    assert lin.get("/customers/").status_code == 200


def test_a_removed_view_comes_back(cast):
    lin = signed_in(cast.lin)
    save(lin, "S", "tier=s")
    view = SavedView.objects.get()

    lin.post(f"/list-views/{view.pk}/delete/")
    gone = [one.name for one in lin.get("/customers/?view=0").context["list"].views]
    lin.post(f"/list-views/{view.pk}/restore/")
    back = [one.name for one in lin.get("/customers/?view=0").context["list"].views]

    assert (gone, back) == ([], ["S"])


def test_sharing_is_a_right(cast):
    lin, boss = signed_in(cast.lin), signed_in(cast.boss)
    unit = cast.lanhai.owning_unit_id

    refused = save(lin, "A", "tier=s", audience="everybody")
    save(boss, "B", "tier=a", audience="unit", unit_id=unit)

    assert "audience" not in refused.context["form"].fields if refused.context else True
    assert set(SavedView.objects.values_list("name", "audience")) == {("A", "me"), ("B", "unit")}
    assert [one.name for one in lin.get("/customers/?view=0").context["list"].views] == ["A", "B"]


def test_a_view_of_another_unit_is_not_there(cast):
    other = build.unit("远方")
    actions.save_view(
        CUSTOMERS, {"name": "B", "audience": "unit", "unit_id": other.pk},
        query="", by=Actor.of(cast.boss), now=NINE,
    )  # fmt: skip
    view = SavedView.objects.get()
    lin = signed_in(cast.lin)

    assert lin.get("/customers/?view=0").context["list"].views == []
    assert lin.get(f"/list-views/{view.pk}/edit/").status_code == 404


def test_only_who_saved_a_view_changes_it(cast):
    actions.save_view(
        CUSTOMERS, {"name": "B", "audience": "everybody"}, query="",
        by=Actor.of(cast.boss), now=NINE,
    )  # fmt: skip
    view = SavedView.objects.get()
    lin = signed_in(cast.lin)

    assert lin.get(f"/list-views/{view.pk}/edit/").status_code == 200
    assert lin.post(f"/list-views/{view.pk}/delete/").status_code == 403


def test_saved_views_cost_no_query_more(cast):
    lin = signed_in(cast.lin)
    before, _answer = queries(lin, "/customers/?view=0")
    for name in "ABC":
        save(lin, name, "tier=s")

    after, _answer = queries(lin, "/customers/?view=0")

    assert (before, after) == (6, 6)


def test_previous_and_next_follow_the_list_one_came_from(cast):
    lin = signed_in(cast.lin)
    build.every_list(cast, 3)
    names = Customer.objects.visible_to(cast.lin).filter(is_archived=False).order_by("name", "id")
    rows = list(names)
    lin.get("/customers/?ordering=name")

    answer = lin.get(f"/lists/customers/around/{rows[1].pk}/")

    assert (answer.context["before"], answer.context["after"]) == (rows[0], rows[2])
    assert lin.get(f"/lists/customers/around/{rows[0].pk}/").context["before"] is None
