"""Two records of one person become one, and are two again, byte by byte."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.actions import contacts, erasure, merging, merging_people, portal
from accounts.actions import personal as personal_details
from accounts.choices import ContactStatus
from accounts.models import Contact, ContactMerge, PersonalDetail, PortalMembership
from accounts.queries_merge import what_moves
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from core import merging as moving
from core import registry, search
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import Timer, TrailEntry
from core.models.lists import Tag, Tagging
from huaweicrm.privacy import erase, export
from huaweicrm.tests.test_merging import ASIDE, signed_in, stored
from relationships.actions import gifts, plans, ratings, stances
from relationships.models import (
    CompetitorStance,
    GridAssessment,
    Interaction,
    PowerSeat,
    RelationshipPlan,
)
from relationships.tests import build as near
from relationships.tests.build import placed, proposed

DAY = dt.timedelta(days=1)
LATER = NINE + DAY


@pytest.fixture
def cast(db):
    made = build.cast()
    made.head = Actor.of(made.boss)
    made.first = build.contact(made.lanhai, "方总", email="fang@lanhai.example")
    made.other = build.contact(
        made.lanhai, "方志远", title="副总经理", phone="13800000001", reports_to=made.first
    )
    return made


def whole(cast):
    """Both records with all that can hang on one: what moves, what ends, what says it twice."""
    by, first, other = Actor.of(cast.lin), cast.first, cast.other
    cast.old = placed(first, cast.lin, cast.boss, (0, 1), at=NINE - 9 * DAY)
    cast.new = placed(other, cast.lin, cast.boss, (1, 2), at=NINE - 5 * DAY)
    cast.both = near.met(first, cast.lin, NINE - 3 * DAY)
    cast.both.contacts.add(other)
    cast.met = near.met(other, cast.wei, NINE - 2 * DAY)
    board = near.power_map(cast.lanhai, cast.lin)
    top = near.seat(board, cast.lin, contact=cast.ruochuan)
    cast.seat = near.seat(board, cast.lin, contact=first, reports_to=top)
    cast.twice = near.seat(board, cast.lin, "influencer", contact=other, reports_to=cast.seat)
    cast.below = near.seat(board, cast.lin, "influencer", reports_to=cast.twice)
    for who, day in ((first, 9), (other, 4)):
        stances.note(
            who, "蓝湾科技", -1, by=by, now=NINE, evidence="他说的", as_of=(NINE - day * DAY).date()
        )
    for user, who in ((build.person("guest1", is_portal=True), first),
                      (build.person("guest2", is_portal=True), other)):  # fmt: skip
        row = PortalMembership(
            user=user, contact=who, customer=cast.lanhai, rights=["view"], status="active"
        )
        row.stamp(by=SYSTEM, now=NINE)
        row.save()
    personal_details.create(
        other, {"interests": "围棋", "basis": "consent", "purpose": "节日问候"}, by=by, now=NINE
    )
    tag = Tag.objects.create(name="要紧", created_at=NINE)
    Tagging.objects.create(
        tag=tag, about_label="accounts.contact", about_id=other.pk, created_at=NINE
    )


def merge(cast, take=(), now=LATER):
    return merging_people.merge(cast.first, cast.other, take=take, by=cast.head, now=now)


def compared(before, after):
    return {key: (before.get(key), after.get(key)) for key in before.keys() | after.keys()
            if before.get(key) != after.get(key) and key[0] != "accounts.contactmerge"}  # fmt: skip


def test_undoing_restores_every_row_of_every_table(cast):
    whole(cast)
    before = stored()

    row = merge(cast, take=("name", "phone", "reports_to"))
    between = stored()
    merging_people.undo(row, by=cast.head, now=LATER + DAY)

    assert len(compared(before, between)) > 10
    assert compared(before, stored()) == {}
    assert "accounts.contactmerge" not in ASIDE


def test_everything_points_to_the_record_that_stays(cast):
    whole(cast)

    row = merge(cast, take=("title", "phone"))

    first, other = Contact.objects.get(pk=cast.first.pk), Contact.objects.get(pk=cast.other.pk)
    assert (first.name, first.title, first.phone) == ("方总", "副总经理", "13800000001")
    assert (other.status, other.merged_into) == (ContactStatus.MERGED, first)
    left = {column.key: column.rows(other.pk).count() for column in moving.columns(Contact)}
    assert {key: many for key, many in left.items() if many} == {}
    scores = GridAssessment.objects.filter(contact=first).order_by("assessed_on")
    assert [(score.pk, score.status) for score in scores] == [
        (cast.old.pk, "superseded"), (cast.new.pk, "confirmed"),
    ]  # fmt: skip
    assert [touch.contacts.get() for touch in (cast.both, cast.met)] == [first, first]
    seats = PowerSeat.objects.filter(contact=first)
    assert {seat.pk: seat.removed_at for seat in seats} == {
        cast.seat.pk: None, cast.twice.pk: LATER,
    }  # fmt: skip
    assert PowerSeat.objects.get(pk=cast.below.pk).reports_to == cast.seat
    assert CompetitorStance.objects.current().get(contact=first).as_of == (NINE - 4 * DAY).date()
    assert PersonalDetail.objects.get().contact == first
    memberships = PortalMembership.objects.filter(contact=first).order_by("pk")
    assert [one.status for one in memberships] == ["active", "suspended"]
    assert row.taken == ["phone", "title"]
    assert Timer.objects.armed().filter(about_id=cast.old.pk, kind="relationships.grid_expiry") \
        .count() == 0  # fmt: skip


def test_the_old_name_finds_the_record_that_stays(cast):
    merge(cast)

    hits = search.find("方志远")

    assert [(hit.title, hit.url) for hit in hits] == [("方志远", cast.first.get_absolute_url())]


def test_who_reported_to_the_one_reports_to_the_other_and_never_in_a_circle(cast):
    below = build.contact(cast.lanhai, "下属", reports_to=cast.other)
    Contact.objects.filter(pk=cast.first.pk).update(reports_to=cast.other)
    Contact.objects.filter(pk=cast.other.pk).update(reports_to=below)
    before = stored()

    row = merge(cast)

    bosses = dict(Contact.objects.values_list("pk", "reports_to"))
    assert (bosses[cast.first.pk], bosses[below.pk]) == (None, cast.first.pk)
    merging_people.undo(row, by=cast.head, now=LATER)
    assert compared(before, stored()) == {}


def test_a_link_to_the_same_person_elsewhere_stays(cast):
    far = build.contact(build.customer(cast.office, "别家"), "方志远")
    Contact.objects.filter(pk=cast.other.pk).update(same_person=far)
    Contact.objects.filter(pk=far.pk).update(same_person=cast.other)

    merge(cast)

    assert Contact.objects.get(pk=cast.first.pk).same_person == far
    assert Contact.objects.get(pk=far.pk).same_person == cast.first
    people = {one.pk for one in erasure.same_person(far)}
    assert people == {cast.first.pk, cast.other.pk, far.pk}


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ("itself", "b.1"), ("two customers", "b.1"), ("left stays", "b.1"), ("moved", "b.1"),
        ("twice", "b.1"), ("erased", "R-P3"), ("to be erased", "R-P3"), ("field", "b.1"),
    ],
)  # fmt: skip
def test_what_is_not_merged(cast, wrong, rule):
    other, take = cast.other, ()
    rows = Contact.objects.filter(pk=other.pk)
    if wrong == "itself":
        cast.other = cast.first
    if wrong == "two customers":
        rows.update(customer=build.customer(cast.office, "别家"))
    if wrong == "left stays":
        Contact.objects.filter(pk=cast.first.pk).update(status="left")
    if wrong in ("moved", "erased"):
        rows.update(status=wrong)
    if wrong == "twice":
        merge(cast)
    if wrong == "to be erased":
        asker = build.person("cmp", cast.company, "cmp")
        erasure.request(
            other, origin="person", received_on=NINE.date(), by=Actor.of(asker), now=NINE
        )
    if wrong == "field":
        take = ("can_sign",)
    before = stored()

    with pytest.raises((Refused, Invalid)) as refusal:
        merge(cast, take)

    assert stored() == before
    assert refusal.value.rule == rule


@pytest.mark.parametrize("reader", ["boss", "adm"])
@pytest.mark.parametrize(
    ("mine", "theirs"), [("round", "round"), ("proposal", "round"), ("proposal", "proposal")]
)
def test_while_both_are_being_scored_no_score_shows_by_a_merge(cast, mine, theirs, reader):
    cast.adm = build.person("adm", cast.company, "adm")
    for who, what in ((cast.first, mine), (cast.other, theirs)):
        if what == "proposal":
            proposed(who, cast.lin)
            continue
        row = ratings.ask(who, [cast.lin, cast.wei], by=Actor.of(cast.lin), now=NINE)
        ratings.rate(row, (1, 1), by=Actor.of(cast.wei), now=NINE, evidence="他说的")
    before = stored()
    by = Actor.of(getattr(cast, reader))

    with pytest.raises(Refused) as refusal, translation.override("en"):
        merging_people.merge(cast.first, cast.other, by=by, now=LATER)

    assert stored() == before
    assert refusal.value.rule == "R-R2"
    assert ("scored" in str(refusal.value.sentence)) is (reader == "boss")


def test_a_round_that_runs_for_one_of_them_moves_and_stays_unseen(cast):
    row = ratings.ask(cast.other, [cast.lin, cast.wei], by=Actor.of(cast.lin), now=NINE)
    ratings.rate(row, (1, 1), by=Actor.of(cast.wei), now=NINE, evidence="他说的")

    merge(cast)

    row.refresh_from_db()
    assert (row.contact, row.status) == (cast.first, "open")
    page = signed_in(cast.lin).get(f"/grid-rounds/{row.pk}/").content.decode()
    assert "方总" in page and "他说的" not in page


def test_of_two_open_plans_the_one_of_the_record_that_stays_runs_on(cast):
    for who in (cast.first, cast.other):
        placed(who, cast.lin, cast.boss, (0, 1), at=NINE - 5 * DAY)
        plans.draft(
            who, (0, 2), strategy="每月见一次", due_on=(NINE + 60 * DAY).date(),
            owner=cast.lin, by=Actor.of(cast.lin), now=NINE,
        )  # fmt: skip
    before = stored()

    row = merge(cast)

    states = RelationshipPlan.objects.filter(contact=cast.first).order_by("pk")
    assert [plan.status for plan in states] == ["draft", "cancelled"]
    merging_people.undo(row, by=cast.head, now=LATER)
    assert compared(before, stored()) == {}


@pytest.mark.parametrize(("days", "done"), [(30, True), (31, False)])
def test_a_merge_is_undone_within_thirty_days_and_once(cast, days, done):
    row = merge(cast, now=NINE)
    if not done:
        with pytest.raises(Refused):
            merging_people.undo(row, by=cast.head, now=NINE + days * DAY)
        return
    merging_people.undo(row, by=cast.head, now=NINE + days * DAY)
    with pytest.raises(Refused):
        merging_people.undo(row, by=cast.head, now=NINE + days * DAY)


def test_what_has_changed_since_is_not_undone(cast):
    row = merge(cast)
    first = Contact.objects.get(pk=cast.first.pk)
    contacts.edit(first, {"title": "总经理"}, by=cast.head, now=LATER, version=first.version)
    before = stored()

    with pytest.raises(Refused):
        merging_people.undo(row, by=cast.head, now=LATER)

    assert stored() == before


def test_a_chain_leads_to_the_last_and_is_undone_backwards(cast):
    third = build.contact(cast.lanhai, "方先生")
    before = stored()
    one = merge(cast)
    two = merging_people.merge(third, cast.first, by=cast.head, now=LATER)
    assert Contact.objects.get(pk=cast.other.pk).merged_into == third

    with pytest.raises(Refused):
        merging_people.undo(one, by=cast.head, now=LATER)
    merging_people.undo(two, by=cast.head, now=LATER)
    merging_people.undo(one, by=cast.head, now=LATER)

    assert compared(before, stored()) == {}


def test_people_of_two_records_of_a_customer_are_merged_after_these_and_undone_before(cast):
    twin = build.customer(cast.office, "澜海移动")
    theirs = build.contact(twin, "方志远")
    near.met(theirs, cast.lin, NINE - DAY)
    before = stored()
    firm = merging.merge(cast.lanhai, twin, by=cast.head, now=NINE)
    person = merging_people.merge(cast.first, theirs, by=cast.head, now=LATER)
    assert Interaction.objects.get().contacts.get() == cast.first

    with pytest.raises(Refused):
        merging.undo(firm, by=cast.head, now=LATER)
    merging_people.undo(person, by=cast.head, now=LATER)
    merging.undo(firm, by=cast.head, now=LATER)

    assert {key: pair for key, pair in compared(before, stored()).items()} == {}


def test_erasing_the_person_erases_both_records_and_the_journal(cast):
    row = merge(cast, take=("name", "phone"))
    asker, adm = (build.person(role, cast.company, role) for role in ("cmp", "adm"))
    asked = erasure.request(
        cast.first, origin="person", received_on=NINE.date(), by=Actor.of(asker), now=LATER
    )

    erase.carry_out(asked, by=Actor.of(adm), now=LATER)

    people = Contact.objects.filter(pk__in=[cast.first.pk, cast.other.pk])
    assert {(one.status, one.phone) for one in people} == {("erased", "")}
    row.refresh_from_db()
    assert (row.journal, row.taken) == ({}, [])
    assert search.find("方志远") == []
    with pytest.raises(Refused) as refusal:
        merging_people.undo(row, by=cast.head, now=LATER)
    assert refusal.value.rule == "R-P3"


def test_gifts_of_a_year_are_those_of_the_person(cast):
    merge(cast)

    assert set(gifts._same(Contact.objects.get(pk=cast.first.pk))) == {
        cast.first.pk, cast.other.pk,
    }  # fmt: skip


def test_an_invited_guest_keeps_the_door_that_is_open(cast):
    portal.invite(cast.first, ["view"], by=cast.head, now=NINE)

    merge(cast)

    row = PortalMembership.objects.get()
    assert (row.contact, row.status) == (cast.first, "invited")


def test_what_would_move_is_counted_in_one_query_and_the_confidential_only_inside(cast):
    whole(cast)

    with translation.override("en"), CaptureQueriesContext(connection) as asked:
        inside = dict(what_moves(cast.other, inside=True))
        outside = dict(what_moves(cast.other, inside=False))

    assert len(asked) == 2
    assert inside["Interactions"] == outside["Interactions"] == 3
    hidden = {"Grid assessments", "Power seats", "Personal details"}
    assert hidden <= set(inside) and not hidden & set(outside)
    row = merge(cast)
    locked = registry.entry("MERGE_LOCKED")
    assert row.rows < moving.counted([row.journal["moved"]]) + len(row.journal["changed"])
    assert any(key.startswith(locked) for key in row.journal["moved"])
    entry = TrailEntry.objects.get(verb="contact.merged")
    assert (entry.klass, json.loads(entry.facts)["with"]) == (
        TrailEntry.Klass.OPEN, cast.other.pk,
    )  # fmt: skip
    given = dict(export.tables([cast.first, cast.other], []))
    assert "journal" not in given["accounts.contactmerge"][0]


def test_merging_and_undoing_through_the_pages(cast):
    client, url = signed_in(cast.boss), f"/contacts/{cast.first.pk}/merge/"

    offered = client.get(url).content.decode()
    assert "方志远, 副总经理" in offered
    step = client.post(url, {"other": cast.other.pk})
    assert (step.status_code, step["Location"]) == (302, f"{url}?other={cast.other.pk}")
    page = client.get(step["Location"])
    assert [bound.name for bound in page.context["form"].sides()] == [
        "of_name", "of_title", "of_phone",
    ]  # fmt: skip
    said = {"other": cast.other.pk, "compared": "1", "of_name": "keep", "of_title": "take"}
    assert client.post(step["Location"], said).status_code == 302
    first = Contact.objects.get(pk=cast.first.pk)
    assert (first.name, first.title, first.phone) == ("方总", "副总经理", "")
    old = client.get(f"/contacts/{cast.other.pk}/")
    assert old["Location"] == f"/contacts/{cast.first.pk}/"
    row = ContactMerge.objects.get()
    assert "方志远" in client.get(url).content.decode()
    assert client.post(f"/contact-merges/{row.pk}/undo/").status_code == 302
    assert client.get(f"/contacts/{cast.other.pk}/").status_code == 200


def test_the_pages_cost_the_same_however_much_hangs_on_it(cast):
    client = signed_in(cast.boss)
    url = f"/contacts/{cast.first.pk}/merge/?other={cast.other.pk}"
    client.get(url)
    counted = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        counted.append(len(asked))
        for day in range(3):
            near.met(cast.other, cast.lin, NINE - day * DAY)

    assert counted[0] == counted[1] <= 15


def test_itself_is_refused_on_the_page_and_in_rest_with_the_rule(cast):
    client, pk = signed_in(cast.boss), cast.first.pk

    page = client.post(f"/contacts/{pk}/merge/?other={pk}", {"other": pk, "compared": "1"})
    rest = client.post(
        f"/api/v1/contacts/{pk}/merge/", {"other": pk}, content_type="application/json"
    )

    assert page.status_code == 409
    assert (rest.status_code, rest.json()["rule"]) == (409, "b.1")
    assert not ContactMerge.objects.exists()


def test_merging_and_undoing_in_rest(cast):
    client, pk = signed_in(cast.boss), cast.first.pk

    made = client.post(
        f"/api/v1/contacts/{pk}/merge/", {"other": cast.other.pk, "take": ["title"]},
        content_type="application/json",
    ).json()  # fmt: skip
    gone = client.get(f"/api/v1/contacts/{cast.other.pk}/").json()
    back = client.post(
        f"/api/v1/contact-merges/{made['id']}/undo/", {}, content_type="application/json"
    )

    assert (made["contact"], made["merged"], made["taken"]) == (pk, cast.other.pk, ["title"])
    assert "journal" not in made
    assert (gone["status"], gone["merged_into"]) == ("merged", pk)
    assert back.status_code == 200 and back.json()["undone_at"]
