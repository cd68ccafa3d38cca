"""`/api/v1/confirmation-forms/` and `/api/v1/form-signatures/`; machines read, people act."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import Contact
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.signin import is_fresh
from core.web import ask
from expectations import comparison, rules, snapshot
from expectations.actions import form as actions
from expectations.actions import signing
from expectations.filters import FormFilter, SignatureFilter
from expectations.models import ConfirmationForm, FormSignature, Project


class FormShape(Shape):
    """A version of a form; `snapshot` is the content both sides sign, empty before review."""

    snapshot = serializers.SerializerMethodField()

    class Meta:
        model = ConfirmationForm
        fields = [
            "id", "code", "version_no", "customer", "project", "contact", "signatory", "language",
            "findings", "options", "terms", "snapshot", "snapshot_sha256", "submitted_by",
            "reviewed_by", "reviewed_at", "sent_by", "sent_at", "expires_at", "customer_signed_at",
            "effective_at", "ended_at", "comment", "reason", "excepted", "supersedes", "status",
            "created_at", "updated_at", "version",
        ]  # fmt: skip

    def get_snapshot(self, row: ConfirmationForm) -> dict[str, Any]:
        """The content as data."""
        return snapshot.read(row.snapshot)


class FindingInput(Input):
    """What we heard."""

    dimension = serializers.ChoiceField(choices=["business", "technical", "implicit"])
    text = serializers.CharField(max_length=500)
    source = serializers.CharField(max_length=120, required=False, allow_blank=True)


class OptionsRowInput(Input):
    """One point compared: a cell for each option."""

    label = serializers.CharField(max_length=120)
    cells = serializers.ListField(
        child=serializers.CharField(max_length=120, allow_blank=True), max_length=4
    )


class OptionsInput(Input):
    """The comparison of options; `chosen` is the place of a name, from 0."""

    names = serializers.ListField(
        child=serializers.CharField(max_length=120), min_length=2, max_length=4
    )
    rows = serializers.ListSerializer(child=OptionsRowInput(), min_length=1, max_length=20)
    chosen = serializers.IntegerField(min_value=0, max_value=3, required=False, allow_null=True)


class FormInput(Input):
    """A draft; options null: none are compared."""

    project = ScopedRelatedField(queryset=Project.objects.visible_to)
    contact = ScopedRelatedField(
        queryset=Contact.objects.visible_to, required=False, allow_null=True
    )
    signatory = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    language = serializers.ChoiceField(choices=["zh-hans", "en"], required=False)
    findings = serializers.ListSerializer(child=FindingInput(), required=False, max_length=50)
    options = OptionsInput(required=False, allow_null=True)
    terms = serializers.ListField(
        child=serializers.CharField(max_length=1000), required=False, max_length=30
    )

    def validate_options(self, value: dict[str, Any] | None) -> dict[str, Any]:
        """As it would be typed on the page; nothing is an empty table."""
        try:
            return comparison.checked(value or {})
        except comparison.Unreadable as refusal:
            raise serializers.ValidationError(str(refusal)) from None


class ReasonInput(Input):
    """Why, in one sentence."""

    reason = serializers.CharField(max_length=300)


class FormResource(Resource):
    """Forms within sight."""

    scope = "confirmation-forms"
    shape, input, filterset_class = FormShape, FormInput, FormFilter
    orderings = ("-id", "id", "code", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Forms of visible customers."""
        rows = ConfirmationForm.objects.visible_to(user)
        return rows.select_related(
            "customer", "contact", "signatory", "project__expectation_owner", "project__customer"
        )

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever may edit the project."""
        return rules.may_edit_project(user, values["project"])

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ConfirmationForm:
        """The next draft of a project."""
        return actions.draft_form(values.pop("project"), by=by, now=now, **values)

    def may_change(self, user: Any, row: ConfirmationForm) -> bool:
        """Whoever may edit the project."""
        return rules.may_edit_form(user, row)

    def change_row(
        self, row: ConfirmationForm, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Drafts only; the project stays."""
        values.pop("project", None)
        actions.edit_form(row, values, by=by, now=now, version=version)

    @verb(may=rules.may_edit_form, rule="b.3.1", people_only=True)
    def submit(self, row: ConfirmationForm, values: dict, *, by: Any, now: Any) -> Any:
        """Hand in for internal review."""
        return actions.submit(row, by=by, now=now)

    @verb(may=rules.may_review_form, rule="b.3.1", people_only=True)
    def approve(self, row: ConfirmationForm, values: dict, *, by: Any, now: Any) -> Any:
        """Reviewed by a second person: ready, content fixed and hashed."""
        return actions.approve(row, by=by, now=now)

    @verb(may=rules.may_edit_form, rule="b.3.1", people_only=True)
    def take_back(self, row: ConfirmationForm, values: dict, *, by: Any, now: Any) -> Any:
        """Back to draft."""
        return actions.take_back(row, by=by, now=now)

    @verb(may=rules.may_send_form, rule="b.6", people_only=True)
    def send(self, row: ConfirmationForm, values: dict, *, by: Any, now: Any) -> Any:
        """Send the one-time link to the signatory; the link is never in the answer."""
        actions.send(row, by=by, now=now)
        return row

    @verb(input=ReasonInput, may=rules.may_send_form, rule="b.6", people_only=True)
    def withdraw(self, row: ConfirmationForm, values: dict, *, by: Any, now: Any) -> Any:
        """Withdraw an open form."""
        return actions.withdraw(row, by=by, now=now, **values)

    @verb(may=rules.may_countersign, rule="b.6", people_only=True)
    def countersign(self, row: ConfirmationForm, values: dict, *, by: Any, now: Any) -> Any:
        """Sign for us: effective. The session needs a password given within ten minutes."""
        ask(
            is_fresh(self.request._request),
            _("Give your password again before you sign."),
            rule="trust",
        )
        agent = self.request.headers.get("User-Agent", "")
        signing.countersign(row, by=by, now=now, agent=agent)
        return row


class SignatureShape(Shape):
    """A signature: evidence, read only."""

    class Meta:
        model = FormSignature
        fields = [
            "id", "form", "side", "contact", "user", "signer_name", "signer_title", "method",
            "document_sha256", "excepted", "consent", "signed_at", "database_at", "previous",
            "digest",
        ]  # fmt: skip


class SignatureResource(ReadResource):
    """Signatures of forms within sight."""

    scope = "confirmation-forms"
    shape, filterset_class = SignatureShape, SignatureFilter
    orderings = ("-id", "id")

    def rows(self, user: Any) -> Any:
        """Of visible forms."""
        return FormSignature.objects.filter(form__in=ConfirmationForm.objects.visible_to(user))
