"""REST of delivery: what threatens, who may, what never leaves (domain.md 0.2)."""

import datetime as dt

import pytest
from django.test import Client

from accounts.tests import build as people
from core import clock
from expectations.models import CustomerNotice
from expectations.tests import build_delivery as build

pytestmark = pytest.mark.django_db


def setting():
    cast = people.cast()
    now = clock.now()
    cast.project = build.project(cast, now)
    cast.promise = build.promise(cast, cast.project, now, now + dt.timedelta(days=10))
    cast.client = Client()
    cast.client.force_login(cast.fang)
    return cast


def risk_body(cast, **more):
    return {
        "project": cast.project.pk,
        "title": "电源模块晚到",
        "category": "supply_delay",
        "probability": 4,
        "impact": 5,
        "contingency": "借华南备件",
        "owner": cast.fang.pk,
        "commitments": [cast.promise.pk],
        **more,
    }


def test_a_risk_by_rest_starts_the_clock_and_keeps_the_contingency_inside():
    cast = setting()

    answer = cast.client.post("/api/v1/risks/", risk_body(cast), "application/json")

    notice = CustomerNotice.objects.get()
    assert answer.status_code == 201
    assert answer.json()["customer_impact"] is True
    assert "contingency" not in answer.json()
    assert notice.deadline_at == cast.promise.due_at - dt.timedelta(hours=72)
    verdict = cast.client.get(f"/api/v1/customer-notices/{notice.pk}/verdict/").json()
    assert (verdict["verdict"], len(verdict["steps"])) == ("pending", 4)


def test_a_risk_without_contingency_is_400_at_that_field():
    cast = setting()

    answer = cast.client.post(
        "/api/v1/risks/", risk_body(cast, contingency=" "), "application/json"
    )

    assert answer.status_code == 400
    assert "contingency" in answer.json()["errors"]


def test_withdrawing_what_the_customer_counts_on_is_refused_with_the_rule():
    cast = setting()
    cast.client.force_login(cast.lin)

    answer = cast.client.post(
        f"/api/v1/commitments/{cast.promise.pk}/withdraw/", {"reason": "x"}, "application/json"
    )

    assert (answer.status_code, answer.json()["rule"]) == (409, "R-E4")


@pytest.mark.parametrize("name", ["commitments", "risks", "customer-notices"])
def test_lists_ask_the_same_for_one_and_many(name, django_assert_max_num_queries):
    cast = setting()

    def asked(many):
        for _place in range(many):
            due = clock.now() + dt.timedelta(days=10)
            promise = build.promise(cast, cast.project, clock.now(), due)
            build.risk(cast, cast.project, [promise], clock.now())
        with django_assert_max_num_queries(14) as queries:
            assert cast.client.get(f"/api/v1/{name}/").status_code == 200
        return len(queries)

    asked(1)
    assert asked(1) == asked(6)
