"""`/api/v1/minutes/`: what meetings owe, submitted, distributed, confirmed by the customer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Contact
from accounts.queries import colleagues
from core.api.fields import ScopedRelatedField
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from relationships import rules
from relationships.actions import minutes
from relationships.filters import MinutesFilter
from relationships.models import Minutes, MinutesLine


class MinutesLineShape(Shape):
    """A promise with its date, or an opinion with who said it."""

    class Meta:
        model = MinutesLine
        fields = ["id", "kind", "text", "due_at", "contact"]


class MinutesShape(Shape):
    """Minutes with their lines; `is_late` stays for ever."""

    lines = MinutesLineShape(many=True)

    class Meta:
        model = Minutes
        fields = [
            "id", "interaction", "customer", "owner", "status", "decisions", "due_at", "is_late",
            "submitted_at", "distributed_at", "sent_users", "sent_contacts",
            "customer_confirmed_at", "confirmed_by", "lines", "updated_at", "version",
        ]  # fmt: skip


class PromisedInput(Input):
    """What we promised, and until when."""

    text = serializers.CharField(max_length=300)
    due_at = serializers.DateTimeField()


class OpinionInput(Input):
    """What one of them said."""

    text = serializers.CharField(max_length=300)
    contact = ScopedRelatedField(
        queryset=Contact.objects.visible_to, required=False, allow_null=True
    )


class SubmitInput(Input):
    """What was decided, promised and said."""

    decisions = serializers.CharField(max_length=8000, required=False, allow_blank=True)
    promises = PromisedInput(many=True, required=False)
    opinions = OpinionInput(many=True, required=False)


class DistributeInput(Input):
    """Who gets them; mail to people of the customer is held until an administrator opens it."""

    users = serializers.ListField(
        child=ScopedRelatedField(queryset=colleagues), required=False, max_length=50
    )
    contacts = serializers.ListField(
        child=ScopedRelatedField(queryset=Contact.objects.visible_to),
        required=False,
        max_length=50,
    )


class ConfirmInput(Input):
    """Who of the customer confirmed."""

    contact = ScopedRelatedField(queryset=Contact.objects.visible_to)


class MinutesResource(ReadResource):
    """Minutes; a meeting that took place owes them (R-R6)."""

    scope = "interactions"
    shape = MinutesShape
    filterset_class = MinutesFilter
    orderings = ("due_at", "-due_at", "-id", "id")

    def rows(self, user: Any) -> Any:
        """Of visible customers."""
        rows = Minutes.objects.visible_to(user)
        rows = rows.select_related("customer__owning_unit", "interaction__type", "owner")
        return rows.prefetch_related("lines", "sent_users", "sent_contacts")

    @verb(input=SubmitInput, may=rules.may_minute, rule="R-R6")
    def submit(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Write them: promises go to the inbox of delivery, opinions to that of quality."""
        said = {
            name: [minutes.Said(**dict(line)) for line in values.get(name, ())]
            for name in ("promises", "opinions")
        }
        minutes.submit(row, values.get("decisions", ""), by=by, now=now, **said)
        return self.rows(by.user).get(pk=row.pk)

    @verb(input=DistributeInput, may=rules.may_minute, rule="R-R6")
    def distribute(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Send them to colleagues and people of the customer."""
        minutes.distribute(row, by=by, now=now, **values)
        return self.rows(by.user).get(pk=row.pk)

    @verb(input=ConfirmInput, may=rules.may_minute, rule="R-R6", people_only=True)
    def confirm(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Note that a person of the customer confirmed them."""
        minutes.confirm(row, values["contact"], by=by, now=now)
        return self.rows(by.user).get(pk=row.pk)
