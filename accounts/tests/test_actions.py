"""Writes of customers, contacts, the organisation and the team, through the database."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import (
    action_items,
    contacts,
    customer_units,
    customers,
    organisation,
    people,
    portal,
    team,
)
from accounts.choices import (
    AssignmentStatus,
    ContactStatus,
    CustomerStatus,
    OrgLevel,
    TeamRole,
    Tier,
)
from accounts.findable import find
from accounts.models import AccountAssignment, Contact, Customer, OrgUnit
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused, Stale
from core.models import ApiToken, Notification, OutboxMessage, Timer, TrailEntry
from core.timers import sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build.cast()


def lin(cast):
    return Actor.of(cast.lin)


def machine(user):
    return Actor(user=user, token=ApiToken(user=user), channel="api")


def test_the_company_exists_from_the_first_migration():
    company = OrgUnit.objects.get(name="本公司")

    assert (company.level, company.path) == (OrgLevel.COMPANY, f"/{company.pk}/")


# customers


def test_a_new_customer_gets_code_path_search_columns_and_a_trail(cast):
    made = customers.create(
        {"name": " 朔原  电信 ", "short_name": "朔原", "owning_unit": cast.office},
        by=lin(cast),
        now=NINE,
    )

    made.refresh_from_db()
    assert (made.name, made.path, made.status) == ("朔原 电信", f"/{made.pk}/", "prospect")
    assert made.code.startswith("CUS-")
    assert [hit.id for hit in find(cast.lin, "sydx", 5)] == [made.pk]
    assert find(cast.stranger, "sydx", 5) == []
    assert TrailEntry.objects.filter(verb="customer.created", scope_id=made.pk).count() == 1


@pytest.mark.parametrize("name", ["", "a\x00b", "evil\u202egpj", "zero\u200bwidth", "x" * 121])
def test_a_bad_name_is_refused_with_a_sentence(cast, name):
    with pytest.raises(Invalid) as refusal:
        customers.create({"name": name, "owning_unit": cast.office}, by=lin(cast), now=NINE)

    assert list(refusal.value.fields) == ["name"]
    assert Customer.objects.count() == 1


def test_an_edit_with_an_old_version_is_stale_and_keeps_the_first_text(cast):
    customers.edit(cast.lanhai, {"notes": "first"}, by=lin(cast), now=NINE, version=1)
    again = Customer.objects.get(pk=cast.lanhai.pk)

    with pytest.raises(Stale) as refusal:
        customers.edit(again, {"notes": "second"}, by=lin(cast), now=NINE, version=1)

    assert refusal.value.extra["current"] == {"notes": "first"}
    assert refusal.value.extra["current_version"] == 2


def test_a_new_name_is_what_search_knows(cast):
    customers.edit(cast.lanhai, {"name": "岭东电网"}, by=lin(cast), now=NINE, version=1)

    assert [hit.title for hit in find(cast.lin, "lingdong", 5)] == ["岭东电网"]
    found = find(cast.lin, "lanhai", 5)
    assert [hit.label for hit in found] == ["accounts.contact"]


def test_moving_takes_the_whole_branch_along(cast):
    top = build.customer(cast.office, "集团")
    child = build.customer(cast.office, "市公司", parent=cast.lanhai)

    customers.move_in_tree(cast.lanhai, top, by=lin(cast), now=NINE)

    child.refresh_from_db()
    assert child.path == f"/{top.pk}/{cast.lanhai.pk}/{child.pk}/"


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_cycle_in_the_customer_tree_is_refused_with_a_sentence(cast, depth):
    below = [cast.lanhai]
    for number in range(depth):
        below.append(build.customer(cast.office, f"child {number}", parent=below[-1]))

    with pytest.raises(Refused) as refusal:
        customers.move_in_tree(cast.lanhai, below[-1], by=lin(cast), now=NINE)

    assert list(refusal.value.fields) == ["parent"]
    cast.lanhai.refresh_from_db()
    assert (cast.lanhai.parent_id, cast.lanhai.path) == (None, f"/{cast.lanhai.pk}/")


@pytest.mark.parametrize(
    ("frm", "to", "goes"),
    [
        ("prospect", "active", True),
        ("prospect", "loyal", False),
        ("active", "loyal", True),
        ("active", "lost", False),
        ("dormant", "lost", True),
        ("lost", "prospect", True),
        ("lost", "active", False),
    ],
)
def test_the_lifecycle_moves_along_its_arrows_only(cast, frm, to, goes):
    Customer.objects.filter(pk=cast.lanhai.pk).update(status=frm)
    cast.lanhai.refresh_from_db()

    try:
        customers.change_status(cast.lanhai, to, by=lin(cast), now=NINE, reason="price")
    except Refused:
        pass

    cast.lanhai.refresh_from_db()
    assert cast.lanhai.status == (to if goes else frm)


def test_lost_needs_a_reason_and_active_an_account_manager(cast):
    orphan = build.customer(cast.office, "孤儿")

    with pytest.raises(Invalid):
        customers.change_status(orphan, CustomerStatus.LOST, by=lin(cast), now=NINE)
    with pytest.raises(Refused):
        customers.change_status(orphan, CustomerStatus.ACTIVE, by=lin(cast), now=NINE)


def test_archive_twice_is_refused_and_restore_brings_it_back(cast):
    customers.archive(cast.lanhai, by=lin(cast), now=NINE)
    with pytest.raises(Refused):
        customers.archive(cast.lanhai, by=lin(cast), now=NINE)

    customers.restore(cast.lanhai, by=lin(cast), now=NINE)

    assert Customer.objects.current().filter(pk=cast.lanhai.pk).exists()


def test_two_units_of_one_name_are_refused(cast):
    customer_units.create(cast.lanhai, {"name": "网络部"}, by=lin(cast), now=NINE)

    with pytest.raises(Refused):
        customer_units.create(cast.lanhai, {"name": " 网络部 "}, by=lin(cast), now=NINE)


# contacts


def test_names_and_addresses_of_people_stand_in_the_erasable_table_only(cast):
    made = contacts.create(
        cast.lanhai, {"name": "何砚秋", "phone": "13900001111"}, by=lin(cast), now=NINE
    )

    entry = TrailEntry.objects.get(verb="contact.created", about_id=made.pk)
    assert "何砚秋" not in entry.facts
    assert dict(entry.personal.values_list("name", "value")) == {
        "name": "何砚秋",
        "phone": "13900001111",
    }


@pytest.mark.parametrize("field", ["unit", "reports_to"])
def test_relations_of_another_customer_are_refused(cast, field):
    other = build.customer(cast.west, "别家")
    foreign = build.department(other) if field == "unit" else build.contact(other, "外人")

    with pytest.raises(Invalid) as refusal:
        contacts.edit(cast.ruochuan, {field: foreign}, by=lin(cast), now=NINE, version=1)

    assert list(refusal.value.fields) == [field]


def test_a_circle_of_bosses_is_refused(cast):
    boss = build.contact(cast.lanhai, "上级")
    contacts.edit(cast.ruochuan, {"reports_to": boss}, by=lin(cast), now=NINE, version=1)

    with pytest.raises(Refused):
        contacts.edit(boss, {"reports_to": cast.ruochuan}, by=lin(cast), now=NINE, version=1)
    with pytest.raises(Refused):
        contacts.edit(boss, {"reports_to": boss}, by=lin(cast), now=NINE, version=1)


def test_the_relationship_owner_must_be_on_the_team(cast):
    with pytest.raises(Invalid):
        contacts.edit(
            cast.ruochuan, {"relationship_owner": cast.stranger}, by=lin(cast), now=NINE, version=1
        )

    contacts.edit(
        cast.ruochuan, {"relationship_owner": cast.wei}, by=lin(cast), now=NINE, version=1
    )
    assert cast.ruochuan.relationship_owner == cast.wei


def test_only_the_account_manager_attests_signing(cast):
    for by in (Actor.of(cast.wei), Actor.of(cast.boss), machine(cast.lin)):
        with pytest.raises(Forbidden):
            contacts.attest_signing(cast.ruochuan, by=by, now=NINE)

    contacts.attest_signing(cast.ruochuan, by=lin(cast), now=NINE)

    assert cast.ruochuan.can_sign_attested_by == cast.lin


def test_whoever_left_is_not_found_any_more(cast):
    assert [hit.title for hit in find(cast.lin, "ruochuan", 5)] == ["林若川"]

    contacts.mark_left(cast.ruochuan, by=lin(cast), now=NINE)

    assert find(cast.lin, "ruochuan", 5) == []


def test_whoever_moves_gets_a_successor_without_the_right_to_sign(cast):
    other = build.customer(cast.office, "新东家")

    successor = contacts.mark_moved(cast.ruochuan, other, {"title": "CTO"}, by=lin(cast), now=NINE)

    old = Contact.objects.get(pk=cast.ruochuan.pk)
    assert (old.status, old.can_sign) == (ContactStatus.MOVED, False)
    assert (successor.customer, successor.title, successor.can_sign) == (other, "CTO", False)
    assert successor.same_person == cast.ruochuan
    for link in (None, build.contact(other, "同名的人")):
        with pytest.raises(Invalid):
            contacts.edit(successor, {"same_person": link}, by=lin(cast), now=NINE, version=None)


# team


@pytest.mark.parametrize("role", ["ar", "sr", "fr"])
def test_a_second_holder_of_a_corner_is_refused(cast, role):
    with pytest.raises(Refused) as refusal:
        team.assign(cast.lanhai, cast.stranger, role, by=lin(cast), now=NINE)

    assert refusal.value.rule == "b.1"
    active = AccountAssignment.objects.active().filter(customer=cast.lanhai, role=role)
    assert active.count() == 1


def test_handing_over_leaves_exactly_one_account_manager(cast):
    seat = AccountAssignment.objects.get(customer=cast.lanhai, role=TeamRole.AR)

    team.hand_over(seat, cast.stranger, by=lin(cast), now=NINE)

    rows = AccountAssignment.objects.filter(customer=cast.lanhai, role=TeamRole.AR)
    assert [(row.user, row.status) for row in rows.order_by("id")] == [
        (cast.lin, AssignmentStatus.HANDED_OVER),
        (cast.stranger, AssignmentStatus.ACTIVE),
    ]


def test_handing_over_twice_is_refused(cast):
    seat = AccountAssignment.objects.get(customer=cast.lanhai, role=TeamRole.AR)
    late = AccountAssignment.objects.get(pk=seat.pk)
    team.hand_over(seat, cast.stranger, by=lin(cast), now=NINE)

    with pytest.raises(Refused):
        team.hand_over(late, cast.wei, by=lin(cast), now=NINE)


def test_the_account_manager_does_not_simply_end(cast):
    seat = AccountAssignment.objects.get(customer=cast.lanhai, role=TeamRole.AR)

    with pytest.raises(Refused):
        team.end(seat, by=lin(cast), now=NINE)


def test_a_time_boxed_seat_ends_at_its_time(cast):
    until = NINE + dt.timedelta(days=1)
    seat = team.assign(
        cast.lanhai, cast.stranger, TeamRole.REVIEWER, by=lin(cast), now=NINE, until=until
    )

    sweep(until - dt.timedelta(seconds=1))
    assert Customer.objects.visible_to(cast.stranger).count() == 1
    sweep(until)
    sweep(until)

    seat.refresh_from_db()
    assert seat.status == AssignmentStatus.ENDED
    assert Customer.objects.visible_to(cast.stranger).count() == 0


def test_portal_users_never_join_a_team(cast):
    outsider = build.person("outsider", is_portal=True)

    with pytest.raises(Invalid):
        team.assign(cast.lanhai, outsider, TeamRole.MEMBER, by=lin(cast), now=NINE)


# organisation


def test_a_unit_moves_with_everything_below_and_never_under_itself(cast):
    organisation.move_unit(cast.office, cast.west, by=SYSTEM, now=NINE)
    cast.office.refresh_from_db()
    assert cast.office.path == f"{cast.west.path}{cast.office.pk}/"

    with pytest.raises(Refused):
        organisation.move_unit(cast.west, cast.office, by=SYSTEM, now=NINE)


def test_a_unit_that_holds_customers_stays_open(cast):
    with pytest.raises(Refused):
        organisation.close_unit(cast.office, by=SYSTEM, now=NINE)

    empty = organisation.create_unit("空", OrgLevel.REP_OFFICE, cast.east, by=SYSTEM, now=NINE)
    assert organisation.close_unit(empty, by=SYSTEM, now=NINE).status == "closed"


def test_a_region_does_not_stand_under_an_office(cast):
    with pytest.raises(Invalid):
        organisation.create_unit("反", OrgLevel.REGION, cast.office, by=SYSTEM, now=NINE)


def test_an_acting_head_needs_an_end(cast):
    with pytest.raises(Invalid):
        organisation.edit_unit(cast.east, {"acting_head": cast.wei}, by=SYSTEM, now=NINE, version=1)


def test_whoever_leaves_hands_everything_to_the_head(cast):
    item = action_items.create(
        "回电", owner=cast.lin, due_at=NINE, customer=cast.lanhai, by=SYSTEM, now=NINE
    )
    Contact.objects.filter(pk=cast.ruochuan.pk).update(relationship_owner=cast.lin)

    heir = people.leave(cast.lin.profile, NINE.date(), by=SYSTEM, now=NINE)

    item.refresh_from_db()
    cast.lin.refresh_from_db()
    assert heir == cast.boss
    assert (item.owner, cast.lin.is_active) == (cast.boss, False)
    assert Contact.objects.get(pk=cast.ruochuan.pk).relationship_owner == cast.boss
    seats = AccountAssignment.objects.active().filter(customer=cast.lanhai, role=TeamRole.AR)
    assert [seat.user for seat in seats] == [cast.boss]


def test_roles_are_set_as_a_whole_and_recorded(cast):
    assert people.set_roles(cast.lin, ["ar", "rh"], by=SYSTEM, now=NINE) == {"ar", "rh"}
    assert people.set_roles(cast.lin, ["fr"], by=SYSTEM, now=NINE) == {"fr"}
    with pytest.raises(Invalid):
        people.set_roles(cast.lin, ["king"], by=SYSTEM, now=NINE)


# action items


def test_an_item_is_done_then_verified_by_somebody_else(cast):
    item = action_items.create(
        "备件答复",
        owner=cast.fang,
        due_at=NINE + dt.timedelta(hours=3),
        customer=cast.lanhai,
        verifier=cast.lin,
        by=lin(cast),
        now=NINE,
    )

    with pytest.raises(Invalid):
        action_items.done(item, by=Actor.of(cast.fang), now=NINE)
    action_items.done(item, by=Actor.of(cast.fang), now=NINE, evidence="寄出 6 套")
    for wrong in (cast.fang, cast.wei):
        with pytest.raises(Forbidden):
            action_items.verify(item, by=Actor.of(wrong), now=NINE)
    action_items.verify(item, by=lin(cast), now=NINE)

    assert item.status == "verified"


def test_the_owner_is_told_at_the_due_time_once(cast):
    due = NINE + dt.timedelta(hours=3)
    item = action_items.create(
        "备件答复", owner=cast.fang, due_at=due, customer=cast.lanhai, by=lin(cast), now=NINE
    )
    from core.models import Notification

    sweep(due - dt.timedelta(seconds=1))
    assert Notification.objects.count() == 0
    sweep(due)
    sweep(due + dt.timedelta(seconds=1))
    assert [note.user for note in Notification.objects.all()] == [cast.fang]
    assert not Timer.objects.armed().filter(about_id=item.pk).exists()


# portal


def test_an_invitation_makes_a_portal_user_and_a_mail_to_the_customer(cast):
    made = portal.invite(cast.ruochuan, ["view", "sign"], by=lin(cast), now=NINE)

    mail = OutboxMessage.objects.get(once=f"invitation:{made.pk}:1")
    assert (made.user.is_portal, made.user.has_usable_password()) == (True, False)
    assert (mail.address, mail.to_customer) == ("ruochuan@lanhai.example", True)
    assert "/portal/invitation/" in mail.body


def test_signing_rights_need_an_attested_contact(cast):
    plain = build.contact(cast.lanhai, "何砚秋", email="he@lanhai.example")

    with pytest.raises(Invalid) as refusal:
        portal.invite(plain, ["sign"], by=lin(cast), now=NINE)

    assert list(refusal.value.fields) == ["rights"]


def test_a_colleagues_address_never_becomes_a_portal_user(cast):
    contact = build.contact(cast.lanhai, "假", email="LIN@example.com")

    with pytest.raises(Invalid):
        portal.invite(contact, ["view"], by=lin(cast), now=NINE)


def test_whoever_leaves_loses_the_portal(cast):
    made = portal.invite(cast.ruochuan, ["view"], by=lin(cast), now=NINE)
    portal.accept(made, "a long enough word", by=SYSTEM, now=NINE)

    contacts.mark_left(cast.ruochuan, by=lin(cast), now=NINE)

    made.refresh_from_db()
    assert made.status == "suspended"
    with pytest.raises(Refused):
        portal.restore(made, by=lin(cast), now=NINE)


def test_an_invitation_runs_out(cast):
    made = portal.invite(cast.ruochuan, ["view"], by=lin(cast), now=NINE)

    with pytest.raises(Refused):
        portal.accept(made, "a long enough word", by=SYSTEM, now=NINE + dt.timedelta(days=7))


def test_a_tier_is_a_number_so_that_order_means_order():
    assert sorted([Tier.C, Tier.S, Tier.B, Tier.A]) == [Tier.S, Tier.A, Tier.B, Tier.C]


def test_due_items_are_told_by_batch(cast):
    def cost(number, hour):
        due = NINE + dt.timedelta(hours=hour)
        for each in range(number):
            item = dict(owner=cast.lin, due_at=due, customer=cast.lanhai, by=SYSTEM, now=NINE)
            action_items.create(f"item {hour} {each}", **item)
        sweep(due - dt.timedelta(seconds=1))
        before = Notification.objects.count()
        with CaptureQueriesContext(connection) as seen:
            sweep(due)
        assert Notification.objects.count() == before + number
        return len(seen)

    cost(1, 1)
    assert cost(9, 3) <= cost(2, 2) + 1
