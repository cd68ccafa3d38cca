"""`/api/v1/reference-sites/`: people record a consent, machines read and propose."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from rest_framework import serializers

from accounts import rules
from accounts.actions import references
from accounts.actions.references import Consent
from accounts.choices_market import ReferenceKind
from accounts.filters_market import ReferenceFilter
from accounts.models import Contact, Customer, ReferenceSite
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb


def _edits(user: Any, row: ReferenceSite) -> bool:
    return rules.may_edit_customer(user, row.customer)


class ReferenceShape(Shape):
    """A site that can be shown; `hosted` counts the visits."""

    hosted = serializers.IntegerField(read_only=True)

    class Meta:
        model = ReferenceSite
        fields = [
            "id", "customer", "kind", "product", "site", "highlights", "status", "since",
            "consent_by", "consent_on", "consent_until", "consent_proof", "retired_because",
            "hosted", "created_at", "updated_at", "version",
        ]  # fmt: skip


class ReferenceChange(Input):
    """What an edit may set; the status has verbs."""

    kind = serializers.ChoiceField(choices=ReferenceKind.choices)
    product = serializers.CharField(max_length=80)
    site = serializers.CharField(max_length=120)
    highlights = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ReferenceInput(ReferenceChange):
    """A candidate."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)


class ConsentInput(Input):
    """Who agreed, when, until when, and what shows it."""

    by = ScopedRelatedField(queryset=Contact.objects.visible_to)
    on = serializers.DateField()
    until = serializers.DateField()
    proof = serializers.CharField(max_length=200)


class VisitInput(Input):
    """Somebody came to see it."""

    visited_on = serializers.DateField()
    visitors = serializers.CharField(max_length=120)
    people = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    outcome = serializers.CharField(max_length=300, required=False, allow_blank=True)


class RetireReferenceInput(Input):
    """Why it is not shown any more."""

    reason = serializers.CharField(max_length=200)


class ReferenceResource(Resource):
    """Reference sites."""

    scope = "customers"
    shape, input, change_input = ReferenceShape, ReferenceInput, ReferenceChange
    filterset_class = ReferenceFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """At customers within sight."""
        rows = ReferenceSite.objects.visible_to(user).annotate(hosted=Count("visits"))
        return rows.select_related("customer__owning_unit")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ReferenceSite:
        """Propose one."""
        return references.create(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: ReferenceSite, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; it stays with its customer."""
        values.pop("customer", None)
        references.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    def may_change(self, user: Any, row: ReferenceSite) -> bool:
        """As the customer."""
        return _edits(user, row)

    @verb(input=ConsentInput, may=_edits, rule="C097", people_only=True)
    def activate(self, row: ReferenceSite, values: dict, *, by: Any, now: Any) -> ReferenceSite:
        """The customer agreed: it may be shown."""
        return references.activate(row, Consent(**values), by=by, now=now)

    @verb(input=ConsentInput, may=_edits, rule="C097", people_only=True)
    def renew(self, row: ReferenceSite, values: dict, *, by: Any, now: Any) -> ReferenceSite:
        """The customer agreed for longer."""
        return references.renew(row, Consent(**values), by=by, now=now)

    @verb(input=VisitInput, may=_edits, rule="C097")
    def host(self, row: ReferenceSite, values: dict, *, by: Any, now: Any) -> None:
        """Note a visit."""
        references.host(row, values, by=by, now=now)

    @verb(input=RetireReferenceInput, may=_edits, rule="C097")
    def retire(self, row: ReferenceSite, values: dict, *, by: Any, now: Any) -> ReferenceSite:
        """It is shown no more."""
        return references.retire(row, values["reason"], by=by, now=now)
