"""Tables of the customer floor, one aggregate per file."""

from accounts.models.assessment import StrategyFitAssessment, TierAssessment
from accounts.models.asset import Asset
from accounts.models.contact import Contact, PortalMembership
from accounts.models.customer import (
    Customer,
    CustomerUnit,
    Sight,
    assigned_to,
    confided_to,
    on_postgres,
    seen_by,
    served_by,
    sight_of,
    units_below,
    units_seen_by,
)
from accounts.models.erasure import ErasureRequest
from accounts.models.handover import Handover
from accounts.models.health import AccountHealth
from accounts.models.influence import CustomerInfluence
from accounts.models.insight import BuyingProfile, BuyingStep, CustomerInsight
from accounts.models.leave import UserLeave
from accounts.models.lifecycle import LifecycleProposal
from accounts.models.market import CompetitorPosition, ProductPenetration
from accounts.models.merge import ContactMerge, CustomerMerge
from accounts.models.opportunity import Opportunity
from accounts.models.organisation import OrgUnit, UserProfile, UserRole, roles_of, seat_of
from accounts.models.personal import PersonalDetail, private_to
from accounts.models.plan import AccountPlan, Objective
from accounts.models.reference import ReferenceSite, ReferenceVisit
from accounts.models.review import KeyActionReview, KeyActionScore
from accounts.models.scorecard import MetricValue, Scorecard, ScorecardTemplate
from accounts.models.team import AccountAssignment, ActionItem
from accounts.models.value import CashFlowDesignation, RevenueRecord

__all__ = [
    "AccountPlan",
    "Objective",
    "MetricValue",
    "Scorecard",
    "ScorecardTemplate",
    "CompetitorPosition",
    "ProductPenetration",
    "KeyActionReview",
    "KeyActionScore",
    "ReferenceSite",
    "ReferenceVisit",
    "CashFlowDesignation",
    "RevenueRecord",
    "AccountAssignment",
    "AccountHealth",
    "ActionItem",
    "Asset",
    "BuyingProfile",
    "BuyingStep",
    "Contact",
    "Customer",
    "CustomerInfluence",
    "CustomerInsight",
    "ContactMerge",
    "CustomerMerge",
    "CustomerUnit",
    "LifecycleProposal",
    "Opportunity",
    "Handover",
    "ErasureRequest",
    "OrgUnit",
    "PersonalDetail",
    "PortalMembership",
    "StrategyFitAssessment",
    "TierAssessment",
    "UserLeave",
    "UserProfile",
    "UserRole",
    "assigned_to",
    "Sight",
    "confided_to",
    "on_postgres",
    "private_to",
    "roles_of",
    "seat_of",
    "seen_by",
    "served_by",
    "sight_of",
    "units_below",
    "units_seen_by",
]
