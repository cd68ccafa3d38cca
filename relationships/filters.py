"""FilterSets of the relationship floor, the same for pages and API."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.forms import CheckboxInput, HiddenInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, IsoDateTimeFilter

from accounts.filters import HiddenCheck
from core import clock
from core.filters import Filters, IdFilter
from relationships.choices import (
    Attitude,
    Chain,
    Channel,
    EdgeKind,
    GiftDirection,
    GiftStatus,
    GridStatus,
    InteractionStatus,
    Layer,
    MapStatus,
    MinutesStatus,
    PlanStatus,
    RoundStatus,
    SeatRole,
)
from relationships.grid import CELLS
from relationships.models import (
    CompetitorStance,
    GiftRecord,
    GridAssessment,
    InfluenceEdge,
    Interaction,
    Minutes,
    PowerMap,
    PowerSeat,
    RatingRound,
    RelationshipPlan,
)
from relationships.queries.exposure import exposed


class InteractionFilter(Filters):
    """Interactions: by words, state, channel, customer, contact, time, own ones."""

    search = CharFilter(method="by_words", label=_("Words"), max_length=100)
    status = ChoiceFilter(choices=InteractionStatus.choices, label=_("Status"))
    channel = ChoiceFilter(choices=Channel.choices, label=_("Channel"))
    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=CheckboxInput)
    customer = IdFilter(field_name="customer_id")
    contact = IdFilter(field_name="contacts")
    type = IdFilter(field_name="type_id")
    objective = IdFilter(field_name="objectives")
    starts_after = IsoDateTimeFilter(
        field_name="starts_at", lookup_expr="gte", label=_("Starts from")
    )
    starts_before = IsoDateTimeFilter(
        field_name="starts_at", lookup_expr="lt", label=_("Starts before")
    )

    class Meta:
        model = Interaction
        fields: list[str] = []

    def by_words(self, rows: models.QuerySet, name: str, value: str) -> models.QuerySet:
        """In what was said, promised or intended."""
        asked = models.Q(summary__icontains=value) | models.Q(promise__icontains=value)
        return rows.filter(asked | models.Q(purpose__icontains=value))

    def by_me(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """In which the caller took part."""
        return rows.filter(participants=self.user) if value else rows


class InteractionPageFilter(InteractionFilter):
    """The same filter for the page; tabs and links choose the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["mine"].widget = HiddenCheck()
        for name in ("starts_after", "starts_before"):
            self.form.fields[name].widget = HiddenInput()


class MinutesFilter(Filters):
    """Minutes: by state, own ones, late ones, customer."""

    status = ChoiceFilter(choices=MinutesStatus.choices, label=_("Status"))
    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=CheckboxInput)
    late = BooleanFilter(method="by_late", label=_("Late"), widget=CheckboxInput)
    customer = IdFilter(field_name="customer_id")

    class Meta:
        model = Minutes
        fields: list[str] = []

    def by_me(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Which the caller owes or owed."""
        return rows.filter(owner=self.user) if value else rows

    def by_late(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Written late, or owed past their time."""
        return rows.late(clock.now()) if value else rows


class MinutesPageFilter(MinutesFilter):
    """The same filter for the page; its tabs choose whose, and late ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("mine", "late"):
            self.form.fields[name].widget = HiddenCheck()


class GridAssessmentFilter(Filters):
    """Grid assessments: by customer, contact, state, attitude, cell; of one deal where it is named,
    else the general ones."""

    customer = IdFilter(field_name="customer_id")
    contact = IdFilter(field_name="contact_id")
    opportunity = IdFilter(field_name="opportunity_id")
    status = ChoiceFilter(choices=GridStatus.choices)
    attitude = ChoiceFilter(choices=Attitude.choices)
    cell = ChoiceFilter(choices=[(cell, cell) for cell in CELLS])
    current = BooleanFilter(method="by_current")
    exposed = BooleanFilter(method="by_exposed")

    class Meta:
        model = GridAssessment
        fields: list[str] = []

    def filter_queryset(self, queryset: models.QuerySet) -> models.QuerySet:
        """Never both kinds in one list: whoever counts it would count people twice."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("opportunity") else rows.general()

    def by_current(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Where people stand today."""
        return rows.current() if value else rows

    def by_exposed(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Close to one of us and not for our company."""
        return exposed(rows, at=clock.now()) if value else rows


class RatingRoundFilter(Filters):
    """Rounds of ratings: by customer, contact, opportunity, state."""

    customer = IdFilter(field_name="customer_id")
    contact = IdFilter(field_name="contact_id")
    opportunity = IdFilter(field_name="opportunity_id")
    status = ChoiceFilter(choices=RoundStatus.choices)

    class Meta:
        model = RatingRound
        fields: list[str] = []


class PlanFilter(Filters):
    """Relationship plans: by layer, state, own ones, open ones, customer, contact, owner."""

    layer = ChoiceFilter(choices=Layer.choices, label=_("Layer"))
    status = ChoiceFilter(choices=PlanStatus.choices, label=_("Status"))
    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=CheckboxInput)
    open = BooleanFilter(method="by_open", label=_("Not ended"), widget=CheckboxInput)
    customer = IdFilter(field_name="customer_id")
    contact = IdFilter(field_name="contact_id")
    owner = IdFilter(field_name="owner_id")

    class Meta:
        model = RelationshipPlan
        fields: list[str] = []

    def by_me(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Owned by the caller."""
        return rows.filter(owner=self.user) if value else rows

    def by_open(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Not ended."""
        return rows.open() if value else rows


class PlanPageFilter(PlanFilter):
    """The same filter for the page; its tabs choose whose plans, and those under way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("mine", "open"):
            self.form.fields[name].widget = HiddenCheck()


class PowerMapFilter(Filters):
    """Power maps: by customer, opportunity, state, chain."""

    customer = IdFilter(field_name="customer_id")
    opportunity = IdFilter(field_name="opportunity_id")
    status = ChoiceFilter(choices=MapStatus.choices)
    chain = ChoiceFilter(choices=Chain.choices)

    class Meta:
        model = PowerMap
        fields: list[str] = []


class _OfMapFilter(Filters):
    standing = BooleanFilter(method="by_standing")

    def by_standing(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Not taken off."""
        return rows.filter(removed_at=None) if value else rows


class PowerSeatFilter(_OfMapFilter):
    """Seats: by map, holder, role; those that were not taken off."""

    map = IdFilter(field_name="map_id")
    contact = IdFilter(field_name="contact_id")
    role = ChoiceFilter(choices=SeatRole.choices)

    class Meta:
        model = PowerSeat
        fields: list[str] = []


class InfluenceEdgeFilter(_OfMapFilter):
    """Ties: by map, seat, kind; those that were not taken off."""

    map = IdFilter(field_name="from_seat__map_id")
    from_seat = IdFilter(field_name="from_seat_id")
    to_seat = IdFilter(field_name="to_seat_id")
    kind = ChoiceFilter(choices=EdgeKind.choices)

    class Meta:
        model = InfluenceEdge
        fields: list[str] = []


class GiftFilter(Filters):
    """Gifts: by state, direction, person, customer."""

    status = ChoiceFilter(choices=GiftStatus.choices, label=_("Status"))
    direction = ChoiceFilter(choices=GiftDirection.choices, label=_("Direction"))
    contact = IdFilter()
    customer = IdFilter(field_name="contact__customer_id")

    class Meta:
        model = GiftRecord
        fields: list[str] = []


class StanceFilter(Filters):
    """Stances towards competitors: by customer, contact; current ones."""

    customer = IdFilter(field_name="customer_id")
    contact = IdFilter(field_name="contact_id")
    current = BooleanFilter(method="by_current")

    class Meta:
        model = CompetitorStance
        fields: list[str] = []

    def by_current(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Not superseded."""
        return rows.current() if value else rows
