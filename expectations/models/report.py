"""Weekly reports: one per project and ISO week."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, seen_by
from core.models import Record, in_choices
from expectations.choices import Health, ReportStatus
from expectations.models.project import Project

RAG = ("overall", "schedule", "scope", "cost", "quality", "relationship")


class ReportQuerySet(models.QuerySet):
    """Questions about weekly reports."""

    def visible_to(self, user: Any) -> ReportQuerySet:
        """Reports of visible customers' projects."""
        return self.filter(customer__in=seen_by(user))

    def unsubmitted(self) -> ReportQuerySet:
        """Draft or returned."""
        return self.filter(status__in=[ReportStatus.DRAFT, ReportStatus.RETURNED])


def _rag(label: Any) -> models.CharField:
    return models.CharField(label, max_length=5, choices=Health, blank=True, default="")


class WeeklyReport(Record):
    """What happened in one week. Facts are frozen at submission in `snapshot`."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="reports", verbose_name=_("project")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", editable=False, verbose_name=_("customer")
    )
    iso_year = models.PositiveSmallIntegerField(_("year"), editable=False)
    iso_week = models.PositiveSmallIntegerField(_("week"), editable=False)
    due_at = models.DateTimeField(
        _("due"), null=True, editable=False, help_text=_("Empty: the week has no working day.")
    )
    overall = _rag(_("overall"))
    schedule = _rag(_("schedule"))
    scope = _rag(_("scope"))
    cost = _rag(_("cost"))
    quality = _rag(_("quality"))
    relationship = _rag(_("relationship"))
    done = models.TextField(_("done this week"), blank=True, default="")
    next = models.TextField(_("next week"), blank=True, default="")
    issues = models.TextField(_("issues"), blank=True, default="")
    customer_feedback = models.TextField(_("customer feedback"), blank=True, default="")
    ar_section = models.TextField(_("account manager's section"), blank=True, default="")
    ar_section_at = models.DateTimeField(null=True, editable=False)
    sr_section = models.TextField(_("solution expert's section"), blank=True, default="")
    sr_section_at = models.DateTimeField(null=True, editable=False)
    portal_summary = models.TextField(_("summary for the customer"), blank=True, default="")
    # Milestones, risks and commitments as they stood; filled in on Monday, frozen at submission.
    snapshot = models.JSONField(default=dict, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    late_minutes = models.PositiveIntegerField(_("late by (min)"), default=0, editable=False)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    returned_reason = models.CharField(max_length=300, blank=True, default="", editable=False)
    status = models.CharField(
        _("status"),
        max_length=14,
        choices=ReportStatus,
        default=ReportStatus.DRAFT,
        editable=False,
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")
        ordering = ["-iso_year", "-iso_week", "-id"]
        constraints = [
            in_choices("status", ReportStatus),
            models.UniqueConstraint(
                fields=["project", "iso_year", "iso_week"],
                name="expectations_report_week",
                violation_error_message=_("This week has a report already."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(submitted_at__isnull=False),
                name="expectations_report_published_submitted",
                violation_error_message=_("Submit the report before the customer sees it."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=["draft", "returned"]),
                name="expectations_report_due",
            ),
            models.Index(fields=["customer", "-id"], name="expectations_report_of"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.week}"

    def get_absolute_url(self) -> str:
        """The page of this report."""
        return f"/weekly-reports/{self.pk}/"

    @property
    def week(self) -> str:
        """The ISO week, 2026-W47."""
        return f"{self.iso_year}-W{self.iso_week:02d}"


class ReportRevision(models.Model):
    """The text of a submitted revision, kept for the diff (W4)."""

    report = models.ForeignKey(WeeklyReport, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("revision"))
    body = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(_("submitted"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("report revision")
        verbose_name_plural = _("report revisions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="expectations_reportrevision_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} r{self.number}"
