"""FilterSets of the service floor, the same for pages and API."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter

from accounts.filters import OfMyCustomers
from accounts.queries import colleagues
from core.custom.filters import ExtraFilters, suggest_tags
from core.filters import Filters, IdFilter, KeyFilter, RowFilter
from service.choices import (
    ClockKind,
    ClockState,
    ContractStatus,
    EscalationKind,
    EscalationStatus,
    EventKind,
    Level,
    Severity,
    TicketClass,
    TicketStatus,
)
from service.choices_voice import VocDimension, VocSource, VocStatus
from service.models import (
    Breach,
    Escalation,
    IncidentBulletin,
    PauseInterval,
    ServiceContract,
    SlaClause,
    SlaClock,
    SlaOverride,
    Ticket,
    TicketEvent,
    VocItem,
)


def _colleagues(request: Any) -> models.QuerySet:
    return colleagues(request.user).order_by("full_name", "id")


class TicketFilter(OfMyCustomers, ExtraFilters):
    """Tickets."""

    search = CharFilter(method="named", label=_("Search"))
    severity = KeyFilter(Severity, label=_("Severity"), empty_label=_("any severity"))
    level = ChoiceFilter(choices=Level, label=_("Service level"), empty_label=_("any level"))
    status = ChoiceFilter(choices=TicketStatus, label=_("Status"), empty_label=_("any status"))
    ticket_class = ChoiceFilter(choices=TicketClass, label=_("Class"), empty_label=_("any class"))
    owner = RowFilter(
        queryset=_colleagues,
        named_by=("full_name", "username"),
        label=_("Owner"),
        empty_label=_("any owner"),
    )
    customer = IdFilter()
    group = IdFilter()
    parent = IdFilter()
    open = BooleanFilter(method="opened", label=_("Open"), widget=HiddenInput)

    class Meta:
        model = Ticket
        fields: list[str] = []

    def named(self, queryset: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """Code, title, customer or serial number."""
        return queryset.filter(
            Q(code__iexact=value)
            | Q(title__icontains=value)
            | Q(customer__name__icontains=value)
            | Q(asset_serial__iexact=value)
        )

    def opened(self, queryset: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Open ones, or finished ones."""
        finished = Q(status__in=("closed", "cancelled"))
        return queryset.filter(~finished if value else finished)


class TicketPageFilter(TicketFilter):
    """The same filter for the page: what is asked for less often stands behind a button."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggest_tags(self.form)
        for name in ("level", "ticket_class", "owner"):
            self.form.fields[name].more = True
        self.form.fields["search"].widget.attrs["placeholder"] = _("Title, code, customer, serial")


class TicketEventFilter(Filters):
    """Events."""

    ticket = IdFilter()
    kind = ChoiceFilter(choices=EventKind)

    class Meta:
        model = TicketEvent
        fields: list[str] = []


class SlaClockFilter(Filters):
    """Clocks."""

    ticket = IdFilter()
    kind = ChoiceFilter(choices=ClockKind)
    state = ChoiceFilter(choices=ClockState)

    class Meta:
        model = SlaClock
        fields: list[str] = []


class PauseFilter(Filters):
    """Pauses."""

    ticket = IdFilter()
    open = BooleanFilter(field_name="ends_at", lookup_expr="isnull")

    class Meta:
        model = PauseInterval
        fields: list[str] = []


class EscalationFilter(Filters):
    """Escalations."""

    ticket = IdFilter()
    kind = ChoiceFilter(choices=EscalationKind)
    status = ChoiceFilter(choices=EscalationStatus)

    class Meta:
        model = Escalation
        fields: list[str] = []


class BulletinFilter(Filters):
    """Bulletins."""

    ticket = IdFilter()

    class Meta:
        model = IncidentBulletin
        fields: list[str] = []


class BreachFilter(Filters):
    """Breaches."""

    ticket = IdFilter()

    class Meta:
        model = Breach
        fields: list[str] = []


class ContractFilter(Filters):
    """Contracts."""

    customer = IdFilter()
    status = ChoiceFilter(choices=ContractStatus)
    level = ChoiceFilter(field_name="level__code", choices=Level)

    class Meta:
        model = ServiceContract
        fields: list[str] = []


class ClauseFilter(Filters):
    """Clauses."""

    level = ChoiceFilter(field_name="level__code", choices=Level)
    kind = ChoiceFilter(choices=ClockKind)
    severity = KeyFilter(Severity)
    contract = IdFilter()

    class Meta:
        model = SlaClause
        fields: list[str] = []


class OverrideFilter(Filters):
    """Overrides."""

    customer = IdFilter()

    class Meta:
        model = SlaOverride
        fields: list[str] = []


class VocFilter(Filters):
    """Customer voices: by state, what they are about, where they were heard."""

    status = ChoiceFilter(choices=VocStatus.choices, label=_("Status"))
    dimension = ChoiceFilter(choices=VocDimension.choices, label=_("What it is about"))
    source = ChoiceFilter(choices=VocSource.choices, label=_("Source"))
    customer = IdFilter()
    contact = IdFilter()
    owner = IdFilter()

    class Meta:
        model = VocItem
        fields: list[str] = []
