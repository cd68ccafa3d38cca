"""Nobody is shown a link or a button that leads to a refusal: every role walks the house."""

from __future__ import annotations

import os
import re

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from core import clock
from huaweicrm.demo.world import PEOPLE
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.crawler import Form, Seen, Walk
from huaweicrm.tests.journey.windows import BACKEND

LONG = "LINKS" in os.environ
"""Everybody walks, and further; without it those walk who see most or are refused most."""
MOST = 2 if LONG else 1
"""Rows looked at of each kind, for each person."""
AGAIN = {"eng2", "rh_west", "ar_west"}
"""Colleagues whose role walks already; the second account manager serves fewer customers."""
SHORT = ("ar", "fr", "eng", "rnd")
WALKERS = [row[0] for row in PEOPLE if (row[0] not in AGAIN if LONG else row[0] in SHORT)]
GUESTS = ("portal:lin", "portal:zeng")


@pytest.fixture(scope="class")
def lived(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield stage.demo(clock.now())
        transaction.set_rollback(True)


@pytest.fixture
def world(lived, db):
    return lived


def client_of(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    if user.is_portal:
        client.cookies[settings.PORTAL_COOKIE_NAME] = client.cookies[
            settings.SESSION_COOKIE_NAME
        ].value
    return client


@pytest.mark.one_engine
@pytest.mark.timeout(400)
class TestAfterOneDemo:
    """The demo is told once; what each walk does is rolled back."""

    @pytest.mark.parametrize("who", WALKERS)
    def test_whatever_is_shown_to_staff_opens(self, who, world):
        walk = Walk(client_of(world.users[who]), MOST).go("/")

        assert not walk.wrong, "\n".join(walk.wrong)
        assert len(walk.looked) > 30

    @pytest.mark.parametrize("who", GUESTS)
    def test_whatever_is_shown_in_the_portal_opens(self, who, world):
        walk = Walk(client_of(world.made[who]), MOST).go("/portal/")

        assert walk.wrong == []
        assert len(walk.looked) > 8
        assert all(path.startswith("/portal/") for path, _names in walk.looked if path != "/")

    @pytest.mark.parametrize(
        "path, key",
        [
            ("/", "/"),
            ("/customers/{pk}/", "/customers/"),
            ("/customers/{pk}/team/", "/customers/"),
            ("/customers/{pk}/grid/", "/grid/"),
            ("/interactions/", "/customers/"),
            ("/risks/", "/customer-notices/"),
            ("/commitments/", "/projects/"),
        ],
    )
    def test_the_side_bar_marks_where_one_is(self, path, key, world):
        page = client_of(world.users["ar"]).get(path.format(pk=world.customers["lanhai"].pk))

        assert re.findall(r'class="nav[^"]*" href="([^"]+)" aria-current="page"', page.text) == [
            key
        ]


def test_a_page_is_read_for_links_forms_and_their_buttons():
    seen = Seen(
        '<a href="/a/">a</a><div hx-get="/b/"></div><form method="dialog"><button>x</button></form>'
        '<form method="post" action="/c/"><input type="hidden" name="next" value="/a/">'
        '<button name="do" value="go">go</button><button formaction="/d/">d</button>'
        '<button type="button">no</button></form>'
    )

    assert seen.links == ["/a/", "/b/"]
    assert seen.forms[1] == Form("/c/", "post", {"next": "/a/"}, [("", {"do": "go"}), ("/d/", {})])
