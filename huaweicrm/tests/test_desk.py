"""The desk: today, a customer on one page, search; the same queries for one row and for many."""

import pytest

from accounts.tests import build
from core import clock
from core.actors import Actor
from expectations.actions import risk as risks
from expectations.tests.test_notice_actions import opened, threatened

pytestmark = pytest.mark.django_db


@pytest.fixture
def burning(monkeypatch):
    monkeypatch.setenv("DEMO_NOW", "2025-11-10T15:00:00+08:00")
    cast = threatened()
    cast.risk, cast.notice = opened(cast)
    return cast


@pytest.mark.parametrize("name", ["lin", "fang", "boss"])
def test_the_burning_notice_is_first_for_whoever_must_act(client, burning, name):
    client.force_login(getattr(burning, name))

    page = client.get("/")

    assert page.status_code == 200
    first = page.context["todos"][0]
    assert first.kind == "notice"
    assert burning.risk.title in page.content.decode()


def test_a_stranger_sees_an_empty_day(client, burning):
    client.force_login(burning.stranger)

    page = client.get("/")

    assert page.context["todos"] == []
    assert burning.risk.title not in page.content.decode()


def test_the_customer_page_shows_what_we_owe_and_the_timeline(client, burning):
    client.force_login(burning.lin)

    page = client.get(f"/customers/{burning.lanhai.pk}/")

    text = page.content.decode()
    assert page.status_code == 200
    assert burning.risk.title in text
    assert burning.promise.code in text or burning.promise.text in text
    client.force_login(burning.stranger)
    assert client.get(f"/customers/{burning.lanhai.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/customers/{pk}/"])
def test_many_rows_cost_what_one_row_costs(client, burning, path, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(burning.lin)
    url = path.format(pk=burning.lanhai.pk)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url)
    now = clock.now()
    for number in range(10):
        risks.open_risk(
            burning.project,
            by=Actor.of(burning.fang),
            now=now,
            title=f"风险 {number}",
            category="technical",
            probability=1,
            impact=1,
            contingency="x",
            owner=burning.fang,
            commitments=[burning.promise],
        )
        build.contact(burning.lanhai, f"联系人 {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) <= len(one) + 1
    assert len(many) <= 15


def test_search_finds_by_two_characters_and_initials_only_what_one_sees(client, burning):
    from core import search

    search.index(
        "accounts.customer",
        burning.lanhai.pk,
        scope_id=burning.lanhai.pk,
        title=burning.lanhai.name,
        url=burning.lanhai.get_absolute_url(),
    )
    client.force_login(burning.lin)
    for query in ("澜海", "lh", "lanhai"):
        assert burning.lanhai.name in client.get("/search/", {"q": query}).content.decode()

    client.force_login(burning.stranger)
    assert burning.lanhai.name not in client.get("/search/", {"q": "lanhai"}).content.decode()


@pytest.mark.parametrize("name", ["lin", "fang", "boss"])
def test_counts_of_today_match_the_lists_behind_them(client, burning, name):
    client.force_login(getattr(burning, name))
    page = client.get("/")

    notices, tickets = page.context["notices"], page.context["tickets"]

    behind = client.get(notices.url)
    assert behind.status_code == client.get(tickets.url).status_code == 200
    assert notices.count == 1
    assert burning.risk.title in behind.content.decode()
    assert client.get(page.context["forms"].url).status_code == 200


def test_a_customer_page_offers_only_what_its_reader_may_do(client, burning):
    reader = build.person("reader", burning.office, "eng")
    address = f"/interactions/new/?customer={burning.lanhai.pk}"
    path = f"/customers/{burning.lanhai.pk}/"

    client.force_login(burning.lin)
    assert address in client.get(path).content.decode()
    client.force_login(reader)
    page = client.get(path)

    assert page.status_code == 200
    assert address not in page.content.decode()
    assert f"{path}grid/" not in page.content.decode()
