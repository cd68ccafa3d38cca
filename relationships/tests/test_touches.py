"""Touch intervals (R-R4): the list of the week, tasks for who is overdue, what closes them."""

import datetime as dt

import pytest
from django.utils import translation

from accounts.actions import leaves
from accounts.choices import ActionStatus
from accounts.models import ActionItem, Contact, Customer
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.models import User
from relationships.actions import touches
from relationships.models import CadenceResult
from relationships.queries.touches import week_list
from relationships.tests.build import met, placed

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def made(db):
    found = build.cast()
    Customer.objects.filter(pk=found.lanhai.pk).update(tier=1)
    Contact.objects.filter(pk=found.ruochuan.pk).update(relationship_owner=found.lin)
    found.lanhai.refresh_from_db()
    found.ruochuan.refresh_from_db()
    return found


def opponent(made, point=(0, -1), at=NINE, name=""):
    who = made.ruochuan
    if name:
        who = build.contact(made.lanhai, name, relationship_owner=made.lin)
    placed(who, made.lin, made.boss, point, at)
    met(who, made.lin, at)
    return who


def names(user, at):
    return [one.contact.name for one in week_list(user, now=at, until=at)[0]]


def test_an_opponent_is_due_after_the_interval_of_the_cell_to_the_second(made):
    opponent(made)

    assert names(made.lin, NINE + 14 * DAY) == []
    assert names(made.lin, NINE + 14 * DAY + SECOND) == ["林若川"]
    assert names(made.wei, NINE + 30 * DAY) == []


def test_supporters_without_a_key_seat_are_not_asked_for(made):
    opponent(made, (0, 1))

    assert names(made.lin, NINE + 300 * DAY) == []


def test_the_list_is_capped_and_says_why_what_is_most_at_stake_comes_first(made):
    for number in range(6):
        opponent(made, (0, -3) if number == 5 else (0, -1), name=f"反对者{number}")
    at = NINE + 20 * DAY

    dues, total = week_list(made.lin, now=at, until=at)

    assert ([one.contact.name for one in dues][0], len(dues), total) == ("反对者5", 5, 6)
    assert dues[0].words(at).split(" · ")[-2:] == ["已 20 天没见", "应每 14 天一次"]


def test_a_breach_becomes_one_task_and_a_touch_closes_it(made):
    opponent(made)
    over = NINE + 14 * DAY + SECOND

    assert [touches.ask(now=at) for at in (over - SECOND, over, over + DAY)] == [0, 1, 0]
    item = ActionItem.objects.get(about_label=touches.LABEL)
    assert (item.owner, item.customer, item.is_confidential) == (made.lin, made.lanhai, True)

    met(made.ruochuan, made.lin, over + 2 * DAY)
    touches.ask(now=over + 3 * DAY)
    item.refresh_from_db()
    assert item.status == ActionStatus.DONE
    assert CadenceResult.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "said"), [("", "去见"), ("zh-hans", "去见"), ("en", "Meet 林若川")]
)
def test_a_task_speaks_the_language_of_who_does_it(made, language, said):
    opponent(made)
    User.objects.filter(pk=made.lin.pk).update(language=language)

    with translation.override("en"):
        touches.ask(now=NINE + 15 * DAY)

    assert said in ActionItem.objects.get(owner=made.lin).text


def test_when_the_next_interval_runs_out_unmet_it_is_asked_again(made):
    opponent(made)
    over = NINE + 14 * DAY + SECOND
    touches.ask(now=over)
    ActionItem.objects.update(status=ActionStatus.CANCELLED)

    assert touches.ask(now=over + 14 * DAY - 2 * SECOND) == 0
    assert touches.ask(now=over + 14 * DAY) == 1


def test_of_the_hardest_opponent_the_regional_head_hears_as_well(made):
    opponent(made, (-3, -3))

    touches.ask(now=NINE + 15 * DAY)

    owners = set(ActionItem.objects.filter(about_label=touches.LABEL).values_list("owner", flat=1))
    assert owners == {made.lin.pk, made.boss.pk}


def test_at_most_five_tasks_are_open_at_a_time(made):
    for number in range(7):
        opponent(made, name=f"反对者{number}")

    made_now = touches.ask(now=NINE + 15 * DAY)

    assert made_now == 5


def test_of_many_those_most_at_stake_are_asked_for_however_they_are_read(made, monkeypatch):
    monkeypatch.setattr(touches, "MARGIN", -18)  # drops after every third
    for number in range(9):
        point = (0, -2) if number % 2 else (0, -1)
        opponent(made, point, NINE - number * DAY, name=f"反对者{number}")
    at = NINE + 15 * DAY
    wanted = names(made.lin, at)

    touches.ask(now=at)

    asked = CadenceResult.objects.values_list("contact__name", flat=True)
    assert sorted(asked) == sorted(wanted)
    assert len(wanted) == 5


def test_who_is_away_is_stood_in_for_and_without_an_owner_the_manager_is_asked(made):
    who = opponent(made)
    Contact.objects.filter(pk=who.pk).update(relationship_owner=None)
    first = NINE.date() + 15 * DAY
    leaves.enter(
        made.lin, first, first, by=Actor.of(made.lin), now=NINE + 15 * DAY, deputy=made.wei
    )

    touches.ask(now=NINE + 15 * DAY)

    assert ActionItem.objects.get(about_label=touches.LABEL).owner == made.wei


def test_the_task_of_who_left_is_called_off(made):
    who = opponent(made)
    touches.ask(now=NINE + 15 * DAY)
    Contact.objects.filter(pk=who.pk).update(status="left")

    touches.ask(now=NINE + 16 * DAY)

    assert ActionItem.objects.get(about_label=touches.LABEL).status == ActionStatus.CANCELLED
