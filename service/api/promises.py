"""`/api/v1/service-levels/`, `/service-contracts/`, `/sla-clauses/` and `/sla-overrides/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Customer
from accounts.queries import colleagues
from core.api.bulk import CreateResource, Resource
from core.api.fields import KeyField, ScopedRelatedField
from core.api.resource import ReadResource
from core.api.shapes import Input, Shape
from core.api.verbs import verb
from core.models import Calendar
from service import rules
from service.actions import contracts
from service.choices import CalendarRule, ClockKind, Severity, TargetUnit, TicketClass
from service.filters import ClauseFilter, ContractFilter, OverrideFilter
from service.models import ServiceContract, ServiceLevel, SlaClause, SlaOverride


def levels(user: Any) -> Any:
    """Service levels are open to all staff."""
    return ServiceLevel.objects.visible_to(user)


def calendars(user: Any) -> Any:
    """Working calendars are open to all staff."""
    return Calendar.objects.all()


class LevelShape(Shape):
    """A service level."""

    class Meta:
        model = ServiceLevel
        fields = ["id", "code", "name", "rank", "version", "updated_at"]


class LevelResource(ReadResource):
    """Service levels."""

    scope = "service-contracts"
    shape = LevelShape
    orderings = ("rank", "id")

    def rows(self, user: Any) -> Any:
        """All of them."""
        return levels(user)


class ContractShape(Shape):
    """A service contract."""

    class Meta:
        model = ServiceContract
        fields = [
            "id",
            "code",
            "customer",
            "level",
            "name",
            "scope",
            "starts_on",
            "ends_on",
            "currency",
            "calendar",
            "renewal_owner",
            "status",
            "external_source",
            "external_ref",
            "updated_at",
            "version",
        ]


class ContractInput(Input):
    """A contract; a new one is a draft."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    level = ScopedRelatedField(queryset=levels)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    scope = serializers.CharField(max_length=120, required=False, allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    calendar = ScopedRelatedField(queryset=calendars, required=False, allow_null=True)
    renewal_owner = ScopedRelatedField(queryset=colleagues, required=False, allow_null=True)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class WhyInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=300)


class ContractResource(Resource):
    """Service contracts."""

    scope = "service-contracts"
    shape, input = ContractShape, ContractInput
    filterset_class = ContractFilter
    orderings = ("-id", "id", "ends_on", "-updated_at")
    alike = True
    search_fields = ("code", "name")

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        return ServiceContract.objects.visible_to(user).select_related("customer", "level")

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> ServiceContract:
        """A draft."""
        return contracts.open_contract(ServiceContract(**values), by=by, now=now)

    def change_row(
        self, row: ServiceContract, values: dict[str, Any], *, by: Any, now: Any, version: int
    ) -> None:
        """Edit it."""
        values.pop("external_source", None)
        contracts.edit_contract(row, values, by=by, now=now, version=version)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Service managers, the account manager, heads, administrators."""
        return rules.may_edit_contracts(user, values["customer"])

    def may_change(self, user: Any, row: ServiceContract) -> bool:
        """As to create."""
        return rules.may_change_contract(user, row)

    @verb(may=rules.may_change_contract, rule="b.4", people_only=True)
    def activate(self, row: ServiceContract, values: dict, *, by: Any, now: Any) -> None:
        """It is signed and covers its period."""
        contracts.move_contract(row, "active", by=by, now=now)

    @verb(may=rules.may_change_contract, rule="b.4", people_only=True)
    def renew(self, row: ServiceContract, values: dict, *, by: Any, now: Any) -> None:
        """A successor takes over."""
        contracts.move_contract(row, "renewed", by=by, now=now)

    @verb(input=WhyInput, may=rules.may_change_contract, rule="b.4", people_only=True)
    def terminate(self, row: ServiceContract, values: dict, *, by: Any, now: Any) -> None:
        """It ends early."""
        contracts.move_contract(row, "terminated", by=by, now=now, **values)


class ClauseShape(Shape):
    """One target."""

    severity = KeyField(Severity, allow_null=True)

    class Meta:
        model = SlaClause
        fields = [
            "id",
            "level",
            "contract",
            "ticket_class",
            "severity",
            "outage_only",
            "kind",
            "target",
            "unit",
            "calendar",
            "is_objective",
            "valid_from",
            "updated_at",
            "version",
        ]


class ClauseInput(Input):
    """A target, or the next version of one."""

    level = ScopedRelatedField(queryset=levels, required=False, allow_null=True)
    contract = ScopedRelatedField(
        queryset=ServiceContract.objects.visible_to, required=False, allow_null=True
    )
    ticket_class = serializers.ChoiceField(
        choices=TicketClass.choices, required=False, allow_blank=True
    )
    severity = KeyField(Severity, required=False, allow_null=True)
    outage_only = serializers.BooleanField(required=False, default=False)
    kind = serializers.ChoiceField(choices=ClockKind.choices)
    target = serializers.IntegerField(min_value=1, max_value=1_000_000)
    unit = serializers.ChoiceField(choices=TargetUnit.choices)
    calendar = serializers.ChoiceField(choices=CalendarRule.choices)
    is_objective = serializers.BooleanField(required=False, default=False)
    valid_from = serializers.DateTimeField()


class ClauseResource(CreateResource):
    """Clauses of levels, contracts and the house; a change is a new version."""

    scope = "service-contracts"
    shape, input = ClauseShape, ClauseInput
    filterset_class = ClauseFilter
    orderings = ("-id", "id", "-valid_from")
    create_people_only = True

    def rows(self, user: Any) -> Any:
        """Those of the house, and of contracts within sight."""
        return SlaClause.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> SlaClause:
        """Valid from now at the earliest."""
        return contracts.set_clause(SlaClause(**values), by=by, now=now)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Administrators."""
        return rules.may_edit_clauses(user)


class OverrideShape(Shape):
    """A tighter target of one customer."""

    severity = KeyField(Severity, allow_null=True)

    class Meta:
        model = SlaOverride
        fields = [
            "id",
            "customer",
            "kind",
            "ticket_class",
            "severity",
            "target_min",
            "replaced_min",
            "reason",
            "starts_at",
            "ends_at",
            "updated_at",
            "version",
        ]


class OverrideInput(Input):
    """A tighter target in minutes."""

    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    kind = serializers.ChoiceField(choices=ClockKind.choices)
    severity = KeyField(Severity)
    target_min = serializers.IntegerField(min_value=1, max_value=1_000_000)
    reason = serializers.CharField(max_length=300)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class OverrideResource(CreateResource):
    """Overrides only tighten (R-S4)."""

    scope = "service-contracts"
    shape, input = OverrideShape, OverrideInput
    filterset_class = OverrideFilter
    orderings = ("-id", "id")
    create_people_only = True

    def rows(self, user: Any) -> Any:
        """Of customers within sight."""
        return SlaOverride.objects.visible_to(user)

    def create_row(self, values: dict[str, Any], *, by: Any, now: Any) -> SlaOverride:
        """Strictly tighter than what it replaces."""
        return contracts.tighten(values.pop("customer"), by=by, now=now, **values)

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """The service manager or a head above."""
        return rules.may_tighten(user, values["customer"])
