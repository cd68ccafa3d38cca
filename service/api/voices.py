"""`/api/v1/voc-items/`: what customers said; systems may bring it, people sort it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Contact, Customer
from accounts.queries import colleagues
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from service import rules
from service.actions import voices
from service.choices_voice import VocDimension, VocSource, VocWeight
from service.filters import VocFilter
from service.models import VocItem


class VocItemShape(Shape):
    """One voice, where it was heard and what became of it."""

    class Meta:
        model = VocItem
        fields = [
            "id", "code", "customer", "contact", "source", "text", "dimension", "weight",
            "product_line", "owner", "status", "sorted_by", "sorted_at", "note", "created_at",
            "updated_at", "version",
        ]  # fmt: skip


class VocItemInput(Input):
    """What somebody of a customer said."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    contact = ScopedRelatedField(
        queryset=Contact.objects.visible_to, required=False, allow_null=True, default=None
    )
    text = serializers.CharField(max_length=300)


class TakeUpInput(Input):
    """What it is about, how heavy it is, who answers for it."""

    dimension = serializers.ChoiceField(choices=VocDimension.choices)
    weight = serializers.ChoiceField(choices=VocWeight.choices)
    product_line = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default=""
    )
    owner = ScopedRelatedField(queryset=colleagues)


class SetAsideInput(Input):
    """Why it leads to nothing."""

    note = serializers.CharField(max_length=200)


class VocItemResource(CreateResource):
    """Customer voices."""

    scope = "voc-items"
    shape, input = VocItemShape, VocItemInput
    filterset_class = VocFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        return VocItem.objects.visible_to(user).select_related("customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> VocItem:
        """Capture what was said."""
        return voices.capture(
            values["customer"], values["text"], contact=values["contact"],
            source=VocSource.API, by=by, now=now,
        )  # fmt: skip

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever may report for the customer."""
        return rules.may_report(user, values["customer"])

    @verb(input=TakeUpInput, may=rules.may_sort_voice, rule="b.4", people_only=True)
    def take_up(self, row: VocItem, values: dict, *, by: Any, now: Any) -> VocItem:
        """Taken up: a person says what it is about."""
        return voices.take_up(row, by=by, now=now, **values)

    @verb(input=SetAsideInput, may=rules.may_sort_voice, rule="b.4", people_only=True)
    def set_aside(self, row: VocItem, values: dict, *, by: Any, now: Any) -> VocItem:
        """Set aside, and why."""
        return voices.set_aside(row, by=by, now=now, note=values["note"])
