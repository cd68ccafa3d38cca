"""The key index in the customer list: with coverage and opponents, and to its readers only."""

import pytest

from accounts.tests.build import NINE, cast
from core.actors import Actor
from huaweicrm.desk.columns import columns
from relationships.actions import power
from relationships.tests.build import placed, power_map, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    made = cast()
    made.map = power_map(made.lanhai, made.lin)
    seat(made.map, made.lin, "approver")
    seat(made.map, made.lin, "decider", made.ruochuan)
    return made


def test_the_customer_list_shows_index_coverage_and_opponents_to_the_team_only(made):
    power.activate(made.map, by=Actor.of(made.lin), now=NINE)
    placed(made.ruochuan, made.lin, made.boss, (0, -2))
    ids = [made.lanhai.pk]
    said = {
        who.username: [one for one in columns(ids, user=who, now=NINE) if one.key == "power"][0]
        for who in (made.lin, made.stranger)
    }

    cell = said["lin"].cells[made.lanhai.pk]
    assert said["lin"].locked
    assert (cell.text, cell.tone) == ("−37 · 1/2", "risk")
    assert said["stranger"].cells == {}


def test_a_draft_gives_no_figures(made):
    (column,) = [
        one for one in columns([made.lanhai.pk], user=made.lin, now=NINE) if one.key == "power"
    ]

    assert column.cells == {}
