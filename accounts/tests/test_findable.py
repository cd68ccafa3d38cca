"""Who finds what: the search asks in its own way for customers in sight, and means the same."""

import pytest

from accounts import findable
from accounts.choices import Role
from accounts.models import Customer
from accounts.tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    made = build.cast()
    made.farwest = build.customer(made.west, "远西电力")
    made.root = build.person("root", made.company, is_superuser=True, is_staff=True)
    made.cmp = build.person("cmp", made.company, Role.CMP)
    made.portal = build.person("portal", is_portal=True)
    made.gone = build.person("gone", made.company, is_active=False)
    return made


WHO = ("lin", "wei", "fang", "boss", "stranger", "root", "cmp", "portal", "gone")


def ids_of(scopes):
    if scopes is None:
        return set(Customer.objects.values_list("pk", flat=True))
    return {each["pk"] if isinstance(each, dict) else each for each in scopes}


@pytest.mark.parametrize("few", [0, 500])
@pytest.mark.parametrize("who", WHO)
def test_scopes_are_the_customers_in_sight(cast, monkeypatch, who, few):
    monkeypatch.setattr(findable, "FEW", few)
    user = getattr(cast, who)
    seen = set(Customer.objects.visible_to(user).values_list("pk", flat=True))

    assert ids_of(findable.scopes_of(user)) == seen


@pytest.mark.parametrize("few", [0, 500])
@pytest.mark.parametrize(("who", "found"), [("lin", 1), ("root", 2), ("portal", 0), ("gone", 0)])
def test_the_same_is_found_in_each_way(cast, monkeypatch, who, found, few):
    monkeypatch.setattr(findable, "FEW", few)
    hits = [
        hit
        for typed in ("澜海", "远西")
        for hit in findable.find(getattr(cast, who), typed, 20)
        if hit.label == findable.CUSTOMER
    ]

    assert len(hits) == found
