"""Who is there already, asked while somebody types: one query each."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.duplicates import candidates, contact_candidates
from accounts.models import seat_of
from accounts.names import host_of
from accounts.tests import build


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://www.lanhai.example/about?x=1", "lanhai.example"),
        ("Lanhai.Example", "lanhai.example"),
        ("he@mail.lanhai.example", "mail.lanhai.example"),
        ("lanhai.example:8443", "lanhai.example"),
        ("lanhai", ""),
        ("", ""),
        ("..", ""),
    ],
)
def test_the_domain_of_what_was_typed(typed, host):
    assert host_of(typed) == host


@pytest.fixture
def cast(db):
    made = build.cast()
    made.other = build.customer(
        made.office,
        "朔原电信股份有限公司",
        short_name="朔电",
        website="https://www.shuoyuan.example",
    )
    seat_of(made.lin)  # a page has asked that already
    made.far = build.customer(made.west, "岭东电网有限公司")
    return made


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("朔原电信",), ["朔原电信股份有限公司"]),
        (("朔原电信有限责任公司",), ["朔原电信股份有限公司"]),
        (("shuoyuandianxin",), ["朔原电信股份有限公司"]),
        (("朔元电信",), ["朔原电信股份有限公司"]),
        (("别家", "朔电"), ["朔原电信股份有限公司"]),
        (("别家", "", "www.shuoyuan.example"), ["朔原电信股份有限公司"]),
        (("别家", "", "lanhai.example"), ["澜海移动通信"]),
        (("岭东电网",), []),
        (("朔",), []),
        (("", "", ""), []),
        (("%", "_"), []),
    ],
)
def test_customers_alike_in_one_query(cast, typed, found):
    with CaptureQueriesContext(connection) as asked:
        rows = candidates(cast.lin, *typed)

    assert [row.name for row in rows] == found
    assert len(asked) <= 1


def test_people_alike_in_one_query(cast):
    here = build.contact(cast.lanhai, "周远", phone="13800001234")
    there = build.contact(cast.other, "周远", email="zhou@shuoyuan.example")
    away = build.contact(cast.far, "周远", phone="13800001234")
    for typed, found in [
        (("周远",), [here]),
        (("zhouyuan",), [here]),
        (("赵六", "138 0000 1234"), [here]),
        (("赵六", "", "ZHOU@shuoyuan.example"), [there]),
        (("赵六", "1380"), []),
    ]:
        with CaptureQueriesContext(connection) as asked:
            rows = contact_candidates(cast.lin, cast.lanhai, *typed)
        assert (rows, len(asked)) == (found, 1 if found or len(typed[0]) > 1 else 0), typed
        assert away not in rows


def test_the_fragments_say_who_is_there(cast):
    build.contact(cast.lanhai, "周远")
    client = Client()
    client.force_login(cast.lin, backend="django.contrib.auth.backends.ModelBackend")

    part = client.get("/customers/duplicates/", {"short_name": "朔电"}).content.decode()
    people = client.get(f"/customers/{cast.lanhai.pk}/contacts/duplicates/", {"name": "周远"})
    form = client.get(f"/customers/{cast.lanhai.pk}/contacts/new/").content.decode()

    assert cast.other.name in part
    assert "周远" in people.content.decode()
    assert "contacts/duplicates/" in form
