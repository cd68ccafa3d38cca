"""Commitments, milestones, risks, notices and weekly reports in the admin: read-only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from expectations.models import (
    Alternative,
    Commitment,
    CustomerNotice,
    Milestone,
    NoticeRecord,
    ReportRevision,
    Risk,
    RiskImpact,
    WeeklyReport,
)


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    """Promises."""

    list_display = ["code", "text", "customer", "owner", "due_at", "status"]
    list_filter = ["status", "promised_to"]
    list_select_related = ["customer", "owner"]
    search_fields = ["code", "text"]


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    """Steps of projects."""

    list_display = ["name", "project", "baseline_on", "forecast_on", "actual_on", "status"]
    list_filter = ["status"]
    list_select_related = ["project"]
    search_fields = ["name"]


@admin.register(Risk)
class RiskAdmin(ReadOnlyAdmin):
    """Risks."""

    list_display = ["code", "title", "project", "owner", "impact_at", "status"]
    list_filter = ["status", "category"]
    list_select_related = ["project", "owner"]
    search_fields = ["code", "title"]


@admin.register(RiskImpact)
class RiskImpactAdmin(ReadOnlyAdmin):
    """Versions of the date of impact."""

    list_display = ["risk", "impact_at", "recorded_at", "recorded_by", "reason", "approved_by"]
    list_select_related = ["risk", "recorded_by", "approved_by"]


@admin.register(CustomerNotice)
class CustomerNoticeAdmin(ReadOnlyAdmin):
    """72-hour notices."""

    list_display = ["code", "risk", "customer", "due_at", "told_at", "verdict", "status"]
    list_filter = ["status", "verdict"]
    list_select_related = ["risk", "customer"]
    search_fields = ["code", "risk__title"]


@admin.register(NoticeRecord)
class NoticeRecordAdmin(ReadOnlyAdmin):
    """Who was told, when and how."""

    list_display = ["notice", "contact", "channel", "delivered_at", "confirmed_at", "evidence"]
    list_filter = ["channel"]
    list_select_related = ["notice", "contact"]


@admin.register(Alternative)
class AlternativeAdmin(ReadOnlyAdmin):
    """What was offered."""

    list_display = ["text", "kind", "notice", "owner", "due_at", "status"]
    list_filter = ["kind", "status"]
    list_select_related = ["notice", "owner"]


@admin.register(WeeklyReport)
class WeeklyReportAdmin(ReadOnlyAdmin):
    """Weekly reports."""

    list_display = ["project", "iso_year", "iso_week", "due_at", "late_minutes", "status"]
    list_filter = ["status", "iso_year"]
    list_select_related = ["project"]


@admin.register(ReportRevision)
class ReportRevisionAdmin(ReadOnlyAdmin):
    """What was submitted, revision by revision."""

    list_display = ["report", "number", "submitted_at", "submitted_by"]
    list_select_related = ["report__project", "submitted_by"]
