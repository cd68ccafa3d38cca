"""Forms of where we stand at a customer: reference sites and their consents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actions.references import Consent
from accounts.choices import ContactStatus
from accounts.choices_market import Penetration, ReferenceKind
from accounts.forms import Form, day, line
from accounts.models import Contact, Customer, CustomerUnit
from core.choosing import ChoiceOfMany


class ReferenceForm(Form):
    """A site that others might come to see."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ReferenceKind.choices)
    product = line(_("Product"), 80, required=True)
    site = line(_("Site"), 120, required=True)
    highlights = line(
        _("What there is to see"), 300, help_text=_("What a visitor takes home, in one line.")
    )


class ConsentForm(Form):
    """Who at the customer agreed, until when, and what shows it."""

    by = ChoiceOfMany(label=_("Who consented"), queryset=None)
    on = day(_("Consent of"), required=True)
    until = day(_("Consent until"), required=True)
    proof = line(
        _("How it was given"), 200, required=True,
        help_text=_("For example: letter of 12 March, filed; or minutes of the review."),
    )  # fmt: skip

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Contact.objects.filter(customer=customer, status=ContactStatus.ACTIVE)
        self.fields["by"].queryset = rows.order_by("name", "id")

    def consent(self, values: dict[str, Any]) -> Consent:
        """What was typed, as the action takes it."""
        return Consent(**values)


class ReferenceVisitForm(Form):
    """Somebody came to see the site."""

    visited_on = day(_("Day"), required=True)
    visitors = line(_("Who came"), 120, required=True, help_text=_("The house, not each name."))
    people = forms.IntegerField(
        label=pgettext_lazy("visit", "People"), min_value=1, max_value=10_000, initial=1
    )
    outcome = line(_("What came of it"), 300)


class PositionForm(Form):
    """What a competitor holds at a customer."""

    competitor = line(_("Competitor"), 80, required=True)
    product = line(_("Product"), 80, required=True)
    share = forms.IntegerField(
        label=_("Share in percent"), min_value=0, max_value=100, required=False,
        help_text=_("Of what the customer has of this product; leave it empty when unknown."),
    )  # fmt: skip
    as_of = day(_("As of"), required=True)
    source = line(_("Source"), 200, required=True, help_text=_("Who said it, or where it stands."))
    strengths = line(_("Strengths"), 300)
    weaknesses = line(_("Weaknesses"), 300)
    open_issues = line(_("Open issues"), 300)
    swap_plan = line(_("Swap plan"), 300, help_text=_("How and when it could be replaced."))


class PenetrationEditForm(Form):
    """How far a product is in use."""

    status = forms.ChoiceField(label=_("In use"), choices=Penetration.choices)
    note = line(_("Note"), 200)


class PenetrationForm(PenetrationEditForm):
    """The same for a product that is not noted yet."""

    product = line(_("Product"), 80, required=True)
    unit = ChoiceOfMany(
        label=_("Department"), queryset=None, required=False,
        help_text=_("Leave it empty for the whole customer."),
    )  # fmt: skip
    field_order = ("product", "unit", "status", "note")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = CustomerUnit.objects.filter(customer=customer)
        self.fields["unit"].queryset = rows.order_by("name", "id")
