"""`/api/v1/escalations/`, `/incident-bulletins/` and `/breaches/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from service import rules
from service.actions import bulletins, escalations, verdicts
from service.choices import BreachReason
from service.filters import BreachFilter, BulletinFilter, EscalationFilter
from service.models import Breach, Escalation, IncidentBulletin


class EscalationShape(Shape):
    """Who was called, who acknowledged."""

    told = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Escalation
        fields = [
            "id",
            "ticket",
            "clock",
            "kind",
            "level",
            "reason",
            "text",
            "told",
            "at",
            "repeats",
            "acknowledged_at",
            "acknowledged_by",
            "status",
            "outcome",
            "updated_at",
            "version",
        ]


class OutcomeInput(Input):
    """What came of it."""

    outcome = serializers.CharField(max_length=300)


class EscalationResource(ReadResource):
    """Escalations."""

    scope = "tickets"
    shape = EscalationShape
    filterset_class = EscalationFilter
    orderings = ("-id", "id")

    def rows(self, user: Any) -> Any:
        """Of tickets within sight."""
        rows = Escalation.objects.visible_to(user).select_related("ticket__customer")
        return rows.prefetch_related("told")

    @verb(may=rules.may_acknowledge, rule="clocks.md 5", people_only=True)
    def acknowledge(self, row: Escalation, values: dict, *, by: Any, now: Any) -> None:
        """Take note; the repeats of this step stop."""
        escalations.acknowledge(row, by=by, now=now)

    @verb(input=OutcomeInput, may=rules.may_close_call, rule="clocks.md 5", people_only=True)
    def close(self, row: Escalation, values: dict, *, by: Any, now: Any) -> None:
        """The call has done its work."""
        escalations.close(row, by=by, now=now, **values)


class BulletinShape(Shape):
    """A bulletin of a critical ticket."""

    class Meta:
        model = IncidentBulletin
        fields = [
            "id",
            "ticket",
            "stage",
            "number",
            "audience",
            "text",
            "due_at",
            "sent_at",
            "sent_by",
            "status",
            "updated_at",
            "version",
        ]


class TextInput(Input):
    """What the customer reads."""

    text = serializers.CharField(max_length=5000)


class BulletinResource(ReadResource):
    """Bulletins."""

    scope = "tickets"
    shape = BulletinShape
    filterset_class = BulletinFilter
    orderings = ("-id", "id", "due_at")

    def rows(self, user: Any) -> Any:
        """Of tickets within sight."""
        rows = IncidentBulletin.objects.visible_to(user)
        return rows.select_related("ticket__customer", "ticket__contact")

    @verb(input=TextInput, may=rules.may_bulletin, rule="R-T7", people_only=True)
    def send(self, row: IncidentBulletin, values: dict, *, by: Any, now: Any) -> None:
        """Send it."""
        bulletins.send(row, by=by, now=now, **values)


class BreachShape(Shape):
    """A missed target."""

    class Meta:
        model = Breach
        fields = [
            "id",
            "clock",
            "cycle",
            "target_version",
            "due_at",
            "breached_at",
            "detected_at",
            "overrun_s",
            "is_internal",
            "cause",
            "reason",
            "reason_text",
            "reason_at",
            "waiver_text",
            "waived_at",
            "revoked_at",
        ]


class BreachReasonInput(Input):
    """Why it was missed."""

    reason = serializers.ChoiceField(choices=BreachReason.choices)
    text = serializers.CharField(max_length=300, required=False, allow_blank=True)


class BreachResource(ReadResource):
    """Missed targets."""

    scope = "tickets"
    shape = BreachShape
    filterset_class = BreachFilter
    orderings = ("-id", "id", "-breached_at")
    alike = True

    def rows(self, user: Any) -> Any:
        """Of tickets within sight."""
        return Breach.objects.visible_to(user).select_related("clock__ticket__customer")

    @verb(input=BreachReasonInput, may=rules.may_reason, rule="clocks.md 5", people_only=True)
    def reason(self, row: Breach, values: dict, *, by: Any, now: Any) -> None:
        """Give the reason, once."""
        verdicts.give_reason(row, by=by, now=now, **values)

    @verb(input=TextInput, may=rules.may_reason, rule="clocks.md 5", people_only=True)
    def ask_waiver(self, row: Breach, values: dict, *, by: Any, now: Any) -> None:
        """Ask that it be waived."""
        verdicts.ask_waiver(row, by=by, now=now, **values)

    @verb(may=rules.may_waive, rule="clocks.md 5", people_only=True)
    def waive(self, row: Breach, values: dict, *, by: Any, now: Any) -> None:
        """Approve the waiver that somebody else asked for."""
        verdicts.approve_waiver(row, by=by, now=now)
