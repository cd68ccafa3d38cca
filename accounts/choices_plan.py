"""Closed sets of account plans: kinds, states, sections, objectives (C096, C099, C148)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlanKind(models.TextChoices):
    """For how long a plan looks ahead."""

    ASP = "asp", pgettext_lazy("account plan", "strategic plan (ASP)")
    ABP = "abp", pgettext_lazy("account plan", "annual business plan (ABP)")


class AccountPlanStatus(models.TextChoices):
    """State of an account plan (b.1)."""

    DRAFT = "draft", pgettext_lazy("account plan", "draft")
    SUBMITTED = "submitted", pgettext_lazy("account plan", "submitted")
    APPROVED = "approved", pgettext_lazy("account plan", "approved")
    IN_EXECUTION = "in_execution", pgettext_lazy("account plan", "in execution")
    CLOSED = "closed", pgettext_lazy("account plan", "closed")
    RETURNED = "returned", pgettext_lazy("account plan", "returned")


BEING_WRITTEN = (AccountPlanStatus.DRAFT, AccountPlanStatus.RETURNED)
"""Its text and objectives may change."""
PLAN_OPEN = (
    *BEING_WRITTEN,
    AccountPlanStatus.SUBMITTED,
    AccountPlanStatus.APPROVED,
    AccountPlanStatus.IN_EXECUTION,
)
PLAN_CURRENT = (AccountPlanStatus.APPROVED, AccountPlanStatus.IN_EXECUTION)
PLAN_DECIDED = (*PLAN_CURRENT, AccountPlanStatus.CLOSED)
"""Somebody approved it: what the rule of 31 January asks for."""


class Section(models.TextChoices):
    """The parts of a plan, in their order (business leadership model)."""

    PERFORMANCE_GAP = "performance_gap", _("performance gap")
    OPPORTUNITY_GAP = "opportunity_gap", _("opportunity gap")
    MARKET_INSIGHT = "market_insight", _("market insight")
    STRATEGIC_INTENT = "strategic_intent", _("strategic intent")
    INNOVATION_FOCUS = "innovation_focus", _("innovation focus")
    BUSINESS_DESIGN = "business_design", _("business design")
    CRITICAL_TASKS = "critical_tasks", _("critical tasks")
    ORGANISATION = "organisation", pgettext_lazy("account plan", "organisation")
    TALENT = "talent", pgettext_lazy("account plan", "talent")
    CULTURE = "culture", pgettext_lazy("account plan", "culture")


class ObjectiveType(models.TextChoices):
    """What an objective is about (C096)."""

    FOOTHOLD = "foothold", pgettext_lazy("objective", "foothold")
    SCALE = "scale", pgettext_lazy("objective", "scale")
    PROFIT = "profit", pgettext_lazy("objective", "profit")
    RELATIONSHIP = "relationship", pgettext_lazy("objective", "relationship")
    SERVICE = "service", pgettext_lazy("objective", "service")


class ObjectiveStatus(models.TextChoices):
    """State of an objective."""

    OPEN = "open", pgettext_lazy("objective", "open")
    MET = "met", pgettext_lazy("objective", "met")
    MISSED = "missed", pgettext_lazy("objective", "missed")
    DROPPED = "dropped", pgettext_lazy("objective", "dropped")
