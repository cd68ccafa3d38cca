"""Plans for a customer: three to five years ahead, and each year; with objectives (C096, C099)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices_plan import (
    BEING_WRITTEN,
    PLAN_CURRENT,
    PLAN_DECIDED,
    AccountPlanStatus,
    ObjectiveStatus,
    ObjectiveType,
    PlanKind,
    Section,
)
from accounts.models.customer import Customer, OfCustomerQuerySet, seen_by
from core.days import FIRST_YEAR, LAST_YEAR
from core.models import Record, in_choices
from core.text import plain_line, plain_text


def _staff(label: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more
    )


def _part(section: Section) -> models.TextField:
    return models.TextField(
        section.label, blank=True, default="", max_length=4000, validators=[plain_text]
    )


def _number(label: Any, **more: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=2, **more)


class PlanQuerySet(OfCustomerQuerySet):
    """Questions about account plans."""

    def decided(self) -> PlanQuerySet:
        """Approved, whatever came then."""
        return self.filter(status__in=PLAN_DECIDED)

    def of_period(self, kind: str, year: int) -> PlanQuerySet:
        """Of a kind, beginning with a year."""
        return self.filter(kind=kind, year=year)


class AccountPlan(Record):
    """What we mean to reach at a customer, in the parts of the business leadership model (C148)."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="account_plans", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=3, choices=PlanKind)
    year = models.PositiveSmallIntegerField(
        _("first year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    years = models.PositiveSmallIntegerField(_("years"), default=1)
    performance_gap = _part(Section.PERFORMANCE_GAP)
    opportunity_gap = _part(Section.OPPORTUNITY_GAP)
    market_insight = _part(Section.MARKET_INSIGHT)
    strategic_intent = _part(Section.STRATEGIC_INTENT)
    innovation_focus = _part(Section.INNOVATION_FOCUS)
    business_design = _part(Section.BUSINESS_DESIGN)
    critical_tasks = _part(Section.CRITICAL_TASKS)
    organisation = _part(Section.ORGANISATION)
    talent = _part(Section.TALENT)
    culture = _part(Section.CULTURE)
    budget = _number(_("budget"), null=True, blank=True, validators=[MinValueValidator(0)])
    owner = _staff(_("owner"))
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=AccountPlanStatus,
        default=AccountPlanStatus.DRAFT,
        editable=False,
    )
    submitted_by = _staff(_("submitted by"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    approver = _staff(_("decided by"), null=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    decision_note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line], editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("account plan")
        verbose_name_plural = _("account plans")
        ordering = ["-year", "-id"]
        constraints = [
            in_choices("kind", PlanKind),
            in_choices("status", AccountPlanStatus),
            models.CheckConstraint(
                condition=Q(kind=PlanKind.ABP, years=1) | Q(kind=PlanKind.ASP, years__range=(3, 5)),
                name="accounts_plan_years",
                violation_error_message=_("A strategic plan covers 3 to 5 years, an annual one 1."),
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0),
                name="accounts_plan_budget",
                violation_error_message=_("A budget is not negative."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=list(PLAN_DECIDED))
                | Q(approver__isnull=False, approved_at__isnull=False),
                name="accounts_plan_approved",
            ),
            models.CheckConstraint(
                condition=Q(status=AccountPlanStatus.CLOSED, closed_at__isnull=False)
                | (~Q(status=AccountPlanStatus.CLOSED) & Q(closed_at=None)),
                name="accounts_plan_closed",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "year"],
                condition=Q(status__in=list(PLAN_CURRENT)),
                name="accounts_plan_one_approved",
                violation_error_message=_("A plan of this kind is approved for this year already."),
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "year"],
                condition=Q(status__in=[*BEING_WRITTEN, AccountPlanStatus.SUBMITTED]),
                name="accounts_plan_one_draft",
                violation_error_message=_("Such a plan is being written; go on with that one."),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "year", "status"], name="accounts_plan_of_year"),
        ]

    def __str__(self) -> str:
        return f"{self.kind.upper()} {self.period}"

    def get_absolute_url(self) -> str:
        """The plan with its objectives."""
        return f"/account-plans/{self.pk}/"

    @property
    def period(self) -> str:
        """2026, or 2026–2028."""
        return str(self.year) if self.years == 1 else f"{self.year}–{self.year + self.years - 1}"

    @property
    def title(self) -> str:
        """ABP 2026."""
        return str(self)

    @property
    def is_written(self) -> bool:
        """Its text and objectives may change."""
        return self.status in BEING_WRITTEN

    @property
    def ends_on(self) -> dt.date:
        """The last day of its period."""
        return dt.date(self.year + self.years - 1, 12, 31)

    @property
    def texts(self) -> dict[str, str]:
        """Its parts by name."""
        return {part.value: getattr(self, part.value) for part in Section}


class ObjectiveQuerySet(models.QuerySet):
    """Questions about objectives."""

    def visible_to(self, user: Any) -> ObjectiveQuerySet:
        """Those of plans in sight."""
        if user.is_superuser and user.is_active and not user.is_portal:
            return self
        return self.filter(plan__customer__in=seen_by(user))

    def open(self) -> ObjectiveQuerySet:
        """Neither met nor missed nor dropped."""
        return self.filter(status=ObjectiveStatus.OPEN)


class Objective(Record):
    """One measurable thing to reach: from where, to where, until when."""

    plan = models.ForeignKey(
        AccountPlan, models.PROTECT, related_name="objectives", verbose_name=_("plan")
    )
    type = models.CharField(_("type"), max_length=12, choices=ObjectiveType)
    metric = models.CharField(_("metric"), max_length=120, validators=[plain_line])
    unit = models.CharField(
        _("unit of measure"), max_length=20, blank=True, default="", validators=[plain_line]
    )
    baseline = _number(_("baseline"), null=True, blank=True)
    target = _number(_("target"))
    actual = _number(_("actual"), null=True, editable=False)
    due_on = models.DateField(_("due"))
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=ObjectiveStatus,
        default=ObjectiveStatus.OPEN,
        editable=False,
    )
    settled_at = models.DateTimeField(_("decided"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line], editable=False
    )

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["due_on", "id"]
        constraints = [
            in_choices("type", ObjectiveType),
            in_choices("status", ObjectiveStatus),
            models.CheckConstraint(
                condition=Q(status=ObjectiveStatus.OPEN, settled_at=None)
                | (~Q(status=ObjectiveStatus.OPEN) & Q(settled_at__isnull=False)),
                name="accounts_objective_settled",
            ),
            models.CheckConstraint(
                condition=~Q(status=ObjectiveStatus.MET) | Q(actual__isnull=False),
                name="accounts_objective_measured",
                violation_error_message=_("What is met was measured."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(status="open"), name="accounts_objective_due"
            )
        ]

    def __str__(self) -> str:
        return self.metric

    def get_absolute_url(self) -> str:
        """The plan to which it belongs."""
        return f"/account-plans/{self.plan_id}/"

    @property
    def customer(self) -> Customer:
        """Of the plan."""
        return self.plan.customer
