"""While somebody presents, no page of the demo says a word of the confidential class.

Every free text of the class bears a canary of its kind (huaweicrm/tests/mirror.py says which kinds
these are); what a trigger guards is looked for by its own words. The account manager of the demo
opens every page that she may.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import ActionItem, CustomerInsight
from accounts.models.team import confidential_about
from core import clock
from core.engine_sql import GUARDED
from core.registry import guarded_tables
from expectations.models import Risk
from huaweicrm.testing import turns
from huaweicrm.tests import costs, mirror
from huaweicrm.tests.journey import addresses
from huaweicrm.tests.journey.stage import demo
from huaweicrm.tests.journey.windows import BACKEND

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.timeout(400)]
MARK = "Vq8locked"
EACH = 5 if turns.THOROUGH else 2
"""So many rows of each kind are looked at."""
ROWS = turns.due([row for row in costs.readable() if not row.is_api and row.door == "staff"], at=1)


def beside():
    """What the pages lock although a resource of its own says less: insight, steps of a plan."""
    steps = ActionItem.objects.filter(about_label__in=confidential_about())
    return {"accounts.customerinsight": CustomerInsight.objects.all(), "accounts.actionitem": steps}


def planted():
    """mark -> kind. Guarded rows keep their words: those are the marks."""
    marks = {}
    kinds = {
        label: apps.get_model(label)._base_manager.all() for label in mirror.confidential_kinds()
    }
    for number, (label, rows) in enumerate(sorted((kinds | beside()).items())):
        fields = [field.name for field in mirror.free_texts(rows.model)]
        if rows.model._meta.db_table in {*guarded_tables(), *GUARDED}:
            texts = rows.values_list(*fields) if fields else ()
            said = [text for one in texts for text in one if len(text) > 8]
            marks |= dict.fromkeys(said, label)
            continue
        mark = f"{MARK}{number:02}x"
        for row in rows:
            for name in fields:
                with suppress(IntegrityError), transaction.atomic():
                    rows.model._base_manager.filter(pk=row.pk).update(**{name: mark})
        marks[mark] = label
    Risk.objects.update(contingency=f"{MARK}risk")
    return marks | {f"{MARK}risk": "expectations.risk"}


def tries(row):
    """Addresses of a row of the permission table, with the first rows of its kind."""
    addresses_of = addresses._tries(row.path)
    return [url for url, _at in zip(addresses_of, range(EACH), strict=False)]


def walk(client):
    """address -> what is sent."""
    found = {}
    for row in ROWS:
        for url in tries(row):
            with transaction.atomic():
                answer = client.get(url)
                transaction.set_rollback(True)
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                found[url] = answer.content.decode()
    return found


def test_no_page_of_the_demo_says_a_word_of_the_class_while_presenting():
    world = demo(clock.now())
    marks = planted()
    client = Client()
    client.force_login(world.users["ar"], backend=BACKEND)
    plain = {kind for text in walk(client).values() for mark, kind in marks.items() if mark in text}

    client.post("/preferences/presenting/", {"value": "on"})
    shown = walk(client)

    assert len(plain) >= (1 if turns.DAILY else 8), sorted(plain)
    assert len(shown) >= (20 if turns.DAILY else 100)
    leaks = {
        (url, kind) for url, text in shown.items() for mark, kind in marks.items() if mark in text
    }
    assert sorted(leaks) == []
