"""Input of the pages about tickets; each form belongs to one action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Contact, Customer
from accounts.queries import colleagues
from core.choosing import ChoiceOfMany
from core.days import MomentField
from core.numerals import whole_in
from service.choices import (
    BreachReason,
    Channel,
    EscalationReason,
    Level,
    PauseReason,
    RootCause,
    Severity,
    TicketClass,
)

TIME = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
SEVERITIES = [(each.name.lower(), each.label) for each in Severity]


class TimeField(MomentField):
    """A moment in the zone of the person."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=TIME, **more)


class StepForm(forms.Form):
    """Base of the forms of a step; gets the ticket and the person."""

    def __init__(self, *args: Any, ticket: Any = None, user: Any = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.ticket, self.user = ticket, user
        self.prepare()

    def prepare(self) -> None:
        """Limit choices to what the person sees."""


class WhenForm(StepForm):
    """A step that may be recorded afterwards."""

    at = TimeField(label=_("Happened at"), required=False, help_text=_("Empty: now."))
    why_late = forms.CharField(label=_("Why recorded afterwards"), required=False, max_length=300)
    second_person = forms.ModelChoiceField(
        label=_("Second person"),
        queryset=None,
        required=False,
        help_text=_("Over 24 hours back, or before the closing."),
    )

    def prepare(self) -> None:
        """Staff who can confirm it."""
        self.fields["second_person"].queryset = colleagues(self.user).order_by("full_name", "id")


class TextForm(WhenForm):
    """A line of text, perhaps afterwards."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ["text"]


class NothingForm(StepForm):
    """A step that asks nothing."""


class NoteForm(StepForm):
    """An internal note."""

    text = forms.CharField(label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 3}))


class AssignForm(StepForm):
    """The next owner."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=None)

    def prepare(self) -> None:
        """Colleagues."""
        self.fields["owner"].queryset = colleagues(self.user).order_by("full_name", "id")


class PauseForm(StepForm):
    """Why the clocks stop, what shows it, and until when."""

    reason = forms.ChoiceField(label=_("Reason"), choices=PauseReason.choices)
    evidence = forms.CharField(label=_("Evidence"), max_length=500)
    question = forms.CharField(
        label=_("Question to the customer"),
        max_length=500,
        required=False,
        help_text=_("Needed when you wait for the customer."),
    )
    expected_resume_at = TimeField(label=_("Expected to resume"))
    agreed_by = forms.CharField(label=_("Agreed by"), max_length=80, required=False)


class RestoreForm(TextForm):
    """How service came back."""

    confirmed = forms.BooleanField(label=_("The customer confirmed it"), required=False)


class ResolveForm(WhenForm):
    """What was done."""

    fix = forms.CharField(label=_("Fix"), widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ["fix"]


class ConfirmForm(WhenForm):
    """Who confirmed it, and how."""

    evidence = forms.CharField(label=_("Who confirmed it, and how"), max_length=500)
    field_order = ["evidence"]


class CloseForm(StepForm):
    """Root cause and fix."""

    root_cause = forms.ChoiceField(label=_("Root cause"), choices=RootCause.choices)
    root_cause_text = forms.CharField(
        label=_("What happened"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class ReasonForm(StepForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class SeverityForm(WhenForm):
    """The new severity."""

    severity = forms.ChoiceField(label=_("Severity"), choices=SEVERITIES)
    reason = forms.CharField(label=_("Reason"), max_length=300)
    by_customer = forms.BooleanField(label=_("Asked for by the customer"), required=False)
    consent = forms.CharField(
        label=_("The customer's consent"),
        max_length=300,
        required=False,
        help_text=_("Needed to lower it."),
    )
    field_order = ["severity", "reason", "by_customer", "consent"]


class LevelForm(ReasonForm):
    """The new level."""

    level = forms.ChoiceField(label=_("Service level"), choices=Level.choices)
    field_order = ["level"]


class EscalateForm(StepForm):
    """Whom management is called for."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (each.value, each.label)
            for each in (
                EscalationReason.MANUAL,
                EscalationReason.BELOW_EXPECTATION,
                EscalationReason.SOLUTION_REJECTED,
                EscalationReason.KDM_RISK,
                EscalationReason.KDM_COMPLAINT,
            )
        ],
    )
    text = forms.CharField(label=_("What you need"), widget=forms.Textarea(attrs={"rows": 3}))


class HandOverForm(StepForm):
    """What was tried."""

    text = forms.CharField(
        label=_("What was tried, what is needed"), widget=forms.Textarea(attrs={"rows": 3})
    )


class BreachReasonForm(StepForm):
    """Why it was missed."""

    reason = forms.ChoiceField(label=_("Reason"), choices=BreachReason.choices)
    text = forms.CharField(label=_("In words"), max_length=300, required=False)


class ReportForm(StepForm):
    """A new ticket."""

    customer = ChoiceOfMany(label=_("Customer"), queryset=None)
    title = forms.CharField(label=pgettext_lazy("ticket", "Title"), max_length=160)
    severity = forms.ChoiceField(label=_("Severity"), choices=SEVERITIES, initial="minor")
    ticket_class = forms.ChoiceField(label=_("Class"), choices=TicketClass.choices)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[(each.value, each.label) for each in Channel if each != Channel.API],
        initial=Channel.PHONE,
    )
    contact = ChoiceOfMany(label=_("Reported by"), queryset=None, required=False)
    text = forms.CharField(
        label=_("Description"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    site = forms.CharField(label=_("Site"), max_length=120, required=False)
    asset_serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    outage = forms.BooleanField(label=_("Business is interrupted"), required=False)
    kdm_involved = forms.BooleanField(label=_("A key decision maker is involved"), required=False)
    reported_at = TimeField(
        label=_("The customer said it at"), required=False, help_text=_("Empty: now.")
    )
    reason = forms.CharField(
        label=_("Why recorded afterwards"),
        max_length=300,
        required=False,
        help_text=_("Needed after more than 24 hours."),
    )

    def prepare(self) -> None:
        """Customers within sight and their contacts."""
        seen = Customer.objects.visible_to(self.user).current()
        self.fields["customer"].queryset = seen.order_by("name", "id")
        people = Contact.objects.filter(customer__in=seen).select_related("customer")
        given = whole_in(self["customer"].value())
        if given is not None:
            people = people.filter(customer=given)
        self.fields["contact"].queryset = people.order_by("name", "id")


class DescribeForm(StepForm):
    """What a ticket says, as long as it is open: nothing that its clocks were reckoned from."""

    title = forms.CharField(label=pgettext_lazy("ticket", "Title"), max_length=160)
    text = forms.CharField(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=20_000,
    )
    contact = ChoiceOfMany(label=_("Reported by"), queryset=None, required=False)
    site = forms.CharField(label=_("Site"), max_length=120, required=False)
    asset_serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    kdm_involved = forms.BooleanField(label=_("A key decision maker is involved"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, ticket: Any, **more: Any) -> None:
        now = {name: getattr(ticket, name) for name in self.base_fields}
        initial = {**now, "contact": ticket.contact_id}
        super().__init__(*args, ticket=ticket, initial=initial, **more)

    def prepare(self) -> None:
        """The people of the customer."""
        people = Contact.objects.filter(customer=self.ticket.customer_id)
        self.fields["contact"].queryset = people.order_by("name", "id")

    def changes(self) -> dict[str, Any]:
        """What was changed of the ticket itself, by column."""
        names = set(self.base_fields) - {"version"}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in names}


class PortalReportForm(StepForm):
    """A new ticket from the customer."""

    title = forms.CharField(label=pgettext_lazy("ticket", "Title"), max_length=160)
    severity = forms.ChoiceField(label=_("How bad is it"), choices=SEVERITIES, initial="minor")
    ticket_class = forms.ChoiceField(label=_("About"), choices=TicketClass.choices)
    text = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs={"rows": 5}))
    site = forms.CharField(label=_("Site"), max_length=120, required=False)
    asset_serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    outage = forms.BooleanField(label=_("Business is interrupted"), required=False)


class PortalTextForm(StepForm):
    """A message."""

    text = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 4}))
