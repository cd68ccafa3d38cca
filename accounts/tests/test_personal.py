"""Personal details: kept with basis and purpose, opened with a reason, recalled at birthdays."""

import datetime as dt
import json

import pytest

from accounts import birthdays
from accounts.actions import personal
from accounts.choices import ContactStatus, Role
from accounts.models import PersonalDetail
from accounts.tests.build import NINE, cast, person
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification, OutboxMessage, TrailEntry

DAY = dt.timedelta(days=1)
KEPT = {"basis": "consent", "purpose": "节日问候", "interests": "围棋 CANARY", "dietary": "不吃辣"}


@pytest.mark.parametrize(
    ("month", "day", "there"),
    [(2, 28, True), (2, 29, True), (2, 30, False), (4, 30, True), (4, 31, False), (12, 31, True),
     (13, 1, False), (0, 1, False), (1, 0, False)],
)  # fmt: skip
def test_days_that_some_year_has(month, day, there):
    assert birthdays.is_day(month, day) is there


@pytest.mark.parametrize(
    ("month", "day", "today", "comes"),
    [
        (3, 9, dt.date(2026, 3, 8), dt.date(2026, 3, 9)),
        (3, 9, dt.date(2026, 3, 9), dt.date(2026, 3, 9)),
        (3, 9, dt.date(2026, 3, 10), dt.date(2027, 3, 9)),
        (1, 1, dt.date(2026, 12, 31), dt.date(2027, 1, 1)),
        (2, 29, dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        (2, 29, dt.date(2028, 2, 1), dt.date(2028, 2, 29)),
    ],
)
def test_when_a_day_comes_next(month, day, today, comes):
    assert birthdays.next_on(month, day, today=today) == comes


@pytest.mark.parametrize(("days", "lead"), [(8, None), (7, 7), (6, 7), (2, 7), (1, 1), (0, 1)])
def test_which_reminder_holds(days, lead):
    assert birthdays.lead_of(days, [7, 1]) == lead


@pytest.fixture
def made(db, settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    made = cast()
    made.by = Actor.of(made.lin)
    made.cmp = person("cmp", made.company, Role.CMP)
    made.qm = person("qm", made.company, Role.QM)
    return made


def keep(made, **more):
    return personal.create(made.ruochuan, {**KEPT, **more}, by=made.by, now=NINE)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"basis": ""}, "basis"),
        ({"purpose": " "}, "purpose"),
        ({"birthday_month": 2}, "birthday_day"),
        ({"birthday_month": 2, "birthday_day": 30}, "birthday_day"),
        ({"interests": "", "dietary": ""}, "notes"),
        ({"notes": "他住院期间不便打扰"}, "checked"),
    ],
)
def test_what_is_not_kept(made, wrong, field):
    with pytest.raises(Invalid) as refusal:
        keep(made, **wrong)

    assert (list(refusal.value.fields), PersonalDetail.objects.count()) == ([field], 0)


def test_private_matters_stay_when_they_were_looked_at_again(made):
    values = {**KEPT, "notes": "他住院期间不便打扰"}

    row = personal.create(made.ruochuan, values, by=made.by, now=NINE, checked=True)

    assert row.notes == values["notes"]


def test_kept_once_and_only_by_people_about_who_is_there(made):
    keep(made)
    machine = Actor(user=made.lin, token=object(), channel="api")

    with pytest.raises(Refused):
        keep(made)
    with pytest.raises(Forbidden):
        personal.create(made.ruochuan, KEPT, by=machine, now=NINE)
    made.ruochuan.status = ContactStatus.LEFT
    with pytest.raises(Refused):
        keep(made)


def test_the_trail_names_fields_and_never_what_they_say(made):
    row = keep(made)
    personal.edit(row, {"dietary": "CANARY 2"}, by=made.by, now=NINE, version=1)
    personal.remove(row, by=made.by, now=NINE)

    rows = TrailEntry.objects.filter(verb__startswith="personal.").order_by("id")
    assert [(one.verb, one.klass) for one in rows] == [
        ("personal.kept", "confidential"),
        ("personal.edited", "confidential"),
        ("personal.removed", "confidential"),
    ]
    assert json.loads(rows[1].facts)["fields"] == ["dietary"]
    assert "CANARY" not in "".join(one.facts for one in rows)
    assert not PersonalDetail.objects.exists()


def told(made):
    rows = Notification.objects.filter(kind="personal.birthday").order_by("id")
    return [row.user.username for row in rows]


@pytest.mark.parametrize(("days", "count"), [(-8, 0), (-7, 1), (-2, 1), (-1, 2), (0, 2), (1, 2)])
def test_an_owner_hears_of_a_birthday_a_week_and_a_day_before(made, days, count):
    keep(made, birthday_month=5, birthday_day=4)
    type(made.ruochuan).objects.update(relationship_owner=made.wei)
    that_day = dt.datetime(2026, 5, 4, 8, tzinfo=NINE.tzinfo)

    for each in range(-9, days + 1):
        for _twice in range(2):
            personal.remind_of_birthdays(now=that_day + each * DAY)

    assert told(made) == ["wei"] * count


def test_the_reminder_goes_by_the_day_of_the_customer_and_names_nobody(made):
    keep(made, birthday_month=5, birthday_day=4)
    type(made.ruochuan).objects.update(relationship_owner=made.wei)
    before = dt.datetime(2026, 4, 26, 23, 59, tzinfo=NINE.tzinfo)

    early = personal.remind_of_birthdays(now=before)
    then = personal.remind_of_birthdays(now=before + dt.timedelta(minutes=1))

    said = json.dumps(list(OutboxMessage.objects.values()), default=str, ensure_ascii=False)
    assert (early, then, OutboxMessage.objects.count()) == (0, 1, 1)
    assert made.ruochuan.name not in said and "CANARY" not in said
    assert "05-04" not in said
    assert not any("05-04" in str(row) for row in Notification.objects.values())


def test_nobody_is_told_of_somebody_who_left_or_has_no_owner(made):
    keep(made, birthday_month=5, birthday_day=4)
    now = dt.datetime(2026, 5, 1, tzinfo=NINE.tzinfo)

    nobody = personal.remind_of_birthdays(now=now)
    type(made.ruochuan).objects.update(relationship_owner=made.wei, status=ContactStatus.LEFT)

    assert (nobody, personal.remind_of_birthdays(now=now)) == (0, 0)


def page_of(made):
    return f"/contacts/{made.ruochuan.pk}/personal/"


def test_the_door_asks_once_a_session_and_notes_the_answer(client, made):
    keep(made)
    client.force_login(made.cmp)

    asked = client.get(page_of(made)).content.decode()
    wrong = client.post(page_of(made), {"reason": "curiosity"}).status_code
    opened = client.post(page_of(made), {"reason": "audit"}, follow=True).content.decode()
    again = client.get(page_of(made)).content.decode()

    verbs = TrailEntry.objects.filter(actor=made.cmp).order_by("id").values_list("verb", "facts")
    assert ("CANARY" in asked, wrong, "CANARY" in opened, "CANARY" in again) == (
        False, 422, True, True,
    )  # fmt: skip
    assert list(verbs) == [("personal.opened", '{"reason":"audit"}'), ("personal.read", "{}")]


def test_another_person_is_another_door(client, made):
    keep(made)
    other = type(made.ruochuan).objects.get(pk=made.ruochuan.pk)
    other.pk, other.name = None, "沈若水"
    other.save(force_insert=True)
    personal.create(other, KEPT, by=made.by, now=NINE)
    client.force_login(made.lin)
    client.post(page_of(made), {"reason": "visit"})

    assert "CANARY" not in client.get(f"/contacts/{other.pk}/personal/").content.decode()


def test_entered_with_a_warning_edited_and_taken_out_on_the_page(client, made):
    client.force_login(made.lin)
    edit = f"{page_of(made)}edit/"
    client.post(page_of(made), {"reason": "upkeep"})
    body = {**KEPT, "birthday_month": "5", "birthday_day": "4", "notes": "信佛"}

    warned = client.post(edit, body)
    kept = client.post(edit, {**body, "checked": "on"})
    row = PersonalDetail.objects.get()
    stale = client.post(edit, {**KEPT, "dietary": "素", "version": "9"})
    gone = client.post(f"{page_of(made)}remove/")

    assert (warned.status_code, list(warned.context["form"].errors)) == (422, ["checked"])
    assert (kept.status_code, row.birthday_month, row.notes) == (302, 5, "信佛")
    assert (stale.status_code, gone.status_code) == (409, 302)
    assert not PersonalDetail.objects.exists()


def test_presenting_hides_the_page_and_its_card(client, made):
    keep(made)
    client.force_login(made.lin)
    client.post(page_of(made), {"reason": "visit"})
    card = page_of(made) in client.get(made.ruochuan.get_absolute_url()).content.decode()

    client.post("/preferences/presenting/", {"value": "on"})

    contact = client.get(made.ruochuan.get_absolute_url()).content.decode()
    assert card and page_of(made) not in contact
    assert "CANARY" not in client.get(page_of(made)).content.decode()


def test_whoever_answers_for_the_customer_sees_who_read_what(client, made):
    keep(made)
    client.force_login(made.wei)
    client.post(page_of(made), {"reason": "gift"}, follow=True)
    seen = {}
    for who in (made.lin, made.boss, made.cmp, made.wei, made.qm, made.stranger):
        client.force_login(who)
        said = client.get(f"/access-log/?contact={made.ruochuan.pk}").context["lines"]
        seen[who.username] = [(one["row"].verb, one["reason"] != "") for one in said]

    both = [("personal.read", False), ("personal.opened", True)]
    assert seen == {"lin": both, "boss": both, "cmp": both, "wei": [], "qm": [], "stranger": []}


def test_a_reading_through_rest_is_noted_and_private_matters_are_asked_about(client, made):
    client.force_login(made.lin)
    address, body = "/api/v1/personal-details/", {**KEPT, "contact": made.ruochuan.pk}

    warned = client.post(address, {**body, "notes": "党员"}, content_type="application/json")
    made_row = client.post(address, body, content_type="application/json")
    client.get(f"{address}{made_row.json()['id']}/")

    assert (warned.status_code, list(warned.json()["errors"])) == (400, ["checked"])
    assert made_row.status_code == 201
    reads = TrailEntry.objects.filter(verb="personal.read", actor=made.lin)
    assert reads.count() == 1


def test_a_form_that_somebody_overtook_saves_nothing(made, client):
    client.force_login(made.lin)
    edit = f"/contacts/{made.ruochuan.pk}/personal/edit/"
    row = keep(made)
    empty = client.post(edit, {**KEPT, "dietary": "素", "version": ""})
    row.refresh_from_db()
    personal.remove(row, by=made.by, now=NINE)
    again = client.post(edit, {**KEPT, "version": "1"})

    assert (empty.status_code, row.dietary, again.status_code) == (409, "不吃辣", 409)
    assert not PersonalDetail.objects.exists()
