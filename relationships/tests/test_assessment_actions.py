"""Propose, confirm, reject, revalidate, expire: who may, which evidence, which day."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.actions import team
from accounts.choices import Tier
from accounts.models import AccountAssignment
from accounts.tests.build import NINE, SYSTEM, cast, contact
from core import timers
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken, Notification, OutboxMessage, Timer, TrailEntry
from relationships.actions import assessments
from relationships.choices import GridStatus
from relationships.models import GridAssessment
from relationships.tests.build import CANARY, met, placed, proposed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_a_small_score_is_proposed_and_confirmed_by_a_colleague():
    made = cast()
    row = proposed(made.ruochuan, made.lin, (1, 1))

    assessments.confirm(row, by=Actor.of(made.wei), now=NINE)

    row.refresh_from_db()
    assert (row.status, row.cell, row.attitude) == ("confirmed", "P1W", "supporter")
    assert (row.assessor, row.reviewer) == (made.lin, made.wei)


def test_nobody_confirms_the_own_score():
    made = cast()
    row = proposed(made.ruochuan, made.lin)

    with pytest.raises(Forbidden) as refusal:
        assessments.confirm(row, by=Actor.of(made.lin), now=NINE)

    assert refusal.value.rule == "R-R2"


@pytest.mark.parametrize("support", [2, 3, -2, -3])
def test_strong_scores_are_confirmed_by_a_head(support):
    made = cast()
    row = proposed(made.ruochuan, made.lin, (0, support))

    with pytest.raises(Forbidden):
        assessments.confirm(row, by=Actor.of(made.wei), now=NINE)
    assessments.confirm(row, by=Actor.of(made.boss), now=NINE)

    assert row.status == GridStatus.CONFIRMED


@pytest.mark.parametrize(("step", "who"), [(1, "wei"), (2, "boss")])
def test_a_change_of_two_points_needs_a_head_and_of_one_does_not(step, who):
    made = cast()
    placed(made.ruochuan, made.lin, made.boss, (0, -1))
    link = [met(made.ruochuan, made.lin)] if step == 2 else []
    row = proposed(made.ruochuan, made.lin, (0, -1 + step), interactions=link)

    if step == 2:
        with pytest.raises(Forbidden):
            assessments.confirm(row, by=Actor.of(made.wei), now=NINE)
    assessments.confirm(row, by=Actor.of(getattr(made, who)), now=NINE)

    assert row.status == GridStatus.CONFIRMED


def test_a_change_of_two_points_without_a_meeting_is_refused():
    made = cast()
    placed(made.ruochuan, made.lin, made.boss, (0, -1))

    with pytest.raises(Invalid) as refusal:
        proposed(made.ruochuan, made.lin, (0, 1), interactions=[])

    assert (refusal.value.rule, list(refusal.value.fields)) == ("R-R2", ["interactions"])


@pytest.mark.parametrize(("age", "fits"), [(180, True), (181, False)])
def test_a_meeting_backs_a_score_for_180_days(age, fits):
    made = cast()
    old = met(made.ruochuan, made.lin, NINE - age * DAY)

    if fits:
        assert proposed(made.ruochuan, made.lin, (0, 2), interactions=[old]).pk
    else:
        with pytest.raises(Invalid):
            proposed(made.ruochuan, made.lin, (0, 2), interactions=[old])


def test_a_meeting_with_somebody_else_backs_nothing():
    made = cast()
    other = met(contact(made.lanhai, "孟昭"), made.lin)

    with pytest.raises(Invalid):
        proposed(made.ruochuan, made.lin, (0, 2), interactions=[other])


def test_every_score_needs_words():
    made = cast()

    with pytest.raises(Invalid) as refusal:
        proposed(made.ruochuan, made.lin, (0, 0), evidence="  ")

    assert list(refusal.value.fields) == ["evidence"]


@pytest.mark.parametrize("point", [(4, 0), (0, -4)])
def test_scores_outside_are_refused(point):
    made = cast()

    with pytest.raises(Invalid):
        proposed(made.ruochuan, made.lin, point, interactions=[])


def test_tomorrow_is_refused_and_today_fits_where_the_customer_is():
    made = cast()

    with pytest.raises(Invalid):
        proposed(made.ruochuan, made.lin, assessed_on=NINE.date() + DAY)
    assert proposed(made.ruochuan, made.lin, assessed_on=NINE.date()).assessed_on == NINE.date()


def test_a_machine_scores_nobody():
    made = cast()
    machine = Actor(user=made.lin, token=ApiToken(user=made.lin), channel="api")

    with pytest.raises(Forbidden):
        assessments.propose(made.ruochuan, (0, 1), by=machine, now=NINE, evidence="x")


def test_one_proposal_at_a_time():
    made = cast()
    proposed(made.ruochuan, made.lin)

    with pytest.raises(Refused):
        proposed(made.ruochuan, made.wei)


def test_the_position_before_is_superseded():
    made = cast()
    first = placed(made.ruochuan, made.lin, made.boss, (0, -1))

    second = placed(made.ruochuan, made.lin, made.boss, (0, 1), NINE + 30 * DAY)

    first.refresh_from_db()
    assert first.status == GridStatus.SUPERSEDED
    assert second.previous == first
    assert GridAssessment.objects.current().get() == second
    assert Timer.objects.filter(state="armed", kind=assessments.EXPIRY).count() == 1


def test_a_rejected_score_changes_nothing_and_says_why():
    made = cast()
    row = proposed(made.ruochuan, made.lin)

    with pytest.raises(Invalid):
        assessments.reject(row, by=Actor.of(made.wei), now=NINE, note=" ")
    assessments.reject(row, by=Actor.of(made.wei), now=NINE, note="听来的")

    assert (row.status, GridAssessment.objects.current().count()) == ("rejected", 0)


@pytest.mark.parametrize(
    ("tier", "days"), [(Tier.S, 90), (Tier.A, 90), (Tier.B, 180), (Tier.C, 365)]
)
def test_validity_by_tier_and_its_last_day(tier, days):
    made = cast()
    made.lanhai.tier = tier
    made.lanhai.save()
    row = placed(made.ruochuan, made.lin, made.boss)
    midnight = (NINE + days * DAY).replace(hour=0)

    timers.sweep(midnight + DAY - dt.timedelta(seconds=1))
    row.refresh_from_db()
    before = row.status
    timers.sweep(midnight + DAY)
    timers.sweep(midnight + DAY)
    row.refresh_from_db()

    assert row.valid_until == NINE.date() + days * DAY
    assert (before, row.status) == ("confirmed", "stale")
    assert TrailEntry.objects.filter(verb="grid.stale").count() == 1


def test_no_change_is_one_tap():
    made = cast()
    row = placed(made.ruochuan, made.lin, made.boss)
    later = NINE + 400 * DAY
    timers.sweep(later)
    row.refresh_from_db()
    assert row.status == GridStatus.STALE

    assessments.revalidate(row, by=Actor.of(made.lin), now=later)

    row.refresh_from_db()
    assert (row.status, row.checked_on) == ("confirmed", later.date())
    assert row.valid_until > later.date()


def test_the_monthly_review_confirms_what_this_person_may():
    made = cast()
    weak = proposed(made.ruochuan, made.lin)
    strong = proposed(contact(made.lanhai, "孟昭"), made.lin, (0, 2))
    own = proposed(contact(made.lanhai, "裴世安"), made.wei)

    confirmed, left = assessments.confirm_batch(
        [weak, strong, own], by=Actor.of(made.wei), now=NINE
    )

    assert (confirmed, left) == ([weak], [strong, own])


def test_a_decided_score_is_never_changed_in_the_database():
    made = cast()
    row = placed(made.ruochuan, made.lin, made.boss)
    rows = GridAssessment.objects.filter(pk=row.pk)

    for change in ({"support": 0, "attitude": "neutral"}, {"evidence": "other"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    rows.update(evidence="")

    assert rows.get().support == 1


def test_entries_are_confidential_and_nothing_leaves():
    made = cast()
    placed(made.ruochuan, made.lin, made.boss, (0, -2))

    entries = TrailEntry.objects.filter(verb__startswith="grid.")
    assert {entry.klass for entry in entries} == {"confidential"}
    assert not any(CANARY in entry.facts for entry in entries)
    assert (OutboxMessage.objects.count(), Notification.objects.count()) == (0, 0)


def test_a_proposal_with_the_intimacy_of_a_predecessor_is_not_confirmed():
    made = cast()
    own = proposed(made.ruochuan, made.lin, (1, 1), counterpart=made.lin)
    other = proposed(contact(made.lanhai, "沈若水"), made.lin, (1, 1), counterpart=made.wei)
    team.hand_over(
        AccountAssignment.objects.active().get(customer=made.lanhai, user=made.lin),
        made.boss, by=SYSTEM, now=NINE + DAY,
    )  # fmt: skip

    with pytest.raises(Refused) as refusal:
        assessments.confirm(own, by=Actor.of(made.wei), now=NINE + DAY)
    confirmed, left = assessments.confirm_batch(
        [own, other], by=Actor.of(made.boss), now=NINE + DAY
    )

    assert refusal.value.rule == "R-A6"
    assert (confirmed, left) == ([other], [own])
