"""Lists of deals, plans, agreements, minutes and gifts: order, views, columns, files."""

import pytest

from accounts.actions import plans
from accounts.models import AccountPlan
from accounts.tests import permissions as accounts_rows
from accounts.tests import permissions_plan as plan_rows
from accounts.tests.test_pages import queries, signed_in
from core import clock
from core.actors import Actor
from core.models import SavedView
from core.tests.test_own_pages import fresh
from huaweicrm.tests.world import world
from relationships.tests import permissions as rows
from relationships.tests import permissions_agreement as agreement_rows
from relationships.tests.build import met

pytestmark = pytest.mark.django_db


def plan(made):
    """An annual plan of lin's, each of another year."""
    year = clock.now().year + AccountPlan.objects.count()
    by = Actor.of(made.lin)
    return plans.draft(made.lanhai, "abp", (year, 1), plan_rows.TEXTS, by=by, now=clock.now())


OPEN = {
    "opportunities": ("/opportunities/?view=0", accounts_rows.deal, "-expected_close"),
    "account-plans": ("/account-plans/?view=0", plan, "year"),
    "agreements": ("/agreements/?view=0", agreement_rows.drafted, "-ends_on"),
    "minutes": (
        "/minutes/?view=0", lambda made: met(made.ruochuan, made.lin).minutes, "-due_at",
    ),
}  # fmt: skip
CLOSED = {
    "relationship-plans": ("/relationship-plans/?view=0", rows.plan, "-due_on"),
    "gifts": ("/gifts/?view=0", rows.gift, "-given_on"),
}


@pytest.fixture
def made():
    return world()


@pytest.mark.parametrize("key", [*OPEN, *CLOSED])
def test_a_list_takes_order_columns_views_and_costs_the_same(made, key):
    url, build, ordering = {**OPEN, **CLOSED}[key]
    build(made)
    lin = signed_in(made.lin)
    lin.get(url)
    few, shown = queries(lin, url)
    count = shown.context["page"].count
    second = build(made)
    many, more = queries(lin, url)

    lin.post(f"/lists/{key}/views/new/", {"name": "我的", "query": f"ordering={ordering}"})
    saved = lin.get(f"{url.partition('?')[0]}?view={SavedView.objects.latest('pk').pk}").context
    head = shown.context["list"].columns[0].key
    slim = lin.get(f"{url}&columns={head}").context["list"]

    # who reads what is confidential is written down: two statements more
    assert (few, many <= (8 if key in OPEN else 11)) == (many, True)
    assert more.context["page"].count == count + 1
    assert saved["list"].ordering == ordering
    assert [column.key for column in slim.columns] == [head]
    lin.get(url)
    around = lin.get(f"/lists/{key}/around/{second.pk}/")
    assert around.context["before"] or around.context["after"]


@pytest.mark.parametrize("key", OPEN)
def test_what_one_sees_leaves_as_a_file_for_who_sees_it(made, key):
    url, build, _ordering = OPEN[key]
    build(made)
    lin, stranger = signed_in(made.lin), signed_in(made.stranger)
    fresh(lin)
    stranger.post("/accounts/reauthenticate/", {"password": "stranger password"})
    address = f"/lists/{key}/export/"

    mine, others = (
        b"".join(one.post(address, {"kind": "csv"}).streaming_content).decode().splitlines()
        for one in (lin, stranger)
    )

    assert (len(mine), len(others)) == (2, 1)
    assert made.lanhai.display_name in mine[1] or key == "minutes"


@pytest.mark.parametrize("key", CLOSED)
def test_what_is_confidential_never_leaves_nor_has_neighbours_while_presenting(made, key):
    url, build, _ordering = CLOSED[key]
    first, second = build(made), build(made)
    lin, outside = signed_in(made.lin), signed_in(made.stranger)
    fresh(lin)
    shown = lin.get(url)
    around = f"/lists/{key}/around/{second.pk}/"

    assert lin.get(f"/lists/{key}/export/").status_code == 404
    assert lin.post(f"/lists/{key}/export/", {"kind": "csv"}).status_code == 404
    assert f"/lists/{key}/export/" not in shown.content.decode()
    assert outside.get(around).status_code == 404
    lin.get(url)
    assert first.get_absolute_url() in lin.get(around).content.decode()
    lin.post("/preferences/presenting/", {"value": "on"})
    assert lin.get(around).content == b""
    assert first.get_absolute_url() not in lin.get(url).content.decode()


def test_minutes_are_those_that_one_owes_until_more_is_asked_for(made):
    own, other = met(made.ruochuan, made.lin).minutes, met(made.ruochuan, made.wei).minutes
    lin = signed_in(made.lin)

    def shown(query):
        return {row.pk for row in lin.get(f"/minutes/?{query}").context["list"].lines}

    assert (shown(""), shown("status=due")) == ({own.pk}, {own.pk, other.pk})
    assert f"/interactions/{own.interaction_id}/minutes/" in lin.get("/minutes/").content.decode()
