"""Who may not, although much speaks for it: asked at the rule and at the action behind it."""

import pytest

from accounts import rules, rules_plan
from accounts.actions import action_items, assessments
from accounts.choices import Role, TeamRole
from accounts.models import (
    AccountPlan,
    CashFlowDesignation,
    ErasureRequest,
    OrgUnit,
    Scorecard,
    StrategyFitAssessment,
    TierAssessment,
    UserProfile,
    UserRole,
)
from accounts.tests import build
from accounts.tests.build import NINE
from core.actors import Actor
from core.errors import Forbidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return build.cast()


def assessed(cast, by, **fields):
    """A submitted pair of assessments, unsaved: rules look at columns and seats."""
    return (
        StrategyFitAssessment(customer=cast.lanhai, submitted_by=by),
        TierAssessment(customer=cast.lanhai, submitted_by=by, proposed_tier=2, **fields),
    )


DECISIONS = [
    lambda user, fit, tier: rules.may_decide_fit(user, fit),
    lambda user, fit, tier: rules.may_decide_tier(user, tier),
    lambda user, fit, tier: rules.may_decide_any_tier(user, tier),
]


@pytest.mark.parametrize("may", DECISIONS)
def test_a_head_decides_but_not_what_they_submitted(cast, may):
    assert may(cast.boss, *assessed(cast, cast.lin))
    assert not may(cast.boss, *assessed(cast, cast.boss))


@pytest.mark.parametrize("may", DECISIONS)
def test_a_head_who_manages_the_account_does_not_decide(cast, may):
    UserRole.objects.create(user=cast.lin, role=Role.RH)
    cast.lin.profile.unit = cast.east
    cast.lin.profile.save()

    assert not may(cast.lin, *assessed(cast, cast.wei))


@pytest.mark.parametrize("may", DECISIONS)
def test_a_head_of_another_region_does_not_decide(cast, may):
    head = build.person("west-head", cast.west, Role.RH)

    assert not may(head, *assessed(cast, cast.lin))


def test_tier_s_is_an_executives(cast):
    _fit, tier = assessed(cast, cast.lin)

    assert rules.may_decide_tier(cast.exe, tier, 1)
    assert not rules.may_decide_tier(cast.boss, tier, 1)
    assert not rules.may_decide_tier(cast.exe, tier, 2)
    with pytest.raises(Forbidden):
        rules.ask_tier(cast.boss, tier, 1)


@pytest.mark.parametrize("name", ["boss", "lin"])
def test_the_action_too_refuses_the_submitter_and_the_account_manager(cast, name):
    row = assessed(cast, cast.boss)[1]

    with pytest.raises(Forbidden):
        assessments.four_eyes(row, by=Actor.of(getattr(cast, name)), rule="R-A1")


def done(cast, **fields):
    """Something fang did for lanhai."""
    item = action_items.create(
        "回电", owner=cast.fang, due_at=NINE, customer=cast.lanhai, by=Actor.of(cast.lin), now=NINE,
        **fields,
    )  # fmt: skip
    return action_items.done(item, by=Actor.of(cast.fang), now=NINE, evidence="录音")


def test_the_owner_does_not_verify_and_a_named_verifier_is_alone(cast):
    free, named = done(cast), done(cast, verifier=cast.wei)

    for item, person in ((free, cast.fang), (named, cast.fang), (named, cast.lin)):
        assert not rules.may_verify_item(person, item)
        with pytest.raises(Forbidden):
            action_items.verify(item, by=Actor.of(person), now=NINE)
    assert rules.may_verify_item(cast.lin, free)
    assert rules.may_verify_item(cast.wei, named)
    assert not rules.may_verify_item(cast.stranger, free)


def test_seats_give_what_they_say_and_no_more(cast):
    assert rules.may_run_customer(cast.lin, cast.lanhai)
    assert not rules.may_run_customer(cast.wei, cast.lanhai)
    assert not rules.may_attest(cast.lin, build.contact(build.customer(cast.office, "别家")))
    sponsor = build.person("sponsor", cast.west, Role.EXE)
    build.assign(cast.lanhai, sponsor, TeamRole.EXECUTIVE_SPONSOR)
    assert rules.may_assess(sponsor, cast.lanhai)
    assert not rules.may_edit_customer(sponsor, cast.lanhai)


@pytest.fixture
def people(cast):
    return build.hats(cast)


def designated(p, customer, **given):
    return CashFlowDesignation(customer=customer, status="proposed", **given)


WHO_MAY = [
    ("ask that somebody is erased: compliance in sight of them",
     lambda p: (rules.may_ask_erasure, p.ruochuan), {"cmp", "both"}),
    ("erase: an administrator",
     lambda p: (rules.may_erase, ErasureRequest(contact=p.ruochuan, created_by=p.cmp)), {"adm"}),
    ("erase: never who asked for it, also as an administrator",
     lambda p: (rules.may_erase, ErasureRequest(contact=p.ruochuan, created_by=p.adm)), set()),
    ("give out what is kept of a person: compliance and heads in sight of them",
     lambda p: (rules.may_export_person, p.ruochuan), {"cmp", "both", "boss", "exe"}),
    ("approve a plan: the heads above",
     lambda p: (rules_plan.may_decide_plan, AccountPlan(customer=p.lanhai, owner=p.lin)),
     {"boss", "exe", "both"}),
    ("approve a plan: neither who owns nor who submitted it",
     lambda p: (rules_plan.may_decide_plan,
                AccountPlan(customer=p.lanhai, owner=p.boss, submitted_by=p.exe)), {"both"}),
    ("approve a plan: nobody for the account they manage",
     lambda p: (rules_plan.may_decide_plan, AccountPlan(customer=p.own, owner=p.wei)),
     {"boss", "exe"}),
    ("open a scorecard: heads, for what lies below them, and administrators",
     lambda p: (rules.may_open_scorecard, p.office), {"boss", "exe", "both", "adm"}),
    ("open a scorecard of the other region: its head",
     lambda p: (rules.may_open_scorecard, p.west), {"head", "exe", "adm"}),
    ("confirm a scorecard: a head, no administrator",
     lambda p: (rules.may_confirm_scorecard, Scorecard(unit=p.office)), {"boss", "exe", "both"}),
    ("confirm a scorecard: not whom it measures",
     lambda p: (rules.may_confirm_scorecard, Scorecard(unit=p.office, person=p.boss)),
     {"exe", "both"}),
    ("confirm the scorecard of a unit: not who leads it",
     lambda p: (rules.may_confirm_scorecard,
                Scorecard(unit=OrgUnit(head=p.boss, path=p.east.path))),
     {"exe", "both"}),
    ("share a view with everybody: no regional head",
     lambda p: (rules.may_share_views, "everybody"), {"exe", "adm"}),
    ("share a view with a unit: its heads too",
     lambda p: (rules.may_share_views, "unit"), {"exe", "adm", "boss", "head", "both"}),
    ("lift a designation: the heads above",
     lambda p: (rules.may_decide_designation, designated(p, p.lanhai)), {"boss", "exe", "both"}),
    ("lift a designation: not for the account one manages",
     lambda p: (rules.may_decide_designation, designated(p, p.own)), {"boss", "exe"}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "told"), [each[1:] for each in WHO_MAY],
                         ids=[each[0] for each in WHO_MAY])  # fmt: skip
def test_these_may_and_nobody_else(people, asked, told):
    assert build.who(people, *asked(people)) == told


def test_each_consent_to_a_designation_is_given_once_by_whom_it_needs(people):
    def free(customer, **given):
        row = designated(people, customer, **given)
        return {
            name: {seat.value for seat in seats}
            for name in build.HATS
            if (seats := rules.designation_seats(getattr(people, name), row))
        }

    assert free(people.lanhai) == {"boss": {"rh"}, "both": {"rh"}, "exe": {"exe"}}
    assert free(people.lanhai, rh_by=people.boss) == {"exe": {"exe"}}
    assert free(people.lanhai, exe_by=people.exe) == {"boss": {"rh"}, "both": {"rh"}}
    assert free(people.own) == {"boss": {"rh"}, "exe": {"exe"}}
    people.exe.profile.delete()
    assert free(people.lanhai, rh_by=people.boss) == {}


def test_whoever_has_no_unit_or_left_it_leads_nobody(people):
    UserProfile.objects.filter(user=people.boss).delete()
    UserProfile.objects.filter(user=people.both).update(left_on=NINE.date())
    boss, both = (type(people.boss).objects.get(pk=each.pk) for each in (people.boss, people.both))

    for user in (boss, both):
        assert not rules.leads(user, people.lanhai)
        assert not rules.may_open_scorecard(user, people.office)
