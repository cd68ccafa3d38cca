"""`/api/v1/contacts/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules, rules_people
from accounts.actions import contacts, merging_people, same_person
from accounts.api.merging import ContactMergeInput, ContactMergeShape
from accounts.choices import ConsentBasis, ContactLevel
from accounts.filters import ContactFilter
from accounts.models import Contact, ContactMerge, Customer, CustomerUnit
from accounts.queries import colleagues
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input
from core.api.verbs import verb
from core.custom.api import CustomInput, CustomShape
from core.web import ask


class ContactShape(CustomShape):
    """A person at a customer."""

    class Meta:
        model = Contact
        fields = [
            "id",
            "customer",
            "unit",
            "name",
            "title",
            "level",
            "is_decision_layer",
            "reports_to",
            "phone",
            "email",
            "wechat",
            "language",
            "relationship_owner",
            "can_sign",
            "can_sign_until",
            "same_person",
            "basis",
            "purpose",
            "source",
            "status",
            "merged_into",
            "external_source",
            "external_ref",
            "created_at",
            "updated_at",
            "version",
            "custom",
            "tags",
        ]


class ContactChange(CustomInput):
    """What an edit may set."""

    name = serializers.CharField(max_length=80)
    title = serializers.CharField(max_length=80, required=False, allow_blank=True)
    level = serializers.ChoiceField(choices=ContactLevel.choices, required=False)
    is_decision_layer = serializers.BooleanField(required=False)
    unit = ScopedRelatedField(
        queryset=CustomerUnit.objects.visible_to, required=False, allow_null=True
    )
    reports_to = ScopedRelatedField(
        queryset=Contact.objects.visible_to, required=False, allow_null=True
    )
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    wechat = serializers.CharField(max_length=60, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=["zh-hans", "en"], required=False)
    relationship_owner = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    same_person = ScopedRelatedField(
        queryset=Contact.objects.visible_to, required=False, allow_null=True
    )
    basis = serializers.ChoiceField(choices=ConsentBasis.choices, required=False)
    purpose = serializers.CharField(max_length=120, required=False, allow_blank=True)
    source = serializers.CharField(max_length=80, required=False, allow_blank=True)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ContactInput(ContactChange):
    """A new contact."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)


class MovedInput(Input):
    """Where the person went."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    title = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class NoteInput(Input):
    """A word about it."""

    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PartInput(Input):
    """The other record."""

    other = ScopedRelatedField(queryset=Contact.objects.visible_to)


class AttestInput(Input):
    """Until when the attestation holds; null: until withdrawn."""

    until = serializers.DateField(required=False, allow_null=True, default=None)


class ContactResource(Resource):
    """Contacts."""

    scope = "contacts"
    shape, input, change_input = ContactShape, ContactInput, ContactChange
    filterset_class = ContactFilter
    orderings = ("-id", "id", "name", "-updated_at")
    alike = True

    def rows(self, user: Any) -> Any:
        """People of customers within sight."""
        return Contact.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> Contact:
        """A new contact."""
        return contacts.create(values.pop("customer"), values, by=by, now=now)

    def change_row(
        self, row: Contact, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit; changing the customer is `mark-moved`."""
        values.pop("customer", None)
        contacts.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """As the customer."""
        return rules.may_edit_customer(user, values["customer"])

    def may_change(self, user: Any, row: Contact) -> bool:
        """As the customer."""
        return rules.may_edit_contact(user, row)

    @verb(input=NoteInput, may=rules.may_edit_contact, rule="0.2")
    def mark_left(self, row: Contact, values: dict, *, by: Any, now: Any) -> Contact:
        """The person works there no more; portal and signing right end."""
        return contacts.mark_left(row, note=values["note"], by=by, now=now)

    @verb(input=MovedInput, output=ContactShape, may=rules.may_edit_contact, rule="0.2")
    def mark_moved(self, row: Contact, values: dict, *, by: Any, now: Any) -> Contact:
        """The person changed to another customer; answers with the successor contact."""
        to = values["customer"]
        return contacts.mark_moved(row, to, {"title": values["title"]}, by=by, now=now)

    @verb(input=PartInput, may=rules.may_edit_contact, rule="b.1")
    def part(self, row: Contact, values: dict, *, by: Any, now: Any) -> Contact:
        """This and the other record are two people; 409 where nothing links them, or a move."""
        for one in same_person.holders_of(row, values["other"]):
            ask(rules.may_edit_contact(by.user, one), rule="b.1")
        return same_person.part(row, values["other"], by=by, now=now)

    @verb(input=AttestInput, may=rules.may_attest, rule="b.1", people_only=True)
    def attest_signing(self, row: Contact, values: dict, *, by: Any, now: Any) -> Contact:
        """The account manager vouches that this person may sign."""
        return contacts.attest_signing(row, until=values["until"], by=by, now=now)

    @verb(may=rules.may_edit_contact, rule="b.1")
    def withdraw_signing(self, row: Contact, values: dict, *, by: Any, now: Any) -> Contact:
        """This person may not sign any more."""
        return contacts.withdraw_signing(row, by=by, now=now)

    @verb(
        input=ContactMergeInput, output=ContactMergeShape, may=rules_people.may_merge_contact,
        rule="b.1",
    )  # fmt: skip
    def merge(self, row: Contact, values: dict, *, by: Any, now: Any) -> ContactMerge:
        """Make the other record of this person a part of this one; itself is 409. Answers with the
        merge."""
        other = values["other"]
        ask(rules_people.may_merge_contact(by.user, other), rule="b.1")
        return merging_people.merge(row, other, take=values["take"], by=by, now=now)
