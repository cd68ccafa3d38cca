"""Forms of what a customer's record holds beside its own row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.buying import DAYS, STEPS, Step, parse
from accounts.choices import AssetStatus, InfluenceKind, MainBusiness, ProcurementMode, Vendor
from accounts.forms import Form, day, line, text
from accounts.models import Customer
from core.choosing import ChoiceOfMany

HERE, THERE = "out", "in"


class InfluenceForm(Form):
    """Who has a say in whose buying."""

    direction = forms.ChoiceField(label=_("Direction"))
    kind = forms.ChoiceField(label=_("What it does"), choices=InfluenceKind.choices)
    other = ChoiceOfMany(label=_("Other customer"), queryset=None)
    note = line(_("Note"), 200, help_text=_("For example: reviews the yearly budget in November."))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = [
            (HERE, _("%(name)s has a say there") % {"name": customer.display_name}),
            (THERE, _("The other one has a say here")),
        ]
        rows = Customer.objects.visible_to(self.user).current().exclude(pk=customer.pk)
        self.fields["other"].queryset = rows.order_by("name", "id")


class InfluenceNoteForm(Form):
    """The note of an influence."""

    note = line(_("Note"), 200)


class InsightForm(Form):
    """What we understand of a customer; a draft may be incomplete."""

    industry_analysis = text(
        _("Industry analysis"),
        help_text=_("Where the industry goes, who regulates it, what it spends on."),
    )
    customer_plan = text(
        _("The customer's plan"),
        help_text=_("What it has announced and budgeted, in its own words where you can."),
    )
    direction = text(_("Direction in three to five years"))
    pains = text(_("Pains"), help_text=_("What keeps its managers awake."))
    competitor_view = text(_("View of the competitors"))
    main_business_position = forms.ChoiceField(
        label=_("Our place in its main business"),
        choices=[("", _("not said yet")), *MainBusiness.choices],
        required=False,
    )


WHY = {
    "name": _("Line %(line)d: begin with the name of the step."),
    "parts": _("Line %(line)d: three parts at most, step | who takes part | days."),
    "days": _("Line %(line)d: the days are a whole number up to %(days)d."),
    "long": _("Line %(line)d: too long; name the step in a few words."),
    "many": _("At most %(steps)d steps."),
}


class BuyingProfileForm(Form):
    """How a customer buys; saving it supersedes the profile before."""

    procurement_mode = forms.ChoiceField(label=_("Procurement"), choices=ProcurementMode.choices)
    budget_cycle = line(
        _("Budget cycle"), 120, help_text=_("For example: requests in September, fixed in January.")
    )
    budget_amount = forms.DecimalField(
        label=_("Yearly budget"), max_digits=18, decimal_places=2, min_value=0, required=False
    )
    currency = line(_("Currency"), 3, required=True, initial="CNY")
    payment_habit = line(
        _("How it pays"),
        200,
        help_text=_("For example: 30 % in advance, 60 days after acceptance."),
    )
    steps = text(
        _("Steps of the decision"),
        rows=6,
        help_text=_("One step a line, in order: step | who takes part | usual days."),
    )
    replaces = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_currency(self) -> str:
        """In capital letters."""
        return self.cleaned_data["currency"].upper()

    def clean_steps(self) -> list[Step]:
        """The lines as steps."""
        steps, mistakes = parse(self.cleaned_data["steps"])
        if mistakes:
            known = {"days": DAYS, "steps": STEPS}
            raise forms.ValidationError(
                [WHY[one.why] % {**known, "line": one.line} for one in mistakes]
            )
        return steps


class AssetForm(Form):
    """Equipment at a customer."""

    product = line(_("Product"), 80, required=True)
    model = line(_("Model"), 80)
    serial = line(_("Serial number"), 80)
    site = line(_("Site"), 120)
    vendor = forms.ChoiceField(label=_("Vendor"), choices=Vendor.choices)
    quantity = forms.IntegerField(
        label=_("Quantity"), min_value=1, max_value=2_000_000_000, initial=1
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[
            (AssetStatus.IN_SERVICE, AssetStatus.IN_SERVICE.label),
            (AssetStatus.PLANNED, AssetStatus.PLANNED.label),
        ],
    )
    commissioned_on = day(_("In service since"))
    warranty_end = day(_("Warranty until"))
    contract = line(
        _("Service contract"), 60, help_text=_("Ours in service needs a warranty or a contract.")
    )
    note = line(_("Note"), 200)


class AssetEditForm(AssetForm):
    """The same; the status has steps of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["status"]


class InServiceForm(Form):
    """Since when it runs, and what covers it."""

    on = day(_("In service since"), required=True)
    warranty_end = day(_("Warranty until"))
    contract = line(_("Service contract"), 60)
