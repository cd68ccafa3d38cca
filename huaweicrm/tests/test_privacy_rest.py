"""Erasing by REST: compliance asks, somebody else refuses or carries out (R-P3)."""

import pytest

from accounts.actions import erasure
from accounts.choices import ContactStatus
from accounts.models import Contact, ErasureRequest
from accounts.tests import build
from core import clock
from core.actors import Actor
from huaweicrm.tests.journey.windows import fresh
from huaweicrm.tests.world import world

pytestmark = pytest.mark.django_db
NAME = "Qzcanaryname"


@pytest.fixture
def made():
    made = world()
    made.whom = build.contact(made.lanhai, NAME, phone="13866667777")
    return made


def send(client, path, body):
    return client.post(f"/api/v1/erasure-requests/{path}", body, content_type="application/json")


def body_of(made):
    today = str(clock.now().date())
    return {"contact": made.whom.pk, "origin": "person", "received_on": today}


def test_compliance_asks_and_nobody_else(client, made):
    said = {}
    for who in (made.lin, made.boss, made.adm, made.cmp):
        client.force_login(who)
        answer = send(client, "", body_of(made))
        said[who.username] = answer.status_code

    assert said["cmp"] == 201
    assert {name: status for name, status in said.items() if status not in {400, 403}} == {
        "cmp": 201
    }
    assert answer.json()["status"] == "requested"
    assert ErasureRequest.objects.get().created_by == made.cmp
    assert send(client, "", body_of(made)).status_code in {400, 409}
    assert ErasureRequest.objects.count() == 1


def test_who_asked_does_not_decide_and_another_person_refuses_once(client, made):
    client.force_login(made.cmp)
    send(client, "", body_of(made))
    row = ErasureRequest.objects.get()
    own = send(client, f"{row.pk}/refuse/", {"note": "我自己"})
    client.force_login(made.adm)
    listed = client.get("/api/v1/erasure-requests/?status=requested").json()["results"]
    empty = send(client, f"{row.pk}/refuse/", {"note": ""})
    done = send(client, f"{row.pk}/refuse/", {"note": "合同未结清"})
    again = send(client, f"{row.pk}/refuse/", {"note": "合同未结清"})

    row.refresh_from_db()
    assert (own.status_code, own.json()["rule"]) == (403, "R-P3")
    assert [one["id"] for one in listed] == [row.pk]
    assert (empty.status_code, done.status_code, again.status_code) == (400, 200, 409)
    assert (row.status, row.decided_by, row.note) == ("refused", made.adm, "合同未结清")


def test_it_is_carried_out_after_a_fresh_password_and_answers_with_counts(client, made):
    row = erasure.request(
        made.whom, origin="person", received_on=clock.now().date(), by=Actor.of(made.cmp),
        now=clock.now(),
    )  # fmt: skip
    client.force_login(made.adm)
    early = send(client, f"{row.pk}/carry-out/", {})
    kept = Contact.objects.get(pk=made.whom.pk).name
    fresh(client)
    answer = send(client, f"{row.pk}/carry-out/", {})

    assert (early.status_code, early.json()["rule"], kept) == (403, "trust", NAME)
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["status"], said["decided_by"]) == ("done", made.adm.pk)
    assert all(isinstance(number, int) for number in said["replaced"].values())
    assert NAME not in answer.content.decode()
    assert Contact.objects.get(pk=made.whom.pk).status == ContactStatus.ERASED


def test_a_colleague_of_compliance_carries_nothing_out(client, made):
    """An administrator does, even where the password is fresh and somebody else has asked."""
    row = erasure.request(
        made.whom, origin="person", received_on=clock.now().date(), by=Actor.of(made.cmp),
        now=clock.now(),
    )  # fmt: skip
    client.force_login(build.person("second", made.company, "cmp"))
    fresh(client)

    answer = send(client, f"{row.pk}/carry-out/", {})

    assert (answer.status_code, answer.json()["rule"]) == (403, "R-P3")
    assert Contact.objects.get(pk=made.whom.pk).name == NAME
