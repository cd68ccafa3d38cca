"""Fit and tier assessments: who decides, what follows, when it expires (R-A1, R-A2)."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.actions import fit, team, tier
from accounts.choices import AssessmentStatus, Role, TeamRole, Tier
from accounts.models import Customer, StrategyFitAssessment, TierAssessment
from accounts.rules import may_decide_fit, may_decide_tier
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken, Event, Notification, Timer, TrailEntry
from core.timers import sweep

pytestmark = pytest.mark.django_db
TODAY = NINE.date()


@pytest.fixture
def cast():
    return build.cast()


def approved_fit(cast, level=90, now=NINE):
    row = fit.draft(
        cast.lanhai,
        {**dict.fromkeys(fit.SCORES, level), "as_of": now.date(), "evidence": "年报第 12 页"},
        by=Actor.of(cast.lin),
        now=now,
    )
    fit.submit(row, by=Actor.of(cast.lin), now=now)
    return fit.approve(row, by=Actor.of(cast.boss), now=now)


def submitted(cast, value=70, by=None, fit_level=90):
    approved_fit(cast, fit_level)
    row = tier.draft(
        cast.lanhai,
        {
            "as_of": TODAY,
            "current_value": value,
            "potential": value,
            "influence": value,
            "evidence": "近三年订单",
        },
        by=by or Actor.of(cast.lin),
        now=NINE,
    )
    return tier.submit(row, by=by or Actor.of(cast.lin), now=NINE)


def test_an_approved_tier_sets_the_customer_and_says_so(cast):
    row = submitted(cast)

    tier.approve(row, by=Actor.of(cast.boss), now=NINE)

    cast.lanhai.refresh_from_db()
    assert (row.score, cast.lanhai.tier) == (Decimal("78.00"), Tier.A)
    assert cast.lanhai.tier_valid_until == dt.date(2027, 3, 2)
    event = Event.objects.get(name="customer.tier_changed")
    assert event.facts == {"tier": "a", "before": None}
    entries = TrailEntry.objects.filter(verb="tier_assessment.approved")
    assert [entry.klass for entry in entries] == ["confidential"]
    assert "78" not in TrailEntry.objects.get(verb="customer.tier_changed").facts


def test_a_tier_needs_an_approved_fit(cast):
    with pytest.raises(Refused) as refusal:
        tier.draft(
            cast.lanhai,
            {"as_of": TODAY, "current_value": 1, "potential": 1, "influence": 1},
            by=Actor.of(cast.lin),
            now=NINE,
        )

    assert refusal.value.rule == "R-A1"


def test_neither_submitter_nor_account_manager_nor_a_machine_approves(cast):
    row = submitted(cast, by=Actor.of(cast.boss))
    machine = Actor(user=cast.exe, token=ApiToken(user=cast.exe), channel="api")

    for by in (Actor.of(cast.boss), Actor.of(cast.lin), machine):
        with pytest.raises(Forbidden):
            tier.approve(row, by=by, now=NINE)

    assert Customer.objects.get(pk=cast.lanhai.pk).tier is None


@pytest.mark.parametrize(
    ("name", "a", "s"),
    [
        ("boss", True, False),
        ("exe", False, True),
        ("lin", False, False),
        ("wei", False, False),
        ("stranger", False, False),
    ],
)
def test_the_regional_head_decides_a_b_c_and_an_executive_s(cast, name, a, s):
    row = submitted(cast)
    user = getattr(cast, name)

    assert may_decide_tier(user, row, Tier.A) is a
    assert may_decide_tier(user, row, Tier.S) is s


def test_a_head_of_another_region_decides_nothing(cast):
    row = submitted(cast)
    other = build.person("other", cast.west, Role.RH)

    assert may_decide_tier(other, row, Tier.A) is False
    assert may_decide_fit(other, StrategyFitAssessment.objects.first()) is False


def test_another_tier_than_proposed_needs_a_reason(cast):
    row = submitted(cast)

    with pytest.raises(Invalid):
        tier.approve(row, tier=Tier.B, by=Actor.of(cast.boss), now=NINE)
    tier.approve(row, tier=Tier.B, reason="合同即将到期", by=Actor.of(cast.boss), now=NINE)

    assert (row.approved_tier, row.override_reason) == (Tier.B, "合同即将到期")
    assert row.valid_until == dt.date(2028, 3, 2)


def test_tier_s_needs_an_executive_sponsor_and_no_cash_flow_flag(cast):
    row = submitted(cast, value=90)
    assert row.proposed_tier == Tier.S

    with pytest.raises(Refused):
        tier.approve(row, by=Actor.of(cast.exe), now=NINE)
    team.assign(cast.lanhai, cast.exe, TeamRole.EXECUTIVE_SPONSOR, by=Actor.of(cast.boss), now=NINE)
    row = TierAssessment.objects.get(pk=row.pk)
    tier.approve(row, by=Actor.of(cast.exe), now=NINE)

    assert Customer.objects.get(pk=cast.lanhai.pk).tier == Tier.S


def test_returned_with_a_sentence_edited_and_submitted_again(cast):
    row = submitted(cast)
    with pytest.raises(Invalid):
        tier.return_(row, " ", by=Actor.of(cast.boss), now=NINE)

    tier.return_(row, "潜力从何而来", by=Actor.of(cast.boss), now=NINE)
    tier.edit(row, {"potential": 50}, by=Actor.of(cast.lin), now=NINE, version=row.version)
    tier.submit(row, by=Actor.of(cast.lin), now=NINE)

    assert (row.score, row.status) == (Decimal("73.00"), AssessmentStatus.SUBMITTED)
    assert [note.user for note in Notification.objects.filter(kind="assessment.returned")] == [
        cast.lin
    ]


def test_what_waits_or_is_decided_cannot_be_edited(cast):
    row = submitted(cast)

    with pytest.raises(Refused):
        tier.edit(row, {"potential": 1}, by=Actor.of(cast.lin), now=NINE, version=row.version)


def test_one_assessment_waits_at_a_time(cast):
    submitted(cast)

    with pytest.raises(Refused):
        submitted(cast)


def test_two_approvals_have_one_effect(cast):
    row = submitted(cast)
    late = TierAssessment.objects.get(pk=row.pk)
    tier.approve(row, by=Actor.of(cast.boss), now=NINE)

    with pytest.raises(Refused):
        tier.approve(late, by=Actor.of(cast.boss), now=NINE)

    assert Event.objects.filter(name="customer.tier_changed").count() == 1


def test_the_reminder_comes_30_days_before_and_the_tier_stays_when_it_expires(cast):
    row = tier.approve(submitted(cast), by=Actor.of(cast.boss), now=NINE)
    shanghai = NINE.tzinfo
    remind = dt.datetime(2027, 1, 31, 9, tzinfo=shanghai)
    expiry = dt.datetime(2027, 3, 3, tzinfo=shanghai)

    sweep(remind - dt.timedelta(seconds=1))
    assert Notification.objects.filter(kind="tier.expiring").count() == 0
    sweep(remind)
    sweep(remind + dt.timedelta(seconds=1))
    assert [note.user for note in Notification.objects.filter(kind="tier.expiring")] == [cast.lin]
    sweep(expiry - dt.timedelta(seconds=1))
    assert TierAssessment.objects.get(pk=row.pk).status == AssessmentStatus.APPROVED
    sweep(expiry)
    assert TierAssessment.objects.get(pk=row.pk).status == AssessmentStatus.EXPIRED
    assert Customer.objects.get(pk=cast.lanhai.pk).tier == Tier.A


def test_a_new_tier_supersedes_the_old_one_and_its_timers(cast):
    first = tier.approve(submitted(cast), by=Actor.of(cast.boss), now=NINE)
    second = tier.approve(submitted(cast, value=40), by=Actor.of(cast.boss), now=NINE)

    first.refresh_from_db()
    assert first.status == AssessmentStatus.EXPIRED
    armed = Timer.objects.armed().filter(kind=tier.EXPIRY).values_list("about_id", flat=True)
    assert list(armed) == [second.pk]


def test_the_trend_compares_with_the_last_approved_fit(cast):
    later = NINE + dt.timedelta(days=100)

    assert approved_fit(cast, 80).trend == "stable"
    assert approved_fit(cast, 70, later).trend == "diverging"


@pytest.mark.parametrize("level", [-1, 101, None, "x"])
def test_scores_lie_between_0_and_100(cast, level):
    values = {**dict.fromkeys(fit.SCORES, 50), "future_value": level, "as_of": TODAY}

    with pytest.raises(Invalid):
        fit.draft(cast.lanhai, values, by=Actor.of(cast.lin), now=NINE)


def test_the_day_of_an_assessment_is_not_in_the_future(cast):
    values = {**dict.fromkeys(fit.SCORES, 50), "as_of": TODAY + dt.timedelta(days=1)}

    with pytest.raises(Invalid):
        fit.draft(cast.lanhai, values, by=Actor.of(cast.lin), now=NINE)


def test_a_machine_neither_scores_nor_submits(cast):
    machine = Actor(user=cast.lin, token=ApiToken(user=cast.lin), channel="api")
    values = {**dict.fromkeys(fit.SCORES, 50), "as_of": TODAY}

    with pytest.raises(Forbidden):
        fit.draft(cast.lanhai, values, by=machine, now=NINE)


def test_evidence_is_never_optional_when_submitting(cast):
    row = fit.draft(
        cast.lanhai,
        {**dict.fromkeys(fit.SCORES, 50), "as_of": TODAY},
        by=Actor.of(cast.lin),
        now=NINE,
    )

    with pytest.raises(Invalid):
        fit.submit(row, by=Actor.of(cast.lin), now=NINE)
