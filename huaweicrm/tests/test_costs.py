"""What every readable address may cost, however many rows there are. No clock is read."""

import re
from collections import Counter

import pytest
from django.db import connection, transaction

from core.models import Heartbeat
from core.tests.build import NINE
from huaweicrm.testing import turns
from huaweicrm.tests import costs
from huaweicrm.tests.multiply import NOT_COPIED, Copies, models_of_ours
from huaweicrm.tests.world import clients, world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(900),  # the stage is built once, also on a busy machine
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="the statements are the same on both engines"
    ),
]
ROWS = costs.readable()
ASKED = turns.due(ROWS, at=2)
"""In `make test` a third of them, others every day; the world holds a row for each of them."""
FEW, MANY = 5, 200
PAGE, LIST = 15, 8
"""Statements that a page and a list (or any address of the API) may cost."""
DEARER = {
    "": 17,  # the page of the day puts the lists of every floor together
    "calendar/": 9,  # meetings, who is due, birthdays, agreements and minima on one page
    "portfolio/": 10,  # tiers and fits, concentration, penetration and lifetime value on one page
}
"""Addresses over that, with what they cost: these figures only go down."""
LARGER = {
    "api/v1/confirmation-forms/": 130,  # every form carries the content that was signed
    "api/v1/tickets/": 50,  # 45 columns a ticket
    "confirmation-forms/<pk>/edit/": 215,  # a drop-down of 400 contacts, one of all colleagues
    "contacts/<pk>/edit/": 195,  # whom 400 contacts report to
    "customers/<pk>/contacts/new/": 195,
    "contacts/<pk>/assess/": 145,  # 200 opportunities, 200 meetings
    "contacts/<pk>/rounds/new/": 125,  # 200 opportunities, 200 colleagues
    "customers/<pk>/power/new/": 120,  # 200 opportunities
    "power-maps/<pk>/edit/": 120,
    "customer-notices/<pk>/draft/": 480,  # 400 contacts, and four drop-downs of 200 colleagues
    "customer-notices/<pk>/told-by-phone/": 175,
    "projects/new/": 170,  # four drop-downs of all colleagues
    "interactions/<pk>/minutes/confirm/": 175,
    "customers/<pk>/tree/": 185,  # 200 influences, 200 departments
    "customers/<pk>/departments/": 120,  # 200 departments, whose place in the tree shows
    "customers/<pk>/grid/": 120,  # 200 people, and a drop-down of their opportunities
}
"""Lists of the API over 40 KB and pages over 100 KB, with their bound."""
GOES_ON = {"customers/<pk>/insight/new/"}
"""Pages that lead on to what stands already: here a draft."""
COUNTED_LATE = {"": 2}
"""Addresses that count a list only when it is longer than what they show: statements more."""
UNSEEN = {
    # rows that this world has none of; their lists are asked all the same
    "core.CustomValue", "core.Tag", "core.Tagging",
    "core.ViewDefault", "core.HeartbeatGap",
    "core.ImportMapping", "core.ImportRow",
    "core.LoginAttempt", "core.NotificationChannel", "core.TrailPersonal", "core.WebhookEndpoint",
    "expectations.Milestone_items", "expectations.RecordedSignature",
    "relationships.GridAssessment_interactions", "accounts.Handover_introduced",
    "service.ServiceContract_contacts", "relationships.Interaction_objectives",
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """The world, and what every address answered with few rows in each table, and with many."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = world()
        Heartbeat.objects.create(name="sweep", beat_at=NINE)  # else lateness asks four times
        urls = costs.addresses(ROWS, made)
        people, copies = clients(made), Copies()
        found = []
        for least in (FEW, MANY):
            copies.more(least)
            for row in ASKED if not found else ():
                costs.ask(people[costs.asker(row)], urls[row.path])  # fills what is kept
            found.append(
                {row.path: costs.ask(people[costs.asker(row)], urls[row.path]) for row in ASKED}
            )
        transaction.set_rollback(True)
        yield copies, *found


def every_table_of_ours_is_copied_or_named(stage):
    copies = stage[0]
    empty = {model._meta.label for model in copies.models if not copies.ids[model]}

    assert empty - UNSEEN == set(), "build one in the world or in `own` of its permission rows"
    assert UNSEEN - empty == set()
    assert {model._meta.label for model in models_of_ours()} >= NOT_COPIED


def every_address_answers_and_every_list_of_the_api_is_full(stage):
    _copies, few, many = stage
    short = {
        row.path: (few[row.path].count, many[row.path].shown)
        for row in ASKED
        if row.path not in {"api/v1/service-levels/"} and many[row.path].count is not None
        and (few[row.path].count < FEW or many[row.path].shown < 50)
    }  # fmt: skip

    status = {row.path: many[row.path].status for row in ASKED if row.path not in GOES_ON}
    assert {path: said for path, said in status.items() if said != 200} == {}
    assert short == {}


KEPT = "SELECT COUNT(*) FROM (SELECT"


def plain(sql):
    return re.sub(r"\d+|'[^']*'", "?", sql)[:200]


def every_address_asks_as_often_with_many_rows_as_with_few(stage):
    _copies, few, many = stage
    more = {}
    for row in ASKED:
        # a count of five hundred and more is kept between requests, for half a minute
        before, after = [
            [sql for sql in each[row.path].queries if not sql.startswith(KEPT)]
            for each in (few, many)
        ]
        if not 0 <= len(after) - len(before) <= COUNTED_LATE.get(row.path, 0):
            grown = Counter(map(plain, after)) - Counter(map(plain, before))
            more[row.path] = (len(before), len(after), grown.most_common(2))

    assert more == {}


def no_address_costs_more_statements_than_its_kind_may(stage):
    many = stage[2]
    cost = {row.path: len(many[row.path].queries) for row in ASKED}
    small = {
        row.path for row in ASKED if row.is_api or (costs.is_list(row) and "new" not in row.path)
    }
    may = {path: DEARER.get(path, LIST if path in small else PAGE) for path in cost}

    assert {path: n for path, n in cost.items() if n > may[path]} == {}
    assert {path: cost[path] for path in DEARER.keys() & cost if cost[path] < may[path]} == {}, (
        "it got cheaper"
    )


def no_answer_is_larger_than_it_may_be(stage):
    many = stage[2]
    large = {}
    for row in ASKED:
        most = LARGER.get(row.path, 40 if many[row.path].count is not None else 100)
        if not row.path.endswith("pdf/") and "schema" not in row.path and many[row.path].kb > most:
            large[row.path] = round(many[row.path].kb, 1)

    assert large == {}, large


def no_address_counts_a_whole_table(stage):
    many = stage[2]

    assert {
        row.path: [sql for sql in many[row.path].queries if costs.UNBOUNDED.search(sql)]
        for row in ASKED
        if any(map(costs.UNBOUNDED.search, many[row.path].queries))
    } == {}


CHECKS = [
    every_table_of_ours_is_copied_or_named,
    every_address_answers_and_every_list_of_the_api_is_full,
    every_address_asks_as_often_with_many_rows_as_with_few,
    no_address_costs_more_statements_than_its_kind_may,
    no_answer_is_larger_than_it_may_be,
    no_address_counts_a_whole_table,
]


def test_what_every_address_costs(stage, subtests):
    """One test: as six they were dealt to three workers, and each of these built the stage."""
    for check in CHECKS:
        with subtests.test(check.__name__):
            check(stage)
