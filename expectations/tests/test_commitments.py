"""Promises: capacity, dates that move, taking back, reminders (b.3.2)."""

import datetime as dt

import pytest

from accounts.models import AccountAssignment
from accounts.tests import build as people
from core import timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken, Notification, Timer
from expectations import rules_delivery
from expectations.actions import commitment as commitments
from expectations.actions import impact, milestone
from expectations.models import CustomerNotice
from expectations.tests import build_delivery as build
from expectations.tests.build_delivery import DUE, MONDAY, at

pytestmark = pytest.mark.django_db


def setting(**fields):
    cast = people.cast()
    cast.project = build.project(cast)
    cast.promise = build.promise(cast, cast.project, **fields)
    cast.lin_, cast.fang_ = Actor.of(cast.lin), Actor.of(cast.fang)
    return cast


def test_a_customer_promise_waits_for_the_capacity():
    cast = setting(confirmed=False)

    with pytest.raises(Refused):
        commitments.meet(cast.promise, by=cast.fang_, now=MONDAY)
    with pytest.raises(Forbidden):
        machine = Actor(user=cast.fang, token=ApiToken(pk=1))
        commitments.confirm_capacity(cast.promise, by=machine, now=MONDAY)
    commitments.confirm_capacity(cast.promise, by=cast.fang_, now=MONDAY)
    commitments.meet(cast.promise, by=cast.fang_, now=MONDAY)

    cast.promise.refresh_from_db()
    assert (cast.promise.status, cast.promise.capacity_confirmed_by) == ("met", cast.fang)


def test_where_nobody_delivers_the_regional_head_confirms_the_capacity():
    cast = setting(confirmed=False)
    asked = (cast.boss, cast.lin)

    assert [rules_delivery.may_confirm_capacity(user, cast.promise) for user in asked] == [0, 0]
    AccountAssignment.objects.filter(role="fr").update(status="ended", until=MONDAY)
    assert [rules_delivery.may_confirm_capacity(user, cast.promise) for user in asked] == [1, 0]


@pytest.mark.parametrize(
    ("moment", "kinds"),
    [
        (at(13, 9, 59), []),
        (at(13, 10), ["commitment.due_soon"]),
        (at(14, 9, 59), ["commitment.due_soon"]),
        (at(14, 10), ["commitment.due_soon", "commitment.overdue"]),
    ],
)
def test_the_owner_is_reminded_a_day_before_and_when_it_is_over(moment, kinds):
    cast = setting()

    for now in (at(13, 10), at(14, 10)):
        if now <= moment:
            timers.sweep(now)
            timers.sweep(now)
    timers.sweep(moment)

    rows = Notification.objects.filter(user=cast.fang, about_label="expectations.commitment")
    assert list(rows.order_by("id").values_list("kind", flat=True)) == kinds
    cast.promise.refresh_from_db()
    assert cast.promise.is_overdue(moment) is (moment >= DUE)


def test_the_sweep_asks_the_same_for_one_and_for_many(django_assert_max_num_queries):
    cast = setting()
    for place in range(12):
        build.promise(cast, cast.project, text=f"第 {place} 件")

    with django_assert_max_num_queries(40):
        timers.sweep(at(14, 10))

    assert Notification.objects.filter(user=cast.fang, kind="commitment.overdue").count() == 13


def test_a_date_that_moves_moves_the_deadline_of_the_notice():
    cast = setting()
    risk = build.risk(cast, cast.project, [cast.promise])
    notice = CustomerNotice.objects.get(risk=risk)

    commitments.move_due(
        cast.promise, DUE + dt.timedelta(days=1), reason="客户同意", by=cast.lin_, now=MONDAY
    )

    notice.refresh_from_db()
    assert notice.deadline_at == at(12, 10)
    assert list(risk.impacts.values_list("impact_at", flat=True)) == [
        DUE,
        DUE + dt.timedelta(days=1),
    ]
    assert Timer.objects.armed().get(kind=commitments.DUE).due_at == at(14, 10)


def test_moving_a_promise_in_the_last_day_needs_an_approver_too():
    cast = setting()
    build.risk(cast, cast.project, [cast.promise])
    later = DUE + dt.timedelta(days=3)

    with pytest.raises(Refused) as refused:
        commitments.move_due(cast.promise, later, reason="改期", by=cast.fang_, now=at(11, 9))
    cast.promise.refresh_from_db()
    commitments.move_due(
        cast.promise, later, reason="改期", by=cast.fang_, now=at(11, 9), approver=cast.lin
    )

    assert refused.value.rule == "R-E7"
    assert CustomerNotice.objects.get().deadline_at == at(14, 10)


def test_an_overdue_promise_does_not_move():
    cast = setting()

    with pytest.raises(Refused):
        commitments.move_due(cast.promise, at(20), reason="改期", by=cast.lin_, now=DUE)


def test_taking_back_needs_a_sent_notice():
    cast = setting()

    with pytest.raises(Refused) as refused:
        commitments.withdraw(cast.promise, reason="不做了", by=cast.lin_, now=MONDAY)
    with pytest.raises(Refused):
        commitments.replace(
            cast.promise, text="x", due_at=at(20), reason="晚", by=cast.lin_, now=MONDAY
        )

    assert refused.value.rule == "R-E4"


def test_once_told_a_promise_may_be_replaced():
    cast = people.cast()
    notice = build.sent(cast)
    promise = notice.risk.commitments.get()
    by = Actor.of(cast.lin)

    new = commitments.replace(
        promise, text="分两批到货", due_at=at(26, 18), reason="供应链晚到", by=by, now=MONDAY
    )

    promise.refresh_from_db()
    assert (promise.status, promise.replaced_by, new.status) == ("replaced", new, "proposed")


def test_a_missed_promise_has_an_explanation():
    cast = setting()

    with pytest.raises(Invalid):
        commitments.miss(cast.promise, explanation=" ", by=cast.fang_, now=at(15))
    commitments.miss(cast.promise, explanation="海关查验", by=cast.fang_, now=at(15))

    assert (cast.promise.status, cast.promise.explanation) == ("missed", "海关查验")
    assert not Timer.objects.armed().exists()


def test_when_one_promise_is_kept_the_risk_looks_at_the_other():
    cast = setting()
    later = build.promise(cast, cast.project, due=DUE + dt.timedelta(days=4))
    risk = build.risk(cast, cast.project, [cast.promise, later])

    commitments.meet(cast.promise, by=cast.fang_, now=at(5))

    risk.refresh_from_db()
    assert risk.impact_at == later.due_at
    assert CustomerNotice.objects.get().deadline_at == at(15, 10)


def test_a_risk_that_comes_to_threaten_a_customer_begins_its_notice():
    cast = setting()
    risk = build.risk(cast, cast.project, [])
    assert not CustomerNotice.objects.exists()

    impact.threaten(risk, [cast.promise], by=cast.fang_, now=at(4, 9))

    risk.refresh_from_db()
    notice = CustomerNotice.objects.get(risk=risk)
    assert (risk.customer_impact, risk.known_at) == (True, at(4, 9))
    assert (notice.deadline_at, notice.verdict) == (at(11, 10), "pending")


def test_a_forecast_after_the_baseline_is_a_risk():
    cast = setting()
    row = build.milestone(cast, cast.project)

    milestone.forecast(row, dt.date(2025, 12, 20), reason="电源", by=cast.fang_, now=MONDAY)

    assert row.status == "at_risk"
    with pytest.raises(Invalid):
        milestone.finish(row, dt.date(2025, 12, 1), by=cast.fang_, now=MONDAY)
