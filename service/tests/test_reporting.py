"""Reporting: entitlement, frozen targets, clocks, one timer per clock, within its budget."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from core.errors import Invalid
from core.models import Timer
from service.actions.log import When
from service.actions.reporting import Report, report
from service.choices import Severity
from service.models import SlaClock
from service.queries.timelines import clock_differences
from service.tests import build

pytestmark = pytest.mark.django_db


def test_gold_critical_gets_the_times_of_the_worked_example():
    stage = build.stage("gold")
    now = build.at("2025-11-15 02:10")

    made = build.ticket(stage.lanhai, stage.han, now)

    clocks = {clock.kind: clock for clock in made.clocks.all()}
    assert clocks["response"].due_at == build.at("2025-11-15 02:40")
    assert clocks["restore"].due_at == build.at("2025-11-15 08:10")
    assert clocks["restore"].next_fire_at == build.at("2025-11-15 05:10")
    assert made.queue_at == build.at("2025-11-15 02:40")
    assert made.code == "TKT-000001"
    assert list(clock_differences()) == []


def test_silver_minor_counts_working_hours():
    stage = build.stage("silver")

    made = build.ticket(stage.lanhai, stage.han, build.at("2025-11-14 16:30"), Severity.MINOR)

    assert made.clocks.get(kind="response").due_at == build.at("2025-11-17 11:30")


def test_each_running_clock_has_one_timer():
    stage = build.stage()

    made = build.ticket(stage.lanhai, stage.han)

    armed = Timer.objects.armed().filter(kind="service.clock")
    assert {row.about_id: row.due_at for row in armed} == {
        clock.pk: clock.next_fire_at for clock in made.clocks.all()
    }


def test_without_contract_the_targets_are_internal():
    stage = build.stage()
    other = build.cast_customer(stage)

    made = build.ticket(other, stage.han)

    assert (made.level, made.entitlement, made.is_internal) == ("none", "no_data", True)
    assert {clock.is_internal for clock in made.clocks.all()} == {True}


def test_reporting_the_future_or_old_news_without_reason_is_refused():
    stage = build.stage()
    said = Report(title="x", severity=Severity.MAJOR)
    by, now = Actor.of(stage.han), build.NINE

    with pytest.raises(Invalid):
        report(stage.lanhai, said, by=by, now=now, when=When(now + dt.timedelta(minutes=3)))
    with pytest.raises(Invalid):
        report(stage.lanhai, said, by=by, now=now, when=When(now - dt.timedelta(hours=25)))
    old = report(
        stage.lanhai,
        said,
        by=by,
        now=now,
        when=When(now - dt.timedelta(hours=25), "mail came late"),
    )

    assert old.reported_at == now - dt.timedelta(hours=25)


def test_reporting_stays_within_its_budget():
    stage = build.stage()
    build.ticket(stage.lanhai, stage.han)

    with CaptureQueriesContext(
        connection,
    ) as seen:
        build.ticket(stage.lanhai, stage.han)

    statements = [one["sql"] for one in seen if "SAVEPOINT" not in one["sql"]]
    assert len(statements) <= 14, "\n".join(statements)
    assert SlaClock.objects.count() == 8
