"""Nobody is shown a link or a button that leads to a refusal: every role walks the house."""

from __future__ import annotations

import os
import re

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from core import cached, clock, policy
from huaweicrm.demo.world import PEOPLE
from huaweicrm.testing import turns
from huaweicrm.tests.journey import stage
from huaweicrm.tests.journey.crawler import Form, Seen, Walk
from huaweicrm.tests.journey.windows import BACKEND

LONG = "LINKS" in os.environ
"""Everybody walks, and further; without it those walk who see most or are refused most."""
MOST = 2 if LONG else 1
"""Rows looked at of each kind, for each person."""
AGAIN = {"eng2", "rh_west", "ar_west"}
"""Colleagues whose role walks already; the second account manager serves fewer customers."""
SHORT = turns.share(("ar", "fr", "eng", "rnd"), 4)
WALKERS = [row[0] for row in PEOPLE if (row[0] not in AGAIN if LONG else row[0] in SHORT)]
GUESTS = turns.share(("portal:lin", "portal:zeng"), 2)
"""In `make test` one of the staff and one guest a day, the others on the next."""


SIDE_BAR = {
    "/": "/",
    "/customers/{pk}/": "/customers/",
    "/customers/{pk}/team/": "/customers/",
    "/customers/{pk}/grid/": "/grid/",
    "/interactions/": "/customers/",
    "/risks/": "/customer-notices/",
    "/commitments/": "/projects/",
}


def client_of(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    if user.is_portal:
        client.cookies[settings.PORTAL_COOKIE_NAME] = client.cookies[
            settings.SESSION_COOKIE_NAME
        ].value
    return client


def whatever_is_shown_to_staff_opens(world, who):
    walk = Walk(client_of(world.users[who]), MOST).go("/")

    assert not walk.wrong, "\n".join(walk.wrong)
    assert len(walk.looked) > 30


def whatever_is_shown_in_the_portal_opens(world, who):
    walk = Walk(client_of(world.made[who]), MOST).go("/portal/")

    assert walk.wrong == []
    assert len(walk.looked) > 8
    assert all(path.startswith("/portal/") for path, _names in walk.looked if path != "/")


def the_side_bar_marks_where_one_is(world, path):
    page = client_of(world.users["ar"]).get(path.format(pk=world.customers["lanhai"].pk))

    found = re.findall(r'class="nav[^"]*" href="([^"]+)" aria-current="page"', page.text)
    assert found == [SIDE_BAR[path]]


WALKS = [
    *[(whatever_is_shown_to_staff_opens, who) for who in WALKERS],
    *[(whatever_is_shown_in_the_portal_opens, who) for who in GUESTS],
    *[(the_side_bar_marks_where_one_is, path) for path in SIDE_BAR],
]


@pytest.mark.one_engine
@pytest.mark.django_db
@pytest.mark.timeout(3600 if LONG else 600)
def test_whatever_is_shown_opens(subtests):
    """The demo is told once, by one worker; what each walk does is rolled back."""
    world = stage.demo(clock.now())
    for walk, who in WALKS:
        policy.forget()
        cached.forget_all()
        with subtests.test(f"{walk.__name__} {who}"), transaction.atomic():
            walk(world, who)
            transaction.set_rollback(True)


def test_a_page_is_read_for_links_forms_and_their_buttons():
    seen = Seen(
        '<a href="/a/">a</a><div hx-get="/b/"></div><form method="dialog"><button>x</button></form>'
        '<form method="post" action="/c/"><input type="hidden" name="next" value="/a/">'
        '<button name="do" value="go">go</button><button formaction="/d/">d</button>'
        '<button type="button">no</button></form>'
    )

    assert seen.links == ["/a/", "/b/"]
    assert seen.forms[1] == Form("/c/", "post", {"next": "/a/"}, [("", {"do": "go"}), ("/d/", {})])
