"""Projects and the people in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, OrgUnit, seen_by
from core.models import Calendar, Record, Referenced, in_choices
from expectations.choices import (
    PROJECT_OPEN,
    PROJECT_TONES,
    Health,
    MemberStatus,
    ProjectRole,
    ProjectStatus,
)


class ProjectQuerySet(models.QuerySet):
    """Questions about projects."""

    def visible_to(self, user: Any) -> ProjectQuerySet:
        """Projects of visible customers."""
        return self.filter(customer__in=seen_by(user))

    def open(self) -> ProjectQuerySet:
        """Neither closed nor cancelled."""
        return self.filter(status__in=PROJECT_OPEN)

    def started_early(self) -> ProjectQuerySet:
        """Executing under a waiver instead of an effective form (R-E2)."""
        return self.exclude(early_until=None)


class Project(Record, Referenced):
    """A piece of work for a customer, run by one iron triangle and one expectation owner."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="projects", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=120)
    contract_ref = models.CharField(_("contract"), max_length=80, blank=True, default="")
    is_major = models.BooleanField(_("major project"), default=False)
    major_reason = models.CharField(_("major because"), max_length=200, blank=True, default="")
    value = models.DecimalField(
        _("contract value"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    finishes_on = models.DateField(_("finishes"), null=True, blank=True)
    expectation_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("expectation owner"),
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="+", verbose_name=_("delivering unit")
    )
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("calendar"),
        help_text=_("Empty: that of the customer."),
    )
    health = models.CharField(
        _("health"), max_length=5, choices=Health, blank=True, default="", editable=False
    )
    budget = models.DecimalField(
        _("budget"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    actual_cost = models.DecimalField(
        _("actual cost"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=ProjectStatus,
        default=ProjectStatus.INITIATING,
        editable=False,
    )
    status_reason = models.CharField(
        _("reason"), max_length=300, blank=True, default="", editable=False
    )
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    # 提前启动 (R-E2): runs without an effective form, for a reason, until a time.
    early_reason = models.CharField(
        _("started early because"), max_length=300, blank=True, default="", editable=False
    )
    early_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("early start approved by"),
    )
    early_since = models.DateTimeField(_("started early on"), null=True, editable=False)
    early_until = models.DateTimeField(_("early start until"), null=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("status", ProjectStatus),
            models.CheckConstraint(
                condition=Q(starts_on=None)
                | Q(finishes_on=None)
                | Q(finishes_on__gte=F("starts_on")),
                name="expectations_project_dates",
                violation_error_message=_("The project finishes before it starts; swap the dates."),
            ),
            models.CheckConstraint(
                condition=Q(early_until=None, early_by=None)
                | Q(early_until__isnull=False, early_by__isnull=False),
                name="expectations_project_early_whole",
                violation_error_message=_("An early start has an approver and an end."),
            ),
            models.CheckConstraint(
                condition=Q(is_major=False) | ~Q(major_reason=""),
                name="expectations_project_major_reason",
                violation_error_message=_("A major project says why it is one."),
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0),
                name="expectations_project_value",
                violation_error_message=_("The contract value is not below 0."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status", "-id"], name="expectations_project_of"),
            models.Index(
                fields=["early_until"],
                condition=Q(early_until__isnull=False),
                name="expectations_project_early",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of this project."""
        return f"/projects/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Neither closed nor cancelled."""
        return self.status in PROJECT_OPEN

    @property
    def tone(self) -> str:
        """The tone of its status."""
        return PROJECT_TONES.get(self.status, "none")

    def early_days_left(self, now: dt.datetime) -> int | None:
        """Whole days until the early start ends; negative when over, None without one."""
        return (self.early_until - now).days if self.early_until else None


class ProjectMember(Record):
    """One person's role in a project; leads are exactly one per corner of the triangle."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="members", verbose_name=_("project")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="project_memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=8, choices=ProjectRole)
    is_lead = models.BooleanField(_("lead"), default=False)
    since = models.DateTimeField(_("since"), editable=False)
    until = models.DateTimeField(_("until"), null=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=MemberStatus,
        default=MemberStatus.ACTIVE,
        editable=False,
    )

    class Meta:
        verbose_name = _("project member")
        verbose_name_plural = _("project members")
        ordering = ["id"]
        constraints = [
            in_choices("role", ProjectRole),
            in_choices("status", MemberStatus),
            models.UniqueConstraint(
                fields=["project", "role"],
                condition=Q(is_lead=True, status="active"),
                name="expectations_projectmember_one_lead",
                violation_error_message=_("This corner of the triangle has a lead already."),
            ),
            models.UniqueConstraint(
                fields=["project", "user", "role"],
                condition=Q(status="active"),
                name="expectations_projectmember_once",
                violation_error_message=_("This person has that role in the project already."),
            ),
            models.CheckConstraint(
                condition=Q(status="active", until=None) | Q(status="ended", until__isnull=False),
                name="expectations_projectmember_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "status", "project"], name="expectations_member_user")
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.user}"
