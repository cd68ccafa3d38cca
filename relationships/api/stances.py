"""`/api/v1/competitor-stances/`: confidential; people note them, machines only read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Contact, Customer
from core.api.bulk import CreateResource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from relationships import rules
from relationships.actions import stances
from relationships.api.noted import NotedReads
from relationships.filters import StanceFilter
from relationships.grid import HIGHEST, LOWEST
from relationships.models import CompetitorStance


class CompetitorStanceShape(Shape):
    """Towards whom, how much, what shows it."""

    class Meta:
        model = CompetitorStance
        fields = [
            "id", "customer", "contact", "competitor", "stance", "evidence", "as_of",
            "superseded_at", "created_by", "updated_at", "version",
        ]  # fmt: skip


class CompetitorStanceInput(Input):
    """A stance; an earlier one of the same name is superseded."""

    contact = ScopedRelatedField(
        queryset=lambda user: Contact.objects.filter(
            customer__in=Customer.objects.confidential_to(user)
        ).select_related("customer__owning_unit")
    )
    competitor = serializers.CharField(max_length=80)
    stance = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    evidence = serializers.CharField(max_length=2000)
    as_of = serializers.DateField(required=False)


class CompetitorStanceResource(NotedReads, CreateResource):
    """Stances towards competitors: noted by the account team and the heads above."""

    scope = "grid-assessments"
    confidential = create_people_only = True
    shape, input = CompetitorStanceShape, CompetitorStanceInput
    filterset_class = StanceFilter
    orderings = ("-id", "id", "-as_of", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        rows = CompetitorStance.objects.visible_to(user)
        return rows.select_related("customer__owning_unit", "contact")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> CompetitorStance:
        """A stance."""
        contact, competitor, stance = (
            values.pop(name) for name in ("contact", "competitor", "stance")
        )
        return stances.note(contact, competitor, stance, by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_propose(user, values["contact"].customer)
