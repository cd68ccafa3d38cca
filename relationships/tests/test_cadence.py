"""Cadence: weeks, exemption, judged rows that are added once, who is told, the pages."""

import datetime as dt
import zoneinfo

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions import leaves
from accounts.choices import Role
from accounts.models import Customer, UserProfile, UserRole
from accounts.tests import build
from accounts.tests.build import NINE, SHANGHAI
from core import notify
from core.actors import Actor
from core.models import Notification
from relationships.actions import cadence as actions
from relationships.cadence import Touch, Week, due_at, judgeable, judged, present_days, stake
from relationships.models import CadenceResult, CadenceRule
from relationships.queries.cadence import minima_of, weekly_lines
from relationships.tests.build import kind, met

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
MONDAY = NINE.replace(hour=0)
GRACE = 12 * HOUR
NEXT = MONDAY + 7 * DAY + GRACE
"""When the week of NINE may be judged."""


def test_a_week_begins_on_monday_midnight_where_the_zone_is():
    utc = dt.datetime(2026, 3, 1, 16, 0, tzinfo=dt.timezone.utc)

    assert Week.of(utc, SHANGHAI) == Week(dt.date(2026, 3, 2), SHANGHAI)
    assert Week.of(utc - SECOND, SHANGHAI).monday == dt.date(2026, 2, 23)
    assert Week.of(utc, zoneinfo.ZoneInfo("UTC")).monday == dt.date(2026, 2, 23)
    assert Week.of(utc, SHANGHAI).name == "2026-W10"


@pytest.mark.parametrize(
    ("at", "weeks"),
    [(NEXT - SECOND, ["2026-W09", "2026-W08"]), (NEXT, ["2026-W10", "2026-W09"])],
)
def test_a_week_may_be_judged_when_the_time_to_log_is_over(at, weeks):
    found = list(judgeable(at, SHANGHAI, grace=GRACE, most=2))

    assert [week.name for week, _due in found] == weeks
    assert all(due <= at for _week, due in found)


@pytest.mark.parametrize(
    ("actual", "present", "said"),
    [(5, 0, "met"), (5, 5, "met"), (4, 3, "below"), (4, 2, "exempt"), (4, None, "below")],
)
def test_met_is_met_and_whoever_was_there_on_too_few_days_is_exempt(actual, present, said):
    assert judged(actual, 5, present=present, needed=3) == said


def test_days_of_leave_outside_the_working_days_count_for_nothing():
    week = Week(MONDAY.date(), SHANGHAI).days

    assert present_days(week[:5], week[4:]) == 4


def touch(**said):
    known = {
        "cell": "P1N", "support": 0, "seat": "decider", "is_seated": True, "tier": 1,
        "met_at": NINE, "since": NINE,
    }  # fmt: skip
    return Touch(**known | said)


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({}, True),
        ({"seat": "influencer"}, False),
        ({"seat": "influencer", "support": -1}, True),
        ({"is_seated": False}, False),
        ({"is_seated": False, "support": -1}, True),
        ({"support": None}, True),
    ],
)
def test_opponents_and_the_seats_that_decide_are_met_at_an_interval(said, asks):
    assert touch(**said).asks is asks


def test_the_interval_grows_by_tier_and_begins_when_we_came_to_know_them():
    assert due_at(touch(), days=14, factor=2) == NINE + 28 * DAY
    assert due_at(touch(met_at=None, since=NINE + DAY), days=14, factor=1) == NINE + 15 * DAY


def test_more_is_at_stake_on_heavier_seats_in_better_tiers_and_the_harder_they_oppose():
    assert stake(touch(), weight=5) == 20
    assert stake(touch(tier=4), weight=5) == stake(touch(tier=None), weight=5) == 5
    assert stake(touch(support=-3), weight=5) == 80
    assert stake(touch(support=3), weight=5) == 20


@pytest.fixture
def made(db):
    found = build.cast()
    found.zhou = build.person("zhou", found.company)
    UserProfile.objects.filter(user=found.zhou).update(is_vp_or_above=True)
    return found


def visits(made, count, user=None):
    for number in range(count):
        met(made.ruochuan, user or made.lin, NINE + number * HOUR)


def results(**where):
    rows = CadenceResult.objects.filter(ends_on=MONDAY.date() + 6 * DAY, **where)
    return {(row.rule.rule, row.user.username): (row.status, row.actual) for row in rows}


def test_a_week_is_judged_once_for_whom_it_asks(made):
    visits(made, 5)
    visits(made, 4, made.wei)
    boss_was_there = met(made.ruochuan, made.zhou, NINE)

    added = [actions.judge(now=at) for at in (NEXT - SECOND, NEXT, NEXT + HOUR)]

    assert boss_was_there.type.is_meeting and added[1:] == [5, 0]
    assert (
        results()
        == {
            ("R-R7", "lin"): ("met", 5),
            ("R-R7", "wei"): ("below", 4),
            ("R-R7", "stranger"): ("below", 0),
            ("R-R9", "zhou"): ("below", 1),
        }
        | {}
    )


def test_who_stayed_below_the_heads_and_quality_are_told_once(made):
    made.qm = build.person("qm", made.company, Role.QM)
    visits(made, 5)

    for _round in range(2):
        actions.judge(now=NEXT)

    told = Notification.objects.values_list("kind", "user__username")
    assert ("cadence.below", "wei") in told and ("cadence.below", "lin") not in told
    assert list(told.filter(kind="cadence.rollup")) == [("cadence.rollup", "qm")]
    assert told.filter(kind="cadence.below", user=made.wei).count() == 1


def test_after_downtime_old_weeks_are_judged_silently_and_say_how_late(made):
    actions.judge(now=NEXT + 14 * DAY)

    rows = CadenceResult.objects.filter(user=made.wei)
    late = {row.week: row.late_by_s for row in rows}
    assert (late["2026-W12"], late["2026-W10"]) == (0, 14 * 86_400)
    assert Notification.objects.filter(user=made.wei).count() == 1


def test_a_week_of_leave_asks_nothing_and_three_days_at_work_do(made):
    for user, last in ((made.wei, 2), (made.lin, 1)):
        first = MONDAY.date()
        leaves.enter(user, first, first + last * DAY, by=Actor.of(user), now=NINE)

    actions.judge(now=NEXT)

    assert results()["R-R7", "wei"] == ("exempt", 0)
    assert results()["R-R7", "lin"] == ("below", 0)


def test_the_front_line_drive_is_off_until_it_is_switched_on_for_a_unit_and_a_time(made):
    rule = CadenceRule.objects.get(rule="R-R8")
    actions.judge(now=NEXT)
    assert not CadenceResult.objects.filter(rule=rule).exists()

    monday = MONDAY.date()
    for part in ("second call counts one person", "twice"):
        met(made.ruochuan, made.lin, NINE, summary=part)
    CadenceRule.objects.filter(pk=rule.pk).update(
        is_on=True, unit=made.office, starts_on=monday, ends_on=monday + 6 * DAY, minimum=1
    )
    actions.judge(now=NEXT + 7 * DAY)

    assert set(CadenceResult.objects.filter(rule=rule).values_list("user__username", "actual")) == {
        ("lin", 1)
    }


def test_who_joined_after_the_week_has_no_row_and_who_left_none_either(made):
    UserProfile.objects.filter(user=made.wei).update(joined_on=MONDAY.date() + 7 * DAY)
    UserProfile.objects.filter(user=made.lin).update(left_on=MONDAY.date())

    actions.judge(now=NEXT)

    assert set(results()) == {("R-R7", "stranger"), ("R-R9", "zhou")}


def test_a_judged_week_is_never_changed(made):
    actions.judge(now=NEXT)

    for write in ("UPDATE relationships_cadenceresult SET actual = 9",
                  "DELETE FROM relationships_cadenceresult"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(write)


@pytest.mark.parametrize(
    ("days", "decides", "tier", "actual"),
    [(365, True, 1, 1), (366, True, 1, 0), (100, False, 1, 0), (100, True, 3, None)],
)
def test_key_customers_owe_a_benchmark_meeting_with_somebody_who_decides(
    made, days, decides, tier, actual
):
    end = MONDAY + 7 * DAY
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=tier)
    type(made.ruochuan).objects.update(is_decision_layer=decides)
    met(made.ruochuan, made.lin, end - days * DAY, type=kind("benchmark_meeting"))

    actions.judge(now=NEXT)

    rows = CadenceResult.objects.filter(customer=made.lanhai, ends_on=end.date() - DAY)
    found = rows.filter(rule__metric="benchmark_meetings").first()
    assert (found and (found.actual, found.minimum, found.target)) == (
        None if actual is None else (actual, 1, 2)
    )


def minima_told(user):
    rows = Notification.objects.filter(kind__startswith="cadence.minima", user=user)
    return sorted(notify.text_of(row).partition("，")[0] for row in rows)


def test_the_account_manager_hears_of_missed_minima_once_a_quarter_and_the_head_how_many(made):
    """The quarter of NEXT ends with March: week 13 is of it, week 14 of the next."""
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=1)
    type(made.ruochuan).objects.update(is_decision_layer=True)
    met(made.ruochuan, made.lin, NINE, type=kind("executive_visit_in"))
    lack = f"{made.lanhai.display_name} 近 365 天战略对标会议 0/1 次"

    actions.judge(now=NEXT)
    assert minima_told(made.lin) == [lack]
    assert len(minima_told(made.boss)) == 1
    actions.judge(now=NEXT + 14 * DAY)
    assert minima_told(made.lin) == [lack]
    actions.judge(now=NEXT + 28 * DAY)
    assert minima_told(made.lin) == [lack, lack]
    assert len(minima_told(made.boss)) == 2


def test_where_nobody_manages_a_key_customer_the_head_hears_of_its_minima(made):
    customer = build.customer(made.office, "岭东电网", tier=2)

    actions.judge(now=NEXT)

    told = Notification.objects.filter(kind="cadence.minima", about_id=customer.pk)
    assert set(told.values_list("user", flat=True)) == {made.boss.pk}
    assert told.count() == 2


def test_of_a_cash_flow_customer_minima_are_advisory(made):
    Customer.objects.filter(pk=made.lanhai.pk).update(tier=2, cash_flow=True)

    actions.judge(now=NEXT)

    assert minima_told(made.lin) == minima_told(made.boss) == []

    assert set(CadenceResult.objects.of_customers().values_list("mode", "status")) == {
        ("advisory", "below")
    }


def test_the_running_week_is_one_query_and_says_what_lacks(made, django_assert_num_queries):
    UserRole.objects.create(user=made.zhou, role=Role.AR)
    visits(made, 3, made.zhou)
    weekly_lines(made.zhou, now=NINE, zone=SHANGHAI)

    with django_assert_num_queries(1):
        lines = weekly_lines(made.zhou, now=NINE + DAY, zone=SHANGHAI)

    assert [(one.rule.rule, one.actual, one.minimum, one.lacks) for one in lines] == [
        ("R-R7", 3, 5, 2), ("R-R9", 3, 2, 0),
    ]  # fmt: skip


def test_minima_say_what_lacks_first(made):
    made.lanhai.tier = 1
    made.lanhai.save()
    type(made.ruochuan).objects.update(is_decision_layer=True)
    met(made.ruochuan, made.lin, NINE, type=kind("executive_visit_in"))

    found = minima_of([made.lanhai], now=NINE + DAY)

    assert [(one.rule.metric, one.actual, one.is_met) for one in found] == [
        ("benchmark_meetings", 0, False), ("exec_visits", 1, True),
    ]  # fmt: skip
