"""The confidential class at one's own customer: who sees the customer but not its class finds none
of its words anywhere.

Every row of every resource that calls itself confidential bears a canary of its kind. Whoever's own
list of that kind is empty may meet it nowhere: pages, forms, prints, files, lists, filters, search,
orderings, the API, the portal. Scores are guarded: theirs are given with the canary as evidence, in
general and for one opportunity, by proposal and in a round.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.tests import build
from core import clock
from core.actors import Actor
from core.engine_sql import GUARDED
from core.errors import Refused
from core.models import Event, Notification, OutboxMessage, SearchEntry
from core.registry import guarded_tables
from huaweicrm.testing import turns
from huaweicrm.tests import mirror
from huaweicrm.tests import permission_table as table
from huaweicrm.tests.world import clients
from relationships.actions import ratings
from relationships.tests.build import placed, power_map, proposed, seat

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]
MARK = "Kq7klasse"
FULL = "THOROUGH" in os.environ
EACH = 1 if FULL or connection.vendor == "sqlite" else 3
OUTSIDE = ("qm", "cmp", "eng", "svc", "portal", "outsider", "token", "stranger")
"""Quality, compliance, an engineer and a service manager of the unit, portals, a token without the
class, somebody of another region."""
KINDS = mirror.confidential_kinds()


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The world of the permission table with a row of everything, built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = mirror.both_sides()
        made.objects = mirror.objects(made)
        made.marks = {label: f"{MARK}{number:02}x" for number, label in enumerate(sorted(KINDS))}
        made.planted = {label for label in KINDS if _planted(label, made.marks[label])}
        made.planted |= _judged(made)
        people = clients(made)
        for name in ("eng", "svc"):
            people[name] = Client(raise_request_exception=False)
            people[name].force_login(getattr(made, name))
        yield made, people
        transaction.set_rollback(True)


def _planted(label: str, mark: str) -> int:
    """The canary in every free text of a kind; how many rows took it. Guarded ones do not."""
    model = apps.get_model(label)
    if model._meta.db_table in {*guarded_tables(), *GUARDED}:
        return 0
    taken = 0
    for pk in model._base_manager.values_list("pk", flat=True):
        for field in mirror.free_texts(model):
            with suppress(IntegrityError), transaction.atomic():
                taken += model._base_manager.filter(pk=pk).update(**{field.name: mark})
    return taken


SCORES, ROUNDS = "relationships.gridassessment", "relationships.ratinground"


def _judged(made) -> set[str]:
    """Somebody with a position in general and in one deal, a proposal that waits there, and
    somebody else about whom several were asked for it."""
    now, mark = clock.now(), made.marks[SCORES]
    made.judged, rated = (build.contact(made.lanhai, name) for name in ("评标人", "众评人"))
    made.deal = build.opportunity(made.lanhai, made.lin, name="有评分的机会点")
    for deal in (None, made.deal):
        placed(
            made.judged, made.lin, made.boss, (0, 1), now, evidence=mark, opportunity=deal
        )  # fmt: skip
    proposed(made.judged, made.lin, (0, 0), now, evidence=mark, opportunity=made.deal)
    users, by = [made.lin, made.wei], Actor.of(made.lin)
    made.round = ratings.ask(
        rated, users, by=by, now=now, question=made.marks[ROUNDS], opportunity=made.deal
    )
    for user in users:
        ratings.rate(
            made.round, (0, 1), by=Actor.of(user), now=now, evidence=made.marks[ROUNDS]
        )  # fmt: skip
    made.map = power_map(made.lanhai, made.lin, now, name="本单", opportunity=made.deal)
    made.seat = seat(made.map, made.lin, contact=made.judged, at=now)
    return {SCORES, ROUNDS}


def forbidden(made, who: str) -> dict[str, str]:
    """label → canary of the kinds of which this person's own list is empty."""
    user = made.lin if who == "token" else getattr(made, who)
    shut = {}
    for label in made.planted:
        view = KINDS[label]()
        view.request = SimpleNamespace(auth=None)
        if who == "token" or not view.rows(user).exists():
            shut[label] = made.marks[label]
    return shut


def text_of(answer) -> str:
    """Body and headers of an answer."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + repr(dict(answer.headers))


def test_most_kinds_of_the_class_bear_a_canary(stage):
    made, _people = stage

    assert len(made.planted) >= 10, sorted(made.planted)
    for who in ("qm", "eng", "portal", "token"):
        assert len(forbidden(made, who)) >= 8, who


ROWS = [row for row in table.rows() if row.get is not None][::EACH]


def turn_of(who: str) -> list:
    """Quality asks for everything (in `make test` a third a day), the others take turns."""
    if who == "qm" or FULL:
        return turns.due(ROWS)
    return ROWS[OUTSIDE.index(who) :: len(OUTSIDE) - 1]


@pytest.mark.parametrize("who", OUTSIDE)
def test_nobody_outside_meets_a_word_of_the_class(stage, who):
    made, people = stage
    shut = forbidden(made, who)
    assert shut
    leaks, answered = [], 0
    for row in turn_of(who):
        if row.own is not None and isinstance(made.objects.get(row.own), Refused):
            continue
        answer = people[who].get(_address(row, made))
        answered += answer.status_code == 200
        said = text_of(answer)
        leaks += [(row.path, label) for label, mark in shut.items() if mark in said]

    assert leaks == []
    assert answered >= 5 or who != "qm"


def _address(row, made) -> str:
    found = made.objects.get(row.own) if row.own is not None else None
    path = "/" + row.path
    for name, value in (found if isinstance(found, dict) else {"pk": found}).items():
        path = path.replace(f"<{name}>", str(value))
    return f"{path}?{row.query}" if row.query else path


def of_the_deal(made) -> list[str]:
    """Addresses that speak of an opportunity for which people were judged."""
    deal, lanhai = f"opportunity={made.deal.pk}", f"/customers/{made.lanhai.pk}"
    return [
        f"{lanhai}/grid/?{deal}",
        f"{lanhai}/grid/?{deal}&person={made.judged.pk}",
        f"{lanhai}/grid/pdf/?{deal}",
        f"/grid-rounds/{made.round.pk}/",
        f"/power-maps/{made.map.pk}/?seat={made.seat.pk}",
        f"/contacts/{made.judged.pk}/assess/?{deal}",
        *[f"{made.deal.get_absolute_url()}{tail}" for tail in ("", "edit/")],
        f"{lanhai}/opportunities/",
        f"{lanhai}/timeline/",
        "/opportunities/",
        *[
            f"/api/v1/{name}/?page_size=100&{asked}"
            for name in ("grid-assessments", "rating-rounds", "power-maps")
            for asked in (deal, f"customer={made.lanhai.pk}", "")
        ],
        f"/api/v1/opportunities/{made.deal.pk}/",
        f"/api/v1/opportunities/?customer={made.lanhai.pk}",
        f"/api/v1/contacts/{made.judged.pk}/",
        *[f"/api/v1/opportunities/?ordering={name}" for name in ("support", "-support", "cell")],
    ]


@pytest.mark.parametrize("who", OUTSIDE)
def test_nobody_outside_reads_what_was_judged_for_an_opportunity(stage, who):
    made, people = stage
    marks = [made.marks[label] for label in (SCORES, ROUNDS)]
    said = {url: text_of(people[who].get(url)) for url in of_the_deal(made)}

    assert {url for url, text in said.items() if any(mark in text for mark in marks)} == set()
    assert not any('"support"' in text or "PDF-" in text for text in said.values())


def test_the_account_team_reads_what_was_judged_for_an_opportunity(stage):
    made, people = stage
    said = {url: text_of(people["lin"].get(url)) for url in of_the_deal(made)}

    for label, least in ((SCORES, 4), (ROUNDS, 2)):
        assert sum(made.marks[label] in text for text in said.values()) >= least, label
    assert [url for url, text in said.items() if "PDF-" in text] == [of_the_deal(made)[2]]


def test_no_mail_event_or_search_row_says_what_was_judged_for_an_opportunity(stage):
    made, _people = stage
    stored = json.dumps(
        [list(kind.objects.values()) for kind in (OutboxMessage, Notification, Event, SearchEntry)],
        default=str, ensure_ascii=False,
    )  # fmt: skip

    assert "众评人" in stored
    assert not any(made.marks[label] in stored for label in (SCORES, ROUNDS))


ASKS = [
    "/search/?q={mark}", "/customers/?search={mark}", "/customers/?q={mark}",
    "/api/v1/customers/?search={mark}", "/api/v1/contacts/?search={mark}",
    "/api/v1/interactions/?search={mark}", "/interactions/?search={mark}",
    "/api/v1/action-items/?search={mark}", "/api/v1/trail-entries/?search={mark}",
]  # fmt: skip


@pytest.mark.parametrize("ask", ASKS)
def test_no_search_answers_to_a_word_of_the_class(stage, ask):
    made, people = stage
    for label in sorted(made.planted):
        mark = made.marks[label]
        for who in ("lin", "qm"):
            with_it = people[who].get(ask.format(mark=mark[:-1]))
            assert mark not in text_of(with_it), (who, label)
