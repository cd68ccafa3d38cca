"""A timer that comes too early, too late or twice looks at the facts and keeps silent."""

import datetime as dt

import pytest

from accounts.tests import build as people
from core import calendars, clock
from core.actors import Actor
from core.models import Calendar, Notification, OutboxMessage, Timer, TrailEntry
from expectations import timers, timers_form
from expectations.actions import commitment as commitments
from expectations.actions import form as forms
from expectations.actions import notice as notices
from expectations.actions import report as reports
from expectations.actions import reportwork, signing
from expectations.models import Project
from expectations.tests import build, build_delivery
from expectations.tests.build_delivery import MONDAY, at

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def cast():
    return people.cast()


def late(row, **facts):
    """A timer about a row that a worker still holds."""
    return Timer(about_id=row.pk, facts=facts)


def said():
    """How much was told so far: notifications, messages, entries of the trail."""
    return [model.objects.count() for model in (Notification, OutboxMessage, TrailEntry)]


def sent(cast):
    form, _link, _path = build.sent(cast)
    form.refresh_from_db()
    return form


def test_a_form_expires_at_its_end_and_not_before(cast):
    form = sent(cast)
    before = said()

    assert forms.expire(form, now=form.expires_at - SECOND) is False
    timers_form.form_expiry([late(form)], now=form.expires_at - SECOND)
    form.refresh_from_db()
    assert (form.status, said()) == ("sent", before)

    timers_form.form_expiry([late(form)], now=form.expires_at)
    form.refresh_from_db()
    assert form.status == "expired"


def test_a_signed_form_neither_expires_nor_reminds(cast):
    form = build.signed(cast)
    before, after_the_end = said(), build.NINE + dt.timedelta(days=60)

    timers_form.form_expiry([late(form)], now=after_the_end)
    timers_form.form_reminder([late(form, day=3)], now=after_the_end)

    form.refresh_from_db()
    assert (form.status, said()) == ("partly_signed", before)


def test_nobody_is_asked_to_countersign_what_is_effective(cast):
    form, waiting = build.signed(cast), build.NINE + dt.timedelta(days=1)
    signing.countersign(form, by=Actor.of(cast.lin), now=build.NINE)
    before = said()
    timers_form.form_countersign([late(form)], now=waiting)
    assert said() == before

    type(form).objects.filter(pk=form.pk).update(status="partly_signed")
    timers_form.form_countersign([late(form)], now=waiting)
    assert said()[0] > before[0]


def test_a_project_that_is_not_early_any_more_is_not_told_about(cast):
    project = build.project(cast)
    rows = Project.objects.filter(pk=project.pk)
    before = said()

    timers_form.early_daily([late(project)], now=build.NINE + dt.timedelta(days=1))
    rows.update(early_until=build.NINE, early_by=cast.boss, status="cancelled")
    timers_form.early_daily([late(project)], now=build.NINE + dt.timedelta(days=1))

    assert said() == before


@pytest.fixture
def report(cast):
    cast.project = build_delivery.project(cast)
    return reports.draft_report(cast.project, by=Actor.system(), now=MONDAY)


def test_a_submitted_report_is_not_late_whoever_asks(cast, report):
    body = {"overall": "green", "done": "a", "next": "b\nc", "portal_summary": "d"}
    reports.edit_report(report, body, by=Actor.of(cast.fang), now=MONDAY)
    reports.submit(report, by=Actor.of(cast.fang), now=MONDAY)
    before = said()

    for stale in (report, type(report).objects.get(pk=report.pk)):
        reportwork.step(stale, now=at(30))
    assert said() == before


def test_a_week_that_lost_its_open_days_asks_for_nothing(cast, report):
    shut = Calendar.objects.create(code="shut", name="shut", week={})
    calendars.publish(shut, by=Actor.system(), now=MONDAY)
    type(cast.project).objects.filter(pk=cast.project.pk).update(calendar=shut)
    before = said()

    timers.report_step([late(report)], now=at(30))

    assert said() == before


def test_a_notice_that_is_closed_told_or_missed_alerts_nobody_again(cast):
    now = clock.now()
    due = now + dt.timedelta(days=10)
    told = build_delivery.sent(cast, now, due)
    before = Notification.objects.filter(kind__startswith="notice.").count()

    timers.notice_step([late(told)], now=due - dt.timedelta(hours=60))
    assert all(kind.startswith("notice.unanswered") for kind in kinds_since(before))

    notices.settle(told, by=Actor.of(cast.lin), now=now)
    count = Notification.objects.count()
    timers.notice_step([late(told)], now=due + dt.timedelta(days=3))
    assert Notification.objects.count() == count


def test_after_it_struck_nobody_is_told_that_time_runs_out(cast):
    notice = build_delivery.notice(cast)
    risk = notice.risk
    struck = risk.impact_at + SECOND
    before = Notification.objects.filter(kind__startswith="notice.").count()

    timers.notice_step([late(notice)], now=struck)
    timers.notice_step([late(notice)], now=struck + dt.timedelta(days=1))

    assert kinds_since(before) == {"notice.missed"}


def kinds_since(count):
    rows = Notification.objects.filter(kind__startswith="notice.").order_by("id")
    return set(list(rows.values_list("kind", flat=True))[count:])


def test_an_owner_hears_nothing_of_a_promise_that_is_kept(cast):
    project = build_delivery.project(cast)
    promise = build_delivery.promise(cast, project)
    commitments.meet(promise, by=Actor.of(cast.fang), now=MONDAY)
    before = said()

    timers.commitment_due([late(promise)], now=promise.due_at + dt.timedelta(days=1))

    assert said() == before


@pytest.mark.parametrize("status", ["cancelled", "settled"])
def test_a_notice_that_ended_alerts_nobody(cast, status):
    notice = build_delivery.notice(cast)
    rows = type(notice).objects.filter(pk=notice.pk)
    rows.update(status=status)
    before = said()

    timers.notice_step([late(notice)], now=at(11, 10))

    assert said() == before


def test_a_kept_promise_is_not_brought_up_again(cast):
    promise = build_delivery.promise(cast, build_delivery.project(cast))
    rows = type(promise).objects.filter(pk=promise.pk)
    armed = Timer.objects.armed().count()
    rows.update(status="met")
    before = said()

    timers.commitment_due([late(promise)], now=promise.due_at)
    assert (said(), Timer.objects.armed().count()) == (before, armed)

    rows.update(status="confirmed")
    timers.commitment_due([late(promise)], now=promise.due_at)
    assert said() != before
