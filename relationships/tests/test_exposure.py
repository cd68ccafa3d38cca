"""Exposure: who is close to one of us and not for our company."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tests import build
from accounts.tests.build import NINE
from core import clock
from relationships import exposure
from relationships.models import GridAssessment
from relationships.queries.exposure import count_of, lines_for, met_by_others, people_of
from relationships.tests.build import met, placed

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("point", "alone"),
    [
        ((1, 0), False),
        ((2, 0), True),
        ((2, 1), False),
        ((2, -1), True),
        ((3, -3), True),
        ((3, 3), False),
        ((-2, 0), False),
    ],
)
def test_close_to_one_of_us_and_not_for_the_company(point, alone):
    assert exposure.is_exposed(point, intimacy=2, support=0) == alone


@pytest.fixture
def cast(db):
    made = build.cast()
    made.fang_zong = build.contact(made.lanhai, "方总")
    made.row = placed(made.ruochuan, made.lin, made.boss, (2, 0))
    placed(made.fang_zong, made.lin, made.boss, (2, 1))
    return made


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_number_the_list_and_the_sum_agree_with_the_rule(cast):
    assert count_of(cast.lanhai, at=NINE) == 1
    assert people_of(cast.lanhai, at=NINE) == [cast.row]
    (line,) = lines_for(cast.boss, at=NINE)
    assert (line.customer_id, line.colleague, line.exposed, line.placed) == (
        cast.lanhai.pk, "Lin", 1, 2,
    )  # fmt: skip
    for row in GridAssessment.objects.all():
        assert (row in people_of(cast.lanhai, at=NINE)) == exposure.is_exposed(
            row.point, intimacy=2, support=0
        )


def test_whoever_left_hangs_on_nobody(cast):
    type(cast.ruochuan).objects.filter(pk=cast.ruochuan.pk).update(status="left")

    assert count_of(cast.lanhai, at=NINE) == 0


def test_meetings_of_others_are_counted_without_those_of_the_colleague(cast):
    met(cast.ruochuan, cast.lin, NINE)
    met(cast.ruochuan, cast.wei, NINE)
    met(cast.ruochuan, cast.wei, NINE - 200 * DAY)

    assert met_by_others([cast.row], since=NINE - 180 * DAY) == {cast.ruochuan.pk: 1}


def test_only_readers_of_the_confidential_class_see_it(cast):
    qm = build.person("qm", cast.company, "qm")
    url = f"/customers/{cast.lanhai.pk}/exposure/"

    assert "林若川" in signed_in(cast.lin).get(url).content.decode()
    assert cast.lanhai.name in signed_in(cast.boss).get("/exposure/").content.decode()
    for who in (qm, cast.stranger):
        client = signed_in(who)
        assert client.get(url).status_code == 404
        assert cast.lanhai.name not in client.get("/exposure/").content.decode()
        rest = client.get("/api/v1/grid-assessments/?exposed=true").json()
        assert rest["results"] == []
    found = signed_in(cast.lin).get("/api/v1/grid-assessments/?exposed=true").json()
    assert [row["id"] for row in found["results"]] == [cast.row.pk]
    part = signed_in(cast.lin).get(f"/customers/{cast.lanhai.pk}/relations/").content.decode()
    assert url in part


def test_presenting_hides_it(cast):
    client = signed_in(cast.lin)
    client.post("/preferences/presenting/", {"value": "on"})

    for url in ("/exposure/", f"/customers/{cast.lanhai.pk}/exposure/"):
        assert "林若川" not in client.get(url).content.decode()


def test_the_lists_cost_the_same_with_more_people(cast):
    client, url = signed_in(cast.boss), f"/customers/{cast.lanhai.pk}/exposure/"
    costs = []
    for round_ in range(2):
        for address in ("/exposure/", url):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            costs.append(len(asked))
        for number in range(0 if round_ else 4):
            other = build.customer(cast.office, f"第{number}家")
            build.assign(other, cast.lin, "ar")
            for customer in (other, cast.lanhai):
                who = build.contact(customer, f"人{customer.pk}{number}")
                placed(who, cast.lin, cast.boss, (2, 0), clock.now() - DAY)
    assert costs[:2] == costs[2:]
    assert max(costs) <= 8
