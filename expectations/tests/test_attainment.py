"""The attainment rate (R-K1): worked example 7, and each edge of it."""

import datetime as dt
from decimal import Decimal

import pytest

from expectations.attainment import Due, kept, rate

DAY = dt.date(2026, 3, 31)


def due(kind="must", status="accepted", late=0):
    return Due(kind, status, DAY, DAY + dt.timedelta(days=late))


def test_musts_weigh_three_and_negotiables_one():
    items = [
        due(),
        due(late=1),
        due(status="unmet"),
        due("negotiable"),
        due("negotiable"),
        due("deferred", "unmet"),
        due(status="superseded"),
        due(status="dropped"),
    ]

    assert rate(items) == Decimal("59.09")
    assert rate(items[5:]) is None


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (due(late=-1), "1"),
        (due(late=0), "1"),
        (due(late=1), "0.5"),
        (due(status="partly_accepted", late=-1), "0.5"),
        (due(status="in_fulfilment"), "0"),
        (Due("must", "accepted", DAY), "0"),
    ],
)
def test_on_the_day_is_in_time(item, found):
    assert kept(item) == Decimal(found)
