"""Who may decide what on this floor, of everybody who comes near it: one question at a time."""

import pytest

from accounts.choices import Function
from accounts.models import UserProfile
from accounts.tests import build
from relationships import rules
from relationships.models import (
    GiftRecord,
    GridAssessment,
    JointInnovationCentre,
    LockedProject,
    RatingRound,
    RelationshipPlan,
    StrategicAgreement,
)

pytestmark = pytest.mark.django_db
HEADS = {"boss", "exe", "both"}
TEAM = {"lin", "wei", "fang"}


@pytest.fixture
def people():
    made = build.hats(build.cast())
    made.mia = build.contact(made.own, "米雅")
    return made


def score(p, support=0, **more):
    values = {"customer": p.lanhai, "intimacy": 0, "support": support, "assessor": p.wei}
    return GridAssessment(**{**values, **more})


def plan(p, **more):
    return RelationshipPlan(**{"customer": p.lanhai, "owner": p.lin, "created_by": p.wei, **more})


def gift(p, contact=None, klass="private", **more):
    values = {"contact": contact or p.ruochuan, "recipient_class": klass, "created_by": p.lin}
    return GiftRecord(**{**values, **more})


def agreement(p, **more):
    values = {"customer": p.lanhai, "owner": p.lin, "created_by": p.wei, "status": "drafting"}
    return StrategicAgreement(**{**values, **more})


def centre(p, **more):
    return JointInnovationCentre(
        **{"customer": p.lanhai, "owner": p.lin, "created_by": p.wei, **more}
    )


WHO_MAY = [
    ("confirm a small step: the team, never who proposed it",
     lambda p: (rules.may_confirm, score(p)), {"lin", "fang"} | HEADS),
    ("confirm a strong one: a head", lambda p: (rules.may_confirm, score(p, 2)), HEADS),
    ("confirm a strong one: not the head who proposed it",
     lambda p: (rules.may_confirm, score(p, 2, assessor=p.boss)), HEADS - {"boss"}),
    ("confirm a big change: a head",
     lambda p: (rules.may_confirm, score(p, -1, previous=score(p, 1, pk=1))), HEADS),
    ("end a round: who asked, and the heads",
     lambda p: (rules.may_end_round, RatingRound(customer=p.lanhai, asked_by=p.wei)),
     {"wei"} | HEADS),
    ("approve a plan: a head", lambda p: (rules.may_approve_plan, plan(p)), HEADS),
    ("approve a plan: neither its owner nor its author",
     lambda p: (rules.may_approve_plan, plan(p, owner=p.boss, created_by=p.exe)), {"both"}),
    ("confirm that a plan was met: a head", lambda p: (rules.may_confirm_plan, plan(p)), HEADS),
    ("confirm that a plan was met: not who owns, reported or scored it",
     lambda p: (rules.may_confirm_plan,
                plan(p, owner=p.boss, claimed_by=p.exe, result=score(p, assessor=p.both))), set()),
    ("review a plan: the heads", lambda p: (rules.may_review_plan, plan(p)), HEADS),
    ("decide about a gift to somebody private: compliance and heads",
     lambda p: (rules.may_decide_gift, gift(p)), {"cmp", "far"} | HEADS),
    ("decide about a gift to an official: compliance",
     lambda p: (rules.may_decide_gift, gift(p, klass="public_official")), {"cmp", "far", "both"}),
    ("decide about a gift: not the head who entered it",
     lambda p: (rules.may_decide_gift, gift(p, created_by=p.boss)),
     {"cmp", "far", "exe", "both"}),
    ("decide about a gift: not the compliance officer who entered it",
     lambda p: (rules.may_decide_gift, gift(p, klass="public_official", created_by=p.cmp)),
     {"far", "both"}),
    ("decide about a gift to an official: not as account manager",
     lambda p: (rules.may_decide_gift, gift(p, p.mia, "public_official")), {"cmp", "far"}),
    ("clear an exclusive agreement: compliance",
     lambda p: (rules.may_clear_agreement, agreement(p)), {"cmp", "far", "both"}),
    ("clear an exclusive agreement: neither owner nor author",
     lambda p: (rules.may_clear_agreement, agreement(p, owner=p.cmp, created_by=p.far)),
     {"both"}),
    ("clear an exclusive agreement: not as account manager",
     lambda p: (rules.may_clear_agreement, agreement(p, customer=p.own)), {"cmp", "far"}),
    ("approve an agreement: a head", lambda p: (rules.may_approve_agreement, agreement(p)), HEADS),
    ("approve an agreement: neither owner nor author",
     lambda p: (rules.may_approve_agreement, agreement(p, owner=p.boss, created_by=p.exe)),
     {"both"}),
    ("drop a draft: whoever works on it",
     lambda p: (rules.may_end_agreement, agreement(p)), TEAM | HEADS),
    ("end what was approved: the heads",
     lambda p: (rules.may_end_agreement, agreement(p, status="in_force")), HEADS),
    ("release a locked project: as the agreement",
     lambda p: (rules.may_release, LockedProject(agreement=agreement(p, owner=p.stranger))),
     TEAM | HEADS | {"stranger"}),
    ("charter a centre: the heads", lambda p: (rules.may_charter, centre(p)), HEADS),
    ("approve the terms of a centre: compliance and legal",
     lambda p: (rules.may_approve_terms, centre(p)), {"cmp", "far", "both", "stranger"}),
    ("approve the terms of a centre: neither owner nor author",
     lambda p: (rules.may_approve_terms, centre(p, owner=p.cmp, created_by=p.stranger)),
     {"far", "both"}),
    ("work on a centre: its owner, the team, the heads",
     lambda p: (rules.may_work_centre, centre(p, owner=p.far)), TEAM | HEADS | {"far"}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "told"), [each[1:] for each in WHO_MAY],
                         ids=[each[0] for each in WHO_MAY])  # fmt: skip
def test_these_may_and_nobody_else(people, asked, told):
    UserProfile.objects.filter(user=people.stranger).update(function=Function.LEGAL)

    assert build.who(people, *asked(people)) == told


def test_whoever_left_does_not_speak_for_legal(people):
    of_legal = UserProfile.objects.filter(user=people.stranger)
    of_legal.update(function=Function.LEGAL, left_on=build.NINE.date())

    assert not rules.may_approve_terms(people.stranger, centre(people))
