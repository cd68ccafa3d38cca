"""`/api/v1/handovers/`: confidential; people write them, machines only read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts import rules
from accounts.actions import handovers
from accounts.choices import HandoverReason
from accounts.filters import HandoverFilter
from accounts.models import AccountAssignment, Contact, Customer, Handover
from accounts.queries import colleagues
from accounts.queries_handover import open_lines
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import reading, verb

DECIDED = ("begin", "complete", "cancel")


class HandoverShape(Shape):
    """One account on its way to a successor (R-A6)."""

    class Meta:
        model = Handover
        fields = [
            "id", "customer", "assignment", "successor", "reason", "overlap_from", "overlap_to",
            "introduced", "letter", "seat", "completed_at", "note", "status", "updated_at",
            "version",
        ]  # fmt: skip


class StepShape(Shape):
    """What somebody sees of a handover who decides about it without reading it: where it stands."""

    class Meta:
        model = Handover
        fields = ["id", "customer", "completed_at", "status", "updated_at", "version"]


class HandoverChange(Input):
    """What an edit may set while it is open."""

    overlap_to = serializers.DateField()
    letter = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class HandoverInput(HandoverChange):
    """Who follows whom, and when both work side by side."""

    assignment = ScopedRelatedField(
        queryset=lambda user: AccountAssignment.objects.filter(
            customer__in=Customer.objects.confidential_to(user)
        ).select_related("customer__owning_unit", "user")
    )
    successor = ScopedRelatedField(queryset=colleagues)
    reason = serializers.ChoiceField(choices=HandoverReason.choices, required=False)
    overlap_from = serializers.DateField()


class IntroduceInput(Input):
    """Whom the successor has met."""

    contacts = serializers.ListField(
        child=ScopedRelatedField(queryset=Contact.objects.visible_to), min_length=1, max_length=200
    )


class HandoverNoteInput(Input):
    """Why."""

    note = serializers.CharField(max_length=300)


class LineShape(serializers.Serializer):
    """One kind of thing that is still open."""

    key = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class ChecklistShape(serializers.Serializer):
    """What stands between an overlap and its completion; empty when nothing does."""

    open = LineShape(many=True)


class HandoverResource(Resource):
    """Handovers of accounts: planned and completed by a head (R-A6)."""

    scope = "handovers"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = HandoverShape, HandoverInput, HandoverChange
    filterset_class = HandoverFilter
    orderings = ("-id", "id", "overlap_to", "-overlap_to", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads, and one's own; an administrator,
        who is outside of it (0.2), also begins, completes and cancels those in sight."""
        decides = getattr(self, "action", "") in DECIDED
        rows = Handover.objects.decided_by(user) if decides else Handover.objects.visible_to(user)
        rows = rows.prefetch_related("introduced")
        return rows.select_related("customer__owning_unit", "successor", "assignment__user")

    def shown(self, row: Any, output: type | None = None) -> Any:
        """Whole for who reads it; else only where it stands."""
        seen = Handover.objects.visible_to(self.request.user)
        if output is None and isinstance(row, Handover) and self.action in DECIDED:
            output = None if seen.filter(pk=row.pk).exists() else StepShape
        return super().shown(row, output)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Handover:
        """Plan it."""
        seat, successor = values.pop("assignment"), values.pop("successor")
        return handovers.plan(seat, successor, by=by, now=now, **values)

    def change_row(
        self, row: Handover, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """The end of the overlap, the letter."""
        handovers.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The heads above, administrators."""
        return rules.may_plan_handover(user, values["assignment"].customer)

    def may_change(self, user: Any, row: Handover) -> bool:
        """The two, and the heads above."""
        return rules.may_work_handover(user, row)

    @reading(output=ChecklistShape, confidential=True)
    def checklist(self, row: Handover) -> dict[str, Any]:
        """What is still open."""
        lines = [
            {"key": line.key, "name": _(line.name), "count": line.count} for line in open_lines(row)
        ]
        return {"open": lines}

    @verb(may=rules.may_decide_handover, rule="R-A6", people_only=True, confidential=True)
    def begin(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Let the overlap begin."""
        return handovers.begin(row, by=by, now=now)

    @verb(
        input=IntroduceInput, may=rules.may_work_handover, rule="R-A6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def introduce(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """The successor has met these people."""
        return handovers.introduce(row, values["contacts"], by=by, now=now)

    @verb(may=rules.may_work_handover, rule="R-A6", people_only=True, confidential=True)
    def give(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Give all open work of the predecessor here to the successor."""
        handovers.give(row, by=by, now=now)
        return row

    @verb(may=rules.may_decide_handover, rule="R-A6", people_only=True, confidential=True)
    def complete(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """The seat changes hands; 409 while something is open."""
        return handovers.complete(row, by=by, now=now)

    @verb(
        input=HandoverNoteInput, may=rules.may_decide_handover, rule="R-A6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def cancel(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Call it off."""
        return handovers.cancel(row, by=by, now=now, note=values["note"])
