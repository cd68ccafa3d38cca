"""The day counts what the lists behind it hold, for everybody of the demo."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.test import Client

from core.models import User
from huaweicrm.demo import run
from huaweicrm.demo.world import SHANGHAI
from huaweicrm.desk.today import sources
from huaweicrm.desk.today.reading import read
from huaweicrm.desk.today.scope import Scope
from huaweicrm.testing import turns
from huaweicrm.tests.journey.windows import BACKEND

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.timeout(600)]
AFTERNOON = dt.datetime(2026, 11, 18, 15, 12, tzinfo=SHANGHAI)
LINK = re.compile(
    r'<h2 id="(h-\w+)">[^<]*<span class="c">(\d+)</span></h2><a class="[^"]*" href="([^"]+)">'
)
COUNTED = {"h-mt", "h-pr", "h-rep", "h-72", "h-sla", "h-sig"}


@pytest.fixture
def world(settings):
    """The small demo on a working day."""
    settings.DEMO_NOW = AFTERNOON.isoformat()
    return run.run("small", seed=1, now=AFTERNOON, say=lambda text: None)


def counts(client: Client) -> dict[str, tuple[int, str]]:
    """What each block of the day counts, and the list that it leads to."""
    page = client.get("/").content.decode()
    return {key: (int(count), html.unescape(to)) for key, count, to in LINK.findall(page)}


def read_otherwise(user) -> list[tuple[str, str]]:
    """Sources of the day that the kept SQL reads otherwise than Django's own."""
    scope = Scope.of(User.objects.get(pk=user.pk), AFTERNOON)
    asked = (sources.notices, sources.meetings, sources.told, sources.promises, sources.actions,
             sources.open_actions, sources.forms, sources.reports, sources.tickets)  # fmt: skip
    return [
        (user.username, one.__name__)
        for one in asked
        if read(one, scope, 5) != list(one(scope)[:5])
    ]


@pytest.mark.skipif(not turns.today(at=1), reason="asked every third day in make test")
def test_every_count_of_today_is_the_length_of_the_list_behind_it(world):
    seen, wrong = set(), []
    for key, user in world.users.items():
        client = Client()
        client.force_login(user, backend=BACKEND)
        shown = counts(client)
        assert read_otherwise(user) == []
        assert set(shown) == COUNTED or key == "int", key
        for block, (count, to) in shown.items():
            behind = client.get(to).context["page"]
            if (len(behind.rows), behind.next) != (count, ""):
                wrong.append((key, block, count, len(behind.rows), to))
            seen |= {block} if count else set()
    assert wrong == []
    assert seen >= COUNTED - {"h-mt"}, "the demo has something behind every count"
