"""SQL that is written once for people alike shows each of them their own rows, at once."""

import pytest

from accounts import queries_alike
from accounts.choices import Role
from accounts.models import Customer, UserRole
from accounts.tests import build
from core.models import User

pytestmark = pytest.mark.django_db


def seen(user):
    fresh = User.objects.get(pk=user.pk)

    def make(person):
        return Customer.objects.visible_to(person).order_by("id")[:50]

    return queries_alike.read_alike("test", fresh, make, {}, {}), list(make(fresh))


def test_people_alike_see_what_each_may_see():
    made = build.cast()
    build.customer(made.west, "远西电力")
    people = [user for user in vars(made).values() if isinstance(user, User)]
    assert len(people) > 4

    shown = {}
    for user in people:
        shown[user.pk], plain = seen(user)
        assert shown[user.pk] == plain, user
    assert len({tuple(row.pk for row in rows or ()) for rows in shown.values()}) > 1


def test_another_role_and_another_unit_count_at_once():
    made = build.cast()
    far = build.customer(made.west, "远西电力")
    user = build.person("wanderer", made.west, Role.AR)
    assert far in seen(user)[0]

    user.profile.unit = made.office
    user.profile.save()
    assert far not in seen(user)[0]

    UserRole.objects.filter(user=user).update(role=Role.TPR)
    assert seen(user) == ([], [])


def test_who_is_like_nobody_else_is_asked_for_each_time():
    made = build.cast()
    boss = build.person("root", made.company, Role.ADM, is_superuser=True)
    gone = build.person("gone", made.office, Role.AR, is_active=False)

    assert [seen(one)[0] for one in (boss, gone)] == [None, None]
