"""Every page of ours that opens by GET, each with somebody who may see it and a row to show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.test import Client

from accounts.models import (
    AccountAssignment,
    AccountHealth,
    AccountPlan,
    ActionItem,
    Asset,
    CashFlowDesignation,
    CompetitorPosition,
    Contact,
    ContactMerge,
    Customer,
    CustomerInfluence,
    CustomerInsight,
    CustomerMerge,
    CustomerUnit,
    ErasureRequest,
    Handover,
    KeyActionReview,
    LifecycleProposal,
    Objective,
    Opportunity,
    PersonalDetail,
    ProductPenetration,
    ReferenceSite,
    RevenueRecord,
    Scorecard,
    ScorecardTemplate,
    StrategyFitAssessment,
    TierAssessment,
)
from core.models import OutboxMessage
from expectations.models import (
    Commitment,
    ConfirmationForm,
    CustomerNotice,
    ExpectationItem,
    Milestone,
    Project,
    Risk,
    WeeklyReport,
)
from huaweicrm.demo.world import World
from huaweicrm.tests.journey.windows import BACKEND
from huaweicrm.tests.permission_table import addresses
from relationships.models import (
    CompetitorStance,
    GiftRecord,
    GridAssessment,
    InfluenceEdge,
    InnovationTopic,
    Interaction,
    JointInnovationCentre,
    LayerSnapshot,
    LockedProject,
    PowerMap,
    PowerSeat,
    RatingRound,
    RelationshipPlan,
    StrategicAgreement,
)
from service.models import Breach, Escalation, IncidentBulletin, Ticket, VocItem

ROWS: dict[str, type[Model]] = {
    "customers": Customer,
    "customer-units": CustomerUnit,
    "customer-influences": CustomerInfluence,
    "assets": Asset,
    "competitor-positions": CompetitorPosition,
    "product-penetration": ProductPenetration,
    "reference-sites": ReferenceSite,
    "lifecycle-proposals": LifecycleProposal,
    "customer-insights": CustomerInsight,
    "contacts": Contact,
    "account-assignments": AccountAssignment,
    "tier-assessments": TierAssessment,
    "strategy-fit-assessments": StrategyFitAssessment,
    "action-items": ActionItem,
    "opportunities": Opportunity,
    "handovers": Handover,
    "customer-merges": CustomerMerge,
    "contact-merges": ContactMerge,
    "cash-flow-designations": CashFlowDesignation,
    "revenue-records": RevenueRecord,
    "scorecards": Scorecard,
    "key-action-reviews": KeyActionReview,
    "account-healths": AccountHealth,
    "layer-snapshots": LayerSnapshot,
    "scorecard-templates": ScorecardTemplate,
    "projects": Project,
    "expectation-items": ExpectationItem,
    "confirmation-forms": ConfirmationForm,
    "forms": ConfirmationForm,
    "risks": Risk,
    "customer-notices": CustomerNotice,
    "notices": CustomerNotice,
    "weekly-reports": WeeklyReport,
    "commitments": Commitment,
    "milestones": Milestone,
    "grid-assessments": GridAssessment,
    "interactions": Interaction,
    "rating-rounds": RatingRound,
    "grid-rounds": RatingRound,
    "relationship-plans": RelationshipPlan,
    "erasure-requests": ErasureRequest,
    "account-plans": AccountPlan,
    "plan-objectives": Objective,
    "agreements": StrategicAgreement,
    "strategic-agreements": StrategicAgreement,
    "innovation-centres": JointInnovationCentre,
    "innovation-topics": InnovationTopic,
    "locked-projects": LockedProject,
    "gifts": GiftRecord,
    "gift-records": GiftRecord,
    "personal-details": PersonalDetail,
    "power-maps": PowerMap,
    "power-seats": PowerSeat,
    "influence-edges": InfluenceEdge,
    "competitor-stances": CompetitorStance,
    "voc-items": VocItem,
    "tickets": Ticket,
    "escalations": Escalation,
    "bulletins": IncidentBulletin,
    "breaches": Breach,
    "outbox": OutboxMessage,
}
STAFF = ("ar", "rh", "fr", "adm", "eng", "svc", "sr", "rnd", "exe", "qm", "cmp")
OTHERS = ["/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/"]
NOBODY = ["/accounts/login/", "/accounts/password/reset/", "/portal/sign-in/"]
DOORS = [*[("ar", path) for path in OTHERS], *[("", path) for path in NOBODY]]
TRIED = 5


def clients(world: World) -> dict[str, Client]:
    """A client per member of staff and for the guest with most to see."""
    made = {}
    people = {who: world.users[who] for who in STAFF} | {"portal": world.made["portal:lin"]}
    for who, user in people.items():
        client = Client(raise_request_exception=False)
        client.force_login(user, backend=BACKEND)
        if who == "portal":
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            client.cookies[settings.PORTAL_COOKIE_NAME] = key
        made[who] = client
    return made


def pages(world: World, part: int = 0, of: int = 1) -> tuple[list[tuple[str, str]], list[str]]:
    """(who, address) of every page that opens, and the addresses that open for nobody.

    Of several parts each asks for its own addresses only.
    """
    at_the_door, opened, shut = clients(world), [], []
    for path in sorted(addresses())[part::of]:
        if path.startswith("api/"):
            continue
        hit = _first(path, at_the_door)
        if hit is None:
            shut.append(path)
        elif hit[1]:
            opened.append(hit)
    return opened + DOORS[part::of], shut


def _first(path: str, at_the_door: dict[str, Client]) -> tuple[str, str] | None:
    """Who sees it, and where; ("", "") when it is not a page to open (POST, file, redirect)."""
    staff = [who for who in at_the_door if who != "portal"]
    people = ["portal"] if path.startswith("portal/") else staff
    for address in _tries(path):
        for who in people:
            answer = at_the_door[who].get(address)
            if answer.status_code == 405:
                return "", ""
            if answer.status_code == 200:
                is_page = answer["Content-Type"].startswith("text/html")
                whole = is_page and b"<html" in answer.content[:200].lower()
                return (who, address) if whole else ("", "")
    return None


def _tries(path: str) -> Iterator[str]:
    if "<" not in path:
        yield f"/{path}"
        return
    if path.count("<") > 1 and "<verb>" not in path:
        return
    head = path.removeprefix("portal/").split("/")[0]
    model: Any = ROWS.get(head)
    if model is None:
        return
    verbs = VERBS.get(head, [""])
    for row in model._default_manager.order_by("id")[:TRIED]:
        for verb in verbs if "<verb>" in path else [""]:
            yield "/" + path.replace("<pk>", str(row.pk)).replace("<verb>", verb)


VERBS = {
    "cash-flow-designations": ["reject", "lift"],
    "opportunities": ["won", "lost", "shelve"],
    "projects": ["start-early", "renew-early", "hold", "cancel"],
}
