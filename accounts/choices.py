"""Closed sets of the customer floor: kinds, levels, states, ranks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person may be in the house (domain.md 0.1)."""

    AR = "ar", _("account manager")
    SR = "sr", _("solution expert")
    FR = "fr", _("delivery manager")
    RND = "rnd", _("R&D assessor")
    ENG = "eng", _("service engineer")
    SVC = "svc", _("service manager")
    RH = "rh", _("regional head")
    EXE = "exe", _("executive")
    QM = "qm", _("quality manager")
    TPR = "tpr", _("third-party reviewer")
    CMP = "cmp", _("compliance officer")
    CUS = "cus", _("customer portal user")
    INT = "int", _("integration client")
    ADM = "adm", _("administrator")


class Function(models.TextChoices):
    """Line of work of an employee."""

    MARKETING = "marketing", _("marketing")
    SALES = "sales", _("sales")
    SOLUTION = "solution", _("solution")
    R_AND_D = "r_and_d", _("R&D")
    DELIVERY = "delivery", _("delivery")
    SERVICE = "service", _("service")
    MANUFACTURING = "manufacturing", _("manufacturing")
    FINANCE = "finance", _("finance")
    PROCUREMENT = "procurement", _("procurement")
    QUALITY = "quality", _("quality")
    LEGAL = "legal", _("legal")
    HR = "hr", _("human resources")


class OrgLevel(models.TextChoices):
    """Levels of our own organisation."""

    COMPANY = "company", _("company")
    REGION = "region", pgettext_lazy("organisation unit", "region")
    REP_OFFICE = "rep_office", _("representative office")
    LOCAL_NETWORK = "local_network", _("local network")


class OrgStatus(models.TextChoices):
    """State of a unit of our organisation."""

    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")


class Tier(models.IntegerChoices):
    """Rank of a customer: order means order. Travels as lower-case key (see TIER_KEYS)."""

    S = 1, "S"
    A = 2, "A"
    B = 3, "B"
    C = 4, "C"


TIER_KEYS: dict[int, str] = {Tier.S: "s", Tier.A: "a", Tier.B: "b", Tier.C: "c"}


class CustomerKind(models.TextChoices):
    """What a customer is."""

    OPERATOR = "operator", _("operator")
    GOVERNMENT = "government", _("government")
    ENTERPRISE = "enterprise", _("enterprise")
    PARTNER = "partner", _("partner")
    INSTITUTE = "institute", _("institute")


class CustomerLevel(models.TextChoices):
    """Place of a customer in its own hierarchy."""

    GROUP = "group", _("group")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")
    OTHER = "other", pgettext_lazy("level", "other")


class CustomerStatus(models.TextChoices):
    """Lifecycle of a customer (domain.md b.1)."""

    PROSPECT = "prospect", _("prospect")
    ACTIVE = "active", pgettext_lazy("customer", "active")
    LOYAL = "loyal", _("loyal")
    DORMANT = "dormant", _("dormant")
    LOST = "lost", _("lost")


CUSTOMER_MOVES = {
    CustomerStatus.PROSPECT: (CustomerStatus.ACTIVE, CustomerStatus.LOST),
    CustomerStatus.ACTIVE: (CustomerStatus.LOYAL, CustomerStatus.DORMANT),
    CustomerStatus.LOYAL: (CustomerStatus.ACTIVE,),
    CustomerStatus.DORMANT: (CustomerStatus.ACTIVE, CustomerStatus.LOST),
    CustomerStatus.LOST: (CustomerStatus.PROSPECT,),
}


class Stance(models.TextChoices):
    """How we invest in a customer."""

    INVEST = "invest", _("invest")
    MAINTAIN = "maintain", _("maintain")
    HARVEST = "harvest", _("harvest")


class UnitKind(models.TextChoices):
    """Departments of a customer."""

    PLANNING = "planning", _("planning")
    NETWORK = "network", _("network")
    MARKET = "market", _("market")
    FINANCE = "finance", _("finance")
    PROCUREMENT = "procurement", _("procurement")
    TECHNOLOGY = "technology", _("technology")
    OPERATIONS = "operations", _("operations")
    EXECUTIVE_OFFICE = "executive_office", _("executive office")
    INSTITUTE = "institute", _("institute")
    OTHER = "other", pgettext_lazy("unit", "other")


class InfluenceKind(models.TextChoices):
    """What one customer does for the buying of another (C055)."""

    ADVISES = "advises", _("advises")
    APPROVES = "approves", _("approves")
    BUDGETS = "budgets", _("budgets")


class InsightStatus(models.TextChoices):
    """State of what we understand of a customer (C126)."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", pgettext_lazy("insight", "published")
    EXPIRED = "expired", _("expired")


class MainBusiness(models.TextChoices):
    """Our place in the main business of a customer (C128)."""

    MAIN = "main", pgettext_lazy("main business", "main supplier")
    SUPPORTING = "supporting", pgettext_lazy("main business", "supporting")
    PERIPHERAL = "peripheral", pgettext_lazy("main business", "peripheral")
    NONE = "none", pgettext_lazy("main business", "none")


class ProcurementMode(models.TextChoices):
    """How a customer usually buys (C091)."""

    OPEN_TENDER = "open_tender", _("open tender")
    INVITED_TENDER = "invited_tender", _("invited tender")
    SINGLE_SOURCE = "single_source", _("single source")
    FRAMEWORK = "framework", _("framework agreement")
    DIRECT = "direct", pgettext_lazy("procurement", "direct purchase")


class ProfileStatus(models.TextChoices):
    """A buying profile is current until a newer one supersedes it."""

    CURRENT = "current", pgettext_lazy("profile", "current")
    SUPERSEDED = "superseded", _("superseded")


class Vendor(models.TextChoices):
    """Whose equipment stands at a customer (C149)."""

    OURS = "ours", _("ours")
    COMPETITOR = "competitor", _("a competitor's")


class AssetStatus(models.TextChoices):
    """State of equipment at a customer."""

    PLANNED = "planned", pgettext_lazy("asset", "planned")
    IN_SERVICE = "in_service", _("in service")
    RETIRED = "retired", pgettext_lazy("asset", "retired")


class ProposalStatus(models.TextChoices):
    """State of a proposed step along the lifecycle (R-A5)."""

    PROPOSED = "proposed", pgettext_lazy("lifecycle", "proposed")
    CONFIRMED = "confirmed", pgettext_lazy("lifecycle", "confirmed")
    REJECTED = "rejected", pgettext_lazy("lifecycle", "rejected")
    OVERTAKEN = "overtaken", pgettext_lazy("lifecycle", "overtaken")


class ContactLevel(models.TextChoices):
    """Standing of a contact in the customer's hierarchy."""

    EXECUTIVE = "executive", pgettext_lazy("contact", "executive")
    SENIOR_MANAGER = "senior_manager", _("senior manager")
    MIDDLE_MANAGER = "middle_manager", _("middle manager")
    STAFF = "staff", _("staff")


class ContactStatus(models.TextChoices):
    """State of a contact."""

    ACTIVE = "active", pgettext_lazy("contact", "active")
    MOVED = "moved", _("moved")
    LEFT = "left", _("left")
    ERASED = "erased", _("erased")
    MERGED = "merged", pgettext_lazy("contact", "merged")


class ConsentBasis(models.TextChoices):
    """Lawful basis of keeping a contact (R-P1)."""

    CONTRACT = "contract", _("contract")
    CONSENT = "consent", _("consent")
    LEGITIMATE = "legitimate", _("business contact")
    PUBLIC = "public", _("published by the person")


class TeamRole(models.TextChoices):
    """What somebody is for one customer (AccountAssignment)."""

    AR = "ar", _("account manager")
    SR = "sr", _("solution expert")
    FR = "fr", _("delivery manager")
    EXECUTIVE_SPONSOR = "executive_sponsor", _("executive sponsor")
    MEMBER = "member", _("member")
    SERVICE_SALES = "service_sales", _("service sales")
    PROJECT_MEMBER = "project_member", _("project member")
    REVIEWER = "reviewer", _("reviewer")
    ENGINEER = "engineer", _("engineer")


class AssignmentStatus(models.TextChoices):
    """State of an assignment."""

    ACTIVE = "active", pgettext_lazy("assignment", "active")
    HANDED_OVER = "handed_over", _("handed over")
    ENDED = "ended", _("ended")


class HandoverReason(models.TextChoices):
    """Why an account changes hands (R-A6)."""

    ROTATION = "rotation", _("rotation")
    LEAVE = "leave", _("leaves the company")
    REORGANISATION = "reorganisation", _("reorganisation")


class HandoverStatus(models.TextChoices):
    """State of a handover."""

    PLANNED = "planned", pgettext_lazy("handover", "planned")
    IN_OVERLAP = "in_overlap", _("in overlap")
    COMPLETED = "completed", pgettext_lazy("handover", "completed")
    CANCELLED = "cancelled", pgettext_lazy("handover", "cancelled")


HANDOVER_OPEN = (HandoverStatus.PLANNED, HandoverStatus.IN_OVERLAP)


class AssessmentStatus(models.TextChoices):
    """State of a fit or tier assessment."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")
    EXPIRED = "expired", _("expired")


class FitTrend(models.TextChoices):
    """Direction of the last approved fits (R-A2)."""

    CONVERGING = "converging", _("converging")
    STABLE = "stable", _("stable")
    DIVERGING = "diverging", _("diverging")


class ActionStatus(models.TextChoices):
    """State of an action item; overdue is derived."""

    OPEN = "open", pgettext_lazy("action", "open")
    DONE = "done", _("done")
    VERIFIED = "verified", _("verified")
    CANCELLED = "cancelled", _("cancelled")


class PortalRight(models.TextChoices):
    """What a portal user may do."""

    VIEW = "view", _("view")
    SIGN = "sign", _("sign")
    APPROVE_CHANGE = "approve_change", _("approve changes")
    TICKET = "ticket", _("report tickets")
    SURVEY = "survey", _("answer surveys")
    VOTE = "vote", _("vote")


class MembershipStatus(models.TextChoices):
    """State of a portal membership."""

    INVITED = "invited", _("invited")
    ACTIVE = "active", pgettext_lazy("membership", "active")
    SUSPENDED = "suspended", _("suspended")


class Stage(models.TextChoices):
    """How far a deal is (domain.md b.1 Opportunity)."""

    LEAD = "lead", pgettext_lazy("opportunity", "lead")
    QUALIFIED = "qualified", _("qualified")
    PROPOSING = "proposing", _("proposing")
    NEGOTIATING = "negotiating", _("negotiating")
    WON = "won", _("won")
    LOST = "lost", pgettext_lazy("opportunity", "lost")
    SHELVED = "shelved", _("shelved")


OPEN_STAGES = (Stage.LEAD, Stage.QUALIFIED, Stage.PROPOSING, Stage.NEGOTIATING)
CLOSED_STAGES = (Stage.WON, Stage.LOST, Stage.SHELVED)


class OpportunitySource(models.TextChoices):
    """Where a deal came from."""

    PLAN = "plan", _("account plan")
    POTATO = "potato", _("small find")
    SWAP = "swap", _("swap of a competitor")
    STANDARDS = "standards", _("standards work")
    SERVICE = "service", _("service")


class DesignationStatus(models.TextChoices):
    """State of a cash-flow designation (R-A3, R-A4)."""

    PROPOSED = "proposed", pgettext_lazy("designation", "proposed")
    CONFIRMED = "confirmed", pgettext_lazy("designation", "confirmed")
    REJECTED = "rejected", pgettext_lazy("designation", "rejected")
    LIFTED = "lifted", pgettext_lazy("designation", "lifted")


OPEN_DESIGNATIONS = (DesignationStatus.PROPOSED, DesignationStatus.CONFIRMED)


class DesignationSeat(models.TextChoices):
    """Whose consent a designation needs: one of each."""

    RH = "rh", _("regional head")
    EXE = "exe", _("executive")


class ScorecardScope(models.TextChoices):
    """Whose results a scorecard measures."""

    UNIT = "unit", _("organisation unit")
    PERSON = "person", _("person")


class TemplateStatus(models.TextChoices):
    """State of a scorecard template."""

    DRAFT = "draft", _("draft")
    ACTIVE = "active", pgettext_lazy("template", "active")
    RETIRED = "retired", pgettext_lazy("template", "retired")


class ScorecardStatus(models.TextChoices):
    """State of a scorecard."""

    OPEN = "open", pgettext_lazy("scorecard", "open")
    CALCULATED = "calculated", _("calculated")
    CONFIRMED = "confirmed", pgettext_lazy("scorecard", "confirmed")
