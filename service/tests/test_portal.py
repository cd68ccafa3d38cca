"""What a customer sees and does with its own tickets."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import PortalMembership
from core import clock
from core.actors import Actor
from service.actions import outcome, work
from service.choices import Severity
from service.tests import build

pytestmark = pytest.mark.django_db


def door(client, stage):
    user = build.person("lanhai-portal", is_portal=True)
    row = PortalMembership(
        user=user,
        contact=stage.ruochuan,
        customer=stage.lanhai,
        rights=["view", "ticket"],
        status="active",
    )
    row.stamp(by=build.SYSTEM, now=build.NINE)
    row.save()
    client.force_login(user)
    client.cookies["portal"] = client.cookies["session"].value
    return user


def test_a_customer_reports_follows_and_confirms(client, stage):
    user = door(client, stage)
    client.post(
        "/portal/tickets/new/",
        {"title": "断了", "severity": "major", "ticket_class": "fault", "text": "环断"},
    )
    made = stage.lanhai.tickets.get()
    assert (made.channel, made.contact, made.created_by) == ("portal", stage.ruochuan, user)
    by, now = Actor.of(stage.han), clock.now()
    work.claim(made, by=by, now=now)
    work.note(made, text="只给内部看", by=by, now=now)
    outcome.restore(made, text="好了", by=by, now=now)
    outcome.resolve(made, fix="换板", by=by, now=now)

    page = client.get(f"/portal/tickets/{made.pk}/").content.decode()
    assert "换板" in page and "只给内部看" not in page
    client.post(f"/portal/tickets/{made.pk}/confirm/")

    made.refresh_from_db()
    assert made.confirmed_at is not None


def test_a_message_of_the_customer_resumes(client, stage):
    door(client, stage)
    now = clock.now()
    made = build.ticket(stage.lanhai, stage.han, now, Severity.MAJOR)
    by = Actor.of(stage.han)
    work.claim(made, by=by, now=now)
    from service.actions import pauses

    pauses.pause(
        made,
        reason="waiting_customer",
        evidence="邮件",
        question="日志?",
        expected_resume_at=now + dt.timedelta(days=1),
        by=by,
        now=now,
    )
    client.post(f"/portal/tickets/{made.pk}/message/", {"text": "见附件"})

    made.refresh_from_db()
    assert made.status == "in_progress"


def test_another_customer_sees_nothing(client, stage):
    door(client, stage)
    other = build.ticket(build.cast_customer(stage), stage.han, clock.now(), title="别家的单")

    assert client.get(f"/portal/tickets/{other.pk}/").status_code == 404
    assert "别家的单" not in client.get("/portal/tickets/").content.decode()


@pytest.fixture
def stage():
    return build.stage()
