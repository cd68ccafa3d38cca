"""The three layers of a relation: grades, the ledger of the four ways, monthly snapshots."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import AccountHealth, Contact
from accounts.tests import build as base
from accounts.tests.build import NINE
from accounts.timers_health import measure as measure_health
from core.actors import Actor
from relationships import layers
from relationships.actions import power
from relationships.actions.coverage import count_all
from relationships.layers import AGREEMENT, BENCHMARK, INNOVATION, VISIT, Cuts, Least, Way
from relationships.models import JointInnovationCentre, LayerSnapshot, StrategicAgreement
from relationships.queries.layers import key_figures, ledgers
from relationships.tests.build import kind, met, placed, power_map, seat
from relationships.timers_layers import measure

DAY = NINE.date()
CUTS = Cuts({"A": 80, "B": 60, "C": 40}, {"A": 8, "B": 7, "C": 6})
LEAST = Least(1, 2)


@pytest.mark.parametrize(
    ("coverage", "third", "grade"),
    [
        (100, 80, "A"), (80, 80, "A"), (79.9, 80, "B"), (80, 79, "B"), (100, None, "B"),
        (60, None, "B"), (59.9, None, "C"), (40, None, "C"), (39.9, None, "D"), (0, None, "D"),
        (None, 90, ""),
    ],
)  # fmt: skip
def test_grade_of_breadth(coverage, third, grade):
    assert layers.universal_grade(coverage, CUTS, third_party=third) == grade


@pytest.mark.parametrize(
    ("liked", "grade"),
    [(8, "A"), (7.9, "B"), (7, "B"), (6.9, "C"), (6, "C"), (5.9, "D"), (None, "A")],
)
def test_satisfaction_lowers_the_grade_where_it_is_measured(liked, grade):
    assert layers.universal_grade(100, CUTS, satisfaction=liked, third_party=90) == grade


def way(name, done=0, **more):
    """A line of the ledger."""
    if name in (BENCHMARK, VISIT):
        days = tuple(DAY - dt.timedelta(days=10 * (step + 1)) for step in range(done))
        return Way(name, days, least=LEAST, **more)
    return Way(name, since=DAY if done else None, **more)


@pytest.mark.parametrize(
    ("done", "grade", "share"),
    [
        ((1, 1, 1, 1), "A", 100), ((1, 1, 1, 0), "B", 75), ((1, 1, 0, 0), "B", 50),
        ((0, 0, 1, 0), "B", 25), ((1, 0, 0, 1), "C", 50), ((0, 2, 0, 0), "C", 25),
        ((0, 0, 0, 0), "C", 0),
    ],
)  # fmt: skip
def test_grade_between_the_organisations(done, grade, share):
    ways = [way(name, number) for name, number in zip(layers.WAYS, done, strict=True)]

    assert layers.organisational_grade(ways) == grade
    assert layers.share_of_ways(ways) == share


def test_a_ledger_says_the_gap_and_until_when_it_holds():
    once, twice, never = way(VISIT, 1), way(VISIT, 2), way(VISIT)

    assert [each.gap for each in (never, once, twice)] == [1, 0, 0]
    assert [each.to_target for each in (never, once, twice)] == [2, 1, 0]
    assert once.lapses_on(365) == DAY - dt.timedelta(days=10) + dt.timedelta(days=365)
    assert never.lapses_on(365) is None
    assert way(AGREEMENT, 1, until=DAY).lapses_on(365) == DAY + dt.timedelta(days=1)
    assert way(INNOVATION, 1).lapses_on(365) is None


@pytest.fixture
def cast(db):
    made = base.cast()
    made.lanhai.tier = 1
    made.lanhai.save(update_fields=["tier"])
    return made


def meeting(cast, code, at, *, decides=True):
    """A meeting of that kind."""
    Contact.objects.filter(pk=cast.ruochuan.pk).update(is_decision_layer=decides)
    return met(cast.ruochuan, cast.lin, at, type=kind(code))


def done(cast, now=NINE):
    """How often each kind of meeting counts."""
    found = {each.way: each for each in ledgers([cast.lanhai.pk], now=now)[cast.lanhai.pk]}
    return len(found[BENCHMARK].done), len(found[VISIT].done), found[VISIT].without_deciders


def test_visits_count_in_both_directions_for_a_year(cast):
    first = NINE - dt.timedelta(days=20)
    meeting(cast, "executive_visit_in", first)
    meeting(cast, "executive_visit_out", NINE - dt.timedelta(days=10))
    meeting(cast, "visit", NINE - dt.timedelta(days=5))

    assert done(cast) == (0, 2, 0)
    assert done(cast, first + dt.timedelta(days=365, seconds=-1)) == (0, 2, 0)
    assert done(cast, first + dt.timedelta(days=365)) == (0, 1, 0)


def test_a_visit_without_the_decision_layer_does_not_count_but_is_said(cast):
    meeting(cast, "executive_visit_in", NINE - dt.timedelta(days=1), decides=False)

    assert done(cast) == (0, 0, 1)


SEATS = [("decider", 1), ("approver", 3), ("evaluator", 2), ("influencer", 0), ("user", -2)]


def drawn(cast):
    """The map of worked example 8: five covered seats and a supporter's that nobody holds."""
    row = power_map(cast.lanhai, cast.lin)
    for number, (role, support) in enumerate(SEATS):
        who = base.contact(cast.lanhai, f"席{number}")
        placed(who, cast.lin, cast.boss, (0, support))
        seat(row, cast.lin, role, who)
    seat(row, cast.lin, "supporter")
    power.activate(row, by=Actor.of(cast.lin), now=NINE)
    return row


def test_worked_example_8_of_many_customers_at_once(cast):
    drawn(cast)

    said = key_figures([cast.lanhai.pk], now=NINE)[cast.lanhai.pk]

    assert round(said.index, 1) == 43.8
    assert round(said.coverage, 1) == 83.3
    assert said.opponents == 1


def test_the_layers_reach_account_health(cast):
    drawn(cast)
    meeting(cast, "benchmark_meeting", NINE)
    count_all(now=NINE)
    later = NINE + dt.timedelta(minutes=1)
    measure_health(now=later)

    row = AccountHealth.objects.get()
    assert row.key_index == Decimal("71.88")
    assert row.organisational == Decimal(25)
    assert row.facts["key_index"] == {"index": 43.8, "seats": 6, "covered": 5, "opponents": 1}


def test_a_month_is_written_once_and_stays(cast):
    drawn(cast)
    count_all(now=NINE)

    assert measure(now=NINE) == 1
    assert measure(now=NINE + dt.timedelta(days=1)) == 0
    next_month = (NINE.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    assert measure(now=next_month) == 1

    first = LayerSnapshot.objects.order_by("month")[0]
    assert (first.key_index, first.key_coverage) == (Decimal("43.75"), Decimal("83.33"))
    assert (first.organisational_grade, first.inputs["opponents"]) == ("C", 1)
    for change in ({"key_index": 1}, {"month": DAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LayerSnapshot.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()


def test_without_a_map_there_is_no_index(cast):
    measure(now=NINE)

    row = LayerSnapshot.objects.get()
    assert (row.key_index, row.key_coverage, row.universal_grade) == (None, None, "")


def test_many_customers_cost_the_same_queries(cast, django_assert_num_queries):
    for number in range(5):
        base.customer(cast.office, f"多{number}", tier=1)

    with django_assert_num_queries(9):
        assert measure(now=NINE) == 6


def test_the_page_shows_what_lacks_and_the_list_begins_with_it(cast):
    meeting(cast, "executive_visit_in", NINE - dt.timedelta(days=1))
    other = base.customer(cast.office, "岭东电网", tier=2)
    boss = Client()
    boss.force_login(cast.boss)

    page = boss.get(f"/customers/{cast.lanhai.pk}/layers/")
    ways = {each.way: each for each, *_more in page.context["ways"]}
    assert (len(ways[VISIT].done), ways[BENCHMARK].gap) == (1, 1)
    lines = boss.get("/organisational-ways/").context["lines"]
    assert [line[0].pk for line in lines] == [other.pk, cast.lanhai.pk]


def test_an_agreement_in_force_and_a_running_centre_stand_in_the_ledger(cast):
    first = DAY - dt.timedelta(days=30)
    values = {"starts_on": first, "ends_on": DAY, "owner": cast.lin, "title": "云网共建"}
    signed = StrategicAgreement(
        customer=cast.lanhai, code="SAG-1", status="in_force", approved_by=cast.boss,
        approved_at=NINE, signed_on=first, our_signatory=cast.exe,
        their_signatory=cast.ruochuan, **values,
    )  # fmt: skip
    centre = JointInnovationCentre(
        customer=cast.lanhai, name="能耗实验室", owner=cast.lin, status="running",
        ip_terms="各得一半", ip_approved_by=cast.boss, ip_approved_at=NINE, running_since=NINE,
    )  # fmt: skip
    for row in (signed, centre):
        row.stamp(by=Actor.system(), now=NINE)
        row.save()

    def standing(now):
        ways = {each.way: each for each in ledgers([cast.lanhai.pk], now=now)[cast.lanhai.pk]}
        return ways[AGREEMENT].is_met, ways[INNOVATION].is_met

    assert standing(NINE - dt.timedelta(seconds=1)) == (True, False)
    assert standing(NINE) == (True, True)
    assert standing(NINE + dt.timedelta(days=1)) == (False, True)
