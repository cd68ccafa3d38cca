"""`/api/v1/power-maps/`, `power-seats`, `influence-edges`: confidential; people write them,
machines only read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Contact, Customer, Opportunity
from core import clock
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.shapes import Input, Shape
from core.api.verbs import reading, verb
from relationships import rules
from relationships.actions import power
from relationships.api.noted import NotedReads
from relationships.choices import Chain, EdgeKind, SeatRole
from relationships.filters import InfluenceEdgeFilter, PowerMapFilter, PowerSeatFilter
from relationships.models import InfluenceEdge, PowerMap, PowerSeat
from relationships.models.power import STRENGTHS
from relationships.queries.power import view_of


class PowerMapShape(Shape):
    """A map; its seats and ties are lists of their own. With an `opportunity` people stand on it
    where they were judged for that, the others as in general."""

    class Meta:
        model = PowerMap
        fields = [
            "id", "customer", "opportunity", "name", "chain", "status", "activated_at",
            "archived_at", "updated_at", "version",
        ]  # fmt: skip


class PowerMapChange(Input):
    """What an edit may set."""

    name = serializers.CharField(max_length=80)
    chain = serializers.ChoiceField(choices=Chain.choices, required=False)
    opportunity = ScopedRelatedField(
        queryset=Opportunity.objects.visible_to,
        required=False,
        allow_null=True,
        help_text="Draw the decision in this deal; of a map in force it stays as it is.",
    )


class PowerMapInput(PowerMapChange):
    """A draft."""

    customer = ScopedRelatedField(
        queryset=lambda user: Customer.objects.confidential_to(user).select_related("owning_unit")
    )
    from_people = serializers.BooleanField(required=False)


class PowerFigures(serializers.Serializer):
    """Key index (0–100, null without a seat), coverage, opponents (R-R3)."""

    key_index = serializers.FloatField(allow_null=True)
    seats = serializers.IntegerField()
    covered = serializers.IntegerField()
    opponents = serializers.IntegerField()


class PowerMapResource(NotedReads, Resource):
    """Power maps: drawn by the account team and the heads above."""

    scope = "grid-assessments"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = PowerMapShape, PowerMapInput, PowerMapChange
    filterset_class = PowerMapFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of customers whose confidential class the person reads."""
        rows = PowerMap.objects.visible_to(user)
        return rows.select_related("customer__owning_unit", "opportunity")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> PowerMap:
        """A draft."""
        return power.create(values.pop("customer"), values.pop("name"), by=by, now=now, **values)

    def change_row(
        self, row: PowerMap, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit the name, of a draft the chain and the opportunity too."""
        power.edit(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The account team and the heads above."""
        return rules.may_draw(user, values["customer"])

    def may_change(self, user: Any, row: PowerMap) -> bool:
        """The account team and the heads above."""
        return rules.may_edit_map(user, row)

    @verb(may=rules.may_edit_map, rule="R-R3", people_only=True, confidential=True)
    def activate(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Put in force; one overall map a customer."""
        return power.activate(row, by=by, now=now)

    @verb(may=rules.may_edit_map, rule="R-R3", people_only=True, confidential=True)
    def archive(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Put away; it stays to be read."""
        return power.archive(row, by=by, now=now)

    @reading(output=PowerFigures)
    def figures(self, row: Any) -> Any:
        """Key index, coverage and opponents of today."""
        said = view_of(row, now=clock.now()).figures
        return {
            "key_index": said.index, "seats": said.seats, "covered": said.covered,
            "opponents": said.opponents,
        }  # fmt: skip


class PowerSeatShape(Shape):
    """A seat; where its holder stands is a grid assessment."""

    class Meta:
        model = PowerSeat
        fields = [
            "id", "map", "title", "contact", "role", "reports_to", "is_hidden", "removed_at",
            "updated_at", "version",
        ]  # fmt: skip


class PowerSeatChange(Input):
    """What an edit may set."""

    title = serializers.CharField(max_length=80, required=False, allow_blank=True)
    contact = ScopedRelatedField(
        queryset=lambda user: Contact.objects.filter(
            customer__in=Customer.objects.confidential_to(user)
        ),
        required=False,
        allow_null=True,
    )
    role = serializers.ChoiceField(choices=SeatRole.choices)
    reports_to = ScopedRelatedField(
        queryset=PowerSeat.objects.visible_to, required=False, allow_null=True
    )
    is_hidden = serializers.BooleanField(required=False)


class PowerSeatInput(PowerSeatChange):
    """A seat of a map."""

    map = ScopedRelatedField(
        queryset=lambda user: PowerMap.objects.visible_to(user).select_related(
            "customer__owning_unit"
        )
    )


class PowerSeatResource(NotedReads, Resource):
    """Seats of power maps."""

    scope = "grid-assessments"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = PowerSeatShape, PowerSeatInput, PowerSeatChange
    of_customer = "map__customer"
    filterset_class = PowerSeatFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of maps within the confidential door."""
        rows = PowerSeat.objects.visible_to(user)
        return rows.select_related("map__customer__owning_unit", "contact", "reports_to")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> PowerSeat:
        """Another seat."""
        return power.add_seat(values.pop("map"), values, by=by, now=now)

    def change_row(
        self, row: PowerSeat, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Who holds it, its role, below whom it stands."""
        power.edit_seat(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever may draw the map."""
        return rules.may_edit_map(user, values["map"])

    def may_change(self, user: Any, row: PowerSeat) -> bool:
        """Whoever may draw the map."""
        return rules.may_edit_seat(user, row)

    @verb(may=rules.may_edit_seat, rule="R-R3", people_only=True, confidential=True)
    def remove(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Take a seat off; whoever stood below moves up."""
        return power.remove_seat(row, by=by, now=now)


class InfluenceEdgeShape(Shape):
    """A tie between two seats."""

    class Meta:
        model = InfluenceEdge
        fields = [
            "id", "from_seat", "to_seat", "kind", "strength", "removed_at", "updated_at",
            "version",
        ]  # fmt: skip


class InfluenceEdgeChange(Input):
    """What an edit may set."""

    kind = serializers.ChoiceField(choices=EdgeKind.choices)
    strength = serializers.IntegerField(
        min_value=STRENGTHS[0], max_value=STRENGTHS[1], required=False
    )


def _seats(user: Any) -> Any:
    return PowerSeat.objects.visible_to(user).select_related("map__customer__owning_unit")


class InfluenceEdgeInput(InfluenceEdgeChange):
    """A tie between two seats of one map."""

    from_seat = ScopedRelatedField(queryset=_seats)
    to_seat = ScopedRelatedField(queryset=_seats)


class InfluenceEdgeResource(NotedReads, Resource):
    """Who influences, sponsors or opposes whom."""

    scope = "grid-assessments"
    confidential = create_people_only = change_people_only = True
    shape, input, change_input = InfluenceEdgeShape, InfluenceEdgeInput, InfluenceEdgeChange
    of_customer = "from_seat__map__customer"
    filterset_class = InfluenceEdgeFilter
    orderings = ("-id", "id", "-updated_at")

    def rows(self, user: Any) -> Any:
        """Of maps within the confidential door."""
        rows = InfluenceEdge.objects.visible_to(user)
        return rows.select_related("from_seat__map__customer__owning_unit", "to_seat")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> InfluenceEdge:
        """Another tie."""
        source, target, kind = (values.pop(name) for name in ("from_seat", "to_seat", "kind"))
        return power.connect(source, target, kind, by=by, now=now, **values)

    def change_row(
        self, row: InfluenceEdge, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Kind and strength."""
        power.edit_edge(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Whoever may draw the map."""
        return rules.may_edit_seat(user, values["from_seat"])

    def may_change(self, user: Any, row: InfluenceEdge) -> bool:
        """Whoever may draw the map."""
        return rules.may_edit_edge(user, row)

    @verb(may=rules.may_edit_edge, rule="R-R3", people_only=True, confidential=True)
    def remove(self, row: Any, values: dict, *, by: Any, now: Any) -> Any:
        """Take a tie off."""
        return power.disconnect(row, by=by, now=now)
