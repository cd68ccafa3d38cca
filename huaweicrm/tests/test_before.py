"""The card before a door: when it stands on the day, its lines, and who reads the locked one."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.build import NINE, cast, contact, person
from core import clock
from core.actors import Actor
from expectations.actions import commitment
from huaweicrm.desk.customer.before import card_of
from relationships.actions import interactions
from relationships.tests.build import kind, met, placed
from service.tests.build import contract

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
DOOR = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def made(client, settings):
    settings.DEMO_NOW = NINE.isoformat()
    clock._OFFSETS.clear()  # it is nine now, however long other tests have run
    world = cast()
    client.force_login(world.lin, backend=DOOR)
    return world


def planned(made, starts):
    values = {"type": kind(), "starts_at": starts, "purpose": "备件例会"}
    by = Actor.of(made.lin)
    return interactions.plan(made.lanhai, [made.ruochuan], values, by=by, now=NINE - 24 * HOUR)


@pytest.mark.parametrize(
    ("ahead", "stands"), [(31 * MINUTE, False), (30 * MINUTE, True), (-59 * MINUTE, True)]
)
def test_it_stands_on_the_day_half_an_hour_before(client, made, ahead, stands):
    row = planned(made, NINE + ahead)

    assert client.get("/").context["entering"] == (row if stands else None)


def test_it_says_what_we_owe_and_what_they_last_said(client, made):
    met(made.ruochuan, made.lin, NINE - HOUR, summary="夜里没人拍板")
    commitment.promise(
        customer=made.lanhai,
        text="答复备件",
        due_at=NINE + HOUR,
        owner=made.fang,
        by=Actor.of(made.lin),
        now=NINE,
    )

    text = client.get(f"/customers/{made.lanhai.pk}/before/").content.decode()

    assert "夜里没人拍板" in text and "答复备件" in text


@pytest.mark.parametrize(("ends", "shown"), [("2026-03-01", False), ("2026-03-02", True)])
def test_a_contract_ends_with_its_day_where_the_reader_is(made, ends, shown):
    row = contract(made.lanhai)
    type(row).objects.filter(pk=row.pk).update(ends_on=ends)
    night = NINE.replace(hour=1).astimezone(dt.UTC)  # the day before in UTC

    card = card_of(made.lanhai, user=made.lin, confidential=False, now=night)

    assert card.contracts == ([row] if shown else [])


def test_who_is_against_us_is_locked(client, made, settings):
    placed(contact(made.lanhai, "方铎"), made.lin, made.boss, (0, -2), NINE - HOUR)
    qm = person("qm", made.office, "qm")

    for tail in ("before", "prepare"):
        address = f"/customers/{made.lanhai.pk}/{tail}/"
        assert client.get(address).context["card"].against != []
        assert 'data-lock class="no-print"' in client.get(address).content.decode()
    client.post("/preferences/presenting/", {"value": "on"})
    presented = client.get(f"/customers/{made.lanhai.pk}/before/")
    client.force_login(qm, backend=DOOR)
    outside = client.get(f"/customers/{made.lanhai.pk}/before/")

    assert presented.context["card"].against == []
    assert outside.status_code == 404 or outside.context["card"].against == []


def test_prepare_names_whom_we_meet_and_the_checklist(client, made):
    row = planned(made, NINE + HOUR)

    answer = client.get(f"/customers/{made.lanhai.pk}/prepare/")

    assert answer.context["page"].people == [made.ruochuan]
    assert row.type.points[0] in answer.content.decode()


def test_it_costs_the_same_with_much_and_little(client, made):
    def cost(tail):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/customers/{made.lanhai.pk}/{tail}/")
        return len(asked)

    met(made.ruochuan, made.lin, NINE - HOUR)
    little = [cost("before"), cost("prepare"), cost("before"), cost("prepare")][2:]
    for number in range(6):
        guest = contact(made.lanhai, f"客人{number}")
        met(guest, made.lin, NINE - HOUR, summary=f"说了{number}")
    much = [cost("before"), cost("prepare")]

    assert much == little and max(much) <= 15
