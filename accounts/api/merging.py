"""`/api/v1/customer-merges/`, `…/contact-merges/`: two records that became one; the way back."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules, rules_people
from accounts.actions import merging, merging_people
from accounts.filters import ContactMergeFilter, MergeFilter
from accounts.models import Contact, ContactMerge, Customer, CustomerMerge
from core.api.fields import ScopedRelatedField
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb


class MergeShape(Shape):
    """Two records that became one; the journal stays inside."""

    class Meta:
        model = CustomerMerge
        fields = [
            "id", "customer", "merged", "taken", "rows", "undone_at", "created_at", "updated_at",
            "version",
        ]  # fmt: skip


class MergeInput(Input):
    """The record that becomes a part of this one, and which of its values are kept."""

    other = ScopedRelatedField(queryset=Customer.objects.visible_to)
    take = serializers.ListField(
        child=serializers.ChoiceField(choices=merging.TAKEABLE), required=False, default=list
    )


class MergesResource(ReadResource):
    """What merges of either kind have in common."""

    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        rows = self.shape.Meta.model.objects.visible_to(user)
        return rows.select_related("customer__owning_unit")


class MergeResource(MergesResource):
    """Merges of customers; undone exactly while nothing that was moved has changed."""

    scope = "customers"
    shape = MergeShape
    filterset_class = MergeFilter

    @verb(may=rules.may_undo_merge, rule="b.1")
    def undo(self, row: CustomerMerge, values: dict, *, by: Any, now: Any) -> CustomerMerge:
        """Put everything back where it was."""
        return merging.undo(row, by=by, now=now)


class ContactMergeShape(Shape):
    """Two records of one person that became one; the journal stays inside."""

    class Meta:
        model = ContactMerge
        fields = [
            "id", "customer", "contact", "merged", "taken", "rows", "undone_at", "created_at",
            "updated_at", "version",
        ]  # fmt: skip


class ContactMergeInput(Input):
    """The record that becomes a part of this one, and which of its values are kept."""

    other = ScopedRelatedField(queryset=Contact.objects.visible_to)
    take = serializers.ListField(
        child=serializers.ChoiceField(choices=merging_people.TAKEABLE), required=False, default=list
    )


class ContactMergeResource(MergesResource):
    """Merges of contacts; undone exactly while nothing that was moved has changed."""

    scope = "contacts"
    shape = ContactMergeShape
    filterset_class = ContactMergeFilter

    @verb(may=rules_people.may_undo_contact_merge, rule="b.1")
    def undo(self, row: ContactMerge, values: dict, *, by: Any, now: Any) -> ContactMerge:
        """Put everything back where it was."""
        return merging_people.undo(row, by=by, now=now)
