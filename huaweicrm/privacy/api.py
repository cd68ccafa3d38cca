"""`/api/v1/erasure-requests/`: compliance asks, another person carries it out or refuses (R-P3)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_filters import ChoiceFilter
from rest_framework import serializers

from accounts import rules
from accounts.actions import erasure
from accounts.choices_privacy import ErasureOrigin, ErasureStatus
from accounts.models import Contact, ErasureRequest, private_to
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.filters import Filters, IdFilter
from core.signin import is_fresh
from core.web import ask
from huaweicrm.privacy import erase

RULE = "R-P3"


class ErasureShape(Shape):
    """A request and what came of it: how many rows of each table were replaced, how many stay under
    legal hold."""

    replaced = serializers.DictField(
        child=serializers.IntegerField(), source="report.replaced", default={}, read_only=True
    )
    held = serializers.DictField(
        child=serializers.IntegerField(), source="report.held", default={}, read_only=True
    )

    class Meta:
        model = ErasureRequest
        fields = [
            "id", "contact", "origin", "received_on", "due_at", "status", "note", "created_by",
            "decided_by", "decided_at", "replaced", "held", "created_at", "updated_at", "version",
        ]  # fmt: skip


def _people(user: Any) -> Any:
    rows = Contact.objects.filter(customer__in=private_to(user))
    return rows.select_related("customer__owning_unit")


class ErasureInput(Input):
    """Who is to be erased, why, and when it was asked for."""

    contact = ScopedRelatedField(queryset=_people)
    origin = serializers.ChoiceField(choices=ErasureOrigin.choices)
    received_on = serializers.DateField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RefusalInput(Input):
    """Why somebody is not erased; the person is told."""

    note = serializers.CharField(max_length=200)


class ErasureFilter(Filters):
    """Requests: by contact, state, origin."""

    contact = IdFilter(field_name="contact_id")
    status = ChoiceFilter(choices=ErasureStatus.choices)
    origin = ChoiceFilter(choices=ErasureOrigin.choices)

    class Meta:
        model = ErasureRequest
        fields: list[str] = []


class ErasureResource(CreateResource):
    """Requests to erase a person: two people take part."""

    scope = "erasure-requests"
    confidential = create_people_only = True
    shape, input = ErasureShape, ErasureInput
    filterset_class = ErasureFilter
    orderings = ("-id", "id", "due_at", "-updated_at")

    def rows(self, user: Any) -> Any:
        """For compliance and administrators, within the customers that they see."""
        rows = ErasureRequest.objects.visible_to(user)
        return rows.select_related("contact__customer", "created_by", "decided_by")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ErasureRequest:
        """Ask; it is due in working days."""
        return erasure.request(values.pop("contact"), by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Compliance in sight of the person."""
        return rules.may_ask_erasure(user, values["contact"])

    @verb(may=rules.may_erase, rule=RULE, people_only=True, confidential=True)
    def carry_out(self, row: ErasureRequest, values: dict, *, by: Any, now: Any) -> Any:
        """Erase for good. The session needs a password given within ten minutes."""
        fresh = is_fresh(self.request._request)
        ask(fresh, _("Give your password again before you erase somebody."), rule="trust")
        erase.carry_out(row, by=by, now=now)
        return row

    @verb(
        input=RefusalInput, may=rules.may_erase, rule=RULE, people_only=True, confidential=True
    )  # fmt: skip
    def refuse(self, row: ErasureRequest, values: dict, *, by: Any, now: Any) -> Any:
        """Not erased, with the reason."""
        return erasure.refuse(row, by=by, now=now, note=values["note"])


def routes(router: Any) -> None:
    """The resource of this area."""
    router.register("erasure-requests", ErasureResource, basename="erasure-requests")
