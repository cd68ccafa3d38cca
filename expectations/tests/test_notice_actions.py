"""A promise is threatened: deadline, pre-alerts, verdict (clocks.md 6)."""

import datetime as dt

import pytest

from accounts.tests import build
from core import timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification, OutboxMessage, Timer
from expectations.actions import notice as notices
from expectations.actions import noticework
from expectations.actions import risk as risks
from expectations.actions.notice import Offer
from expectations.choices import CommitmentStatus, ProjectStatus
from expectations.models import Commitment, CustomerNotice, Project
from expectations.tests import build_delivery as delivery
from expectations.timers import expected_timers

pytestmark = pytest.mark.django_db
SHANGHAI = build.SHANGHAI
DUE = dt.datetime(2025, 11, 14, 10, 0, tzinfo=SHANGHAI)
KNOWN = dt.datetime(2025, 11, 7, 9, 0, tzinfo=SHANGHAI)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime(2025, 11, day, hour, minute, second, tzinfo=SHANGHAI)


def threatened(known=KNOWN, tier=None, due=DUE):
    cast = build.cast()
    if tier:
        type(cast.lanhai).objects.filter(pk=cast.lanhai.pk).update(tier=tier)
        cast.lanhai.refresh_from_db()
    by = Actor.of(cast.fang)
    project = Project(
        code="PRJ-000001",
        customer=cast.lanhai,
        name="5G",
        unit=cast.office,
        expectation_owner=cast.lin,
        status=ProjectStatus.EXECUTING,
    )
    project.stamp(by=by, now=known)
    project.save()
    promise = Commitment(
        code="CMT-000001",
        customer=cast.lanhai,
        project=project,
        text="核心机房电源模块到货",
        made_by=cast.lin,
        owner=cast.fang,
        due_at=due,
        status=CommitmentStatus.CONFIRMED,
        capacity_confirmed_by=cast.fang,
        capacity_confirmed_at=known,
    )
    promise.stamp(by=by, now=known)
    promise.save()
    cast.project, cast.promise = project, promise
    return cast


def opened(cast, known=KNOWN, **more):
    fields = {
        "title": "电源模块晚到 9 天",
        "category": "supply_delay",
        "probability": 4,
        "impact": 5,
        "contingency": "先放备件",
        "owner": cast.fang,
        "commitments": [cast.promise],
        **more,
    }
    risk = risks.open_risk(cast.project, by=Actor.of(cast.fang), now=known, **fields)
    return risk, CustomerNotice.objects.filter(risk=risk).first()


def drafted(cast, notice, now):
    offer = Offer("loan_equipment", "先用借用机", cast.fang, DUE)
    notices.draft(
        notice,
        what="模块晚到",
        effect="割接推迟",
        expected_at=DUE + dt.timedelta(days=9),
        recipients=[cast.ruochuan],
        offers=[offer],
        by=Actor.of(cast.fang),
        now=now,
    )
    return notice


def steps(notice):
    return [
        row.kind
        for row in Notification.objects.filter(about_id=notice.pk).order_by("id")
        if row.kind not in ("notice.approval",)
    ]


def test_the_deadline_is_72_hours_before_the_promise_and_a_timer_waits():
    cast = threatened()

    risk, notice = opened(cast)

    assert notice.deadline_at == at(11, 10)
    assert notice.verdict == "pending"
    assert risk.impact_at == DUE
    cast.promise.refresh_from_db()
    assert cast.promise.status == "at_risk"
    armed = Timer.objects.armed().get()
    # 24 h without a draft come before the first pre-alert.
    assert armed.due_at == at(8, 9)
    assert [row[3] for row in expected_timers()] == [armed.due_at]


def test_prealerts_come_at_their_time_and_once():
    cast = threatened()
    _risk, notice = opened(cast)
    fired = []
    moment = KNOWN

    for _round in range(40):
        due = Timer.objects.armed().order_by("due_at").values_list("due_at", flat=True).first()
        if due is None or due > at(11, 10):
            break
        moment = max(moment, due)
        assert timers.sweep(moment - dt.timedelta(seconds=1)).fired == 0
        timers.sweep(moment)
        timers.sweep(moment)
        fired.append(moment.astimezone(SHANGHAI))

    kinds = list(dict.fromkeys(steps(notice)))
    assert kinds == [
        "notice.nudge",
        "notice.48h",
        "notice.24h",
        "notice.8h",
        "notice.2h",
        "notice.overdue",
    ] or kinds[:3] == ["notice.nudge", "notice.48h", "notice.24h"]
    per_person = Notification.objects.filter(about_id=notice.pk).values_list("user", "once")
    assert len(per_person) == len(set(per_person))


def test_an_alert_in_the_instant_in_which_it_became_known_leaves_the_next_one_armed():
    """The risk of the demo: 48 hours and the nudge of a day later fall together."""
    cast = build.cast()
    notice = delivery.notice(
        cast, delivery.MONDAY, delivery.MONDAY + dt.timedelta(hours=72 + 48 - 24)
    )
    alerts = Timer.objects.filter(kind=noticework.STEP, about_id=notice.pk)
    assert [each.due_at for each in alerts.armed()] == [delivery.MONDAY]
    assert [each[3] for each in expected_timers(delivery.MONDAY) if each[2] == notice.pk] == [
        delivery.MONDAY
    ]

    timers.sweep(delivery.MONDAY)

    (ahead,) = [each.due_at for each in alerts.armed()]
    assert delivery.MONDAY < ahead <= delivery.MONDAY + dt.timedelta(hours=24)
    assert {each[3] for each in expected_timers(delivery.MONDAY) if each[2] == notice.pk} == {ahead}


@pytest.mark.parametrize(("second", "verdict"), [(0, "on_time"), (1, "late")])
def test_told_at_the_deadline_is_on_time_and_a_second_later_is_late(second, verdict):
    cast = threatened()
    _risk, notice = opened(cast)
    drafted(cast, notice, at(10, 9))
    notices.approve(notice, by=Actor.of(cast.lin), now=at(10, 10))

    notices.send(notice, by=Actor.of(cast.lin), now=at(11, 10, 0, second))

    notice.refresh_from_db()
    assert notice.verdict == verdict
    assert notice.status == "sent"
    mail = OutboxMessage.objects.get(to_customer=True)
    assert "先用借用机" in mail.body


@pytest.mark.parametrize(
    ("tier", "hour", "minute", "verdict"),
    [
        (None, 13, 0, "late_short_known"),
        (None, 13, 1, "late"),
        (1, 11, 0, "late_short_known"),
        (1, 11, 1, "late"),
    ],
)
def test_known_inside_the_window_there_is_grace(tier, hour, minute, verdict):
    cast = threatened(known=at(12, 9), tier=tier)
    _risk, notice = opened(cast, known=at(12, 9))
    drafted(cast, notice, at(12, 9, 30))

    notices.send(notice, by=Actor.of(cast.fang), now=at(12, hour, minute))

    notice.refresh_from_db()
    assert notice.verdict == verdict
    assert Notification.objects.filter(user=cast.lin, kind="notice.sent_at_once").exists()


def test_downtime_sends_only_the_highest_alert_and_overdue_is_for_ever():
    cast = threatened()
    _risk, notice = opened(cast)

    timers.sweep(at(11, 10, 30))

    kinds = {kind for kind in steps(notice)}
    assert kinds == {"notice.overdue", "notice.nudge"}
    drafted(cast, notice, at(11, 11))
    notices.send(notice, by=Actor.of(cast.fang), now=at(11, 12))
    notice.refresh_from_db()
    assert notice.verdict == "late"
    assert notice.overdue_since == at(11, 10)


def test_a_risk_without_contingency_is_refused_and_nothing_is_written():
    cast = threatened()

    with pytest.raises(Invalid) as refused:
        opened(cast, contingency="  ")

    assert "contingency" in refused.value.fields
    assert not CustomerNotice.objects.exists()
    assert not Timer.objects.exists()


def test_an_impact_in_the_past_is_refused():
    cast = threatened(due=KNOWN - dt.timedelta(minutes=1))

    with pytest.raises(Invalid) as refused:
        opened(cast)

    assert "commitments" in refused.value.fields


def test_without_an_alternative_nothing_goes_out():
    cast = threatened()
    _risk, notice = opened(cast)
    notices.draft(
        notice,
        what="a",
        effect="b",
        expected_at=DUE,
        recipients=[cast.ruochuan],
        offers=[],
        by=Actor.of(cast.fang),
        now=at(10, 9),
        no_alternative_reason="none",
    )

    with pytest.raises(Refused) as refused:
        notices.approve(notice, by=Actor.of(cast.lin), now=at(10, 10))
    with pytest.raises(Refused):
        notices.except_alternative(notice, by=Actor.of(cast.fang), now=at(10, 10))
    notices.except_alternative(notice, by=Actor.of(cast.lin), now=at(10, 10))
    notices.approve(notice, by=Actor.of(cast.lin), now=at(10, 10))

    assert "alternatives" in refused.value.fields
    assert notice.status == "approved"


def test_a_contact_of_someone_else_is_refused():
    cast = threatened()
    _risk, notice = opened(cast)
    other = build.contact(build.customer(cast.office, "朔原电信"), "外人")

    with pytest.raises(Invalid):
        notices.draft(
            notice,
            what="a",
            effect="b",
            expected_at=DUE,
            recipients=[other],
            offers=[],
            by=Actor.of(cast.fang),
            now=at(10, 9),
        )


def test_a_call_counts_from_its_written_confirmation():
    cast = threatened()
    _risk, notice = opened(cast)
    drafted(cast, notice, at(11, 8))

    notices.told_orally(
        notice, cast.ruochuan, at=at(11, 9), evidence="", by=Actor.of(cast.lin), now=at(11, 9, 30)
    )

    notice.refresh_from_db()
    assert (notice.verdict, notice.told_at) == ("on_time", at(11, 9, 30))


def test_a_closed_risk_silences_its_notice():
    cast = threatened()
    risk, notice = opened(cast)

    risks.close_risk(risk, note="到货了", by=Actor.of(cast.fang), now=at(10, 9))
    timers.sweep(at(13, 10))

    notice.refresh_from_db()
    assert (notice.status, notice.verdict) == ("cancelled", "not_required")
    assert not Timer.objects.armed().exists()
    assert steps(notice) == []


def test_acknowledging_chooses_one_alternative_and_stops_the_questions():
    cast = threatened()
    _risk, notice = opened(cast)
    drafted(cast, notice, at(10, 9))
    notices.approve(notice, by=Actor.of(cast.lin), now=at(10, 10))
    notices.send(notice, by=Actor.of(cast.lin), now=at(10, 11))
    assert Timer.objects.armed().get().due_at == at(11, 11)
    timers.sweep(at(11, 11))
    assert Notification.objects.filter(user=cast.lin, kind="notice.unanswered_call").count() == 1

    notices.acknowledge(
        notice,
        cast.ruochuan,
        by=Actor.system("portal"),
        now=at(11, 12),
        chosen=notice.alternatives.get(),
    )

    assert notice.alternatives.get().status == "chosen"
    assert not Timer.objects.armed().exists()


def test_a_machine_neither_approves_nor_sends():
    from core.models import ApiToken

    cast = threatened()
    _risk, notice = opened(cast)
    drafted(cast, notice, at(10, 9))
    machine = Actor(user=cast.lin, token=ApiToken(pk=1))

    with pytest.raises(Forbidden):
        notices.approve(notice, by=machine, now=at(10, 10))


def test_moving_the_date_later_in_the_last_day_needs_someone_else():
    cast = threatened()
    risk, notice = opened(cast)
    later = DUE + dt.timedelta(days=5)

    with pytest.raises(Refused):
        risks.move_impact(risk, later, reason="改期", by=Actor.of(cast.fang), now=at(11, 9))
    risks.move_impact(
        risk, later, reason="改期", by=Actor.of(cast.fang), now=at(11, 9), approver=cast.lin
    )

    notice.refresh_from_db()
    assert notice.deadline_at == at(16, 10)
