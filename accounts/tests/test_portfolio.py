"""The portfolio: lifetime value and concentration at their edges, one page, the same cost."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import portfolio
from accounts.actions import revenue
from accounts.models import StrategyFitAssessment
from accounts.portfolio import Bubble
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from accounts.tiers import add_months
from core import clock


@pytest.mark.parametrize(
    ("fit", "years"),
    [
        ("0", "1"),
        ("19.99", "1"),
        ("20", "1"),
        ("20.02", "1.001"),
        ("50", "2.5"),
        ("99.98", "4.999"),
        ("100", "5"),
    ],
)
def test_a_year_is_expected_for_each_twenty_points_of_fit(fit, years):
    assert portfolio.expected_years(Decimal(fit)) == Decimal(years)


def test_the_lifetime_value_is_the_mean_profit_times_the_years():
    assert portfolio.lifetime_value(Decimal(300), Decimal(50)) == Decimal("250.00")
    assert portfolio.lifetime_value(Decimal(-300), Decimal(50)) == Decimal("-250.00")
    assert portfolio.lifetime_value(Decimal(300), None) is None


def test_the_largest_fifth_rounds_up_and_says_what_it_brings():
    values = [Decimal(value) for value in (50, 20, 10, 10, 5, 5, 0, -3)]

    assert portfolio.cumulated(values) == [50.0, 70.0, 80.0, 90.0, 95.0, 100.0]
    assert portfolio.top_share(values) == (2, 70.0)
    assert portfolio.top_share([Decimal(9)]) == (1, 100.0)
    assert portfolio.top_share([]) == (0, 0.0)


def test_bubbles_lie_in_their_lane_and_apart():
    made = [
        Bubble(number, "x", 1 + number % 4, Decimal(number), Decimal(number), "stable", False)
        for number in range(40)
    ]
    found = portfolio.placed(made)
    lane = (portfolio.WIDTH - portfolio.LEFT) / len(portfolio.LANES)

    assert len({(one.x, one.y) for one in found}) == 40
    for one in found:
        number = portfolio.LANES.index(one.tier)
        assert portfolio.LEFT + lane * number < one.x < portfolio.LEFT + lane * (number + 1)
    assert found[0].revenue == 39


@pytest.fixture
def cast(db):
    return build.cast()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def worth(cast, customer, amount):
    month = add_months(clock.now().date().replace(day=1), -2)
    values = {"month": month, "revenue": amount, "gross_profit": amount, "product_line": "传输"}
    revenue.book(customer, values, by=SYSTEM, now=clock.now())
    row = StrategyFitAssessment(
        customer=customer, as_of=NINE.date(), fit=60, trend="diverging", status="approved",
        decided_at=NINE, **dict.fromkeys(
            ("investment_areas", "business_scope", "organisation_mode", "main_business_position",
             "future_value"), 60,
        ),
    )  # fmt: skip
    row.stamp(by=SYSTEM, now=NINE)
    row.save()


def test_a_head_reads_it_an_account_manager_does_not(cast):
    worth(cast, cast.lanhai, 800)
    far = build.customer(cast.west, "远西电力")
    worth(cast, far, 300)
    boss = signed_in(cast.boss).get("/portfolio/").content.decode()
    exe = signed_in(cast.exe)

    assert signed_in(cast.lin).get("/portfolio/").status_code == 403
    assert f"/customers/{cast.lanhai.pk}/value/" in boss
    assert "远西电力" not in boss and "CNY\u00a0800" in boss
    assert "CNY\u00a01,100" in exe.get("/portfolio/").content.decode()
    assert "CNY\u00a0300" in exe.get(f"/portfolio/?unit={cast.west.pk}").content.decode()


def test_it_costs_the_same_with_many_customers(cast):
    boss = signed_in(cast.boss)
    worth(cast, cast.lanhai, 800)
    boss.get("/portfolio/")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert boss.get("/portfolio/").status_code == 200
        return len(queries)

    before = cost()
    for number in range(30):
        worth(cast, build.customer(cast.office, f"第{number}家", tier=1 + number % 4), number + 1)
    assert (cost(), before <= 15) == (before, True)
