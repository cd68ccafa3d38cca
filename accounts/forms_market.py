"""Forms of where we stand at a customer: reference sites and their consents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.references import Consent
from accounts.choices import ContactStatus
from accounts.choices_market import ReferenceKind
from accounts.forms import Form, day, line
from accounts.models import Contact, Customer
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
    people = forms.IntegerField(label=_("People"), min_value=1, max_value=10_000, initial=1)
    outcome = line(_("What came of it"), 300)
