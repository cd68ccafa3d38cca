"""`/api/v1/sla-clocks/`, `/ticket-events/` and `/pause-intervals/`: what the log says."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core import clock
from core.api.resource import ReadResource
from core.api.shapes import Shape
from core.api.verbs import reading
from service.filters import PauseFilter, SlaClockFilter, TicketEventFilter
from service.models import PauseInterval, SlaClock, TicketEvent
from service.queries import explaining


class EventShape(Shape):
    """One thing that happened; never changed."""

    class Meta:
        model = TicketEvent
        fields = [
            "id",
            "ticket",
            "sequence",
            "kind",
            "effective_at",
            "recorded_at",
            "actor",
            "second_person",
            "channel",
            "reason",
            "text",
            "corrects",
        ]


class EventResource(ReadResource):
    """The append-only log of tickets."""

    scope = "tickets"
    shape = EventShape
    filterset_class = TicketEventFilter
    orderings = ("-id", "id")
    alike = True

    def rows(self, user: Any) -> Any:
        """Of tickets within sight."""
        return TicketEvent.objects.visible_to(user)


class ClockShape(Shape):
    """One cycle of one clock, as of the last event or threshold."""

    class Meta:
        model = SlaClock
        fields = [
            "id",
            "ticket",
            "kind",
            "cycle",
            "target_version",
            "state",
            "clause",
            "override",
            "target_value",
            "target_unit",
            "calendar_rule",
            "calendar",
            "calendar_version",
            "is_internal",
            "is_provisional",
            "started_at",
            "stopped_at",
            "target_s",
            "elapsed_s",
            "as_of",
            "due_at",
            "due_latest",
            "breached_at",
            "next_fire_at",
        ]


class SegmentShape(serializers.Serializer):
    """A stretch of one reason; `from` and `to` are instants."""

    reason = serializers.CharField()
    name = serializers.CharField()
    counted = serializers.BooleanField()
    seconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python, so it is added by name."""
        return {
            "from": serializers.DateTimeField(),
            "to": serializers.DateTimeField(),
            **super().get_fields(),
        }


class ThresholdShape(serializers.Serializer):
    """A crossed threshold."""

    percent = serializers.IntegerField()
    at = serializers.DateTimeField()
    skipped_by_change = serializers.BooleanField()


class ExplainedShape(serializers.Serializer):
    """Why a due time is what it is."""

    clock = serializers.CharField()
    cycle = serializers.IntegerField()
    state = serializers.CharField()
    target_s = serializers.IntegerField()
    elapsed_s = serializers.IntegerField()
    target_version = serializers.IntegerField()
    calendar = serializers.CharField()
    basis = serializers.CharField()
    is_internal = serializers.BooleanField()
    provisional = serializers.BooleanField()
    zone = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    due_latest = serializers.DateTimeField(allow_null=True)
    thresholds = ThresholdShape(many=True)
    segments = SegmentShape(many=True)


class ClockResource(ReadResource):
    """Clocks of tickets."""

    scope = "tickets"
    shape = ClockShape
    filterset_class = SlaClockFilter
    orderings = ("-id", "id")
    alike = True

    def rows(self, user: Any) -> Any:
        """Of tickets within sight."""
        return SlaClock.objects.visible_to(user).select_related("ticket")

    @reading(output=ExplainedShape)
    def explain(self, row: SlaClock) -> dict[str, Any]:
        """The stretches that make up the due time: work, night, weekend, holiday, pause, change."""
        found = explaining.explain_ticket(row.ticket, clock.now())
        one = next(x for x in found if (x.clock, x.cycle) == (row.kind, row.cycle))
        return explaining.as_json(one)


class PauseShape(Shape):
    """A pause with its evidence."""

    class Meta:
        model = PauseInterval
        fields = [
            "id",
            "ticket",
            "reason",
            "evidence",
            "question",
            "starts_at",
            "ends_at",
            "expected_resume_at",
            "agreed_by",
            "resumed_by",
            "created_by",
            "updated_at",
            "version",
        ]


class PauseResource(ReadResource):
    """Pauses; opened and closed by the verbs of the ticket."""

    scope = "tickets"
    shape = PauseShape
    filterset_class = PauseFilter
    orderings = ("-id", "id")

    def rows(self, user: Any) -> Any:
        """Of tickets within sight."""
        return PauseInterval.objects.visible_to(user)
