"""The relationship calendar: who is due, birthdays, agreements, minima beside meetings."""

import datetime as dt

import pytest

from accounts.actions import personal
from accounts.choices import Role
from accounts.models import Contact, Customer
from accounts.tests import build
from accounts.tests.build import NINE
from core import clock
from core.actors import Actor
from core.models import TrailEntry
from relationships.queries import marks
from relationships.tests.build import kind, met, placed

DAY = dt.timedelta(days=1)
MON = NINE.date()


@pytest.fixture
def made(db):
    found = build.cast()
    Contact.objects.filter(pk=found.ruochuan.pk).update(relationship_owner=found.lin)
    Customer.objects.filter(pk=found.lanhai.pk).update(tier=1)
    found.ruochuan = Contact.objects.select_related("customer").get(pk=found.ruochuan.pk)
    return found


def titles(source, user, first, last, now=NINE):
    return [(one.on, one.locked) for one in source(user, first, last, now=now)]


def test_a_touch_stands_on_its_day_and_an_overdue_one_on_today(made):
    placed(made.ruochuan, made.lin, made.boss, (0, -1), NINE)
    met(made.ruochuan, made.lin, NINE)
    due = MON + 14 * DAY

    assert titles(marks.touches, made.lin, due, due + DAY) == [(due, True)]
    assert titles(marks.touches, made.lin, due - DAY, due) == []
    assert titles(marks.touches, made.wei, due, due + DAY) == []
    later = NINE + 20 * DAY
    week = later.date() - 2 * DAY, later.date() + 5 * DAY
    assert titles(marks.touches, made.lin, *week, now=later) == [(later.date(), True)]


def test_a_birthday_stands_on_the_calendar_of_the_owner_alone_and_its_reading_is_noted(
    made, client
):
    today = clock.now().date()
    values = {
        "birthday_month": today.month, "birthday_day": today.day, "basis": "consent",
        "purpose": "节日问候",
    }  # fmt: skip
    personal.create(made.ruochuan, values, by=Actor.of(made.lin), now=NINE)

    for user, seen in ((made.wei, False), (made.lin, True)):
        client.force_login(user)
        page = client.get(f"/calendar/?on={today}").content.decode()
        assert (made.ruochuan.name in page) is seen

    read = TrailEntry.objects.filter(verb=personal.READ, about_id=made.ruochuan.pk)
    assert list(read.values_list("actor__username", flat=True)) == ["lin"]


def test_while_presenting_nobody_who_is_due_is_named(made, client):
    now = clock.now()
    placed(made.ruochuan, made.lin, made.boss, (0, -1), now - 40 * DAY)
    client.force_login(made.lin)
    assert made.ruochuan.name in client.get("/calendar/").content.decode()
    assert made.ruochuan.name in client.get("/cadence/").content.decode()

    client.post("/preferences/presenting/", {"value": "on"})
    shown = client.get("/calendar/"), client.get("/cadence/five/"), client.get("/cadence/")

    assert [made.ruochuan.name in one.content.decode() for one in shown] == [False, False, False]


def test_minima_of_served_key_customers_stand_below_the_calendar(made, client):
    Contact.objects.update(is_decision_layer=True)
    now = clock.now()
    met(made.ruochuan, made.lin, now - DAY, type=kind("benchmark_meeting"))
    client.force_login(made.lin)

    found = client.get("/calendar/").context["minima"]

    assert [(one.rule.metric, one.actual) for one in found] == [
        ("exec_visits", 0), ("benchmark_meetings", 1),
    ]  # fmt: skip


def test_minima_are_advice_for_whoever_may_know_of_a_cash_flow_customer(made):
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=2, cash_flow=True)
    other = build.customer(made.office, "另一家", tier=2)
    build.assign(other, made.lin, "ar")
    quality = build.person("quality", made.company, Role.QM)

    said = marks.minima_for(made.lin, now=NINE), marks.minima_for(quality, now=NINE)

    assert [[one.is_advice for one in each] for each in said] == [
        [False, False, True, True], [False] * 4,
    ]  # fmt: skip
    assert said[0][-1].customer == made.lanhai
