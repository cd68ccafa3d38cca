"""The life of a ticket through the database, with the worked examples of domain.md c.6."""

from __future__ import annotations

import datetime as dt

import pytest

from core import timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken, Notification, Timer
from service.actions import (
    bulletins,
    change,
    contracts,
    escalations,
    outcome,
    pauses,
    verdicts,
    work,
)
from service.actions.log import When
from service.choices import (
    BreachReason,
    ClockState,
    PauseReason,
    Severity,
    TicketStatus,
)
from service.models import Breach, Escalation, ThresholdCrossing
from service.queries.timelines import clock_differences
from service.tests import build
from service.timers import expected

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def stage():
    return build.stage("gold")


def clock(ticket, kind, cycle=1):
    return ticket.clocks.get(kind=kind, cycle=cycle)


def consistent() -> bool:
    """No cached clock differs from its events, and exactly the expected timers are armed."""
    assert list(clock_differences()) == []
    armed = {(row.kind, row.about_label, row.about_id, row.due_at) for row in Timer.objects.armed()}
    assert armed == set(expected())
    return True


def test_denied_access_moves_the_restore_time_but_waiting_does_not(stage):
    start = build.at("2025-11-15 02:10")
    made = build.ticket(stage.lanhai, stage.han, start)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start + MINUTE)
    more = {"evidence": "门禁记录", "expected_resume_at": start + 5 * HOUR, "by": by}

    with pytest.raises(Refused):
        pauses.pause(
            made, reason=PauseReason.WAITING_CUSTOMER, question="?", now=start + HOUR, **more
        )
    pauses.pause(made, reason=PauseReason.NO_ACCESS, now=start + HOUR, **more)
    assert clock(made, "restore").state == ClockState.PAUSED
    pauses.resume(made, by=by, now=start + HOUR + 45 * MINUTE)

    assert clock(made, "restore").due_at == build.at("2025-11-15 08:55")
    assert consistent()


def test_thresholds_fire_once_at_their_true_time(stage):
    start = build.at("2025-11-15 02:10")
    made = build.ticket(stage.lanhai, stage.han, start)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    work.contact(made, text="已电话联系", by=by, now=start + MINUTE)
    restore = clock(made, "restore")
    due = [build.at(f"2025-11-15 {time}") for time in ("05:10", "06:40", "07:34", "08:10")]

    seen = []
    for at in due:
        timers.sweep(at - dt.timedelta(seconds=1))
        before = restore.crossings.count()
        timers.sweep(at)
        timers.sweep(at)
        seen.append((before, restore.crossings.count()))

    assert seen == [(0, 1), (1, 2), (2, 3), (3, 4)]
    rows = restore.crossings.order_by("pct").values_list("pct", "crossed_at")
    assert list(rows) == list(zip((50, 75, 90, 100), due, strict=True))
    assert Breach.objects.filter(clock=restore).count() == 0
    timers.sweep(due[-1] + dt.timedelta(seconds=1))
    assert Breach.objects.filter(clock=restore).count() == 1
    assert clock(made, "restore").state == ClockState.BREACHED_RUNNING
    assert consistent()


def test_after_downtime_only_the_highest_is_told_and_a_stopped_clock_pages_nobody(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    other = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    work.claim(other, by=by, now=start)
    work.contact(other, text="好了", by=by, now=start + 50 * MINUTE)

    timers.sweep(start + 65 * MINUTE)

    told = Notification.objects.filter(kind="sla.alert", user=stage.xu)
    outcomes = ThresholdCrossing.objects.filter(clock__kind="response")
    assert told.filter(about_id=made.pk).count() == 1
    assert told.filter(about_id=other.pk).count() == 0
    assert sorted(outcomes.filter(clock__ticket=made).values_list("pct", "outcome")) == [
        (50, "inhibited"),
        (75, "inhibited"),
        (90, "inhibited"),
        (100, "notified"),
    ]
    assert set(outcomes.filter(clock__ticket=other).values_list("outcome", flat=True)) == {"silent"}
    assert consistent()


def test_an_escalation_repeats_on_its_grid_until_acknowledged(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    work.send_update(made, text="定位中", by=by, now=start + MINUTE)
    work.send_update(made, text="换板", by=by, now=start + 7 * HOUR)
    timers.sweep(start + 12 * HOUR)
    row = Escalation.objects.get(ticket=made, kind="management", level=100)
    assert set(row.told.all()) == {stage.lin, stage.xu, stage.boss}

    timers.sweep(start + 14 * HOUR)
    row.refresh_from_db()
    assert row.repeats == 1
    escalations.acknowledge(row, by=Actor.of(stage.boss), now=start + 14 * HOUR + MINUTE)
    timers.sweep(start + 16 * HOUR)

    row.refresh_from_db()
    assert (row.repeats, row.acknowledged_by) == (1, stage.boss)
    assert consistent()


def test_an_empty_role_calls_the_next_rung_and_warns(stage):
    admin = build.person("root", stage.company, "adm")
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start)

    timers.sweep(start + 25 * MINUTE)

    warned = Notification.objects.filter(user=admin, kind="ladder.empty", about_id=made.pk)
    assert warned.count() >= 1
    assert Notification.objects.filter(user=stage.xu, about_id=made.pk).exists()


def test_a_raise_carries_the_elapsed_time(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)

    change.change_severity(
        made, severity=Severity.CRITICAL, reason="扩大", by=by, now=start + 2 * HOUR
    )

    restore = clock(made, "restore")
    assert (restore.target_version, restore.target_s) == (2, 6 * 3600)
    assert restore.due_at == start + 6 * HOUR
    assert consistent()


def test_lowering_needs_consent_and_keeps_the_breach(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start)
    by = Actor.of(stage.xu)
    timers.sweep(start + 7 * HOUR)

    with pytest.raises(Invalid):
        change.change_severity(
            made, severity=Severity.MAJOR, reason="好些", by=by, now=start + 7 * HOUR
        )
    change.change_severity(
        made, severity=Severity.MAJOR, reason="好些", consent="邮件", by=by, now=start + 7 * HOUR
    )

    assert Breach.objects.filter(clock__kind="restore", revoked_at=None).count() == 1
    assert clock(made, "restore").target_s == 12 * 3600
    assert consistent()


def test_the_whole_way_to_a_closed_ticket(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, contact=stage.ruochuan)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start + MINUTE)
    work.contact(made, text="已联系", by=by, now=start + 4 * MINUTE)
    work.send_update(made, text="定位中", by=by, now=start + 30 * MINUTE)
    first = made.bulletins.get(stage="first")
    bulletins.send(first, text="首次通报", by=by, now=start + 31 * MINUTE)
    outcome.restore(made, text="倒换到备用环", by=by, now=start + HOUR)
    with pytest.raises(Refused):
        outcome.close(made, root_cause="hardware", by=by, now=start + 2 * HOUR)
    outcome.resolve(made, fix="更换单板", by=by, now=start + 2 * HOUR)
    assert clock(made, "resolve").state == ClockState.PAUSED
    outcome.confirm(made, evidence="电话确认 林若川", by=by, now=start + 3 * HOUR)
    outcome.close(made, root_cause="hardware", by=by, now=start + 3 * HOUR)

    made.refresh_from_db()
    assert (made.status, made.responded_at) == (TicketStatus.CLOSED, start + 4 * MINUTE)
    assert clock(made, "response").state == ClockState.MET
    assert clock(made, "resolve").elapsed_s == 2 * 3600
    assert not made.clocks.live().exists()
    assert consistent()


def test_silence_closes_after_two_reminders(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MINOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    outcome.restore(made, text="好了", by=by, now=start)
    outcome.resolve(made, fix="调参数", by=by, now=start)

    counts = []
    for day in (2, 3, 5, 6, 7):
        timers.sweep(start + day * DAY)
        made.refresh_from_db()
        counts.append((made.reminders, made.status))

    assert counts == [
        (0, "resolved"),
        (1, "resolved"),
        (2, "resolved"),
        (2, "resolved"),
        (2, "closed"),
    ]
    assert made.assumed
    assert consistent()


def test_a_rejected_solution_runs_on_and_calls_management(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    outcome.restore(made, text="好了", by=by, now=start + HOUR)
    outcome.resolve(made, fix="重启", by=by, now=start + 2 * HOUR)

    outcome.reject(made, text="又断了", by=by, now=start + 4 * HOUR)

    made.refresh_from_db()
    assert (made.status, made.reopened_count) == ("in_progress", 1)
    assert clock(made, "resolve").elapsed_s == 2 * 3600
    assert Escalation.objects.filter(ticket=made, reason="solution_rejected").exists()
    assert consistent()


def test_reopening_within_ten_days_and_not_later(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    outcome.restore(made, text="好了", by=by, now=start + HOUR)
    outcome.resolve(made, fix="重启", by=by, now=start + 2 * HOUR)
    outcome.confirm(made, evidence="电话", by=by, now=start + 3 * HOUR)
    outcome.close(made, root_cause="software", by=by, now=start + 3 * HOUR)

    with pytest.raises(Refused):
        outcome.reopen(made, text="又断了", by=by, now=start + 11 * DAY)
    made.refresh_from_db()
    outcome.reopen(made, text="又断了", by=by, now=start + 5 * DAY)

    assert clock(made, "restore", 2).elapsed_s == 3600
    assert clock(made, "response", 2).state == ClockState.RUNNING
    assert consistent()


def test_an_inbound_message_resumes_at_once(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    pauses.pause(
        made,
        reason=PauseReason.WAITING_CUSTOMER,
        evidence="邮件",
        question="请提供日志",
        expected_resume_at=start + 3 * DAY,
        by=by,
        now=start + HOUR,
    )
    assert clock(made, "response").state == ClockState.RUNNING

    work.receive(made, text="见附件", by=Actor.system(), now=start + 2 * HOUR)

    made.refresh_from_db()
    assert (made.status, made.pauses.get().ends_at) == ("in_progress", start + 2 * HOUR)
    assert clock(made, "restore").due_at == start + 13 * HOUR
    assert consistent()


def test_a_pause_ends_by_itself_at_its_time(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    pauses.pause(
        made,
        reason=PauseReason.WINDOW_SET_BY_CUSTOMER,
        evidence="邮件",
        expected_resume_at=start + 3 * HOUR,
        by=by,
        now=start + HOUR,
    )

    timers.sweep(start + 4 * HOUR)

    made.refresh_from_db()
    assert made.pauses.get().ends_at == start + 3 * HOUR
    assert clock(made, "restore").due_at == start + 14 * HOUR
    assert consistent()


def test_back_dating_needs_a_reason_and_far_back_a_second_person(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by, now = Actor.of(stage.han), start + 30 * HOUR
    work.accept(made, by=by, now=start)

    def said(when):
        work.contact(made, text="电话", by=by, now=now, when=when)

    with pytest.raises(Invalid):
        said(When(now + 3 * MINUTE))
    with pytest.raises(Invalid):
        said(When(now - HOUR))
    with pytest.raises(Refused):
        said(When(now - 25 * HOUR, "忘了"))
    said(When(start + 10 * MINUTE, "忘了", stage.xu))

    assert clock(made, "response").state == ClockState.MET
    assert consistent()


def test_a_corrected_time_revises_the_verdict(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)
    work.contact(made, text="电话", by=by, now=start + 2 * HOUR)
    assert Breach.objects.get(clock__kind="response").revoked_at is None

    event = made.events.get(kind="contacted")
    change.correct_time(
        event, at=start + 20 * MINUTE, by=by, now=start + 3 * HOUR, when=When(None, "记错了")
    )

    assert clock(made, "response").state == ClockState.MET
    assert Breach.objects.get(clock__kind="response").revoked_at == start + 3 * HOUR
    made.refresh_from_db()
    assert made.responded_at == start + 20 * MINUTE
    assert consistent()


def test_lines_hand_over_with_a_hop_clock(stage):
    start = build.at("2025-11-17 09:00")
    made = build.ticket(stage.lanhai, stage.han, start)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=start)

    escalations.next_line(made, text="要看抓包", by=by, now=start + MINUTE)
    assert clock(made, "hop").due_at == start + 16 * MINUTE
    escalations.take_over(made, by=Actor.of(stage.xu), now=start + 5 * MINUTE)

    made.refresh_from_db()
    assert (made.line, clock(made, "hop").state) == (2, ClockState.MET)
    assert consistent()


def test_overrides_only_tighten(stage):
    by, now = Actor.of(stage.xu), build.NINE
    more = {"reason": "R-S4", "starts_at": now, "ends_at": now + 365 * DAY, "by": by, "now": now}

    for minutes in (30, 45):
        with pytest.raises(Refused):
            contracts.tighten(stage.lanhai, kind="response", severity=1, target_min=minutes, **more)
    contracts.tighten(stage.lanhai, kind="response", severity=1, target_min=22, **more)
    made = build.ticket(stage.lanhai, stage.han, now + HOUR)

    assert clock(made, "response").due_at == now + HOUR + 22 * MINUTE


def test_re_applied_clauses_change_only_with_a_reason(stage):
    made = build.ticket(stage.lanhai, stage.han, build.NINE, Severity.MAJOR)
    by, now = Actor.of(stage.xu), build.NINE + HOUR
    contracts.tighten(
        stage.lanhai,
        kind="restore",
        severity=2,
        target_min=540,
        reason="R-S4",
        starts_at=now,
        ends_at=now + DAY,
        by=by,
        now=now,
    )

    dry = change.reapply_policy(made, reason="", by=by, now=now, dry_run=True)
    assert dry == {"restore.2": [43200, 32400]}
    assert clock(made, "restore").target_s == 43200
    change.reapply_policy(made, reason="评审", by=by, now=now)

    assert clock(made, "restore").due_at == build.NINE + 9 * HOUR
    assert consistent()


def test_machines_report_facts_and_decide_nothing(stage):
    token = ApiToken(user=stage.han, name="nms", scopes=["tickets:write"])
    machine = Actor(user=stage.han, token=token, channel="api")
    made = build.ticket(stage.lanhai, stage.han, build.NINE)
    now = build.NINE + MINUTE
    for verb in (work.accept, work.claim):
        with pytest.raises(Forbidden):
            verb(made, by=machine, now=now)
    work.accept(made, by=Actor.of(stage.han), now=now)

    outcome.restore(made, text="alarm cleared", by=machine, now=now, confirmed=True)

    made.refresh_from_db()
    assert (made.status, made.unconfirmed) == ("restored", True)


def test_a_waiver_needs_somebody_else(stage):
    start = build.at("2025-11-17 09:00")
    build.ticket(stage.lanhai, stage.han, start)
    timers.sweep(start + HOUR)
    row = Breach.objects.get(clock__kind="response")
    han, now = Actor.of(stage.han), start + HOUR

    verdicts.give_reason(row, reason=BreachReason.SKILL_GAP, by=han, now=now)
    verdicts.ask_waiver(row, text="客户改期", by=han, now=now)
    row.refresh_from_db()
    with pytest.raises(Refused):
        verdicts.approve_waiver(row, by=han, now=now)
    verdicts.approve_waiver(row, by=Actor.of(stage.xu), now=now)

    row.refresh_from_db()
    assert (row.reason, row.waived_by) == ("skill_gap", stage.xu)


def test_contracts_of_one_scope_do_not_overlap(stage):
    second = build.contract(stage.lanhai, "platinum", status="draft")

    with pytest.raises(Refused):
        contracts.move_contract(second, "active", by=Actor.of(stage.xu), now=build.NINE)
