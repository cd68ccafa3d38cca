"""Who sees a customer (domain.md 0.2)."""

from contextlib import nullcontext

import pytest

from accounts.choices import Role, TeamRole
from accounts.models import (
    Contact,
    Customer,
    confided_to,
    customer,
    roles_of,
    seat_of,
    seen_by,
)
from accounts.models.organisation import person_of
from accounts.queries import customer_seen_by
from accounts.sights import Sight, sight_among
from accounts.tests import build
from core.kept import ByIndex, counting, reading_first
from core.models import User
from core.paging import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "sees", "confidential"),
    [
        ("lin", True, True),
        ("fang", True, True),
        ("boss", True, True),
        ("exe", True, True),
        ("stranger", False, False),
    ],
)
def test_team_and_heads_see_a_customer_and_strangers_do_not(name, sees, confidential):
    cast = build.cast()
    user = getattr(cast, name)

    assert Customer.objects.visible_to(user).filter(pk=cast.lanhai.pk).exists() is sees
    assert Customer.objects.confidential_to(user).filter(pk=cast.lanhai.pk).exists() is confidential


def _in_sight(user, *, confidential):
    """The same said in Python, from the rows themselves."""
    if not user.is_active or user.is_portal:
        return set()
    seats = {TeamRole.AR, TeamRole.SR, TeamRole.FR, TeamRole.MEMBER, TeamRole.EXECUTIVE_SPONSOR}
    found = set()
    for row in Customer.objects.select_related("owning_unit"):
        roles = set(row.assignments.active().filter(user=user).values_list("role", flat=True))
        below = bool(seat_of(user)) and row.owning_unit.path.startswith(seat_of(user))
        if confidential:
            leads = below and bool(roles_of(user) & {Role.RH, Role.EXE})
            near = bool(roles & seats) or leads
        else:
            near = bool(roles) or below
        if near or user.is_superuser:
            found.add(row.pk)
    return found


@pytest.mark.parametrize("sights", [None, (0, 1_000), (1, 2), (0, 0)])
def test_kept_conditions_hold_for_one_person_after_the_other(sights, monkeypatch):
    """However the database is asked for what is in sight (PostgreSQL), it is the same."""
    monkeypatch.setattr(customer, "SIGHTS", sights)
    monkeypatch.setattr(customer, "_SIGHTS", {})
    cast = build.cast()
    west = build.unit("West")
    far = build.customer(west, "远山")
    build.contact(far, "远")
    people = [
        build.person("west_ar", west, Role.AR),
        build.person("west_rh", west, Role.RH),
        build.person("west_exe", west, Role.EXE),
        build.person("west_tpr", west, Role.TPR),
        build.person("nowhere", None, Role.AR),
        build.person("nowhere_rh", None, Role.RH),
        build.person("gone", west, Role.RH, is_active=False),
        build.person("outside", west, Role.RH, is_portal=True),
        build.person("root", None, is_superuser=True),
    ]
    build.assign(far, people[4], TeamRole.AR)
    build.assign(cast.lanhai, people[3], TeamRole.REVIEWER)
    rows = [*people, cast.lin, cast.fang, cast.boss, cast.exe, cast.stranger, *people]
    everybody = [*Customer.objects.values_list("pk", flat=True), 10**12]

    for one in rows:
        user = User.objects.get(pk=one.pk)
        open_, inner = _in_sight(user, confidential=False), _in_sight(user, confidential=True)
        assert set(Customer.objects.visible_to(user).values_list("pk", flat=True)) == open_, one
        assert set(Customer.objects.confidential_to(user).values_list("pk", flat=True)) == inner
        of = Contact.objects.filter(customer__in=seen_by(user))
        assert set(of.values_list("customer", flat=True)) <= open_
        assert set(Customer.objects.filter(pk__in=seen_by(user)).values_list("pk", flat=True)) == (
            open_
        )
        by_one = {pk for pk in everybody if customer_seen_by(user, pk) is not None}
        assert by_one == open_, one
        inside = Customer.objects.filter(pk__in=confided_to(user))
        assert set(inside.values_list("pk", flat=True)) == inner
        for rows in (of, Contact.objects.filter(customer__in=seen_by(user, each=True))):
            with reading_first():
                assert list(rows.order_by("pk")[:9]) == sorted(rows, key=lambda row: row.pk)[:9]
            with counting():
                count = rows.count()
            assert count == len(rows) == Contact.objects.filter(customer__in=open_).count()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("sights", "first", "by_index"),
    [(None, True, True), (None, False, False), ((0, 1_000), True, False), ((0, 0), True, False)],
)
def test_rows_of_few_customers_are_read_by_their_index(sights, first, by_index, monkeypatch):
    """Walking along the order for somebody with three of ten thousand customers reads them all."""
    monkeypatch.setattr(customer, "SIGHTS", sights)
    monkeypatch.setattr(customer, "_SIGHTS", {})
    cast = build.cast()

    def said(user) -> str:
        rows = Contact.objects.visible_to(user).filter(ByIndex("pk")).order_by("-pk")
        with reading_first() if first else nullcontext():
            return rows.query.get_compiler("default").as_sql()[0]

    assert ("MOD(" in said(cast.lin)) is by_index
    root = build.person("root", None, is_superuser=True)
    assert "MOD(" not in said(root)
    rows = Contact.objects.visible_to(cast.lin)
    assert page_of(rows, ordering="-id").rows == list(rows.order_by("-id")[:50])


def test_a_right_that_is_taken_away_is_gone_at_once():
    cast = build.cast()
    assert Customer.objects.visible_to(cast.lin).filter(pk=cast.lanhai.pk).exists()
    assert customer_seen_by(cast.lin, cast.lanhai.pk) == cast.lanhai

    seats = cast.lanhai.assignments.filter(user=cast.lin)
    seats.update(status="ended")
    cast.lin.profile.delete()
    lin = User.objects.get(pk=cast.lin.pk)

    assert not Customer.objects.visible_to(lin).exists()
    assert customer_seen_by(lin, cast.lanhai.pk) is None
    assert not Contact.objects.visible_to(lin).exists()


def test_a_person_is_read_with_roles_unit_and_unread_notices():
    west = build.unit("West")
    two, none = build.person("two", west, Role.AR, Role.RH), build.person("none")
    left = build.person("left", west, Role.AR)
    left.profile.left_on = build.NINE.date()
    left.profile.save()

    for one in (two, none, left, two):
        found = person_of(one.pk)
        plain = User.objects.get(pk=one.pk)
        assert (found, roles_of(found), seat_of(found)) == (plain, roles_of(plain), seat_of(plain))
        assert found.unread == plain.unread == 0
        for field in User._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(plain, field.attname), field
    assert person_of(10**12) is None

    two.role_rows.filter(role=Role.RH).delete()
    assert roles_of(person_of(two.pk)) == {Role.AR}


def test_a_sight_is_counted_once_a_minute_and_grows_with_what_is_seen(monkeypatch):
    monkeypatch.setattr(customer, "SIGHTS", (1, 2))
    monkeypatch.setattr(customer, "_SIGHTS", {})
    cast = build.cast()
    office = cast.lanhai.owning_unit
    theirs = Customer.objects.visible_to(cast.boss).count()
    said = []
    for number in range(3):
        customer._SIGHTS.clear()
        said.append((theirs + number, customer.sight_of(cast.boss)))
        build.customer(office, f"分公司 {number}")
    assert customer.sight_of(cast.boss) == said[-1][1]  # kept: one more changes nothing yet
    if customer.on_postgres():
        sizes = {Sight.FEW: range(2), Sight.SOME: range(2, 3), Sight.MANY: range(3, 9)}
        assert all(count in sizes[sight] for count, sight in said), said
    else:
        assert {sight for _count, sight in said} == {Sight.MANY}


@pytest.mark.parametrize(
    ("every", "few"),
    [(-1, 60), (0, 60), (10_000, 60), (10_500, 61), (40_000, 120), (1_000_000, 600)],
)
def test_of_more_customers_more_are_few(every, few):
    said = [sight_among(count, every, 60, 2_000) for count in (few, few + 1, 2_000, 2_001)]

    assert said == [Sight.FEW, Sight.SOME, Sight.SOME, Sight.MANY]
