"""Old days of account health: one a month stays, and nothing else may go (R-H1)."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import health, policies_health
from accounts.actions import health as actions
from accounts.models import AccountHealth
from accounts.tests import build
from accounts.tests.build import NINE
from core import policy
from core.actors import Actor

DAY = dt.timedelta(days=1)


def days(*texts):
    return [(dt.date.fromisoformat(text.rstrip("-")), not text.endswith("--")) for text in texts]


@pytest.mark.parametrize(
    ("today", "kept", "first"),
    [
        ("2026-03-02", 180, "2025-09-01"),
        ("2026-07-29", 180, "2026-01-01"),
        ("2026-07-30", 180, "2026-01-01"),
        ("2026-07-31", 180, "2026-02-01"),
        ("2026-03-02", 35, "2026-01-01"),
    ],
)
def test_whole_months_are_thinned(today, kept, first):
    assert health.daily_from(dt.date.fromisoformat(today), kept).isoformat() == first


@pytest.mark.parametrize(
    ("known", "gone"),
    [
        ([], []),
        (["2026-01-31"], []),
        (["2026-01-30", "2026-01-31"], ["2026-01-30"]),
        (["2026-01-31", "2026-02-01"], []),
        (["2026-02-27", "2026-02-28", "2026-03-01"], ["2026-02-27"]),
        (["2026-03-01", "2026-03-02", "2026-03-31"], []),
        (["2026-01-29", "2026-01-30", "2026-01-31--"], ["2026-01-29"]),
        (["2026-01-29--", "2026-01-30--"], ["2026-01-29"]),
        (["2026-01-29--", "2026-01-30"], ["2026-01-29"]),
        (["2025-01-31", "2026-01-30", "2026-01-31"], ["2026-01-30"]),
    ],
)
def test_of_each_month_the_last_day_stays_and_the_last_with_a_total(known, gone):
    said = health.superfluous(days(*known), dt.date(2026, 3, 1))

    assert [day.isoformat() for day in said] == gone


def night(customer, day, total=70, **more):
    row = AccountHealth(
        customer=customer, as_of=day, total=total, band="" if total is None else "watch",
        created_at=NINE, **{"is_current": False, **more},
    )  # fmt: skip
    row.save()
    return row


@pytest.fixture
def made(db):
    cast = build.cast()
    day = dt.date(2025, 7, 1)
    while day <= NINE.date():
        night(cast.lanhai, day, is_current=day == NINE.date())
        day += DAY
    return cast


def test_the_job_keeps_days_for_half_a_year_and_then_months(made):
    before = AccountHealth.objects.filter(as_of__gte="2025-09-01").count()

    gone = actions.thin(now=NINE)

    old = AccountHealth.objects.filter(as_of__lt="2025-09-01").order_by("as_of")
    assert [row.as_of.isoformat() for row in old] == ["2025-07-31", "2025-08-31"]
    assert gone == 60
    assert AccountHealth.objects.filter(as_of__gte="2025-09-01").count() == before
    assert actions.thin(now=NINE) == 0


def test_the_number_is_a_policy(made):
    policy.set_value(policies_health.DAILY_DAYS, 60, by=Actor.of(made.exe), now=NINE, reason="试行")
    policy.forget()

    actions.thin(now=NINE)

    assert AccountHealth.objects.filter(as_of__lt="2026-01-01").count() == 6


def test_what_it_costs_does_not_grow_with_the_days(made):
    actions.thin(now=NINE)
    other, counted = build.customer(made.office, "朔原电信"), []
    for month, many in ((3, 2), (4, 25)):
        for number in range(many):
            night(other, dt.date(2024, month, number + 1))
        with CaptureQueriesContext(connection) as asked:
            assert actions.thin(now=NINE) == many - 1
        counted.append(len(asked))

    assert counted[0] == counted[1]


@pytest.mark.parametrize("which", ["last of a month", "with the last total", "current"])
def test_the_database_lets_nothing_else_go(made, which):
    customer = build.customer(made.office, "朔原电信")
    first = night(customer, dt.date(2025, 3, 10))
    last = night(customer, dt.date(2025, 3, 20), None)
    night(customer, dt.date(2025, 4, 20))
    row = {"last of a month": last, "with the last total": first}.get(which)
    row = row or AccountHealth.objects.get(customer=made.lanhai, is_current=True)

    with pytest.raises(DatabaseError), transaction.atomic():
        AccountHealth.objects.filter(pk=row.pk).delete()

    assert AccountHealth.objects.filter(pk=row.pk).exists()


def test_a_day_before_a_later_one_of_its_month_may_go(made):
    customer = build.customer(made.office, "朔原电信")
    first = night(customer, dt.date(2025, 3, 10), None)
    night(customer, dt.date(2025, 3, 20))

    assert AccountHealth.objects.filter(pk=first.pk).delete()[0] == 1
