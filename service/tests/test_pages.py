"""Pages about tickets through the client."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock, paging
from core.actors import Actor
from service.actions import work
from service.choices import Severity
from service.models import Ticket
from service.queries import queue
from service.tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def stage():
    return build.stage()


def test_the_queue_groups_by_owner_and_claims_with_undo(client, stage):
    now = clock.now()
    mine = build.ticket(stage.lanhai, stage.han, now, title="我的单")
    work.claim(mine, by=Actor.of(stage.han), now=now)
    free = build.ticket(stage.lanhai, stage.han, now, Severity.MAJOR, title="没人接")
    client.force_login(stage.han)

    page = client.get("/tickets/")
    assert [group.key for group in page.context["groups"]] == ["mine", "free"]
    assert "没人接" in page.content.decode()
    answer = client.post(f"/tickets/{free.pk}/claim/", follow=True)

    free.refresh_from_db()
    assert free.owner == stage.han
    assert f"/tickets/{free.pk}/unclaim/" in answer.content.decode()
    client.post(f"/tickets/{free.pk}/unclaim/")
    free.refresh_from_db()
    assert free.owner is None


def test_the_queue_costs_the_same_for_one_and_thirty(client, stage):
    now = clock.now()
    build.ticket(stage.lanhai, stage.han, now)
    client.force_login(stage.han)
    client.get("/tickets/?scope=all")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/tickets/?scope=all")
        return len(seen)

    one = cost()
    for number in range(29):
        build.ticket(stage.lanhai, stage.han, now, title=f"第{number}单")
    assert cost() == one
    assert one <= 15


def test_a_ticket_shows_its_log_steps_and_clocks(client, stage):
    made = build.ticket(stage.lanhai, stage.han, clock.now())
    client.force_login(stage.han)

    page = client.get(f"/tickets/{made.pk}/")
    assert page.status_code == 200
    assert tuple(verb for verb, _title in page.context["verbs"][:2]) == ("claim", "accept")
    why = client.get(f"/tickets/{made.pk}/clocks/")
    assert {one.clock for one in why.context["explained"]} == {
        "response",
        "restore",
        "resolve",
        "update",
    }


def test_every_step_opens_as_a_form(client, stage):
    made = build.ticket(stage.lanhai, stage.han, clock.now())
    client.force_login(stage.xu)

    from service.views.steps import STEPS

    assert {client.get(f"/tickets/{made.pk}/{verb}/").status_code for verb in STEPS} == {200}


def test_a_refused_pause_keeps_what_was_typed(client, stage):
    now = clock.now()
    made = build.ticket(stage.lanhai, stage.han, now)
    work.claim(made, by=Actor.of(stage.han), now=now)
    client.force_login(stage.han)

    answer = client.post(
        f"/tickets/{made.pk}/pause/",
        {
            "reason": "waiting_customer",
            "evidence": "邮件 11-20",
            "question": "请提供日志",
            "expected_resume_at": f"{now + dt.timedelta(days=1):%Y-%m-%dT%H:%M}",
        },
    )

    assert answer.status_code == 409
    assert "邮件 11-20" in answer.content.decode()


def test_a_new_ticket_by_the_form(client, stage):
    client.force_login(stage.lin)

    answer = client.post(
        "/tickets/new/",
        {
            "customer": stage.lanhai.pk,
            "title": "网管告警风暴",
            "severity": "major",
            "ticket_class": "fault",
            "channel": "phone",
        },
    )

    assert answer.status_code == 302
    assert stage.lanhai.tickets.get().title == "网管告警风暴"


def test_strangers_see_nothing(client, stage):
    made = build.ticket(stage.lanhai, stage.han, clock.now(), title="只给自己人")
    client.force_login(stage.stranger)

    assert "只给自己人" not in client.get("/tickets/?scope=all").content.decode()
    assert client.get(f"/tickets/{made.pk}/").status_code == 404
    assert client.post(f"/tickets/{made.pk}/claim/").status_code == 404


def test_who_was_told_acknowledges(client, stage):
    from core import timers
    from service.models import Escalation

    now = clock.now() - dt.timedelta(minutes=31)
    build.ticket(stage.lanhai, stage.han, now)
    timers.sweep(clock.now())
    row = Escalation.objects.get(kind="management", level=100)
    client.force_login(stage.fang)
    assert client.post(f"/escalations/{row.pk}/acknowledge/").status_code == 403
    client.force_login(stage.boss)
    client.post(f"/escalations/{row.pk}/acknowledge/")

    row.refresh_from_db()
    assert row.acknowledged_by == stage.boss


def test_the_figures_of_a_large_queue_are_kept_for_a_while(stage, monkeypatch):
    now = build.at("2025-11-15 02:10")
    build.ticket(stage.lanhai, stage.han, now)
    rows = Ticket.objects.open()

    def over():
        return {tile.key: tile.count for tile in queue.tiles(rows, build.at("2025-11-15 02:41"))}

    assert over()["over"] == 1
    build.ticket(stage.lanhai, stage.han, now)
    assert over()["over"] == 2

    monkeypatch.setattr(paging, "LARGE", 1)
    assert over()["over"] == 2
    build.ticket(stage.lanhai, stage.han, now)
    assert over()["over"] == 2
    assert queue.tiles(Ticket.objects.none(), now)[0].count == 0
