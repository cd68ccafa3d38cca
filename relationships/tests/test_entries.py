"""What a phone sends is logged once, however often and however late it comes."""

import datetime as dt

import pytest

from accounts.models import Customer
from accounts.tests.build import NINE, assign, cast, contact, customer, person
from core.actors import Actor
from core.errors import Invalid, Refused
from relationships.actions import entries, interactions
from relationships.models import Interaction
from relationships.tests.build import kind, met, placed

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
KEY = "a1b2c3d4e5f60718"


@pytest.fixture
def made(client, settings):
    settings.DEMO_NOW = NINE.isoformat()
    world = cast()
    client.force_login(world.lin, backend="django.contrib.auth.backends.ModelBackend")
    return world


def values(**more):
    return {"type": kind(), "starts_at": NINE, "channel": "onsite", "summary": "谈了备件"} | more


def entry(made, **more):
    """What the phone posts."""
    return {
        "customer": made.lanhai.pk,
        "contacts": [made.ruochuan.pk],
        "channel": "onsite",
        "summary": "备件先放他那里",
        "starts_at": (NINE - HOUR).isoformat(),
        "key": KEY,
    } | more


def test_whoever_may_log_everywhere_chooses_among_customers_in_sight(made, client):
    near = customer(made.west, "西岭电网")
    helper = person("helper", made.west, "int")
    client.force_login(helper, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/interactions/new/")

    assert list(page.context["customers"]) == [near]
    assert made.lanhai.name not in page.content.decode()


def test_the_same_key_twice_is_one_row():
    made = cast()
    by = Actor.of(made.lin)

    first, new = entries.enter(made.lanhai, [made.ruochuan], values(), by=by, now=NINE, key=KEY)
    again = entries.enter(made.lanhai, [made.ruochuan], values(), by=by, now=NINE + HOUR, key=KEY)

    assert (new, again) == (True, (first, False))
    assert Interaction.objects.count() == 1


def test_a_key_of_another_customer_is_refused():
    made = cast()
    other = customer(made.office, "朔原电信")
    by = Actor.of(made.lin)
    entries.enter(made.lanhai, [made.ruochuan], values(), by=by, now=NINE, key=KEY)

    with pytest.raises(Refused):
        entries.enter(other, [contact(other, "白屿森")], values(), by=by, now=NINE, key=KEY)


def test_a_planned_meeting_is_held_and_not_logged_beside():
    made = cast()
    by = Actor.of(made.lin)
    soon = {"type": kind(), "starts_at": NINE + dt.timedelta(minutes=20)}
    planned = interactions.plan(made.lanhai, [made.ruochuan], soon, by=by, now=NINE - HOUR)

    row, _new = entries.enter(
        made.lanhai, [made.ruochuan], values(), by=by, now=NINE, key=KEY, planned=planned
    )

    assert (row.pk, row.status, row.summary) == (planned.pk, "held", "谈了备件")
    assert row.starts_at == NINE  # it began earlier than planned


def test_what_went_otherwise_than_planned_is_kept(client, made):
    begun = {"type": kind(), "starts_at": NINE - HOUR, "place": "省公司"}
    planned = interactions.plan(
        made.lanhai, [made.ruochuan], begun, by=Actor.of(made.lin), now=NINE - 2 * HOUR
    )
    called = {"type": kind("phone").pk, "channel": "phone", "place": "办公室"}

    client.post("/interactions/sync/", entry(made, planned=planned.pk, **called))

    row = Interaction.objects.get()
    assert (row.pk, row.status) == (planned.pk, "held")
    assert (row.type.code, row.channel, row.place) == ("phone", "phone", "办公室")
    assert not hasattr(row, "minutes")  # a call owes none


def test_the_short_form_of_a_phone_leaves_the_plan_as_it_is(client, made):
    begun = {"type": kind("technical_exchange"), "starts_at": NINE - HOUR, "place": "省公司",
             "channel": "event"}  # fmt: skip
    planned = interactions.plan(
        made.lanhai, [made.ruochuan], begun, by=Actor.of(made.lin), now=NINE - 2 * HOUR
    )

    later = (NINE - HOUR / 2).isoformat()
    client.post("/interactions/sync/", entry(made, planned=planned.pk, starts_at=later))

    row = Interaction.objects.get()
    assert (row.status, row.type.code) == ("held", "technical_exchange")
    assert (row.place, row.channel) == ("省公司", "event")
    assert row.starts_at == NINE - HOUR


def test_sync_saves_once_and_answers_again(client, made):
    first = client.post("/interactions/sync/", entry(made))
    again = client.post("/interactions/sync/", entry(made))

    row = Interaction.objects.get()
    assert first.json() == again.json() == {"state": "saved", "url": row.get_absolute_url()}
    assert row.starts_at == NINE - HOUR


def test_sync_refuses_the_contact_of_another_customer(client, made):
    other = contact(customer(made.office, "朔原电信"), "白屿森")

    answer = client.post("/interactions/sync/", entry(made, contacts=[other.pk]))

    assert (answer.status_code, answer.json()["state"]) == (422, "refused")
    assert (answer.json()["rule"], Interaction.objects.count()) == ("b.2.1", 0)


@pytest.mark.parametrize(("ahead", "status"), [(10, "held"), (11, "planned")])
def test_the_clock_of_a_phone_may_be_ten_minutes_ahead(client, made, ahead, status):
    later = (NINE + dt.timedelta(minutes=ahead)).isoformat()

    client.post("/interactions/sync/", entry(made, starts_at=later))

    assert Interaction.objects.get().status == status


def test_sync_takes_a_promise_whose_time_has_passed(client, made):
    promised = entry(made, promise="答复备件", promise_due_at=(NINE - HOUR / 2).isoformat())

    client.post("/interactions/sync/", promised)

    assert Interaction.objects.get().promise_item.due_at == NINE - HOUR / 2


def test_sync_of_a_customer_out_of_sight_is_refused(client, made):
    client.force_login(made.stranger, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post("/interactions/sync/", entry(made))

    assert (answer.status_code, answer.json()["state"]) == (400, "refused")
    assert Interaction.objects.count() == 0


def test_the_book_holds_names_and_nothing_confidential(client, made):
    placed(made.ruochuan, made.lin, made.boss, (2, -2))

    said = client.get("/interactions/book/").json()
    text = client.get("/interactions/book/").content.decode()

    assert said["customers"] == [
        {
            "id": made.lanhai.pk,
            "name": made.lanhai.display_name,
            "people": [[made.ruochuan.pk, made.ruochuan.name, made.ruochuan.title]],
        }
    ]
    assert set(said) == {"user", "csrf", "days", "customers", "planned"}
    assert not {"tier", "intimacy", "support", "cell"} & set(text.replace('"', " ").split())


def test_the_empty_form_names_nobody(client, made):
    text = client.get("/interactions/offline/").content.decode()

    assert made.ruochuan.name not in text and made.lanhai.display_name not in text
    assert "csrf" not in text


def test_the_form_is_filled_from_the_calendar(client, made):
    soon = {"type": kind(), "starts_at": NINE + dt.timedelta(minutes=30) - HOUR, "purpose": "例会"}
    row = interactions.plan(
        made.lanhai, [made.ruochuan], soon, by=Actor.of(made.lin), now=NINE - 2 * HOUR
    )

    there = client.get("/interactions/new/")
    form = client.get(there["Location"]).context["form"]

    assert there["Location"] == f"/interactions/new/?customer={made.lanhai.pk}"
    assert (form.initial["planned"], form.initial["contacts"]) == (row.pk, [made.ruochuan.pk])


def test_the_first_customers_offered_are_those_of_the_highest_tier(client, made):
    plain, upper = customer(made.office, "安河市数据局"), customer(made.office, "岭东电网", tier=1)
    for one in (plain, upper):
        assign(one, made.lin, "ar")
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=2)
    wanted = [upper, made.lanhai, plain]

    page = client.get("/interactions/new/")
    typed = client.get("/interactions/new/", {"q": "lddw"})
    grids = client.get("/grid/").context["lines"]

    assert list(page.context["customers"]) == wanted
    assert list(typed.context["customers"]) == [upper]
    assert [row for row, *_rest in grids] == wanted


def test_signing_out_clears_what_lies_on_the_device(client, made):
    answer = client.post("/accounts/logout/")

    assert answer["Clear-Site-Data"] == '"storage"'


def test_the_checklist_is_kept_in_one_language():
    made = cast()
    row = met(made.ruochuan, made.lin, type=kind("phone"))
    english, chinese = row.type.in_languages

    entries.tick(row, [chinese[0]], by=Actor.of(made.lin), now=NINE)

    assert row.ticked == [english[0]]
    with pytest.raises(Invalid):
        entries.tick(row, ["别的"], by=Actor.of(made.lin), now=NINE)


def test_the_checklist_waits_for_the_meeting():
    made = cast()
    soon = {"type": kind(), "starts_at": NINE + HOUR}
    row = interactions.plan(made.lanhai, [made.ruochuan], soon, by=Actor.of(made.lin), now=NINE)

    with pytest.raises(Refused):
        entries.tick(row, [], by=Actor.of(made.lin), now=NINE)
