"""Minutes: who owes them, until when, late for ever, and where promises and mails go (R-R6)."""

import datetime as dt

import pytest
from django.utils import translation

from accounts.choices import Role
from accounts.tests.build import NINE, cast, contact, customer, person
from core import timers
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import Event, Notification, OutboxMessage, Timer
from relationships import minutes as rule
from relationships.actions import interactions, minutes
from relationships.actions.minutes import Said
from relationships.models import Interaction, Minutes
from relationships.tests.build import kind, met
from relationships.timers import expected

HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
DUE = NINE + 48 * HOUR


@pytest.mark.parametrize(("code", "executive", "urgent"), [
    ("visit", False, False), ("executive_visit_in", True, True),
    ("clarification_meeting", False, True),
])  # fmt: skip
def test_who_has_the_shorter_time(code, executive, urgent):
    assert rule.is_urgent(code, executive) is urgent


@pytest.mark.parametrize(("off", "late"), [(-SECOND, False), (0 * SECOND, False), (SECOND, True)])
def test_the_very_second_is_still_in_time(off, late):
    assert rule.is_late(DUE + off, DUE) is late


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (DUE - 5 * HOUR, DUE - 4 * HOUR),
        (DUE - 4 * HOUR, DUE + SECOND),
        (DUE, DUE + SECOND),
        (DUE + SECOND, None),
    ],
)
def test_the_next_step(now, moment):
    assert rule.next_step(DUE, 4, now) == moment


@pytest.fixture
def made(db):
    return cast()


def owed(made, **values):
    return met(made.ruochuan, made.lin, **values).minutes


def write(row, made, now=NINE + HOUR, **more):
    return minutes.submit(row, "先补备件", by=Actor.of(made.lin), now=now, **more)


@pytest.mark.parametrize(("code", "hours"), [
    ("visit", 48), ("benchmark_meeting", 24), ("clarification_meeting", 24),
    ("executive_visit_out", 24),
])  # fmt: skip
def test_hours_after_the_end(made, code, hours):
    row = owed(made, type=kind(code), ends_at=NINE + HOUR)

    assert row.due_at == NINE + HOUR + hours * HOUR


@pytest.mark.parametrize("code", ["phone", "message", "video", "callback"])
def test_calls_and_messages_owe_none(made, code):
    met(made.ruochuan, made.lin, type=kind(code))

    assert Minutes.objects.count() == 0


def test_what_is_logged_a_month_late_owes_none(made):
    met(made.ruochuan, made.lin, NINE - 31 * 24 * HOUR, now=NINE)

    assert Minutes.objects.count() == 0


def test_a_planned_meeting_owes_them_once_it_is_held(made):
    by, values = Actor.of(made.lin), {"type": kind(), "starts_at": NINE}
    row = interactions.plan(made.lanhai, [made.ruochuan], values, by=by, now=NINE - HOUR)
    assert Minutes.objects.count() == 0

    interactions.hold(row, by=by, now=NINE)

    assert row.minutes.due_at == DUE


def test_the_owner_is_reminded_and_the_head_hears_when_it_is_late(made):
    row = owed(made)

    timers.sweep(DUE - 4 * HOUR)
    timers.sweep(DUE)
    assert list(Notification.objects.values_list("kind", "user")) == [("minutes.soon", made.lin.pk)]
    timers.sweep(DUE + SECOND)
    timers.sweep(DUE + HOUR)

    row.refresh_from_db()
    told = Notification.objects.filter(kind="minutes.late").values_list("user", flat=True)
    assert (row.is_late, set(told)) == (True, {made.lin.pk, made.boss.pk})
    assert Event.objects.filter(name="minutes.late").count() == 1


def test_late_stays_when_they_are_written(made):
    row = owed(made)
    timers.sweep(DUE + SECOND)
    row.refresh_from_db()

    write(row, made, DUE + HOUR)

    row.refresh_from_db()
    assert (row.status, row.is_late) == ("submitted", True)


def test_the_timers_that_must_be_armed_are_armed(made):
    owed(made)

    armed = Timer.objects.armed().filter(kind=minutes.STEP)
    wanted = [due for name, _l, _i, due in expected(NINE) if name == minutes.STEP]
    assert list(armed.values_list("due_at", flat=True)) == wanted == [DUE - 4 * HOUR]


def test_submitting_ends_the_clock_and_travels(made):
    row = owed(made)
    said = Said("换下备件再发", due_at=NINE + 72 * HOUR)

    write(row, made, promises=[said], opinions=[Said("夜里没人拍板", contact=made.ruochuan)])

    event = Event.objects.get(name="minutes.submitted")
    assert event.facts == {"promises": 1, "opinions": 1, "late": False}
    assert not Timer.objects.armed().filter(kind=minutes.STEP).exists()
    assert row.interaction.status == "minuted"
    with pytest.raises(Refused):
        write(row, made)


def test_nothing_written_is_no_minutes(made):
    with pytest.raises(Invalid):
        minutes.submit(owed(made), " ", by=Actor.of(made.lin), now=NINE)


def test_a_promise_needs_a_date_and_an_opinion_somebody_of_them(made):
    row, other = owed(made), contact(customer(made.office, "朔原电信"), "白屿森")

    with pytest.raises(Invalid):
        write(row, made, promises=[Said("换备件")])
    with pytest.raises(Invalid):
        write(row, made, opinions=[Said("好", contact=other)])


def test_mail_to_the_customer_is_marked_as_such_and_colleagues_are_told(made):
    row = write(owed(made), made, promises=[Said("换备件", due_at=NINE + 72 * HOUR)])
    made.ruochuan.email = "lin@lanhai.example"

    minutes.distribute(
        row, by=Actor.of(made.lin), now=NINE, users=[made.fang], contacts=[made.ruochuan]
    )

    mail = OutboxMessage.objects.get(to_customer=True)
    assert (mail.address, "换备件 (2026-03-05 09:00)" in mail.body) == ("lin@lanhai.example", True)
    assert Notification.objects.get(kind="minutes.sent").user == made.fang


@pytest.mark.parametrize(
    ("reader", "sender", "subject"),
    [("en", "zh-hans", "Minutes of our meeting"), ("zh-hans", "en", "会议纪要")],
)
def test_mail_speaks_the_language_of_whoever_reads_it(made, reader, sender, subject):
    whom = contact(made.lanhai, "Ann", email="ann@lanhai.example", language=reader)
    row = write(owed(made), made)

    with translation.override(sender):
        minutes.distribute(row, by=Actor.of(made.lin), now=NINE + HOUR, contacts=[whom])

    assert OutboxMessage.objects.get(address=whom.email).subject == subject


def test_only_people_of_the_customer_with_an_address_get_mail(made):
    row = write(owed(made), made)
    other = contact(customer(made.office, "朔原电信"), "白屿森")

    for whom in (other, made.ruochuan):
        whom.email = ""
        with pytest.raises(Invalid):
            minutes.distribute(row, by=Actor.of(made.lin), now=NINE, contacts=[whom])


def test_the_customer_confirms_once(made):
    row = write(owed(made), made)
    by = Actor.of(made.lin)
    with pytest.raises(Refused):
        minutes.confirm(row, made.ruochuan, by=by, now=NINE)
    minutes.distribute(row, by=by, now=NINE, users=[made.fang])

    minutes.confirm(row, made.ruochuan, by=by, now=NINE + HOUR)

    assert (row.confirmed_by_id, row.customer_confirmed_at) == (made.ruochuan.pk, NINE + HOUR)
    with pytest.raises(Invalid):
        minutes.confirm(row, made.ruochuan, by=by, now=NINE + HOUR)


@pytest.mark.parametrize(("role", "writes"), [(Role.QM, False), (Role.RH, True)])
def test_who_only_reads_is_offered_no_writing(client, made, settings, role, writes):
    settings.DEMO_NOW = (NINE + HOUR).isoformat()
    row = owed(made)
    who = made.boss if role == Role.RH else person("qm", made.company, role)
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/minutes/?status=due")

    assert [each.pk for each in page.context["page"].rows] == [row.pk]
    assert (f"{row.get_absolute_url()}minutes/" in page.content.decode()) is writes
    assert (client.get(f"{row.get_absolute_url()}minutes/").status_code == 200) is writes


def test_minutes_name_the_day_where_the_reader_is(made):
    early = NINE.replace(hour=6)  # the day before in UTC

    row = Interaction.objects.get(pk=met(made.ruochuan, made.lin, early).pk)  # as it is read

    assert str(row.minutes).endswith("2026-03-02")


def test_the_pages_write_send_and_confirm(client, made, settings):
    settings.DEMO_NOW = (NINE + HOUR).isoformat()
    row = owed(made)
    client.force_login(made.lin, backend="django.contrib.auth.backends.ModelBackend")
    there = row.get_absolute_url()

    undated = client.post(f"{there}minutes/", {"promise_1": "换备件"})
    client.post(f"{there}minutes/", {"decisions": "先补备件", "opinion_1": "没人拍板"})
    client.post(f"{there}minutes/send/", {"users": [made.lin.pk]})
    client.post(f"{there}minutes/confirm/", {"contact": made.ruochuan.pk})

    row.refresh_from_db()
    assert list(undated.context["form"].errors) == ["due_1"]
    assert (row.status, row.confirmed_by) == ("distributed", made.ruochuan)
    assert "没人拍板" in client.get(there).content.decode()
    assert (
        client.get("/minutes/").status_code == client.get("/minutes/?late=true").status_code == 200
    )
