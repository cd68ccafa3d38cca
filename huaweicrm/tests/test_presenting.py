"""While presenting, no page sends a locked line: not hidden by style, not sent at all."""

import re

import pytest
from django.db import transaction
from django.test import Client

from huaweicrm.tests import costs
from huaweicrm.tests.world import world

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
ROWS = [
    row for row in costs.readable()
    if not row.is_api and row.door == "staff" and not row.path.startswith("styleguide")
    and "boss" in (row.get or ())
]  # fmt: skip
LOCKED = re.compile(r'<[^>]*\sdata-lock[\s>=]|class="tier[ "]|data-t="[SABC]"')


def walk(made, *, presenting):
    """Path -> what a head of region is sent, of every page that she may open."""
    client = Client()
    client.force_login(made.boss)
    if presenting:
        client.post("/preferences/presenting/", {"value": "on"})
    found = {}
    for path, url in costs.addresses(ROWS, made).items():
        with transaction.atomic():
            answer = client.get(url)
            transaction.set_rollback(True)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            found[path] = answer.content.decode()
    return found


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        made = world()
        yield walk(made, presenting=False), walk(made, presenting=True)
        transaction.set_rollback(True)


def test_pages_lock_something(walked):
    plain = walked[0]

    assert len([path for path, text in plain.items() if LOCKED.search(text)]) >= 10


def test_no_page_sends_a_locked_line_while_presenting(walked):
    shown = walked[1]

    assert len(shown) >= 60
    assert {
        path: LOCKED.search(text)[0] for path, text in shown.items() if LOCKED.search(text)
    } == {}


def test_every_page_with_the_frame_says_that_one_presents(walked):
    shown = walked[1]
    framed = {path: text for path, text in shown.items() if 'class="top"' in text}

    assert {
        path for path, text in framed.items() if 'data-s="info" role="status"' not in text
    } == set()
