"""Customer voices: captured from minutes once, taken up or set aside by a person."""

import pytest

from accounts.choices import Role
from accounts.tests.build import NINE, cast, contact, customer, person
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.events import consume
from core.models import Event, TrailEntry
from relationships.actions import minutes
from relationships.actions.minutes import Said
from relationships.tests.build import kind, met
from service import consumers
from service.actions import voices
from service.models import VocItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    made = cast()
    made.by = Actor.of(made.lin)
    made.qm = person("qm", made.company, Role.QM)
    return made


def minuted(made, *said):
    row = met(made.ruochuan, made.lin, type=kind("clarification_meeting"))
    opinions = [Said(text, contact=made.ruochuan) for text in said]
    minutes.submit(row.minutes, "先补", by=made.by, now=NINE, opinions=opinions)
    return row.minutes


def captured(made, **more):
    return voices.capture(made.lanhai, "夜里没人拍板", source="visit", by=made.by, now=NINE, **more)


def test_each_opinion_of_minutes_is_captured_once(made):
    kind("clarification_meeting").__class__.objects.filter(code="clarification_meeting").update(
        is_meeting=True
    )
    row = minuted(made, "夜里没人拍板", "告警太多", "告警太多")

    consume(NINE, limit=100)
    consumers.opinions(Event.objects.get(name="minutes.submitted"), now=NINE)

    found = VocItem.objects.order_by("id")
    assert [one.text for one in found] == ["夜里没人拍板", "告警太多"]
    assert {(one.contact, one.source, one.about_id, one.status) for one in found} == {
        (made.ruochuan, "minutes", row.pk, "captured")
    }


def test_taken_up_by_a_person_with_what_it_needs(made):
    row = captured(made)
    machine = Actor(user=made.lin, token=object(), channel="api")
    right = {"dimension": "delivery", "weight": "high", "owner": made.fang}

    for wrong in ({"dimension": ""}, {"weight": "x"}):
        with pytest.raises(Invalid):
            voices.take_up(row, **{**right, **wrong}, by=made.by, now=NINE)
    with pytest.raises(Forbidden):
        voices.take_up(row, **right, by=machine, now=NINE)
    voices.take_up(row, **right, by=made.by, now=NINE)
    with pytest.raises(Refused):
        voices.set_aside(row, note="晚了", by=made.by, now=NINE)

    assert (row.status, row.owner, row.sorted_by) == ("filtered", made.fang, made.lin)
    verbs = TrailEntry.objects.filter(verb__startswith="voc.").order_by("id")
    assert [one.verb for one in verbs] == ["voc.captured", "voc.filtered"]


def test_nothing_is_captured_without_words_or_of_somebody_elsewhere(made):
    stranger = contact(customer(made.west, "远西"), "周远")

    with pytest.raises(Invalid):
        voices.capture(made.lanhai, "  ", source="visit", by=made.by, now=NINE)
    with pytest.raises(Invalid):
        captured(made, contact=stranger)


def test_sorted_on_the_pages(client, made):
    row, other = captured(made), captured(made, contact=made.ruochuan)
    client.force_login(made.qm)

    listed = client.get("/voc-items/?status=captured").content.decode()
    empty = client.post(f"/voc-items/{row.pk}/set-aside/", {"note": ""}).status_code
    client.post(f"/voc-items/{row.pk}/set-aside/", {"note": "重复"})
    body = {"dimension": "quality", "weight": "low", "owner": made.fang.pk}
    client.post(f"/voc-items/{other.pk}/take-up/", body)

    row.refresh_from_db()
    other.refresh_from_db()
    assert listed.count(row.text) >= 2 and empty == 422
    assert (row.status, row.note, other.status) == ("set_aside", "重复", "filtered")
