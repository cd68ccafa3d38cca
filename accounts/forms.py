"""What pages take: fields, choices limited to what the person sees; actions judge the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import (
    ConsentBasis,
    ContactLevel,
    CustomerKind,
    CustomerLevel,
    CustomerStatus,
    PortalRight,
    Stance,
    TeamRole,
    Tier,
    UnitKind,
)
from accounts.models import Contact, Customer, CustomerUnit
from accounts.queries import colleagues, units_open
from core.choosing import ChoiceOfMany
from core.days import DayField, MomentField
from core.text import plain_line, plain_text

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]


def line(label: Any, length: int, *, required: bool = False, **more: Any) -> forms.CharField:
    """One line of plain text."""
    return forms.CharField(
        label=label, max_length=length, required=required, validators=[plain_line], **more
    )


def text(label: Any, *, required: bool = False, rows: int = 4, **more: Any) -> forms.CharField:
    """Several lines of plain text."""
    return forms.CharField(
        label=label,
        max_length=20_000,
        required=required,
        validators=[plain_text],
        widget=forms.Textarea({"rows": rows}),
        **more,
    )


def day(label: Any, *, required: bool = False, **more: Any) -> DayField:
    """A date from the browser's own picker, of a time in which people live."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return DayField(label=label, required=required, widget=widget, **more)


class Form(forms.Form):
    """Base of the forms here: knows who asks, and the version that an edit saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """What was typed, own fields too, without the version."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


class CustomerForm(Form):
    """A customer: only the name and the unit are needed."""

    name = line(_("Name"), 120, required=True)
    short_name = line(_("Short name"), 60)
    owning_unit = forms.ModelChoiceField(label=_("Owning unit"), queryset=None, empty_label=None)
    parent = ChoiceOfMany(label=_("Belongs to"), queryset=None, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=CustomerKind.choices)
    level = forms.ChoiceField(label=_("Level"), choices=CustomerLevel.choices)
    industry = line(_("Industry"), 60)
    region = line(_("Region"), 80)
    country = line(_("Country"), 80)
    website = line(_("Website"), 120)
    investment_stance = forms.ChoiceField(label=_("Stance"), choices=Stance.choices)
    first_order_date = day(_("First order"))
    is_demanding = forms.BooleanField(label=_("Demanding customer"), required=False)
    notes = text(_("Notes"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owning_unit"].queryset = units_open(self.user)
        self.fields["parent"].queryset = Customer.objects.visible_to(self.user).current()


class CustomerEditForm(CustomerForm):
    """The same without the tree and the unit, which have pages of their own; the stance only for
    who reads the confidential class (`inside`)."""

    def __init__(self, *args: Any, inside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["owning_unit"], self.fields["parent"]
        if not inside:
            del self.fields["investment_stance"]


class MoveForm(Form):
    """A new place in the tree."""

    rule_ids: ClassVar[dict[str, str]] = {"": "b.1"}

    parent = ChoiceOfMany(
        label=_("Belongs to"), queryset=None, required=False, empty_label=_("nobody (top)")
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Customer.objects.visible_to(self.user).current().exclude(pk=customer.pk)
        self.fields["parent"].queryset = rows.order_by("name", "id")


class UnitForm(Form):
    """Another unit of ours."""

    owning_unit = forms.ModelChoiceField(label=_("Owning unit"), queryset=None, empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owning_unit"].queryset = units_open(self.user)


class StatusForm(Form):
    """The next state of the lifecycle."""

    status = forms.ChoiceField(label=_("Status"))
    reason = line(_("Reason"), 300, help_text=_("Needed when a customer is lost."))

    def __init__(self, *args: Any, states: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(key, CustomerStatus(key).label) for key in states]


class ReasonForm(Form):
    """Why."""

    reason = line(_("Reason"), 300)


class DepartmentForm(Form):
    """A department of a customer."""

    name = line(_("Name"), 80, required=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    parent = forms.ModelChoiceField(label=_("Part of"), queryset=None, required=False)

    def __init__(
        self, *args: Any, customer: Customer, unit: CustomerUnit | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = CustomerUnit.objects.filter(customer=customer).order_by("name", "id")
        self.fields["parent"].queryset = rows.exclude(pk=unit.pk) if unit else rows


class ContactForm(Form):
    """A person at a customer; choices are those of this customer."""

    name = line(_("Name"), 80, required=True)
    title = line(_("Title"), 80)
    unit = forms.ModelChoiceField(label=_("Department"), queryset=None, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=ContactLevel.choices)
    is_decision_layer = forms.BooleanField(label=_("Decision layer"), required=False)
    reports_to = forms.ModelChoiceField(label=_("Reports to"), queryset=None, required=False)
    phone = line(_("Phone"), 40)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    wechat = line(_("WeChat"), 60)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    relationship_owner = forms.ModelChoiceField(
        label=_("Relationship owner"), queryset=None, required=False
    )
    basis = forms.ChoiceField(label=_("Lawful basis"), choices=ConsentBasis.choices)
    purpose = line(_("Purpose"), 120)
    source = line(_("Source"), 80)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Contact.objects.active().filter(customer=customer)
        team = customer.assignments.on_account_team().values("user_id")
        self.fields["unit"].queryset = CustomerUnit.objects.filter(customer=customer)
        self.fields["reports_to"].queryset = people.order_by("name", "id")
        self.fields["relationship_owner"].queryset = colleagues(self.user).filter(pk__in=team)


class MovedForm(Form):
    """Where a person went."""

    customer = ChoiceOfMany(label=_("Customer they moved to"), queryset=None)
    title = line(_("Title there"), 80)

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Customer.objects.visible_to(self.user).current()
        self.fields["customer"].queryset = rows.exclude(pk=contact.customer_id).order_by("name")


class AttestForm(Form):
    """How long the right to sign holds."""

    until = day(_("May sign until"), help_text=_("Empty: until it is withdrawn."))


class InviteForm(Form):
    """What the portal user may do."""

    rights = forms.MultipleChoiceField(
        label=_("May"),
        choices=PortalRight.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=["view", "ticket", "survey"],
    )
    include_descendants = forms.BooleanField(
        label=_("Sees the customers below as well"), required=False
    )


class SeatForm(Form):
    """A colleague and a role on the account team."""

    user = forms.ModelChoiceField(label=_("Colleague"), queryset=None)
    role = forms.ChoiceField(label=_("Role"), choices=TeamRole.choices[:6])

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["user"].queryset = colleagues(user).order_by("full_name", "id")


class HandOverForm(Form):
    """The successor of a seat."""

    to = forms.ModelChoiceField(label=_("Successor"), queryset=None)
    reason = line(_("Reason"), 300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues(self.user).order_by("full_name", "id")


def score_field(label: Any) -> forms.IntegerField:
    """A score from 0 to 100."""
    return forms.IntegerField(label=label, min_value=0, max_value=100)


class FitForm(Form):
    """Five scores over three to five years (R-A2)."""

    as_of = day(_("As of"), required=True)
    horizon_years = forms.TypedChoiceField(
        label=_("Horizon"),
        coerce=int,
        choices=[(3, _("3 years")), (4, _("4 years")), (5, _("5 years"))],
    )
    investment_areas = score_field(_("Investment areas"))
    business_scope = score_field(_("Business scope"))
    organisation_mode = score_field(_("Organisation mode"))
    main_business_position = score_field(_("Our place in their main business"))
    future_value = score_field(_("Future value"))
    evidence = text(_("Evidence"), help_text=_("Who said what, which figures, from where."))


class TierForm(Form):
    """Three scores beside the approved fit (R-A1)."""

    as_of = day(_("As of"), required=True)
    current_value = score_field(_("Current value"))
    potential = score_field(_("Potential"))
    influence = score_field(_("Influence"))
    evidence = text(_("Evidence"), help_text=_("Who said what, which figures, from where."))


class ApproveForm(Form):
    """The tier to approve; another than the proposed one needs a reason."""

    tier = forms.TypedChoiceField(label=_("Tier"), coerce=int, choices=Tier.choices)
    reason = line(_("Reason"), 300, help_text=_("Needed when it differs from the proposal."))

    def __init__(self, *args: Any, tiers: Iterable[Tier] = Tier, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["tier"].choices = [(tier.value, tier.label) for tier in tiers]


class NoteForm(Form):
    """What is missing."""

    note = line(_("What is missing"), 300, required=True)


class ItemForm(Form):
    """Something one of us will do."""

    text = line(_("What"), 300, required=True)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=None)
    due_at = MomentField(
        label=_("Due"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    verifier = forms.ModelChoiceField(
        label=_("Checked by"), queryset=None, required=False, empty_label=_("nobody")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        people = colleagues(user).order_by("full_name", "id")
        self.fields["owner"].queryset = self.fields["verifier"].queryset = people


class DoneForm(Form):
    """What shows that it is done."""

    evidence = text(_("Evidence"), rows=2)
