"""Who may do what on the customer floor; the role questions that every floor above asks."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.choices import (
    AssignmentStatus,
    DesignationSeat,
    DesignationStatus,
    Role,
    TeamRole,
    Tier,
)
from accounts.models import (
    AccountAssignment,
    ActionItem,
    CashFlowDesignation,
    Contact,
    Customer,
    CustomerInfluence,
    CustomerMerge,
    ErasureRequest,
    Handover,
    Opportunity,
    OrgUnit,
    PersonalDetail,
    Scorecard,
    StrategyFitAssessment,
    TierAssessment,
    UserProfile,
    private_to,
    roles_of,
    seat_of,
    units_below,
)
from core.errors import Forbidden
from core.once import once

EDITORS = (TeamRole.AR, TeamRole.SR, TeamRole.FR, TeamRole.MEMBER)
"""Seats of the account team that edit their customer."""


def has_role(user: Any, *roles: str) -> bool:
    """True when the person holds one of the roles."""
    return bool(roles_of(user) & set(roles))


def team_roles(user: Any, customer: Customer) -> frozenset[str]:
    """What a person actively is for a customer (ar, sr, fr, …)."""
    rows = AccountAssignment.objects.filter(
        user=user, customer=customer, status=AssignmentStatus.ACTIVE
    )
    roles = rows.values_list("role", flat=True)
    return once(("team_roles", user.pk, customer.pk), lambda: frozenset(roles))


def on_team(user: Any, customer: Customer, *roles: str) -> bool:
    """True when the person has one of these team roles; any team role when none is named."""
    held = team_roles(user, customer)
    return bool(held & set(roles)) if roles else bool(held)


def leads(user: Any, customer: Customer, *roles: str) -> bool:
    """Holds one of the roles (default RH, EXE) in a unit at or above the owning unit."""
    if not has_role(user, *(roles or (Role.RH, Role.EXE))):
        return False
    units = OrgUnit.objects.filter(people__user=user, people__left_on=None)
    unit = once(("unit", user.pk), units.first)
    return unit is not None and customer.owning_unit.path.startswith(unit.path)


def administers(user: Any) -> bool:
    """An administrator of the product."""
    return user.is_superuser or has_role(user, Role.ADM)


def sees_confidential(user: Any, customer: Customer) -> bool:
    """May read the confidential class of this customer (domain.md 0.2)."""
    return Customer.objects.confidential_to(user).filter(pk=customer.pk).exists()


def may_create_customer(user: Any) -> bool:
    """Whoever faces customers or leads them, quality, administrators, integrations."""
    makers = (Role.AR, Role.SR, Role.FR, Role.SVC, Role.RH, Role.EXE, Role.QM, Role.INT)
    return administers(user) or has_role(user, *makers)


def may_import_customers(user: Any) -> bool:
    """Everyone who owns customers or leads; never a machine, a reviewer or a portal user."""
    owners = (Role.AR, Role.SR, Role.FR, Role.RH, Role.EXE, Role.QM, Role.SVC)
    return administers(user) or has_role(user, *owners)


def may_import_assets(user: Any) -> bool:
    """Whoever faces customers, leads or administers; rows count where they edit the customer."""
    facing = (Role.AR, Role.SR, Role.FR, Role.RH, Role.EXE, Role.INT)
    return administers(user) or has_role(user, *facing)


def may_edit_customer(user: Any, customer: Customer) -> bool:
    """The account team, regional heads and executives above, admins, integrations."""
    if administers(user) or has_role(user, Role.INT):
        return True
    return on_team(user, customer, *EDITORS) or leads(user, customer)


def may_edit_influence(user: Any, row: CustomerInfluence) -> bool:
    """Whoever edits the customer at one of its ends."""
    return may_edit_customer(user, row.customer) or may_edit_customer(user, row.influenced)


def editable_customers(user: Any) -> QuerySet[Customer]:
    """Every customer of which `may_edit_customer` says yes, as one query."""
    if administers(user) or has_role(user, Role.INT):
        return Customer.objects.all()
    return served_customers(user, *EDITORS)


def served_customers(user: Any, *roles: str) -> QuerySet[Customer]:
    """Customers where the person holds one of the team roles, or which the person leads."""
    seats = AccountAssignment.objects.active().filter(user=user, role__in=roles)
    near = Q(pk__in=seats.values("customer"))
    if has_role(user, Role.RH, Role.EXE):
        near |= Q(owning_unit__in=units_below(user))
    return Customer.objects.filter(near)


def may_run_customer(user: Any, customer: Customer) -> bool:
    """Status, place in the tree, archive, team: the account manager, heads above, admins."""
    return administers(user) or on_team(user, customer, TeamRole.AR) or leads(user, customer)


def may_assess(user: Any, customer: Customer) -> bool:
    """Draft and submit fit and tier assessments: the account team and the heads above it."""
    team = (TeamRole.AR, TeamRole.SR, TeamRole.FR, TeamRole.MEMBER, TeamRole.EXECUTIVE_SPONSOR)
    return on_team(user, customer, *team) or leads(user, customer)


def may_decide_fit(user: Any, assessment: StrategyFitAssessment) -> bool:
    """A head above the customer who neither submitted it nor manages the account (b.6)."""
    return _uninvolved(user, assessment) and leads(user, assessment.customer)


def may_decide_tier(user: Any, assessment: TierAssessment, tier: int | None = None) -> bool:
    """Tier S: an executive; A, B, C: the regional head (b.6, R-A1).

    Never the submitter nor the account manager. `tier` is the tier to be approved.
    """
    wished = tier if tier is not None else assessment.proposed_tier
    role = Role.EXE if wished == Tier.S else Role.RH
    return _uninvolved(user, assessment) and leads(user, assessment.customer, role)


def decidable_tiers(user: Any, assessment: TierAssessment) -> list[Tier]:
    """The tiers that this person may approve here."""
    return [tier for tier in Tier if may_decide_tier(user, assessment, tier)]


def ask_tier(user: Any, assessment: TierAssessment, tier: int | None = None) -> None:
    """Forbidden, with who decides instead, unless this person may approve this tier."""
    if may_decide_tier(user, assessment, tier):
        return
    wished = tier if tier is not None else assessment.proposed_tier
    if wished == Tier.S:
        raise Forbidden(_("An executive decides tier S."), rule="R-A1")
    raise Forbidden(_("The regional head decides tiers A, B and C."), rule="R-A1")


def may_decide_any_tier(user: Any, assessment: TierAssessment) -> bool:
    """May approve some tier or return it."""
    return _uninvolved(user, assessment) and leads(user, assessment.customer)


def may_edit_contact(user: Any, contact: Contact) -> bool:
    """As the customer."""
    return may_edit_customer(user, contact.customer)


def sees_private(user: Any, customer: Customer) -> bool:
    """May read personal details and gifts here: the confidential class, and compliance (0.2)."""
    return private_to(user).filter(pk=customer.pk).exists()


def may_keep_personal(user: Any, contact: Contact) -> bool:
    """Enter and change personal details: the account team and the heads above it."""
    return may_assess(user, contact.customer)


def may_edit_personal(user: Any, row: PersonalDetail) -> bool:
    """As entering them."""
    return may_assess(user, row.contact.customer)


def may_remove_personal(user: Any, row: PersonalDetail) -> bool:
    """Whoever enters them, and compliance in sight of them."""
    return may_edit_personal(user, row) or has_role(user, Role.CMP)


def may_export_person(user: Any, contact: Contact) -> bool:
    """Give out what is kept of a person: compliance, and the heads above the customer, who read
    how we judge them as well."""
    if not sees_private(user, contact.customer):
        return False
    return has_role(user, Role.CMP) or leads(user, contact.customer)


def may_ask_erasure(user: Any, contact: Contact) -> bool:
    """Ask that a person is erased: compliance in sight of them (R-P3)."""
    return has_role(user, Role.CMP) and sees_private(user, contact.customer)


def may_erase(user: Any, request: ErasureRequest) -> bool:
    """Carry out or refuse: an administrator who did not ask (R-P3)."""
    return administers(user) and user.pk != request.created_by_id


def sees_erasures(user: Any) -> bool:
    """Compliance and administrators."""
    return administers(user) or has_role(user, Role.CMP)


def audited_customers(user: Any) -> QuerySet[Customer]:
    """Whose readings one may look into: account manager, heads, compliance above, administrators
    of the product."""
    if user.is_superuser:
        return Customer.objects.all()
    rows = served_customers(user, TeamRole.AR)
    if has_role(user, Role.CMP):
        return Customer.objects.filter(
            Q(pk__in=rows.values("pk")) | Q(owning_unit__in=units_below(user))
        )
    return rows


def may_attest(user: Any, contact: Contact) -> bool:
    """The account manager of the customer, nobody else (b.1)."""
    return on_team(user, contact.customer, TeamRole.AR)


def may_invite(user: Any, customer: Customer) -> bool:
    """Portal access: the account manager, heads above, admins."""
    return may_run_customer(user, customer)


def may_edit_item(user: Any, item: ActionItem) -> bool:
    """Owner, who made it, and whoever runs the customer."""
    if user.pk in (item.owner_id, item.created_by_id):
        return True
    return item.customer is not None and may_run_customer(user, item.customer)


def may_book_revenue(user: Any, customer: Customer) -> bool:
    """Integrations, administrators, and the heads above who reads what it earns."""
    return administers(user) or has_role(user, Role.INT) or leads(user, customer)


def booked_customers(user: Any) -> QuerySet[Customer]:
    """Customers in sight of which `may_book_revenue` says yes, as one query."""
    seen = Customer.objects.visible_to(user)
    if administers(user) or has_role(user, Role.INT):
        return seen
    return seen.filter(pk__in=served_customers(user).values("pk"))


def may_import_revenue(user: Any) -> bool:
    """Integrations, administrators, heads."""
    return administers(user) or has_role(user, Role.INT, Role.RH, Role.EXE)


def may_see_portfolio(user: Any) -> bool:
    """Regional heads and executives, of what lies below them; administrators."""
    return administers(user) or has_role(user, Role.RH, Role.EXE)


def may_shape_scorecards(user: Any) -> bool:
    """Templates: executives, quality, administrators."""
    return administers(user) or has_role(user, Role.EXE, Role.QM)


def may_open_scorecard(user: Any, unit: OrgUnit) -> bool:
    """Heads, for their own unit and those below; administrators."""
    if administers(user):
        return True
    path = seat_of(user)
    return has_role(user, Role.RH, Role.EXE) and bool(path) and unit.path.startswith(path)


def may_confirm_scorecard(user: Any, row: Scorecard) -> bool:
    """A head at or above the unit who is not measured by it."""
    if user.pk in (row.person_id, row.unit.head_id) or administers(user):
        return False
    return may_open_scorecard(user, row.unit)


def may_fill_scorecard(user: Any, row: Scorecard) -> bool:
    """As opening one."""
    return may_open_scorecard(user, row.unit)


def designation_seats(user: Any, row: CashFlowDesignation) -> list[DesignationSeat]:
    """The consents that this person may still give (b.6): never the account manager, never both."""
    if row.status != DesignationStatus.PROPOSED or on_team(user, row.customer, TeamRole.AR):
        return []
    if user.pk in (row.rh_by_id, row.exe_by_id):
        return []
    free = {DesignationSeat.RH: row.rh_by_id, DesignationSeat.EXE: row.exe_by_id}
    roles = {DesignationSeat.RH: Role.RH, DesignationSeat.EXE: Role.EXE}
    return [
        seat for seat, by in free.items() if by is None and leads(user, row.customer, roles[seat])
    ]


def may_decide_designation(user: Any, row: CashFlowDesignation) -> bool:
    """Reject, keep or lift: a head above the customer, never its account manager."""
    return leads(user, row.customer) and not on_team(user, row.customer, TeamRole.AR)


def may_sell(user: Any, customer: Customer) -> bool:
    """Note and edit opportunities: whoever edits the customer, and its service sales (C083)."""
    return may_edit_customer(user, customer) or on_team(user, customer, TeamRole.SERVICE_SALES)


def may_work_opportunity(user: Any, row: Opportunity) -> bool:
    """Its owner, and whoever may note one."""
    return user.pk == row.owner_id or may_sell(user, row.customer)


def may_verify_item(user: Any, item: ActionItem) -> bool:
    """The verifier; without one anybody of the team but the owner."""
    if user.pk == item.owner_id:
        return False
    if item.verifier_id is not None:
        return user.pk == item.verifier_id
    return item.customer is not None and may_edit_customer(user, item.customer)


def may_undo_merge(user: Any, row: CustomerMerge) -> bool:
    """Whoever runs the customer that stayed."""
    return may_run_customer(user, row.customer)


def may_plan_handover(user: Any, customer: Customer) -> bool:
    """Who follows an account manager is decided by the heads above, or an administrator (R-A6)."""
    return administers(user) or leads(user, customer)


def may_hand_over_seat(user: Any, row: AccountAssignment) -> bool:
    """At once: whoever runs the customer; the seat of the account manager, which otherwise passes
    with an overlap and an empty list, whoever may plan that (R-A6)."""
    if row.role == TeamRole.AR:
        return may_plan_handover(user, row.customer)
    return may_run_customer(user, row.customer)


def may_decide_handover(user: Any, row: Handover) -> bool:
    """Begin, complete and cancel: whoever may plan it."""
    return may_plan_handover(user, row.customer)


def may_work_handover(user: Any, row: Handover) -> bool:
    """Introduce people, give open work, write the letter: the two, and the heads above."""
    if user.pk in (row.successor_id, row.assignment.user_id):
        return row.is_open
    return may_plan_handover(user, row.customer)


def may_share_views(user: Any, audience: str) -> bool:
    """With a unit: its heads, quality, administrators; with everybody: not a regional head."""
    if administers(user):
        return True
    sharers = {Role.EXE, Role.QM} | ({Role.RH} if audience == "unit" else set())
    return has_role(user, *sharers)


def may_edit_organisation(user: Any) -> bool:
    """Our organisation, people and roles: administrators."""
    return administers(user)


def _uninvolved(user: Any, assessment: StrategyFitAssessment | TierAssessment) -> bool:
    if assessment.submitted_by_id == user.pk:
        return False
    return not on_team(user, assessment.customer, TeamRole.AR)


def works_here(user: Any) -> bool:
    """A member of staff who has not left."""
    return UserProfile.objects.filter(user=user, left_on=None).exists()


def needs_two_step(user: Any) -> bool:
    """Administrators and compliance officers sign in with two steps (trust: login)."""
    return user.is_superuser or has_role(user, Role.ADM, Role.CMP)
