"""`/api/v1/weekly-reports/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.resource import ChangeRow, ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.errors import Forbidden
from expectations import rules_delivery as rules
from expectations.actions import report as actions
from expectations.api.commitment import ReasonInput
from expectations.choices import Health
from expectations.filters_delivery import ReportFilter
from expectations.models import WeeklyReport


class ReportShape(Shape):
    """One report of a project and ISO week; `late_minutes` stays for ever."""

    class Meta:
        model = WeeklyReport
        fields = [
            "id",
            "project",
            "customer",
            "iso_year",
            "iso_week",
            "due_at",
            "overall",
            "schedule",
            "scope",
            "cost",
            "quality",
            "relationship",
            "done",
            "next",
            "issues",
            "customer_feedback",
            "ar_section",
            "sr_section",
            "portal_summary",
            "submitted_at",
            "submitted_by",
            "late_minutes",
            "revision",
            "published_at",
            "withdrawn_at",
            "status",
            "updated_at",
            "version",
        ]


def _text() -> serializers.CharField:
    return serializers.CharField(max_length=10000, required=False, allow_blank=True)


def _light() -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=Health.choices, required=False, allow_blank=True)


class ReportInput(Input):
    """Sections; each belongs to one corner of the triangle (W3)."""

    overall = _light()
    schedule = _light()
    scope = _light()
    cost = _light()
    quality = _light()
    relationship = _light()
    done = _text()
    next = _text()
    issues = _text()
    customer_feedback = _text()
    ar_section = _text()
    sr_section = _text()
    portal_summary = _text()


class ReportResource(ChangeRow, ReadResource):
    """Weekly reports; drafts appear by themselves."""

    scope = "weekly-reports"
    shape, input, filterset_class = ReportShape, ReportInput, ReportFilter
    change_input = ReportInput
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Reports of visible customers' projects."""
        rows = WeeklyReport.objects.visible_to(user)
        return rows.select_related("project__customer", "customer")

    def may_change(self, user: Any, row: WeeklyReport) -> bool:
        """Whoever owns a section."""
        return rules.may_write_report(user, row)

    def change_row(self, row: Any, values: dict[str, Any], *, by: Any, now: Any, version: int):
        """Edit; somebody else's section is 403."""
        foreign = set(values) - rules.report_fields(self.request.user, row)
        if foreign:
            raise Forbidden("", rule="b.3.4 W3", fields={name: [""] for name in sorted(foreign)})
        actions.edit_report(row, values, by=by, now=now, version=version)

    @verb(may=rules.may_submit_report, rule="b.3.4 W3", people_only=True)
    def submit(self, row: WeeklyReport, values: dict, *, by: Any, now: Any) -> None:
        """FR or deputy submits."""
        actions.submit(row, by=by, now=now)

    @verb(
        input=ReasonInput,
        may=rules.may_return_report,
        rule="b.3.4 W3",
        people_only=True,
        path="return",
    )
    def send_back(self, row: WeeklyReport, values: dict, *, by: Any, now: Any) -> None:
        """Back to the author with a reason."""
        actions.return_report(row, by=by, now=now, **values)

    @verb(may=rules.may_return_report, rule="b.3.4 W3", people_only=True)
    def acknowledge(self, row: WeeklyReport, values: dict, *, by: Any, now: Any) -> None:
        """Read and taken note of."""
        actions.acknowledge(row, by=by, now=now)

    @verb(may=rules.may_publish_report, rule="b.3.4 W5", people_only=True)
    def publish(self, row: WeeklyReport, values: dict, *, by: Any, now: Any) -> None:
        """The customer reads summary, visible milestones and notices."""
        actions.publish(row, by=by, now=now)

    @verb(may=rules.may_publish_report, rule="b.3.4 W5", people_only=True)
    def withdraw(self, row: WeeklyReport, values: dict, *, by: Any, now: Any) -> None:
        """The customer sees that it was withdrawn."""
        actions.withdraw(row, by=by, now=now)
