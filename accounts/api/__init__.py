"""The API of the customer floor, one aggregate per file."""

from __future__ import annotations

from typing import Any

from accounts.api.action_items import ActionItemResource
from accounts.api.assessments import FitResource, TierResource
from accounts.api.assets import AssetResource
from accounts.api.contacts import ContactResource
from accounts.api.customers import CustomerResource, CustomerUnitResource
from accounts.api.handovers import HandoverResource
from accounts.api.health import HealthResource
from accounts.api.influences import InfluenceResource
from accounts.api.insights import BuyingProfileResource, InsightResource
from accounts.api.leaves import UserLeaveResource
from accounts.api.lifecycle import ProposalResource
from accounts.api.market import PenetrationResource, PositionResource
from accounts.api.merging import ContactMergeResource, MergeResource
from accounts.api.opportunities import OpportunityResource
from accounts.api.organisation import OrgUnitResource, UserProfileResource
from accounts.api.personal import PersonalDetailResource
from accounts.api.plans import AccountPlanResource, ObjectiveResource
from accounts.api.portal import MembershipResource
from accounts.api.references import ReferenceResource
from accounts.api.reviews import ReviewResource
from accounts.api.scorecards import ScorecardResource, TemplateResource
from accounts.api.team import AssignmentResource
from accounts.api.value import DesignationResource, RevenueResource


def routes(router: Any) -> None:
    """Register the resources of this floor."""
    for name, resource in [
        ("customers", CustomerResource),
        ("customer-merges", MergeResource),
        ("contact-merges", ContactMergeResource),
        ("customer-units", CustomerUnitResource),
        ("customer-influences", InfluenceResource),
        ("customer-insights", InsightResource),
        ("buying-profiles", BuyingProfileResource),
        ("assets", AssetResource),
        ("reference-sites", ReferenceResource),
        ("competitor-positions", PositionResource),
        ("product-penetration", PenetrationResource),
        ("lifecycle-proposals", ProposalResource),
        ("contacts", ContactResource),
        ("org-units", OrgUnitResource),
        ("user-profiles", UserProfileResource),
        ("user-leaves", UserLeaveResource),
        ("account-assignments", AssignmentResource),
        ("handovers", HandoverResource),
        ("account-healths", HealthResource),
        ("strategy-fit-assessments", FitResource),
        ("tier-assessments", TierResource),
        ("account-plans", AccountPlanResource),
        ("plan-objectives", ObjectiveResource),
        ("opportunities", OpportunityResource),
        ("revenue-records", RevenueResource),
        ("scorecard-templates", TemplateResource),
        ("scorecards", ScorecardResource),
        ("key-action-reviews", ReviewResource),
        ("cash-flow-designations", DesignationResource),
        ("action-items", ActionItemResource),
        ("personal-details", PersonalDetailResource),
        ("portal-memberships", MembershipResource),
    ]:
        router.register(name, resource, basename=name)
