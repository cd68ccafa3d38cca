"""Two contacts that somebody called one person are two again; a move stays a move (b.1)."""

import json

import pytest
from django.urls import reverse

from accounts.actions import contacts, erasure, same_person
from accounts.choices import Role
from accounts.models import Contact
from accounts.tests.build import NINE, cast, contact, customer, person
from core.actors import Actor
from core.errors import Refused
from core.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    made = cast()
    made.near = customer(made.office, "北澜")
    made.there = contact(made.near, "林若川", same_person=made.ruochuan)
    return made


def linked(*rows):
    return [Contact.objects.get(pk=row.pk).same_person_id for row in rows]


@pytest.mark.parametrize("both", [False, True])
def test_the_link_goes_on_whichever_record_it_stands(made, both):
    if both:
        Contact.objects.filter(pk=made.ruochuan.pk).update(same_person=made.there)
        made.ruochuan.refresh_from_db()

    same_person.part(made.ruochuan, made.there, by=Actor.of(made.boss), now=NINE)

    assert linked(made.ruochuan, made.there) == [None, None]
    assert [one.pk for one in erasure.same_person(made.ruochuan)] == [made.ruochuan.pk]
    said = TrailEntry.objects.filter(verb="contact.parted").order_by("id")
    cut = {row.about_id: (row.scope_id, json.loads(row.facts)["other"]) for row in said}
    there = {made.there.pk: (made.near.pk, made.ruochuan.pk)}
    here = {made.ruochuan.pk: (made.lanhai.pk, made.there.pk)} if both else {}
    assert cut == there | here


def test_what_is_not_linked_or_comes_from_a_move_stays(made):
    by = Actor.of(made.boss)
    successor = contacts.mark_moved(made.ruochuan, made.near, by=by, now=NINE)
    other = contact(made.near, "谁")

    for pair in ((successor, made.ruochuan), (made.ruochuan, successor), (other, made.there)):
        with pytest.raises(Refused) as refusal:
            same_person.part(*pair, by=by, now=NINE)
        assert refusal.value.rule == "b.1"
    with pytest.raises(Refused):
        same_person.cut(other, by=by, now=NINE)
    assert linked(successor) == [made.ruochuan.pk]


def test_a_page_offers_it_to_who_may_edit_the_record_that_holds_it(client, made):
    page, part = (f"/contacts/{made.ruochuan.pk}/{tail}" for tail in ("", "part/"))
    shown, answers = {}, {}
    for who in (made.lin, made.boss):
        client.force_login(who)
        shown[who.username] = f'action="{part}"' in client.get(page).content.decode()
        answers[who.username] = client.post(part, {"other": made.there.pk}).status_code

    assert shown == {"lin": False, "boss": True}
    assert answers == {"lin": 403, "boss": 302}  # the link stands on a record of others
    assert linked(made.there) == [None]
    assert client.post(part, {"other": made.there.pk}).status_code == 409


def test_rest_cuts_it_and_asks_who_may_edit_the_holder(client, made):
    address = f"/api/v1/contacts/{made.ruochuan.pk}/part/"
    body = {"other": made.there.pk}
    quality = person("quality", made.company, Role.QM)
    said = {}
    for who in (quality, made.lin, made.boss):
        client.force_login(who)
        answer = client.post(address, body, content_type="application/json")
        said[who.username] = answer.status_code

    assert said == {"quality": 403, "lin": 403, "boss": 200}
    again = client.post(address, body, content_type="application/json")
    assert (again.status_code, again.json()["rule"]) == (409, "b.1")


def test_the_admin_cuts_links_one_by_one_and_says_what_stays(client, made):
    root = person("root", made.company, is_staff=True, is_superuser=True)
    client.force_login(root)

    client.post(
        reverse("admin:accounts_contact_changelist"),
        {"action": "cut_link", "_selected_action": [made.there.pk, made.ruochuan.pk]},
    )

    assert linked(made.there) == [None]
    assert TrailEntry.objects.filter(verb="contact.parted").count() == 1
