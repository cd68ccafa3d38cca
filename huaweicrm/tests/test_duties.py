"""Whoever leaves holds nothing any more: duties of all floors, and every column is thought of."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import action_items, organisation, people
from accounts.models import AccountAssignment, Contact, Customer, OrgUnit
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from core import duties
from core.actors import Actor
from core.errors import Refused
from core.models import Notification, Timer, TrailEntry, User
from expectations.actions import project as projects
from expectations.models import ProjectMember
from expectations.tests import build_delivery
from relationships.actions import interactions, plans
from relationships.tests import build as meetings
from service.models import TicketEvent
from service.tests import build as cases

DAY = dt.timedelta(days=1)

FLOORS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
WROTE = ("created_by", "updated_by")
STAYS = {
    "service.vocitem.sorted_by": "who sorted then",
    "accounts.accountassignment.user": "seats are handed over and ended by people.leave itself",
    "accounts.cashflowdesignation.closed_by": "who ended it then",
    "accounts.cashflowdesignation.exe_by": "who agreed then",
    "accounts.cashflowdesignation.rh_by": "who agreed then",
    "accounts.contact.can_sign_attested_by": "who vouched then",
    "accounts.erasurerequest.decided_by": "who decided then",
    "accounts.portalmembership.user": "a guest of the customer",
    "accounts.scorecard.confirmed_by": "who confirmed then",
    "accounts.accountplan.approver": "who decided then",
    "accounts.accountplan.submitted_by": "who submitted then",
    "accounts.keyactionreview.confirmed_by": "who confirmed then",
    "accounts.keyactionreview.reviewed_by": "who scored then",
    "accounts.scorecard.person": "whose results they were",
    "accounts.strategyfitassessment.approver": "who decided then",
    "accounts.strategyfitassessment.submitted_by": "who submitted then",
    "accounts.tierassessment.approver": "who decided then",
    "accounts.tierassessment.submitted_by": "who submitted then",
    "accounts.userleave.user": "whose days they were",
    "accounts.userprofile.user": "the place of the person, which has an end",
    "accounts.userrole.user": "roles open nothing to somebody who cannot sign in",
    "core.apitoken.user": "a token of somebody who cannot sign in opens nothing",
    "core.importmapping.owner": "a preference",
    "core.notification.user": "what was told then",
    "core.notificationchannel.user": "nobody is told who cannot sign in",
    "core.outboxmessage.recipient": "what was sent then",
    "core.policyvalue.set_by": "who decided then",
    "core.savedview.owner": "a preference; shared ones keep working",
    "core.trailentry.actor": "who acted then",
    "core.viewdefault.user": "a preference",
    "core.webhookendpoint.user": "sends what its user sees: nothing",
    "expectations.commitment.capacity_confirmed_by": "who confirmed then",
    "expectations.commitment.made_by": "who promised then",
    "expectations.confirmationform.reviewed_by": "who reviewed then",
    "expectations.confirmationform.sent_by": "who sent then",
    "expectations.confirmationform.signatory": "a guest of the customer",
    "expectations.confirmationform.submitted_by": "who submitted then; the project has an owner",
    "expectations.customernotice.approver": "who approved then",
    "expectations.customernotice.drafted_by": "who drafted then; the risk has an owner",
    "expectations.customernotice.no_alternative_approved_by": "who approved then",
    "expectations.expectationitem.verdict_by": "who judged then",
    "expectations.formsignature.user": "who signed then",
    "expectations.noticerecord.recorded_by": "who told them then",
    "expectations.project.early_by": "who approved then",
    "expectations.recordedsignature.checked_by": "who checked then",
    "expectations.recordedsignature.recorded_by": "who recorded then",
    "expectations.reportrevision.submitted_by": "who submitted then",
    "expectations.riskimpact.approved_by": "who approved then",
    "expectations.riskimpact.recorded_by": "who recorded then",
    "expectations.weeklyreport.submitted_by": "who submitted then; the project has its members",
    "relationships.calendarfeed.user": "the feed of somebody who cannot sign in is shut",
    "relationships.cadenceresult.user": "whose week it was",
    "relationships.coveragecell.owner": "derived: counted anew each night",
    "relationships.giftrecord.decided_by": "who decided then",
    "relationships.gridassessment.assessor": "who said so then",
    "relationships.gridassessment.counterpart": "whose intimacy it was; it is not inherited",
    "relationships.gridassessment.reviewer": "who confirmed then",
    "relationships.minutes.sent_users": "who got them then",
    "relationships.rating.rater": "a round closes with the scores given so far",
    "relationships.relationshipplan.approved_by": "who approved then",
    "relationships.relationshipplan.claimed_by": "who reported then",
    "relationships.jointinnovationcentre.ip_approved_by": "who approved then",
    "relationships.strategicagreement.approved_by": "who approved then",
    "relationships.strategicagreement.compliance_by": "who looked at it then",
    "relationships.strategicagreement.our_signatory": "who signed then",
    "service.breach.reason_by": "who said so then; the ticket has an owner",
    "service.breach.waived_by": "who decided then",
    "service.breach.waiver_asked_by": "who asked then",
    "service.escalation.acknowledged_by": "who took it then; the ticket has an owner",
    "service.escalation.told": "who was told then",
    "service.incidentbulletin.sent_by": "who sent then",
    "service.pauseinterval.resumed_by": "who resumed then",
    "service.ticketevent.actor": "who acted then",
    "service.ticketevent.second_person": "who confirmed then",
}
"""Columns that name somebody and ask nothing of them any more, each with its reason."""


@pytest.fixture
def cast(db):
    return build.cast()


def columns():
    """Every column of the house that names a person: `app.model.field`."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model is User and field.name not in WROTE
    }


def test_every_column_that_names_somebody_is_a_duty_or_stays_for_a_reason():
    known = {duty.key for duty in duties.declared()}

    assert columns() - known - set(STAYS) == set(), "declare a Duty in <app>/duties.py (R-A7)"
    assert (known | set(STAYS)) - columns() == set()
    assert known & set(STAYS) == set()


def test_every_duty_can_be_counted_and_names_where_its_rows_are(cast):
    assert duties.held(cast.lin, cast.lanhai) == []
    assert [duty.key for duty in duties.declared() if duty.listed and not duty.url] == []


@pytest.fixture
def held(cast):
    """lin owns one of each kind."""
    lin, now = cast.lin, NINE
    made = cast
    made.item = action_items.create(
        "回电", owner=lin, due_at=now, customer=cast.lanhai, by=SYSTEM, now=now
    )
    made.check = action_items.create(
        "发样本",
        owner=cast.boss,
        due_at=now,
        customer=cast.lanhai,
        verifier=lin,
        by=SYSTEM,
        now=now,
    )
    Contact.objects.filter(pk=cast.ruochuan.pk).update(relationship_owner=lin)
    Customer.objects.filter(pk=cast.lanhai.pk).update(data_owner=lin)
    made.ticket = cases.ticket(cast.lanhai, cast.fang, owner=lin)
    made.project = build_delivery.project(cast)
    projects.join(made.project, lin, "ar", by=SYSTEM, now=now, is_lead=True)
    made.promise = build_delivery.promise(cast, made.project, now, now + DAY, owner=lin)
    made.risk = build_delivery.risk(cast, made.project, owner=lin)
    made.meeting = interactions.plan(
        cast.lanhai,
        [cast.ruochuan],
        {"type": meetings.kind(), "starts_at": now + DAY, "purpose": "谈二期"},
        by=Actor.of(lin),
        now=now,
    )
    return made


def test_whoever_leaves_holds_nothing_on_any_floor(held):
    lin, boss = held.lin, held.boss

    assert people.leave(lin.profile, NINE.date(), by=SYSTEM, now=NINE) == boss

    left = {duty.key: duty.rows(lin).count() for duty in duties.declared()}
    assert {key: many for key, many in left.items() if many} == {}
    assert not AccountAssignment.objects.active().filter(user=lin).exists()
    for name in ("item", "ticket", "promise", "risk", "project", "check", "meeting"):
        getattr(held, name).refresh_from_db()
    assert held.project.expectation_owner == boss
    assert [held.item.owner, held.ticket.owner, held.promise.owner, held.risk.owner] == [boss] * 4
    assert held.check.verifier is None, "nobody checks their own"
    assert list(held.meeting.participants.all()) == [boss]
    corner = ProjectMember.objects.get(project=held.project, status="active")
    assert (corner.user, corner.role, corner.is_lead) == (boss, "ar", True)


def test_every_change_of_hands_is_on_the_trail_and_the_heir_is_told(held):
    people.leave(held.lin.profile, NINE.date(), by=SYSTEM, now=NINE)

    said = TrailEntry.objects.get(verb="risk.owner_given")
    assert (said.scope_id, said.about_id) == (held.lanhai.pk, held.risk.pk)
    assert TicketEvent.objects.filter(ticket=held.ticket, kind="assigned").count() == 1
    told = Notification.objects.get(user=held.boss, kind="people.left")
    assert told.params == {"name": "Lin", "n": 10}


def test_a_refused_leave_changes_nothing(held):
    OrgUnit.objects.update(head=None)
    with pytest.raises(Refused) as refusal:
        people.leave(held.lin.profile, NINE.date(), by=SYSTEM, now=NINE)

    assert refusal.value.rule == "R-A7"
    assert duties.held(held.lin, held.lanhai) != []


def test_a_plan_goes_to_somebody_who_has_not_approved_it(held):
    placed = meetings.placed(held.ruochuan, held.wei, held.boss, (0, 0), NINE)
    plan = plans.draft(
        placed.contact, (1, 1), by=Actor.of(held.lin), now=NINE, strategy="一页纸",
        due_on=(NINE + 30 * DAY).date(), owner=held.lin,
    )  # fmt: skip
    plans.approve(plan, by=Actor.of(held.boss), now=NINE)

    people.leave(held.lin.profile, NINE.date(), by=SYSTEM, now=NINE)

    plan.refresh_from_db()
    assert (plan.owner, plan.status, plan.approved_by) == (held.boss, "draft", None)
    assert not Timer.objects.armed().filter(kind=plans.END).exists()


def test_a_head_who_leaves_heads_nothing_any_more(cast):
    office = organisation.edit_unit(
        cast.office, {"head": cast.wei, "acting_head": cast.wei, "acting_until": NINE + DAY},
        by=SYSTEM, now=NINE, version=None,
    )  # fmt: skip

    people.leave(cast.wei.profile, NINE.date(), by=SYSTEM, now=NINE)

    office.refresh_from_db()
    assert (office.head, office.acting_head, office.acting_until) == (None, None, None)


def test_what_is_held_costs_one_query_and_follows_the_customer(held):
    other = build.customer(held.office, "朔原电信")
    with CaptureQueriesContext(connection) as asked:
        found = duties.held(held.lin, held.lanhai)

    assert len(asked) == 1
    assert {line.duty.key: line.count for line in found} == {
        "accounts.actionitem.owner": 1,
        "accounts.actionitem.verifier": 1,
        "relationships.interaction.participants": 1,
        "expectations.commitment.owner": 1,
        "expectations.risk.owner": 1,
        "expectations.project.expectation_owner": 1,
        "expectations.projectmember.user": 1,
        "service.ticket.owner": 1,
    }
    assert duties.held(held.lin, other) == []
    assert duties.give_all(held.lin, held.wei, by=SYSTEM, now=NINE, scope=other) == {}
    duties.give_all(held.lin, held.wei, by=SYSTEM, now=NINE, scope=held.lanhai)
    assert duties.held(held.lin, held.lanhai) == []
