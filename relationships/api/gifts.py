"""`/api/v1/gift-records/`: confidential; people enter and decide, nothing is edited (R-G3)."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Contact, private_to
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from relationships import rules
from relationships.actions import gifts
from relationships.choices import GiftDirection, GiftOccasion, RecipientClass
from relationships.filters import GiftFilter
from relationships.models import GiftRecord


class GiftRecordShape(Shape):
    """One gift as it was entered, and what was decided."""

    class Meta:
        model = GiftRecord
        fields = [
            "id", "contact", "direction", "occasion", "item", "value", "recipient_class",
            "purpose", "given_on", "receipt", "status", "needs_approval", "decided_by",
            "decided_at", "note", "created_by", "created_at", "updated_at", "version",
        ]  # fmt: skip


class GiftInput(Input):
    """A gift; value in CNY."""

    rule_ids: ClassVar[dict[str, str]] = {"": "R-G1"}

    contact = ScopedRelatedField(
        queryset=lambda user: Contact.objects.filter(customer__in=private_to(user)).select_related(
            "customer__owning_unit"
        )
    )
    direction = serializers.ChoiceField(choices=GiftDirection.choices)
    occasion = serializers.ChoiceField(choices=GiftOccasion.choices)
    item = serializers.CharField(max_length=120)
    value = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    recipient_class = serializers.ChoiceField(choices=RecipientClass.choices)
    purpose = serializers.CharField(max_length=200)
    given_on = serializers.DateField()


class GiftNoteInput(Input):
    """Why."""

    note = serializers.CharField(max_length=200)


class HandedOverInput(Input):
    """When, and its receipt."""

    given_on = serializers.DateField()
    receipt = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class GiftRecordResource(CreateResource):
    """The gift register: entered by the team, decided with four eyes."""

    scope = "gift-records"
    confidential = create_people_only = True
    shape, input = GiftRecordShape, GiftInput
    filterset_class = GiftFilter
    orderings = ("-id", "id", "given_on", "-given_on")

    def rows(self, user: Any) -> Any:
        """Of people about whom the person may know more."""
        rows = GiftRecord.objects.visible_to(user)
        return rows.select_related("contact__customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> GiftRecord:
        """Enter a gift."""
        return gifts.draft(values.pop("contact"), values, by=by, now=now)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_enter_gift(user, values["contact"])

    @verb(may=rules.may_work_gift, rule="R-G1", people_only=True, confidential=True)
    def submit(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Ask for approval, where it needs one."""
        return gifts.submit(row, by=by, now=now)

    @verb(may=rules.may_decide_gift, rule="b.6", people_only=True, confidential=True)
    def approve(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It may be given; never by who entered it."""
        return gifts.approve(row, by=by, now=now)

    @verb(
        input=GiftNoteInput, may=rules.may_decide_gift, rule="b.6", people_only=True,
        confidential=True,
    )  # fmt: skip
    def refuse(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It may not, and why."""
        return gifts.refuse(row, by=by, now=now, note=values["note"])

    @verb(
        input=HandedOverInput, may=rules.may_work_gift, rule="R-G1", people_only=True,
        confidential=True,
    )  # fmt: skip
    def hand_over(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It was handed over on that day."""
        return gifts.hand_over(row, values["given_on"], receipt=values["receipt"], by=by, now=now)

    @verb(
        input=GiftNoteInput, may=rules.may_work_gift, rule="R-G3", people_only=True,
        confidential=True,
    )  # fmt: skip
    def cancel(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It does not take place; the row stays."""
        return gifts.cancel(row, by=by, now=now, note=values["note"])
