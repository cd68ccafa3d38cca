"""Competitors at customers and products in use: dated, sourced, never more than the whole."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import queries_portfolio, shares
from accounts.actions import penetration, positions
from accounts.models import CompetitorPosition, Customer, ProductPenetration
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Invalid, Refused, Stale

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
HELD = {
    "competitor": "蓝湾科技",
    "product": "传输",
    "share": 40,
    "as_of": TODAY,
    "source": "招标公告",
}


@pytest.mark.parametrize(
    ("share", "others", "over"),
    [
        (40, [60], 0),
        (41, [60], 1),
        (100, [], 0),
        (None, [60, 50], 10),
        (0, [None, 100], 0),
    ],
)
def test_shares_are_a_hundred_together_at_most(share, others, over):
    assert shares.too_much(share, others) == over


@pytest.fixture
def cast(db):
    return build.cast()


def noted(cast, **changes):
    return positions.note(cast.lanhai, HELD | changes, by=Actor.of(cast.lin), now=NINE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"as_of": TODAY + DAY}, "as_of"),
        ({"source": " "}, "source"),
        ({"share": 101}, "share"),
        ({"competitor": " "}, "competitor"),
        ({"product": ""}, "product"),
    ],
)
def test_a_position_is_dated_sourced_and_possible(cast, changes, field):
    with pytest.raises(Invalid) as refusal:
        noted(cast, **changes)

    assert list(refusal.value.fields) == [field]


def test_a_later_position_takes_the_place_of_the_one_before(cast):
    first = noted(cast, as_of=TODAY - DAY)
    with pytest.raises(Invalid):
        noted(cast, as_of=TODAY - 2 * DAY)
    later = noted(cast, competitor="蓝湾科技 ", share=70)

    first.refresh_from_db()
    assert first.superseded_at == NINE
    assert [row.pk for row in CompetitorPosition.objects.current()] == [later.pk]
    positions.end(later, by=Actor.of(cast.lin), now=NINE)
    with pytest.raises(Refused):
        positions.end(later, by=Actor.of(cast.lin), now=NINE)


def test_competitors_share_a_product_to_the_whole_and_not_beyond(cast):
    noted(cast, share=60)
    noted(cast, competitor="北辰通信", share=40)
    noted(cast, competitor="北辰通信", product="无线", share=100)

    with pytest.raises(Invalid) as refusal:
        noted(cast, competitor="第三家", share=1)

    assert list(refusal.value.fields) == ["share"]
    assert "101" in str(refusal.value.sentence)


def test_names_keep_the_spelling_that_is_known_here(cast):
    noted(cast, competitor="Acme", product="OTN")

    assert str(noted(cast, competitor="ACME", product="otn", share=50)) == "Acme · OTN"
    assert CompetitorPosition.objects.current().count() == 1


def used(cast, product="传输", unit=None, status="main"):
    return penetration.create(
        cast.lanhai, product, {"status": status}, unit=unit, by=Actor.of(cast.lin), now=NINE
    )


def test_a_product_stands_once_for_the_customer_and_once_for_each_department(cast):
    unit = build.department(cast.lanhai)
    other = build.department(build.customer(cast.office, "岭东"))
    used(cast, "OTN")
    assert used(cast, "otn", unit).product == "OTN"
    for again in (None, unit):
        with pytest.raises(Refused):
            used(cast, "Otn", again)
    with pytest.raises(Invalid) as refusal:
        used(cast, unit=other)

    assert list(refusal.value.fields) == ["unit"]


def test_how_far_is_edited_in_place_and_a_stale_edit_is_refused(cast):
    by, row = Actor.of(cast.lin), used(cast, status="trial")

    penetration.edit(row, {"status": "main"}, by=by, now=NINE, version=1)
    with pytest.raises(Stale):
        penetration.edit(row, {"status": "none"}, by=by, now=NINE, version=1)

    assert ProductPenetration.objects.get().status == "main"


def test_the_portfolio_counts_customers_by_how_far_they_use_a_product(cast):
    other = build.customer(cast.office, "岭东")
    used(cast, "OTN", build.department(cast.lanhai))
    used(cast, "OTN")
    used(cast, "无线", status="none")
    penetration.create(other, "otn", {"status": "trial"}, by=Actor.of(cast.lin), now=NINE)

    shown = queries_portfolio.read(Customer.objects.all(), TODAY)

    assert [(one.name, one.main, one.limited, one.trial) for one in shown.products] == [
        ("OTN", 1, 0, 1)
    ]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_from_the_pages_a_position_is_noted_anew_and_ended(cast):
    lin = signed_in(cast.lin)
    new = f"/customers/{cast.lanhai.pk}/competitor-positions/new/"
    first = lin.post(new, HELD | {"swap_plan": "明年扩容时替换"})["Location"]
    begun = lin.get(f"{new}?after={CompetitorPosition.objects.get().pk}").content.decode()
    second = lin.post(new, HELD | {"share": 30})["Location"]
    listed = lin.get("/competitor-positions/").content.decode()
    past = lin.get("/competitor-positions/?state=past&swap=yes").content.decode()
    lin.post(f"{second}end/")

    assert "明年扩容时替换" in begun
    assert f'href="{second}"' in listed and f'href="{first}"' not in listed
    assert f'href="{first}"' in past
    assert f'href="{first}"' in lin.get(second).content.decode()
    assert "蓝湾科技" not in lin.get("/competitor-positions/").content.decode()
    assert signed_in(cast.stranger).get(second).status_code == 404


def test_the_matrix_shows_departments_and_opens_what_is_empty(cast):
    lin = signed_in(cast.lin)
    unit = build.department(cast.lanhai)
    new = f"/customers/{cast.lanhai.pk}/product-penetration/new/"
    lin.post(new, {"product": "传输", "status": "trial"})
    page = lin.get(f"/product-penetration/?customer={cast.lanhai.pk}").content.decode()
    form = lin.get(f"{new}?product=传输&unit={unit.pk}").content.decode()
    row = ProductPenetration.objects.get()
    lin.post(f"/product-penetration/{row.pk}/edit/", {"status": "limited"})

    assert f"&amp;unit={unit.pk}" in page
    assert 'value="传输"' in form
    assert "传输" in lin.get("/product-penetration/?status=limited").content.decode()
    assert "传输" not in lin.get("/product-penetration/?status=trial&search=传").content.decode()


@pytest.mark.parametrize("path", ["competitor-positions", "product-penetration"])
def test_the_lists_cost_the_same_for_one_and_thirty(cast, path):
    lin = signed_in(cast.lin)
    noted(cast, share=None)
    used(cast)
    lin.get(f"/{path}/")
    with CaptureQueriesContext(connection) as one:
        lin.get(f"/{path}/")
    for number in range(29):
        noted(cast, share=None, product=f"产品{number}")
        used(cast, f"产品{number}")

    with CaptureQueriesContext(connection) as thirty:
        page = lin.get(f"/{path}/").content.decode()

    assert len(one) == len(thirty) <= 8
    assert page.count("产品") >= 29
