"""`/api/v1/strategic-agreements/` and `…/locked-projects/`: machines may draft, people decide."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Contact, Customer, Opportunity
from accounts.queries import colleagues
from core.api.bulk import CreateResource, Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.days import FIRST_YEAR, LAST_YEAR
from relationships import rules
from relationships.actions import agreement_force, agreements, locked
from relationships.filters_agreement import AgreementFilter, LockedFilter
from relationships.models import LockedProject, StrategicAgreement


class StrategicAgreementShape(Shape):
    """What a customer and we have agreed on for years."""

    class Meta:
        model = StrategicAgreement
        fields = [
            "id", "code", "customer", "title", "starts_on", "ends_on", "clauses", "is_exclusive",
            "exclusivity", "documents", "owner", "renews", "status", "compliance_by",
            "compliance_at", "compliance_note", "approved_by", "approved_at", "signed_on",
            "our_signatory", "their_signatory", "closed_at", "note", "external_source",
            "external_ref", "updated_at", "version",
        ]  # fmt: skip


class AgreementChange(Input):
    """What an edit may set: all of it until it is approved, then owner and documents."""

    title = serializers.CharField(max_length=120)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    clauses = serializers.CharField(
        max_length=8000, required=False, allow_blank=True, help_text="One clause a line."
    )
    is_exclusive = serializers.BooleanField(required=False)
    exclusivity = serializers.CharField(max_length=300, required=False, allow_blank=True)
    documents = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="One document a line."
    )
    owner = ScopedRelatedField(queryset=colleagues, required=False)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class AgreementInput(AgreementChange):
    """A draft; `external_ref` makes it an upsert."""

    customer = ScopedRelatedField(
        queryset=lambda user: Customer.objects.visible_to(user).select_related("owning_unit")
    )


class AgreementNoteInput(Input):
    """Why."""

    note = serializers.CharField(max_length=300)


class SignatureInput(Input):
    """When, and who has signed by now."""

    signed_on = serializers.DateField()
    our_signatory = ScopedRelatedField(queryset=colleagues, required=False)
    their_signatory = ScopedRelatedField(
        queryset=lambda user: Contact.objects.filter(
            customer__in=Customer.objects.visible_to(user)
        ),
        required=False,
    )


class StrategicAgreementResource(Resource):
    """Strategic agreements with customers in sight."""

    scope = "strategic-agreements"
    shape, input, change_input = StrategicAgreementShape, AgreementInput, AgreementChange
    filterset_class = AgreementFilter
    orderings = ("-id", "id", "ends_on", "-ends_on", "-updated_at")
    search_fields = ("title", "code")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        rows = StrategicAgreement.objects.visible_to(user)
        return rows.select_related(
            "customer__owning_unit", "owner", "renews", "our_signatory", "their_signatory"
        )

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> StrategicAgreement:
        """A draft."""
        return agreements.draft(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: StrategicAgreement, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; the customer stays."""
        values.pop("customer", None)
        agreements.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_draft_agreement(user, values["customer"])

    def may_change(self, user: Any, row: StrategicAgreement) -> bool:
        """The same, and its owner."""
        return rules.may_work_agreement(user, row)

    @verb(may=rules.may_work_agreement, rule="b.2.1")
    def negotiate(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """The text goes to the customer."""
        return agreements.negotiate(row, by=by, now=now)

    @verb(may=rules.may_clear_agreement, rule="b.6", people_only=True)
    def clear(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Compliance consents to what is exclusive."""
        return agreements.clear(row, by=by, now=now)

    @verb(input=AgreementNoteInput, may=rules.may_clear_agreement, rule="b.6", people_only=True)
    def object_to(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Compliance does not consent, and why."""
        return agreements.object_to(row, by=by, now=now, note=values["note"])

    @verb(may=rules.may_approve_agreement, rule="b.6", people_only=True)
    def approve(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """A head approves it; never its author or owner."""
        return agreements.approve(row, by=by, now=now)

    @verb(input=AgreementNoteInput, may=rules.may_work_agreement, rule="b.2.1", people_only=True)
    def give_back(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Back to the negotiation, and why."""
        return agreements.give_back(row, by=by, now=now, note=values["note"])

    @verb(input=SignatureInput, may=rules.may_work_agreement, rule="b.2.1", people_only=True)
    def sign(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Note who has signed; with both sides it is in force from its first day on."""
        return agreement_force.sign(row, values.pop("signed_on"), by=by, now=now, **values)

    @verb(may=rules.may_work_agreement, rule="R-R14")
    def renew(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Draft the one that follows: same text, as long again."""
        return agreement_force.renew(row, by=by, now=now)

    @verb(input=AgreementNoteInput, may=rules.may_end_agreement, rule="b.2.1", people_only=True)
    def terminate(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """It ends here, and why."""
        return agreement_force.terminate(row, by=by, now=now, note=values["note"])


class LockedProjectShape(Shape):
    """A deal named in an agreement."""

    class Meta:
        model = LockedProject
        fields = [
            "id", "agreement", "opportunity", "year", "value", "currency", "status", "settled_at",
            "note", "updated_at", "version",
        ]  # fmt: skip


class LockedInput(Input):
    """A deal of the customer or of one below it; without a value it is the amount of the deal."""

    agreement = ScopedRelatedField(
        queryset=lambda user: StrategicAgreement.objects.visible_to(user).select_related(
            "customer__owning_unit"
        )
    )
    opportunity = ScopedRelatedField(
        queryset=lambda user: Opportunity.objects.visible_to(user).select_related("customer")
    )
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    value = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )


class LockedProjectResource(CreateResource):
    """Projects locked in agreements; they follow their opportunities."""

    scope = "strategic-agreements"
    shape, input = LockedProjectShape, LockedInput
    filterset_class = LockedFilter
    orderings = ("-id", "id", "year", "-year")

    def rows(self, user: Any) -> Any:
        """Of agreements and deals in sight."""
        rows = LockedProject.objects.visible_to(user)
        return rows.select_related("agreement__customer__owning_unit", "opportunity")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> LockedProject:
        """Lock a deal."""
        row, deal = values.pop("agreement"), values.pop("opportunity")
        return locked.lock(row, deal, by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever works on the agreement."""
        return rules.may_work_agreement(user, values["agreement"])

    @verb(input=AgreementNoteInput, may=rules.may_release, rule="b.2.1", people_only=True)
    def release(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Not a part of the agreement any more, and why."""
        return locked.release(row, by=by, now=now, note=values["note"])
