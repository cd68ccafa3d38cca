"""A machine never decides for people: not only the API, each action refuses it before it looks."""

import inspect
from importlib import import_module

import pytest

from core.actors import Actor
from core.errors import Forbidden
from core.models import ApiToken, User

pytestmark = pytest.mark.django_db
PEOPLES = {
    "accounts.action_items": "verify",
    "accounts.assessments": "submit four_eyes give_back",
    "accounts.cash_flow": "propose confirm renew reject lift",
    "accounts.contacts": "attest_signing",
    "accounts.erasure": "request second",
    "accounts.fit": "draft edit approve",
    "accounts.handovers": "plan complete",
    "accounts.insights": "publish",
    "accounts.lifecycle": "confirm reject",
    "accounts.objectives": "drop",
    "accounts.personal": "create edit remove",
    "accounts.plans": "submit approve give_back start close",
    "accounts.portal": "invite set_rights restore",
    "accounts.references": "activate renew",
    "accounts.reviews": "open_review gather fill review confirm",
    "accounts.scorecards": "make_template edit_template activate retire open_card confirm",
    "accounts.tier": "draft edit approve",
    "relationships.agreement_force": "sign terminate",
    "relationships.agreements": "clear object_to approve give_back",
    "relationships.assessments": "propose confirm reject revalidate _must_decide",
    "relationships.coverage": "count_anew",
    "relationships.feeds": "begin revoke",
    "relationships.gifts": "draft submit approve refuse hand_over cancel",
    "relationships.innovation": (
        "charter approve_terms run close charter_topic run_topic close_topic"
    ),
    "relationships.layer_plans": "draft claim",
    "relationships.locked": "release",
    "relationships.minutes": "confirm",
    "relationships.plans": "draft edit approve start claim confirm give_back cancel review",
    "relationships.power": (
        "create edit activate archive add_seat edit_seat remove_seat connect edit_edge disconnect"
    ),
    "relationships.ratings": "ask rate cancel",
    "relationships.stances": "note",
    "expectations.commitment": "confirm_capacity",
    "expectations.form": "submit approve send withdraw terminate",
    "expectations.item": "classify give_verdict decide",
    "expectations.notice": "send told_orally confirm_orally acknowledge settle",
    "expectations.noticedraft": "approve except_alternative",
    "expectations.project": "_early",
    "expectations.report": "submit acknowledge publish withdraw",
    "expectations.risk": "accept_risk",
    "expectations.signing": "record_signature check_recorded countersign",
    "service.bulletins": "send",
    "service.change": "change_level reapply_policy correct_time",
    "service.contracts": "move_contract set_clause tighten",
    "service.escalations": "next_line take_over escalate acknowledge close",
    "service.outcome": "resolve confirm reject close reopen cancel call_back",
    "service.verdicts": "give_reason ask_waiver approve_waiver",
    "service.voices": "take_up set_aside",
    "service.work": "accept claim contact send_update dispatch",
}
"""app.module of its actions → verbs; by hand, so that a guard that goes missing is noticed."""
VERBS = [(place, verb) for place, verbs in PEOPLES.items() for verb in verbs.split()]
MACHINE = Actor(user=User(username="erp"), token=ApiToken(name="erp"), channel="api")


@pytest.mark.parametrize(("place", "verb"), VERBS)
def test_a_machine_is_refused_whatever_it_says(place, verb):
    app, _, module = place.partition(".")
    action = getattr(import_module(f"{app}.actions.{module}"), verb)
    nothing = dict.fromkeys(inspect.signature(action).parameters)

    with pytest.raises(Forbidden):
        action(**{**nothing, "by": MACHINE})
