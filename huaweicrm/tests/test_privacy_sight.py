"""Linking contacts gives nobody a reach into customers that they do not see (R-P1, R-P3)."""

import io
import json
import zipfile

import pytest
from django.apps import apps

from accounts import rules
from accounts.actions import erasure
from accounts.choices import Role
from accounts.models import Contact
from accounts.tests import build
from accounts.tests.build import NINE
from core import clock
from core.actors import Actor
from huaweicrm.privacy import erase
from huaweicrm.privacy.export import JUDGED, bundle
from huaweicrm.tests import mirror
from huaweicrm.tests.world import world

NAME, PHONE = "周远二", "13900001111"


@pytest.fixture
def made(db):
    """The person of lanhai is linked to one of a customer in the west."""
    made = world()
    made.officer = build.person("officer", made.east, Role.CMP)
    made.there = build.contact(made.farwest, NAME, same_person=made.ruochuan, phone=PHONE)
    return made


def opened(made, contact, user):
    packed = zipfile.ZipFile(io.BytesIO(bundle(contact, by=Actor.of(user), now=NINE)))
    return json.loads(packed.read("manifest.json")), packed


def request_of(made, user):
    return erasure.request(
        made.ruochuan, origin="person", received_on=clock.now().date(),
        by=Actor.of(user), now=clock.now(),
    )  # fmt: skip


def status_of(*rows):
    return [Contact.objects.get(pk=row.pk).status for row in rows]


def test_who_sees_one_side_gives_out_one_side(made):
    manifest, packed = opened(made, made.ruochuan, made.officer)
    whole, _packed = opened(made, made.ruochuan, made.cmp)

    texts = b"".join(packed.read(name) for name in packed.namelist()).decode()
    assert manifest["contacts"] == [made.ruochuan.pk]
    assert manifest["elsewhere"]["contacts"] == 1
    assert NAME not in texts and PHONE not in texts
    assert set(whole["contacts"]) == {made.ruochuan.pk, made.there.pk}
    assert whole["elsewhere"]["contacts"] == 0


def test_what_who_asks_does_not_see_stays_whole(made):
    Contact.objects.filter(pk=made.ruochuan.pk).update(phone=PHONE)
    type(made.farwest).objects.filter(pk=made.farwest.pk).update(notes=f"{NAME} {PHONE}")

    report = erase.carry_out(request_of(made, made.officer), by=Actor.of(made.adm), now=clock.now())

    made.there.refresh_from_db()
    made.farwest.refresh_from_db()
    assert (report["contacts"], report["apart"]) == (1, 1)
    assert status_of(made.ruochuan, made.there) == ["erased", "active"]
    assert (made.there.name, made.there.phone) == (NAME, PHONE)
    assert made.farwest.notes == f"{NAME} {PHONE}"


def test_what_who_carries_out_does_not_see_stays_too(made):
    near = build.person("near", made.east, Role.ADM)

    erase.carry_out(request_of(made, made.cmp), by=Actor.of(near), now=clock.now())

    assert status_of(made.ruochuan, made.there) == ["erased", "active"]


def test_the_page_lists_who_goes_before_it_is_carried_out(client, made):
    wide, narrow = request_of(made, made.cmp), None
    client.force_login(made.adm)
    both = client.get(wide.get_absolute_url()).content.decode()
    erasure.refuse(wide, by=Actor.of(made.adm), now=clock.now(), note="再问")
    narrow = request_of(made, made.officer)
    one = client.get(narrow.get_absolute_url()).content.decode()

    assert NAME in both and made.farwest.name in both
    assert made.ruochuan.name in one and made.lanhai.name in one
    assert NAME not in one and made.farwest.name not in one
    assert "handled by its own compliance" in one or "由其所在单位的合规官处理" in one


def test_an_erased_contact_is_nobody_any_more(made):
    erase.carry_out(request_of(made, made.officer), by=Actor.of(made.adm), now=clock.now())

    manifest, _packed = opened(made, made.there, made.cmp)

    assert manifest["contacts"] == [made.there.pk]


# tables with rows of a person that compliance gives out; how people are judged is in JUDGED
OPEN = (
    "accounts.contact accounts.contactmerge accounts.erasurerequest accounts.handover_introduced"
    " accounts.personaldetail accounts.portalmembership accounts.referencesite"
    " expectations.confirmationform expectations.customernotice"
    " expectations.customernotice_recipients expectations.formsignature expectations.noticerecord"
    " expectations.recordedsignature expectations.signinglink relationships.giftrecord"
    " relationships.interaction_contacts relationships.minutes relationships.minutes_sent_contacts"
    " relationships.minutesline relationships.strategicagreement"
    " service.servicecontract_contacts service.ticket service.vocitem"
)


def test_every_table_of_people_is_open_to_compliance_or_judged():
    standing = {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model is Contact
    }

    assert standing == {*OPEN.split(), *JUDGED}


def test_a_head_gives_out_a_person_and_the_team_does_not(made):
    assert rules.may_export_person(made.boss, made.ruochuan)
    assert not rules.may_ask_erasure(made.boss, made.ruochuan)
    for user in (made.lin, made.stranger):
        assert not rules.may_export_person(user, made.ruochuan)


@pytest.mark.parametrize("role", ["cmp", "exe"])
def test_judgements_are_given_to_who_may_read_them(made, role):
    mirror.objects(made)
    made.exe = build.person("chief", made.company, Role.EXE)

    manifest, _packed = opened(made, made.ruochuan, getattr(made, role))

    files = {f"tables/{label}.json" for label in JUDGED} & set(manifest["files"])
    assert (files == set()) is (role == "cmp")
    assert ("tables/relationships.gridassessment.json" in files) is (role == "exe")
    assert bool(manifest["left_out"]["tables"]) is (role == "cmp")
    assert "regional head" in manifest["left_out"]["given_out_by"]
    assert "tables/relationships.giftrecord.json" in manifest["files"]
