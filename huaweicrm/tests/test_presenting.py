"""While presenting, no page sends a locked line: not hidden by style, not sent at all."""

import re

import pytest
from django.db import transaction
from django.test import Client

from huaweicrm.testing import turns
from huaweicrm.tests import costs
from huaweicrm.tests.world import world

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.timeout(400)]
ROWS = turns.due(
    row for row in costs.readable()
    if not row.is_api and row.door == "staff" and not row.path.startswith("styleguide")
    and "boss" in (row.get or ())
)  # fmt: skip
"""In `make test` a third of them, others every day."""
OF = turns.DAYS if turns.DAILY else 1
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


def pages_lock_something(plain, _shown):
    assert len([path for path, text in plain.items() if LOCKED.search(text)]) >= 10 // OF


def no_page_sends_a_locked_line_while_presenting(_plain, shown):
    assert len(shown) >= 60 // OF
    assert {
        path: LOCKED.search(text)[0] for path, text in shown.items() if LOCKED.search(text)
    } == {}


def every_page_with_the_frame_says_that_one_presents(_plain, shown):
    framed = {path: text for path, text in shown.items() if 'class="top"' in text}

    assert {
        path for path, text in framed.items() if 'data-s="info" role="status"' not in text
    } == set()


CHECKS = [
    pages_lock_something,
    no_page_sends_a_locked_line_while_presenting,
    every_page_with_the_frame_says_that_one_presents,
]


def test_what_pages_send_while_presenting(subtests):
    """One test: as three they were dealt to three workers, and each of these walked twice."""
    made = world()
    plain, shown = walk(made, presenting=False), walk(made, presenting=True)
    for check in CHECKS:
        with subtests.test(check.__name__):
            check(plain, shown)
