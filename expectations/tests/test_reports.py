"""Weekly reports: drafted by themselves, due, late for ever, refused with reasons (W1-W5)."""

import datetime as dt

import pytest

from accounts.tests import build as people
from core import timers
from core.actors import Actor
from core.errors import Forbidden, Refused, Stale
from core.models import ApiToken, Event, Notification, Timer
from expectations.actions import commitment as commitments
from expectations.actions import report as reports
from expectations.models import WeeklyReport
from expectations.queries import reports as queries
from expectations.tests import build_delivery as build
from expectations.tests.build_delivery import MONDAY, at
from expectations.timers import draft_reports, expected_reports

pytestmark = pytest.mark.django_db
FRIDAY = at(7, 18)  # W45: due on Friday the 7th at 18:00


def setting():
    cast = people.cast()
    cast.project = build.project(cast)
    cast.report = reports.draft_report(cast.project, by=Actor.system(), now=MONDAY)
    cast.lin_, cast.fang_ = Actor.of(cast.lin), Actor.of(cast.fang)
    return cast


def written(cast, report, now=MONDAY, **more):
    changes = {
        "overall": "green",
        "done": "B 区 24 台机柜就位",
        "next": "B 区单站验证\nA 区电源到货",
        "portal_summary": "本周按计划",
        **more,
    }
    reports.edit_report(report, changes, by=cast.fang_, now=now)
    return report


def test_every_executing_project_gets_one_draft_a_week():
    cast = people.cast()
    build.project(cast)
    build.project(cast, status="initiating")

    first = draft_reports(now=at(3, 0))
    again = draft_reports(now=at(4, 9))
    next_week = draft_reports(now=at(10, 0))

    assert (first, again, next_week) == (1, 0, 1)
    weeks = WeeklyReport.objects.order_by("id").values_list("iso_week", "due_at")
    assert list(weeks) == [(45, FRIDAY), (46, at(14, 18))]


def test_a_week_without_an_open_day_has_no_report():
    cast = people.cast()
    project = build.project(cast)
    golden = dt.datetime(2025, 10, 6, 9, tzinfo=build.SHANGHAI)  # 10-01…08 closed

    made = reports.draft_report(project, by=Actor.system(), now=golden)

    assert made is None or made.due_at.date() >= dt.date(2025, 10, 8)


@pytest.mark.parametrize(
    ("moment", "minutes"),
    [
        (FRIDAY - dt.timedelta(seconds=1), 0),
        (FRIDAY, 0),
        (FRIDAY + dt.timedelta(seconds=1), 1),
        (FRIDAY + dt.timedelta(minutes=90), 90),
    ],
)
def test_late_is_after_the_due_instant_and_stays(moment, minutes):
    cast = setting()
    written(cast, cast.report)

    reports.submit(cast.report, by=cast.fang_, now=moment)
    reports.return_report(cast.report, reason="补充", by=cast.lin_, now=moment)
    reports.submit(cast.report, by=cast.fang_, now=moment + dt.timedelta(hours=1))

    cast.report.refresh_from_db()
    assert (cast.report.late_minutes, cast.report.revision) == (minutes, 2)
    assert cast.report.revisions.count() == 2


@pytest.mark.parametrize(
    ("moment", "kind", "who"),
    [
        (at(6, 18), "report.remind", "fang"),
        (FRIDAY + dt.timedelta(seconds=1), "report.late", "lin"),
        (at(10, 12), "report.head", "boss"),
    ],
)
def test_reminder_late_and_head(moment, kind, who):
    cast = setting()

    timers.sweep(moment - dt.timedelta(seconds=1))
    before = Notification.objects.filter(kind=kind).count()
    timers.sweep(moment)
    timers.sweep(moment)

    assert before == 0
    assert Notification.objects.filter(kind=kind, user=getattr(cast, who)).count() == 1


def test_late_is_one_event_however_often_it_is_looked_at():
    cast = setting()

    timers.sweep(at(7, 19))
    timers.sweep(at(10, 12))

    assert Event.objects.filter(name="report.late").count() == 1
    armed = {
        (row.about_id, row.due_at) for row in Timer.objects.armed().filter(kind__contains="re")
    }
    expected = {(row[2], row[3]) for row in expected_reports()}
    assert armed == expected == set()
    assert cast.report.pk


def test_a_submitted_report_is_not_chased():
    cast = setting()
    written(cast, cast.report)
    reports.submit(cast.report, by=cast.fang_, now=at(6, 9))

    timers.sweep(at(10, 12))

    assert not Notification.objects.filter(kind__in=["report.late", "report.head"]).exists()


def test_an_overdue_promise_is_explained_first():
    cast = setting()
    promise = build.promise(cast, cast.project, due=at(6, 10))
    written(cast, cast.report)

    with pytest.raises(Refused) as refused:
        reports.submit(cast.report, by=cast.fang_, now=at(7, 17))
    commitments.explain(promise, "海关查验", by=cast.fang_, now=at(7, 17))
    reports.submit(cast.report, by=cast.fang_, now=at(7, 17))

    assert refused.value.extra["reasons"][0].startswith(promise.code)
    assert cast.report.snapshot["commitments"][0]["overdue"] is True


@pytest.mark.parametrize(("hour", "refused"), [(9, False), (10, True)])
def test_a_notice_past_its_deadline_holds_the_report_up(hour, refused):
    cast = setting()
    promise = build.promise(cast, cast.project, due=at(9, 10))
    build.risk(cast, cast.project, [promise])
    written(cast, cast.report)

    against = queries.refusals(cast.report, now=at(6, hour))

    assert bool(against) is refused


def test_what_is_left_over_comes_back_older():
    cast = setting()
    written(cast, cast.report)
    reports.submit(cast.report, by=cast.fang_, now=at(7, 9))

    second = reports.draft_report(cast.project, by=Actor.system(), now=at(10, 9))
    reports.edit_report(
        second, {}, carry={0: {"done": True, "reason": ""}}, by=cast.fang_, now=at(10, 9)
    )
    third = reports.draft_report(cast.project, by=Actor.system(), now=at(17, 9))
    fourth = reports.draft_report(cast.project, by=Actor.system(), now=at(24, 9))

    assert [(one["text"], one["weeks"]) for one in second.snapshot["carry"]] == [
        ("B 区单站验证", 1),
        ("A 区电源到货", 1),
    ]
    assert [(one["text"], one["weeks"]) for one in third.snapshot["carry"]] == [("A 区电源到货", 2)]
    assert "A 区电源到货" in " ".join(reports.lacks(fourth, now=at(24, 9)))


def test_edits_after_submission_are_revisions_with_a_diff():
    cast = setting()
    written(cast, cast.report)
    reports.submit(cast.report, by=cast.fang_, now=at(7, 9))

    written(cast, cast.report, at(7, 10), done="B 区 20 台机柜就位")

    first, second = cast.report.revisions.all()
    assert reports.changes_between(first, second) == [
        ("done", "B 区 24 台机柜就位", "B 区 20 台机柜就位")
    ]


def test_two_editors_do_not_overwrite_each_other():
    cast = setting()
    version = cast.report.version
    written(cast, cast.report)

    with pytest.raises(Stale):
        reports.edit_report(cast.report, {"done": "x"}, by=cast.lin_, now=MONDAY, version=version)


def test_only_what_is_submitted_reaches_the_customer_and_it_can_be_taken_back():
    cast = setting()
    written(cast, cast.report)
    with pytest.raises(Refused):
        reports.publish(cast.report, by=cast.lin_, now=MONDAY)
    reports.submit(cast.report, by=cast.fang_, now=MONDAY)
    reports.publish(cast.report, by=cast.lin_, now=MONDAY)
    with pytest.raises(Refused):
        reports.return_report(cast.report, reason="x", by=cast.lin_, now=MONDAY)

    reports.withdraw(cast.report, by=cast.lin_, now=at(4))

    cast.report.refresh_from_db()
    assert (cast.report.published_at, cast.report.withdrawn_at) == (MONDAY, at(4))


def test_a_machine_does_not_submit():
    cast = setting()
    written(cast, cast.report)

    with pytest.raises(Forbidden):
        machine = Actor(user=cast.fang, token=ApiToken(pk=1))
        reports.submit(cast.report, by=machine, now=MONDAY)


def test_two_late_in_four_weeks_are_shown():
    cast = setting()
    for now in (at(10, 9), at(17, 9)):
        reports.draft_report(cast.project, by=Actor.system(), now=now)

    assert queries.often_late([cast.project.pk], at(8)) == {}
    assert queries.often_late([cast.project.pk], at(22)) == {cast.project.pk: 3}
