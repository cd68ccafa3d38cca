"""Forms of power maps: a map, a seat, a tie between two seats."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Contact, Opportunity
from core.choosing import ChoiceOfMany
from core.days import DayField
from core.text import plain_line
from core.wording import signed
from relationships import grid
from relationships.choices import Chain, EdgeKind, SeatRole
from relationships.forms import Careful, deal_words
from relationships.models import PowerMap, PowerSeat

STRENGTH_WORDS = [(1, _("1 slight")), (2, _("2 clear")), (3, _("3 strong"))]


class MapForm(forms.Form):
    """The name of a map and the decision that it draws."""

    rule_ids: ClassVar[dict[str, str]] = {"": "R-R3", "opportunity": grid.RULES["opportunity"]}

    name = forms.CharField(label=_("Name"), max_length=80, validators=[plain_line])
    chain = forms.ChoiceField(label=_("Chain"), choices=Chain.choices, initial=Chain.OVERALL)
    opportunity = forms.ModelChoiceField(
        Opportunity.objects.none(),
        label=_("Opportunity"),
        required=False,
        empty_label=_("The customer as a whole"),
        help_text=_("On a map of an opportunity people stand where they were judged for it."),
        error_messages={"invalid_choice": _("Choose an open opportunity of this customer.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, deals: QuerySet[Opportunity], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["opportunity"].queryset = deals
        self.fields["opportunity"].label_from_instance = deal_words
        if not deals:
            self.fields["opportunity"].widget = forms.HiddenInput()


class NewMapForm(MapForm):
    """The same, and with whom to begin."""

    from_people = forms.BooleanField(
        label=_("Begin with the people who decide or stand on the nine-grid"),
        required=False,
        initial=True,
        help_text=_("Each gets a seat below whom they report to; the roles are a first guess."),
    )


class SeatForm(forms.Form):
    """Who holds a seat, which role it plays, below whom it stands."""

    rule_ids: ClassVar[dict[str, str]] = {"": "R-R3"}

    contact = ChoiceOfMany(
        label=_("Held by"), queryset=None, required=False, empty_label=_("nobody yet")
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=80,
        required=False,
        validators=[plain_line],
        help_text=_("Left empty: the title of whoever holds the seat."),
    )
    role = forms.ChoiceField(label=_("Role in the decision"), choices=SeatRole.choices)
    reports_to = forms.ModelChoiceField(
        PowerSeat.objects.none(), label=_("Below"), required=False, empty_label=_("nobody (top)")
    )
    is_hidden = forms.BooleanField(
        label=_("Outside the chart"),
        required=False,
        help_text=_("A consultant, a former executive: no office, and still listened to."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: PowerMap, seats: QuerySet[PowerSeat], **more: Any) -> None:
        super().__init__(*args, **more)
        people = Contact.objects.filter(customer=row.customer).active().order_by("name", "id")
        self.fields["contact"].queryset = people
        self.fields["contact"].label_from_instance = person_line
        self.fields["reports_to"].queryset = seats
        self.fields["reports_to"].label_from_instance = seat_line


class EdgeForm(forms.Form):
    """What one seat does to another one."""

    to_seat = forms.ModelChoiceField(
        PowerSeat.objects.none(), label=pgettext_lazy("power map", "Whom")
    )
    kind = forms.ChoiceField(label=_("How"), choices=EdgeKind.choices)
    strength = forms.TypedChoiceField(
        label=_("Strength"), choices=STRENGTH_WORDS, coerce=int, initial=2
    )

    def __init__(self, *args: Any, seats: QuerySet[PowerSeat], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to_seat"].queryset = seats
        self.fields["to_seat"].label_from_instance = seat_line


STANCE_WORDS = {
    3: _("acts for them unasked"),
    2: _("prefers them to us"),
    1: _("accepts them, others too"),
    0: _("no lean"),
    -1: _("doubts them"),
    -2: _("speaks against them"),
    -3: _("keeps them out"),
}


class StanceForm(Careful):
    """Where somebody stands towards a competitor."""

    competitor = forms.CharField(
        label=_("Competitor"),
        max_length=80,
        validators=[plain_line],
        widget=forms.TextInput(attrs={"list": "rivals", "autocomplete": "off"}),
    )
    stance = forms.TypedChoiceField(
        label=pgettext_lazy("competitor", "Stance"),
        coerce=int,
        initial=0,
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write what would hold if they read it: what was said, what was done."),
    )
    as_of = DayField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, rivals: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.rivals = rivals
        scale = [(value, f"{signed(value)} {words}") for value, words in STANCE_WORDS.items()]
        self.fields["stance"].choices = scale


def person_line(person: Contact) -> str:
    """A contact in a drop-down."""
    return f"{person.name} · {person.title}" if person.title else person.name


def seat_line(seat: PowerSeat) -> str:
    """A seat in a drop-down."""
    if seat.contact is None:
        return f"{seat.title} ({seat.get_role_display()})"
    return f"{seat.contact.name} · {seat.title} ({seat.get_role_display()})"
