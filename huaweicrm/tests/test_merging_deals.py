"""Records that were judged for opportunities become one, and are two again, byte by byte."""

import datetime as dt

import pytest

from accounts.actions import merging, merging_people
from accounts.models import Customer, Opportunity
from accounts.tests import build
from accounts.tests.build import NINE
from core import merging as moving
from core.actors import Actor
from core.errors import Refused
from core.models import Timer
from huaweicrm.tests import test_merging, test_merging_people
from relationships.actions import power, ratings
from relationships.models import GridAssessment, PowerMap, RatingRound
from relationships.queries.power import view_of
from relationships.tests.build import placed, power_map, proposed, seat

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = NINE + DAY
EVERY = GridAssessment.of_all_kinds


def told(who, users, deal):
    """A round about one deal to which both have given their scores."""
    row = ratings.ask(
        who, users, by=Actor.of(users[0]), now=NINE - DAY, question="评标前",
        opportunity=deal,
    )  # fmt: skip
    for user, point in zip(users, ((0, 1), (0, -1)), strict=True):
        ratings.rate(row, point, by=Actor.of(user), now=NINE - DAY, evidence="会上说的")
    return RatingRound.objects.get(pk=row.pk)


def drawn(cast, customer, deal, *holders):
    """A map of a deal in force."""
    row = power_map(customer, cast.boss, opportunity=deal)
    for who in holders:
        seat(row, cast.boss, "user", who)
    return power.activate(row, by=Actor.of(cast.boss), now=NINE)


def judged(who, cast, point, days, deal=None):
    at = NINE - days * DAY
    return placed(who, cast.wei, cast.boss, point, at, opportunity=deal)


@pytest.fixture
def two():
    """One person twice: both judged for the first deal, one for the second, one in general."""
    made = build.cast()
    made.head = Actor.of(made.boss)
    made.first, made.other = (build.contact(made.lanhai, name) for name in ("方总", "方志远"))
    made.deal, made.next = (
        build.opportunity(made.lanhai, made.lin, name=name) for name in ("扩容", "节能")
    )
    made.general = judged(made.first, made, (0, 1), 9)
    made.old = judged(made.other, made, (0, -1), 8, made.deal)
    made.new = judged(made.first, made, (1, 1), 3, made.deal)
    made.alone = judged(made.other, made, (0, 2), 4, made.next)
    made.round = told(made.other, [made.lin, made.wei], made.next)
    made.map = drawn(made, made.lanhai, made.deal, made.first, made.other)
    return made


def test_of_two_positions_in_one_deal_the_later_stays_and_undoing_brings_both_back(two):
    before = test_merging.stored()

    row = merging_people.merge(two.first, two.other, take=(), by=two.head, now=LATER)
    said = dict(EVERY.filter(contact=two.first).values_list("pk", "status"))
    held = view_of(PowerMap.objects.get(pk=two.map.pk), now=LATER).held
    expiry = Timer.objects.armed().filter(kind="relationships.grid_expiry")
    armed = set(expiry.values_list("about_id", flat=True))
    moved = RatingRound.objects.get(pk=two.round.pk)
    merging_people.undo(row, by=two.head, now=LATER + DAY)

    assert said == {
        two.general.pk: "confirmed", two.old.pk: "superseded", two.new.pk: "confirmed",
        two.alone.pk: "confirmed",
    }  # fmt: skip
    assert [(each.contact, each.position, each.general) for each in held] == [
        (two.first, two.new, two.general)
    ]
    assert armed == {two.general.pk, two.new.pk, two.alone.pk}
    assert (moved.contact, moved.opportunity, moved.ratings.count()) == (two.first, two.next, 2)
    assert test_merging_people.compared(before, test_merging.stored()) == {}


def test_while_both_are_judged_for_deals_nothing_is_merged(two):
    proposed(two.first, two.lin, (0, 0), NINE, opportunity=two.next)
    proposed(two.other, two.lin, (0, 0), NINE, opportunity=two.deal)

    with pytest.raises(Refused) as refusal:
        merging_people.merge(two.first, two.other, take=(), by=two.head, now=LATER)
    assert refusal.value.rule == "R-R2"


@pytest.fixture
def twins():
    """One customer twice, each with an opportunity, judged people and maps in force."""
    made = build.cast()
    made.head = Actor.of(made.boss)
    made.twin = build.customer(made.office, "澜海移动")
    build.assign(made.twin, made.wei, "ar")
    made.who = build.contact(made.twin, "方总")
    made.deal = build.opportunity(made.twin, made.wei, name="扩容")
    made.ours = build.opportunity(made.lanhai, made.lin, name="节能")
    made.general = judged(made.who, made, (0, 1), 9)
    made.own = judged(made.who, made, (0, -2), 3, made.deal)
    judged(made.ruochuan, made, (0, 1), 3, made.ours)
    made.round = told(made.who, [made.wei, made.boss], made.deal)
    made.maps = {
        "deal": drawn(made, made.twin, made.deal, made.who),
        "ours": drawn(made, made.lanhai, made.ours, made.ruochuan),
        "theirs": drawn(made, made.twin, None, made.who),
        "general": drawn(made, made.lanhai, None, made.ruochuan),
    }
    return made


def test_what_was_judged_for_deals_goes_with_the_customer_and_comes_back(twins):
    before = test_merging.stored()

    row = merging.merge(twins.lanhai, twins.twin, take=(), by=twins.head, now=LATER)
    left = {column.key: column.rows(twins.twin.pk).count() for column in moving.columns(Customer)}
    deal = Opportunity.objects.get(pk=twins.deal.pk)
    scores = dict(EVERY.filter(contact=twins.who).values_list("opportunity", "customer"))
    moved = RatingRound.objects.get(pk=twins.round.pk)
    states = {name: PowerMap.objects.get(pk=one.pk) for name, one in twins.maps.items()}
    held = view_of(states["deal"], now=LATER).held
    merging.undo(row, by=twins.head, now=LATER + DAY)

    assert {key: many for key, many in left.items() if many} == {}
    assert deal.customer == moved.customer == twins.lanhai
    assert scores == {None: twins.lanhai.pk, twins.deal.pk: twins.lanhai.pk}
    assert {one.customer for one in states.values()} == {twins.lanhai}
    assert {name: one.status for name, one in states.items()} == {
        "deal": "active", "ours": "active", "theirs": "archived", "general": "active",
    }  # fmt: skip
    assert [each.position for each in held] == [twins.own]
    assert test_merging.compared(before, test_merging.stored()) == {}
