"""`/api/v1/personal-details/`: confidential; people write them, every reading is noted."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import rules
from accounts.actions import personal
from accounts.choices import ConsentBasis
from accounts.filters import PersonalFilter
from accounts.models import Contact, PersonalDetail, private_to
from core import clock
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.web import actor_of


class PersonalDetailShape(Shape):
    """What is kept about one person, on which basis and for what (R-P1)."""

    class Meta:
        model = PersonalDetail
        fields = [
            "id", "contact", "birthday_month", "birthday_day", "interests", "dietary", "notes",
            "basis", "purpose", "updated_at", "version",
        ]  # fmt: skip


class PersonalDetailChange(Input):
    """What an edit may set; `checked` says that private matters were looked at again (R-P2)."""

    birthday_month = serializers.IntegerField(
        min_value=1, max_value=12, required=False, allow_null=True
    )
    birthday_day = serializers.IntegerField(
        min_value=1, max_value=31, required=False, allow_null=True
    )
    interests = serializers.CharField(max_length=200, required=False, allow_blank=True)
    dietary = serializers.CharField(max_length=120, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    basis = serializers.ChoiceField(choices=ConsentBasis.choices)
    purpose = serializers.CharField(max_length=120)
    checked = serializers.BooleanField(required=False, default=False)


class PersonalDetailInput(PersonalDetailChange):
    """Details of a person of whom none are kept."""

    contact = ScopedRelatedField(
        queryset=lambda user: Contact.objects.filter(customer__in=private_to(user)).select_related(
            "customer__owning_unit"
        )
    )


class RemovedShape(serializers.Serializer):
    """Of whom nothing is kept any more."""

    contact = serializers.IntegerField()


class PersonalDetailResource(Resource):
    """Personal details: kept by the account team with basis and purpose, read with a trace."""

    scope = "personal-details"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = PersonalDetailShape, PersonalDetailInput, PersonalDetailChange
    filterset_class = PersonalFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose people the person may know more about."""
        return PersonalDetail.objects.visible_to(user).select_related("contact__customer")

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page; reading it is noted."""
        page = super().paginate_queryset(queryset)
        self._note(page or [])
        return page

    def retrieve(self, request: Any, pk: str) -> Any:
        """One row with its ETag; reading it is noted."""
        self._note([self.row_of(request)])
        return super().retrieve(request, pk)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> PersonalDetail:
        """Keep details."""
        contact, checked = values.pop("contact"), values.pop("checked")
        return personal.create(contact, values, by=by, now=now, checked=checked)

    def change_row(
        self, row: PersonalDetail, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Change them."""
        checked = values.pop("checked", False)
        personal.edit(row, values, by=by, now=now, version=version, checked=checked)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_keep_personal(user, values["contact"])

    def may_change(self, user: Any, row: PersonalDetail) -> bool:
        """The account team and the heads above."""
        return rules.may_edit_personal(user, row)

    @verb(
        output=RemovedShape, may=rules.may_remove_personal, rule="R-P1", people_only=True,
        confidential=True,
    )  # fmt: skip
    def remove(self, row: PersonalDetail, values: dict, *, by: Any, now: Any) -> dict[str, int]:
        """Delete them for good."""
        contact = row.contact_id
        personal.remove(row, by=by, now=now)
        return {"contact": contact}

    def _note(self, rows: Any) -> None:
        by, now = actor_of(self.request, "api"), clock.now()
        personal.log_reads_of({row.contact_id for row in rows}, by=by, now=now)
