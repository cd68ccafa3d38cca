"""What no page of ours sends and any client can is answered with a sentence, never with a crash.

Each table is asked whole: `verb address` and what else is sent, and the status.
"""

from __future__ import annotations

import base64
import json

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory
from django.utils.html import strip_tags

from accounts.tests import build
from accounts.tests.build import NINE
from core.errors import Invalid
from core.middleware import Utf8Request
from core.models import LoginAttempt
from core.paging import page_of
from core.signin import LONGEST
from huaweicrm.tests.test_bad_input import window_of
from relationships.models import Interaction

pytestmark = pytest.mark.django_db
NO_TEXT = ("hex", "rot13", "base64", "zlib", "undefined", "punycode", "idna", "ascii", "gbk")
NO_ADDRESS = ("http://[", "//[", "http://[::1")
NO_ID = ("²", "9" * 20, "9" * 5000)
LONG = "a" * 100_000
FIRST, LAST = "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00"
# The other engine holds the ends of time; whatever it finds there is a page.
BEYOND = (400,) if connection.vendor == "sqlite" else (200, 400)
NUMBERS = [
    ("GET /customers/{0}/timeline/", "before", 200),
    ("GET /customers/{0}/grid/", "person", 200),
    ("GET /assets/", "customer", 200),
    ("GET /reference-sites/", "customer", 200),
    ("GET /tickets/new/", "customer contact", 200),
    ("GET /projects/new/", "customer", 200),
    ("GET /contacts/{1}/merge/", "other", 422),
    ("POST /customers/{0}/tier/new/", "current_value", 422),
    ("POST /tickets/new/", "customer contact", 422),
    ("POST /projects/new/", "customer", 422),
    ("POST /contacts/{1}/merge/", "other", 422),
    ("POST /customers/{0}/merge/", "other", 422),
]
MOMENTS = [
    ("/projects/", "updated_since"),
    ("/expectation-items/", "updated_since"),
    ("/confirmation-forms/", "updated_since"),
    ("/interactions/", "starts_after"),
    ("/interactions/", "starts_before"),
    ("/commitments/", "due_before"),
    ("/weekly-reports/", "due_before"),
]


@pytest.fixture
def cast(settings):
    """The cast of accounts at nine."""
    settings.DEMO_NOW = NINE.isoformat()
    return build.cast()


def served(client: Client, path: str, query: str, charset: str) -> int:
    """The status from the product itself: the client of the tests makes requests of its own."""
    kind = f"text/plain; charset={charset}"
    environ = client._base_environ(PATH_INFO=path, QUERY_STRING=query, CONTENT_TYPE=kind)
    house = WSGIHandler()
    return house.get_response(house.request_class(environ)).status_code


@pytest.mark.parametrize("charset", NO_TEXT)
def test_a_charset_is_not_listened_to(charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    said = b"search=%e6%9d%8e"
    form = RequestFactory().generic("POST", "/?search=%e6%9d%8e", said, content_type="text/plain")

    request = Utf8Request(form.environ | {"CONTENT_TYPE": kind})

    assert (request.GET["search"], request.POST["search"]) == ("李", "李")
    assert WSGIHandler.request_class is Utf8Request
    assert request.GET.urlencode() == "search=%E6%9D%8E"


def test_a_page_whose_charset_is_none_is_a_page(cast):
    lin = window_of(cast.lin)

    assert served(Client(), "/accounts/login/", "next=/a", "hex") == 200
    assert served(lin, "/customers/", "search=%e6%9d%8e", "gbk") == 200
    assert served(lin, "/api/v1/contacts/", "search=a", "hex") == 200


@pytest.mark.parametrize("nowhere", NO_ADDRESS)
def test_what_is_no_address_leads_nowhere(nowhere):
    client = Client(headers={"referer": nowhere})

    assert client.get("/preferences/theme/").status_code == 405
    answer = client.post("/preferences/theme/", {"value": "dark", "next": nowhere})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    for door in ("/accounts/login/", "/accounts/password/reset/", "/portal/sign-in/"):
        assert client.get(door, {"next": nowhere}).status_code == 200, door


@pytest.mark.parametrize(("door", "status"), [("/accounts/login/", 200), ("/portal/sign-in/", 422)])
def test_a_name_beyond_reason_is_a_wrong_name(cast, door, status):
    told = []
    for name in ("nobody", LONG, f"{LONG}@b.example"):
        answer = Client().post(door, {"login": name, "password": "x"})
        told.append(strip_tags(answer.content.decode()).replace(name, "").split())
        assert answer.status_code == status

    assert told == [told[0]] * 3
    kept = LoginAttempt.objects.order_by("id").values_list("login", flat=True)
    assert list(kept) == ["nobody", "a" * 150, "a" * 150]


def test_a_name_as_long_as_may_be_is_looked_for(cast):
    email = f"lin@{'x' * 40}.{'.'.join(['d' * 50] * 4)}.cn"
    cast.lin.email = email.replace("lin@", "l" * (LONGEST - 1 - len(email)) + "lin@")
    cast.lin.save(update_fields=["email"])

    said = {"login": cast.lin.email, "password": "lin password"}

    assert len(cast.lin.email) == LONGEST - 1
    assert Client().post("/accounts/login/", said).status_code == 302


def test_what_is_no_number_is_none(cast):
    lin, said = window_of(cast.lin), {}
    for asked, names, status in NUMBERS:
        verb, address = asked.format(cast.lanhai.pk, cast.ruochuan.pk).split()
        for number in NO_ID:
            answer = getattr(lin, verb.lower())(address, dict.fromkeys(names.split(), number))
            if answer.status_code != status:
                said[asked, number[:20]] = answer.status_code

    assert said == {}


def test_the_ends_of_time_are_refused_with_what_to_do(cast):
    lin = window_of(cast.lin)
    for address, name in MOMENTS:
        for moment in (FIRST, LAST):
            answer = lin.get(address, {name: moment})
            assert answer.status_code in BEYOND, (address, name, moment)
            if answer.status_code == 400:
                assert "返回" in strip_tags(answer.content.decode())


def test_many_ids_beyond_reason_are_refused(cast):
    lin = window_of(cast.lin)
    address = f"/interactions/new/?customer={cast.lanhai.pk}"

    for number in NO_ID:
        assert lin.post(address, {"contacts": [number]}).status_code in (400, 422), number[:20]


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_a_cursor_at_the_ends_of_time_is_no_cursor(cast, moment):
    raw = json.dumps(["starts_at", 0, moment, 1]).encode()
    cursor = base64.urlsafe_b64encode(raw).decode()

    with pytest.raises(Invalid) as refused:
        page_of(Interaction.objects.all(), ordering="starts_at", cursor=cursor)

    assert list(refused.value.fields) == ["cursor"]


def test_a_grid_of_long_ago_is_that_of_today(cast):
    grid = f"/customers/{cast.lanhai.pk}/grid/"

    assert window_of(cast.lin).get(grid, {"at": "0001-01"}).context["board"].is_today


@pytest.mark.parametrize(
    "asked",
    ["created_at__gte=0001-01-01", f"created_at__lte={LAST}", "created_at__year=99999"],
)
def test_the_admin_shows_the_list_instead(cast, asked):
    root = build.person("root2", cast.company, is_staff=True, is_superuser=True)

    answer = window_of(root).get(f"/admin/accounts/customer/?{asked}")

    there = (302, "/admin/accounts/customer/?e=1")
    here = (answer.status_code, answer.headers.get("Location", ""))
    assert here == there or connection.vendor != "sqlite" and here == (200, "")
