"""Who may log interactions, propose scores and decide about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.choices import Function, Role, TeamRole
from accounts.models import Contact, Customer, UserProfile
from accounts.rules import (
    editable_customers,
    has_role,
    leads,
    may_assess,
    may_edit_customer,
    on_team,
    sees_confidential,
)
from relationships import grid
from relationships.choices import RecipientClass
from relationships.models import (
    GiftRecord,
    GridAssessment,
    InfluenceEdge,
    InnovationTopic,
    Interaction,
    JointInnovationCentre,
    LockedProject,
    Minutes,
    PowerMap,
    PowerSeat,
    RatingRound,
    RelationshipPlan,
    StrategicAgreement,
)

WHO_CONFIRMS = _(
    "Somebody other than the assessor confirms this; ±2 and beyond the regional head or deputy."
)


def may_log(user: Any, customer: Customer) -> bool:
    """Whoever works for the customer or leads those who do; integrations."""
    return may_edit_customer(user, customer)


def loggable(user: Any) -> QuerySet[Customer]:
    """Every customer of which `may_log` says yes."""
    return editable_customers(user)


def may_edit_interaction(user: Any, interaction: Interaction) -> bool:
    """As logging one."""
    return may_log(user, interaction.customer)


def may_minute(user: Any, minutes: Minutes) -> bool:
    """Write, distribute and confirm: as logging the meeting."""
    return may_log(user, minutes.customer)


def may_propose(user: Any, customer: Customer) -> bool:
    """The account team and the heads above it, who see the confidential class."""
    return may_assess(user, customer)


def may_review_strong(user: Any, customer: Customer) -> bool:
    """Decide about ±2 and beyond: the regional head or deputy, or an executive above (b.6)."""
    return leads(user, customer)


@dataclass(frozen=True)
class Standing:
    """What somebody may do on the grid of one customer, asked once per page."""

    proposes: bool
    heads: bool


def standing(user: Any, customer: Customer) -> Standing:
    """Both answers with as few queries as they take."""
    heads = may_review_strong(user, customer)
    return Standing(heads or may_propose(user, customer), heads)


def may_confirm(user: Any, assessment: GridAssessment) -> bool:
    """Somebody other than the assessor; what R-R2 asks of a strong score: a head (b.6)."""
    if user.pk == assessment.assessor_id:
        return False
    if needs_head(assessment):
        return may_review_strong(user, assessment.customer)
    return may_assess(user, assessment.customer)


def needs_head(assessment: GridAssessment) -> bool:
    """True when R-R2 asks for the regional head or deputy."""
    before = assessment.previous.point if assessment.previous_id else None
    return grid.demand(assessment.point, before).second_person


def may_revalidate(user: Any, assessment: GridAssessment) -> bool:
    """“No change” is said by whoever may propose."""
    return may_propose(user, assessment.customer)


def may_rate(user: Any, row: RatingRound) -> bool:
    """Whoever was asked in the round."""
    return row.ratings.filter(rater=user).exists()


def may_end_round(user: Any, row: RatingRound) -> bool:
    """Whoever asked, and the heads above."""
    return user.pk == row.asked_by_id or may_review_strong(user, row.customer)


def may_work_plan(user: Any, plan: RelationshipPlan) -> bool:
    """Edit a draft, begin, add steps, report, cancel: whoever may propose scores."""
    return may_propose(user, plan.customer)


def may_approve_plan(user: Any, plan: RelationshipPlan) -> bool:
    """A head above, neither its author nor its owner (b.6)."""
    involved = user.pk in (plan.owner_id, plan.created_by_id)
    return not involved and may_review_strong(user, plan.customer)


def may_confirm_plan(user: Any, plan: RelationshipPlan) -> bool:
    """A head above who neither owns it, reported it nor made the assessment that shows it (b.6)."""
    return user.pk not in involved_in(plan) and may_review_strong(user, plan.customer)


def involved_in(plan: RelationshipPlan) -> set[int | None]:
    """Who does not confirm a plan."""
    assessor = plan.result.assessor_id if plan.result is not None else None
    return {plan.owner_id, plan.claimed_by_id, assessor}


def may_review_plan(user: Any, plan: RelationshipPlan) -> bool:
    """The heads above."""
    return may_review_strong(user, plan.customer)


def may_enter_gift(user: Any, contact: Contact) -> bool:
    """Enter a gift: the account team and the heads above it."""
    return may_assess(user, contact.customer)


def may_work_gift(user: Any, gift: GiftRecord) -> bool:
    """Submit, hand over, cancel: as entering one."""
    return may_assess(user, gift.customer)


def may_decide_gift(user: Any, gift: GiftRecord) -> bool:
    """Compliance in sight of it, never who entered it nor the account manager; for private
    companies a head as well, but for officials and state enterprises nobody else (b.6)."""
    if user.pk == gift.created_by_id:
        return False
    if gift.recipient_class == RecipientClass.PRIVATE and may_review_strong(user, gift.customer):
        return True
    return has_role(user, Role.CMP) and not on_team(user, gift.customer, TeamRole.AR)


def may_see_grid(user: Any, customer: Customer) -> bool:
    """The confidential class of this customer."""
    return sees_confidential(user, customer)


def may_draw(user: Any, customer: Customer) -> bool:
    """Draw power maps: whoever may propose scores."""
    return may_propose(user, customer)


def may_edit_map(user: Any, row: PowerMap) -> bool:
    """As drawing one."""
    return may_draw(user, row.customer)


def may_edit_seat(user: Any, seat: PowerSeat) -> bool:
    """As drawing the map."""
    return may_draw(user, seat.map.customer)


def may_edit_edge(user: Any, edge: InfluenceEdge) -> bool:
    """As drawing the map."""
    return may_draw(user, edge.from_seat.map.customer)


def may_draft_agreement(user: Any, customer: Customer) -> bool:
    """Draft strategic agreements: the account team and the heads above it."""
    return may_assess(user, customer)


def may_work_agreement(user: Any, row: StrategicAgreement) -> bool:
    """Edit, negotiate, note the signature, renew, lock projects: as drafting, and its owner."""
    return user.pk == row.owner_id or may_draft_agreement(user, row.customer)


def may_clear_agreement(user: Any, row: StrategicAgreement) -> bool:
    """Exclusivity: compliance in sight, never its author, owner or the account manager (b.6)."""
    if user.pk in (row.created_by_id, row.owner_id) or not has_role(user, Role.CMP):
        return False
    return not on_team(user, row.customer, TeamRole.AR)


def may_approve_agreement(user: Any, row: StrategicAgreement) -> bool:
    """A head above, neither its author nor its owner."""
    involved = user.pk in (row.owner_id, row.created_by_id)
    return not involved and may_review_strong(user, row.customer)


def may_end_agreement(user: Any, row: StrategicAgreement) -> bool:
    """A draft that comes to nothing: whoever works on it; what is approved: the heads above."""
    if row.is_draft:
        return may_work_agreement(user, row)
    return may_review_strong(user, row.customer)


def may_release(user: Any, row: LockedProject) -> bool:
    """As working on the agreement in which it is locked."""
    return may_work_agreement(user, row.agreement)


def may_work_centre(user: Any, row: JointInnovationCentre) -> bool:
    """Edit and close a centre, its topics: the account team, the heads above it, its owner."""
    return user.pk == row.owner_id or may_draft_agreement(user, row.customer)


def may_charter(user: Any, row: JointInnovationCentre) -> bool:
    """Charter a centre: a head above it."""
    return may_review_strong(user, row.customer)


def may_approve_terms(user: Any, row: JointInnovationCentre) -> bool:
    """IP terms: compliance or legal in sight, neither author nor owner (C137)."""
    if user.pk in (row.owner_id, row.created_by_id):
        return False
    return has_role(user, Role.CMP) or works_for_legal(user)


def works_for_legal(user: Any) -> bool:
    """Their line of work is legal."""
    return UserProfile.objects.filter(user=user, left_on=None, function=Function.LEGAL).exists()


def may_work_topic(user: Any, row: InnovationTopic) -> bool:
    """Its owner, and whoever works on its centre."""
    return user.pk == row.owner_id or may_work_centre(user, row.centre)


def heads(user: Any) -> bool:
    """A regional head or an executive of any unit; of which one is asked per customer."""
    return has_role(user, Role.RH, Role.EXE)
