"""Key actions 1 and 6 from system evidence: plans in force and in time, breadth (R-K5)."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.choices import ContactLevel, Tier, UnitKind
from accounts.choices_plan import AccountPlanStatus
from accounts.models import AccountPlan, Customer
from accounts.scorecards import Asked
from accounts.tests import build
from core.tests.build import NINE
from huaweicrm.desk import keyactions
from relationships.models import CoverageCell

pytestmark = pytest.mark.django_db
LAST = dt.date(2026, 3, 2)


@pytest.fixture
def cast():
    made = build.cast()
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=Tier.A)
    return made


def asked(cast, last=LAST):
    return Asked((cast.lanhai.pk,), None, cast.lin.pk, dt.date(last.year, 1, 1), last)


def plan(cast, kind, year, approved, years=1, closed=None):
    row = AccountPlan(
        customer=cast.lanhai, kind=kind, year=year, years=years, owner=cast.lin,
        approver=cast.boss, approved_at=approved, closed_at=closed,
        status=AccountPlanStatus.CLOSED if closed else AccountPlanStatus.APPROVED,
    )  # fmt: skip
    row.stamp(by=build.SYSTEM, now=NINE)
    row.save()


def said(cast, last=LAST):
    return [fact.actual for fact in keyactions.plans(asked(cast, last), NINE)]


def on(day, hour=9):
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), build.SHANGHAI)


@pytest.mark.parametrize(
    ("year", "years", "approved", "closed", "found"),
    [
        (2026, 3, "2026-03-02", None, 100),
        (2026, 3, "2026-03-03", None, 0),
        (2024, 3, "2024-01-20", None, 100),
        (2023, 3, "2023-01-20", None, 0),
        (2027, 3, "2026-03-01", None, 0),
        (2025, 3, "2025-01-20", "2026-03-02", 0),
        (2025, 3, "2025-01-20", "2026-03-03", 100),
    ],
)
def test_a_strategic_plan_counts_while_it_is_in_force(cast, year, years, approved, closed, found):
    plan(cast, "asp", year, on(approved), years, closed and on(closed))

    assert said(cast)[0] == found


@pytest.mark.parametrize(
    ("approved", "found"), [("2026-01-31", 100), ("2026-02-01", 0), ("2025-12-20", 100)]
)
def test_an_annual_plan_counts_when_it_was_approved_by_its_day(cast, approved, found):
    plan(cast, "abp", 2026, on(approved, 23))

    assert said(cast)[1] == found


def test_before_its_day_the_annual_plan_says_nothing_and_without_key_accounts_nothing_does(cast):
    assert said(cast, dt.date(2026, 1, 30))[1] is None
    assert said(cast, dt.date(2026, 1, 31))[1] == 0
    Customer.objects.filter(pk=cast.lanhai.pk).update(tier=Tier.B)
    assert said(cast) == [None, None, None]


@pytest.mark.parametrize(("touched", "found"), [(6, 100), (5, 0), (None, None)])
def test_breadth_counts_from_grade_b(cast, touched, found):
    for number, kind in enumerate(UnitKind.values[:5] if touched else []):
        for place, level in enumerate(ContactLevel.values[:2]):
            near = 2 * number + place < touched
            CoverageCell(
                customer=cast.lanhai, unit_kind=kind, level=level, active=1, contacted=0,
                last_touch_at=NINE if near else None, counted_at=NINE,
            ).save()  # fmt: skip

    grade, third = keyactions.universal(asked(cast), NINE)

    assert (grade.actual, third.actual, third.target) == (
        None if found is None else Decimal(found), None, 80,
    )  # fmt: skip
