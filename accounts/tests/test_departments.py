"""Departments of a customer: a tree without rings, with its people."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import departments
from accounts.actions import customer_units
from accounts.models import CustomerUnit
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Invalid

CHAIN = {1: None, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5}


@pytest.mark.parametrize(
    ("unit", "parent", "wrong"),
    [
        (None, None, ""),
        (None, 5, ""),
        (None, 6, "deep"),
        (3, 3, "ring"),
        (3, 6, "ring"),
        (3, 1, ""),
        (7, 5, ""),
        (1, 7, "deep"),
        (2, 7, ""),
    ],
)
def test_a_department_hangs_neither_below_itself_nor_too_deep(unit, parent, wrong):
    assert departments.complaint(CHAIN | {7: None}, unit, parent) == wrong


def test_the_tree_is_told_from_the_top_down():
    rows = [(3, 2), (2, 1), (4, None), (1, None), (5, 1), (6, 99)]

    assert departments.in_order(rows) == [(4, 0), (1, 0), (2, 1), (3, 2), (5, 1), (6, 0)]


@pytest.fixture
def cast(db):
    return build.cast()


def made(cast, name, parent=None):
    values = {"name": name, "kind": "network", "parent": parent}
    return customer_units.create(cast.lanhai, values, by=Actor.of(cast.lin), now=NINE)


def test_a_ring_and_a_department_of_somebody_else_are_refused(cast):
    by, top = Actor.of(cast.lin), made(cast, "网络部")
    below = made(cast, "传输室", top)
    other = build.department(build.customer(cast.office, "岭东"))

    for parent in (below, top, other):
        with pytest.raises(Invalid) as refusal:
            customer_units.edit(top, {"parent": parent}, by=by, now=NINE, version=None)
        assert list(refusal.value.fields) == ["parent"]
    customer_units.edit(below, {"parent": None}, by=by, now=NINE, version=None)

    assert CustomerUnit.objects.get(pk=below.pk).parent is None


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_from_the_pages_a_department_is_added_below_another_and_shows_its_people(cast):
    lin, top = signed_in(cast.lin), made(cast, "网络部")
    home = f"/customers/{cast.lanhai.pk}/departments/"
    form = lin.get(f"{home}new/?parent={top.pk}").content.decode()
    lin.post(f"{home}new/", {"name": "传输室", "kind": "network", "parent": top.pk})
    below = CustomerUnit.objects.get(name="传输室")
    build.contact(cast.lanhai, "何砚秋", unit=below, is_decision_layer=True)

    listed = lin.get(home)
    page = lin.get(f"/customer-units/{below.pk}/").content.decode()
    ring = lin.post(
        f"/customer-units/{top.pk}/edit/", {"name": "网络部", "kind": "network", "parent": below.pk}
    )

    assert f'value="{top.pk}" selected' in form
    assert [(row.name, depth, row.people, row.deciders) for row, depth in listed.context["lines"]] \
        == [("网络部", 0, 0, 0), ("传输室", 1, 1, 1)]  # fmt: skip
    assert listed.context["nowhere"] == 1
    assert "何砚秋" in page and "网络部" in page
    assert ring.status_code == 422
    assert signed_in(cast.stranger).get(f"/customer-units/{below.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["/customers/{c}/departments/", "/customer-units/{u}/"])
def test_the_pages_cost_the_same_for_one_and_thirty(cast, path):
    lin, top = signed_in(cast.lin), made(cast, "网络部")
    url = path.format(c=cast.lanhai.pk, u=top.pk)
    build.contact(cast.lanhai, "首位", unit=made(cast, "首部", top))
    build.contact(cast.lanhai, "同事", unit=top)
    lin.get(url)
    with CaptureQueriesContext(connection) as one:
        lin.get(url)
    for number in range(29):
        unit = made(cast, f"第{number}部", top)
        build.contact(cast.lanhai, f"第{number}位", unit=unit)
        build.contact(cast.lanhai, f"同事{number}", unit=top)

    with CaptureQueriesContext(connection) as thirty:
        page = lin.get(url).content.decode()

    assert len(one) == len(thirty) <= 15
    assert "第28部" in page
