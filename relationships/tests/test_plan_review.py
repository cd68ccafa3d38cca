"""The monthly review of whoever keeps us out; the playbook that a house writes (R-R5, b.2.2)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.build import NINE, cast, contact
from core import policy
from core.actors import Actor
from relationships import grid, policies
from relationships.actions import plans
from relationships.plans import is_review_due
from relationships.queries import blockers
from relationships.queries.blockers import blockers_for
from relationships.queries.playbook import play_of
from relationships.tests.build import placed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ADDRESS = "/relationship-plans/review/"


@pytest.mark.parametrize(
    ("ago", "due"), [(None, True), (0, False), (29.9, False), (30, False), (30.01, True)]
)
def test_a_review_is_due_after_thirty_days(ago, due):
    at = None if ago is None else NINE - ago * DAY

    assert is_review_due(at, NINE, within_days=30) is due


@pytest.fixture
def made(settings):
    settings.DEMO_NOW = "2026-04-10T09:00:00+08:00"
    made = cast()
    made.now = NINE + 39 * DAY
    placed(made.ruochuan, made.lin, made.boss, (0, -3), NINE)
    made.plan = planned(made, made.ruochuan)
    return made


def planned(made, who, *, approved=True):
    row = plans.draft(
        who, (0, -1), by=Actor.of(made.lin), now=NINE, strategy="由高层约一次正式会面",
        due_on=(NINE + 90 * DAY).date(), owner=made.lin,
    )  # fmt: skip
    return plans.approve(row, by=Actor.of(made.boss), now=NINE) if approved else row


def test_the_list_names_blockers_with_and_without_a_plan(made):
    bare = contact(made.lanhai, "没有计划的人")
    placed(bare, made.lin, made.boss, (0, -3), NINE)
    placed(contact(made.lanhai, "只是反对"), made.lin, made.boss, (0, -2), NINE)

    rows = blockers_for(made.boss, now=made.now)

    assert [(each.position.contact, each.plan, each.may_review, each.is_due) for each in rows] == [
        (bare, None, False, True),
        (made.ruochuan, made.plan, True, True),
    ]
    assert blockers_for(made.stranger, now=made.now) == []


def test_the_account_manager_reads_and_does_not_review(client, made):
    client.force_login(made.lin)
    page = client.get(ADDRESS).content.decode()

    assert made.ruochuan.name in page and f"note-{made.plan.pk}" not in page
    assert client.post(ADDRESS, {f"note-{made.plan.pk}": "看过"}).status_code == 403


def test_one_sitting_notes_each_line_that_was_written(client, made):
    other = contact(made.lanhai, "另一个人")
    placed(other, made.lin, made.boss, (0, -3), NINE)
    left = planned(made, other)
    client.force_login(made.boss)

    empty = client.post(ADDRESS, {f"note-{made.plan.pk}": " "})
    client.post(ADDRESS, {f"note-{made.plan.pk}": "换人去谈", f"note-{left.pk}": ""})

    made.plan.refresh_from_db()
    left.refresh_from_db()
    assert empty.status_code == 422
    assert (made.plan.note, left.reviewed_at) == ("换人去谈", NINE)
    assert [each.plan for each in blockers_for(made.boss, now=made.now) if each.is_due] == [left]


def test_the_review_is_hidden_while_presenting(client, made):
    client.force_login(made.boss)
    client.post("/preferences/presenting/", {"value": "on"})

    assert made.ruochuan.name not in client.get(ADDRESS).content.decode()


def test_of_more_than_a_sitting_those_without_a_plan_and_the_longest_unseen_are_read(
    made, monkeypatch
):
    people = [contact(made.lanhai, f"人{number}") for number in range(3)]
    for who in people:
        placed(who, made.lin, made.boss, (0, -3), NINE)
    fresh, old, bare = people
    for who, days in ((fresh, 38), (old, 2)):
        plans.review(planned(made, who), by=Actor.of(made.boss), now=NINE + days * DAY, note="看过")
    planned(made, bare, approved=False)
    monkeypatch.setattr(blockers, "MOST", 3)

    rows = blockers_for(made.boss, now=made.now)

    assert [each.position.contact for each in rows] == [bare, made.ruochuan, old]


def test_thirty_blockers_cost_what_one_costs(made):
    costs = []
    for _round in range(2):
        play_of("N3N", now=NINE)
        with CaptureQueriesContext(connection) as said:
            blockers_for(made.lin, now=made.now)
        costs.append(len([one for one in said if "relationships_" in one["sql"]]))
        for number in range(5):
            who = contact(made.lanhai, f"人{number}")
            placed(who, made.lin, made.boss, (0, -3), NINE)
            planned(made, who)

    assert costs[0] == costs[1]


def test_a_house_writes_its_own_playbook(made):
    before = play_of("N3N", now=NINE)
    for cell, value in (("n3n", "先由财务总监去谈"), ("n2n", "  ")):
        policy.set_value(
            policies.STRATEGY[cell.upper()], value, reason="本地做法",
            by=Actor.of(made.boss), now=NINE,
        )  # fmt: skip
    policy.forget()

    assert str(before.strategy) == str(grid.PLAYBOOK["N3N"].strategy)
    assert play_of("N3N", now=NINE).strategy == "先由财务总监去谈"
    assert play_of("N2N", now=NINE).strategy == grid.PLAYBOOK["N2N"].strategy
    policy.forget()


def test_every_cell_has_a_text_and_an_interval():
    assert len(policies.STRATEGY) == 18
    assert all(play_of(cell, now=NINE).touch_days >= 14 for cell in grid.CELLS)
