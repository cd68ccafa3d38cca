"""What the pages of projects, expectations and forms take."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer
from core.choosing import ChoiceOfMany
from core.days import DayField
from core.models import User
from core.text import plain_line, plain_text
from expectations import comparison
from expectations.choices import (
    RECORDED_METHODS,
    TRIANGLE,
    Feasibility,
    ItemStatus,
    ProjectRole,
    SignMethod,
)
from expectations.models import ConfirmationForm, ExpectationItem, Project

DAY = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")


def staff() -> Any:
    """Colleagues who can hold a duty."""
    return User.objects.filter(is_portal=False, is_active=True).order_by("full_name", "id")


class Typed(ModelForm):
    """Parses only: the action checks the row, so nothing of the model is validated twice."""

    def __init__(self, *args: Any, **more: Any) -> None:
        if more.get("instance") is not None:
            more["instance"] = copy.copy(more["instance"])
        super().__init__(*args, **more)

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in self._meta.model._meta.fields}

    def validate_unique(self) -> None:
        """The action asks the database."""

    def validate_constraints(self) -> None:
        """The action asks the database."""


class ProjectForm(Typed):
    """Facts of a project."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Project
        field_classes = {"starts_on": DayField, "finishes_on": DayField}
        fields = [
            "name", "contract_ref", "value", "currency", "starts_on", "finishes_on",
            "expectation_owner", "is_major", "major_reason",
        ]  # fmt: skip
        widgets = {"starts_on": DAY, "finishes_on": DAY}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["expectation_owner"].queryset = staff()
        self.fields["version"].initial = self.instance.version
        _dressed(self)


class NewProjectForm(ProjectForm):
    """A new project: whose, and the three leads (empty: those of the customer)."""

    customer = ChoiceOfMany(Customer.objects.none(), label=_("customer"))
    ar = forms.ModelChoiceField(User.objects.none(), label=_("account manager"), required=False)
    sr = forms.ModelChoiceField(User.objects.none(), label=_("solution expert"), required=False)
    fr = forms.ModelChoiceField(User.objects.none(), label=_("delivery manager"), required=False)

    field_order = ["customer", "name"]

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["customer"].queryset = Customer.objects.visible_to(user).current()
        self.fields["expectation_owner"].required = False
        self.fields["expectation_owner"].help_text = _("Empty: the account manager.")
        for role in ("ar", "sr", "fr"):
            self.fields[role].queryset = staff()
            self.fields[role].help_text = _("Empty: that of the customer.")
        _dressed(self)


class LeadForm(forms.Form):
    """Who holds a corner, or joins the project."""

    role = forms.ChoiceField(label=_("role"), choices=ProjectRole.choices)
    user = forms.ModelChoiceField(User.objects.none(), label=_("person"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["user"].queryset = staff()
        _dressed(self)

    @property
    def leads(self) -> bool:
        """The role is a corner of the triangle."""
        return self.cleaned_data["role"] in TRIANGLE


class ReasonForm(forms.Form):
    """One sentence why."""

    reason = forms.CharField(label=_("reason"), max_length=300, validators=[plain_line])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _dressed(self)


class LinesForm(forms.Form):
    """One line or a block of lines."""

    text = forms.CharField(
        label=_("expectations, one a line"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[plain_text],
        help_text=_("What and how much, shown by what, by when: outage ≤ 26 min, NMS report, 4-15"),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _dressed(self)


class ItemForm(Typed):
    """The exceptions: everything of an item that a person may correct."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ExpectationItem
        field_classes = {"due_on": DayField, "revisit_on": DayField}
        fields = [
            "statement", "metric", "operator", "target", "unit", "proof", "due_on", "throughout",
            "dimension", "importance", "impact", "urgency", "feasibility", "mandatory",
            "priority_class", "override_reason", "owner", "alternative", "revisit_on",
            "raw_words", "internal_note",
        ]  # fmt: skip
        widgets = {
            "due_on": DAY,
            "revisit_on": DAY,
            "alternative": forms.Textarea(attrs={"rows": 2}),
            "raw_words": forms.Textarea(attrs={"rows": 2}),
            "internal_note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = staff()
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
        for name in ("alternative", "raw_words", "internal_note"):
            self.fields[name].validators.append(plain_text)
        _dressed(self)


class VerdictForm(forms.Form):
    """Can it be done?"""

    verdict = forms.ChoiceField(label=_("feasibility verdict"), choices=Feasibility.choices)
    conditions = forms.CharField(
        label=_("conditions"), max_length=300, required=False, validators=[plain_line]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _dressed(self)


class OutcomeForm(forms.Form):
    """How an item ended."""

    outcome = forms.ChoiceField(
        label=_("outcome"),
        choices=[
            (each.value, each.label)
            for each in (ItemStatus.ACCEPTED, ItemStatus.PARTLY_ACCEPTED, ItemStatus.UNMET)
        ],
    )
    on = DayField(label=_("decided on"), widget=DAY)
    confirmed_by = forms.CharField(
        label=_("confirmed by"),
        max_length=150,
        required=False,
        help_text=_("Who of the customer, and how."),
        validators=[plain_line],
    )
    note = forms.CharField(label=_("note"), max_length=150, required=False, validators=[plain_line])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _dressed(self)


class DraftForm(Typed):
    """Who signs, in which language, and what we heard, one finding a line."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    findings_text = forms.CharField(
        label=_("what we heard"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[plain_text],
        help_text=_("One a line: business | what we heard | source. Kinds: business, technical, "
                    "implicit; the source of an implicit one never goes out."),
    )  # fmt: skip
    options_text = forms.CharField(
        label=_("comparison of options"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[plain_text],
        help_text=_("First line: Compared | option A | *option B; the * marks the chosen one. Then "
                    "one point a line: cost | 30,000 | none. Empty: no comparison."),
    )  # fmt: skip
    terms_text = forms.CharField(
        label=_("agreement about changes"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[plain_text],
        help_text=_("One clause a line."),
    )

    class Meta:
        model = ConfirmationForm
        fields = ["contact", "signatory", "language"]
        widgets = {"language": forms.Select(choices=[("zh-hans", "简体中文"), ("en", "English")])}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        form = self.instance
        self.fields["contact"].queryset = Contact.objects.active().filter(customer=form.customer)
        self.fields["signatory"].queryset = staff()
        self.fields["version"].initial = form.version
        self.fields["options_text"].initial = comparison.text_of(form.options)
        self.fields["terms_text"].initial = "\n".join(form.terms)
        self.fields["findings_text"].initial = "\n".join(
            " | ".join([row["dimension"], row["text"], row.get("source", "")])
            for row in form.findings
        )
        _dressed(self)

    def clean_findings_text(self) -> list[dict[str, str]]:
        """`business | text | source` lines as findings."""
        found = []
        for line in filter(str.strip, self.cleaned_data["findings_text"].splitlines()):
            parts = [part.strip() for part in line.split("|")]
            if len(parts) < 2 or parts[0] not in ("business", "technical", "implicit"):
                raise forms.ValidationError(
                    _("“%(line)s” does not begin with business, technical or implicit and a |.")
                    % {"line": line[:60]}
                )
            source = parts[2] if len(parts) > 2 and parts[0] != "implicit" else ""
            found.append({"dimension": parts[0], "text": parts[1], "source": source})
        return found

    def clean_options_text(self) -> dict[str, Any]:
        """The table of options, {} without one."""
        try:
            return comparison.parse(self.cleaned_data["options_text"])
        except comparison.Unreadable as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean_terms_text(self) -> list[str]:
        """Clauses, one a line."""
        lines = self.cleaned_data["terms_text"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class RecordForm(forms.Form):
    """A signature that came outside the portal."""

    method = forms.ChoiceField(
        label=_("method"),
        choices=[(each.value, SignMethod(each).label) for each in RECORDED_METHODS],
    )
    signed_on = DayField(label=_("signed on"), widget=DAY)
    excepted = forms.CharField(
        label=_("left open"),
        required=False,
        max_length=300,
        help_text=_("Codes such as E-2, E-5; empty: everything is agreed."),
        validators=[plain_line],
    )
    note = forms.CharField(label=_("note"), max_length=300, required=False, validators=[plain_line])
    file = forms.FileField(label=_("file"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _dressed(self)

    def clean_excepted(self) -> list[str]:
        """Codes, cut apart."""
        text = self.cleaned_data["excepted"].replace("，", ",").replace("、", ",")
        return [part.strip() for part in text.split(",") if part.strip()]


def changed(form: ModelForm, names: list[str]) -> dict[str, Any]:
    """The values of a form by name."""
    return {name: form.cleaned_data[name] for name in names}


def _dressed(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput | forms.HiddenInput | forms.FileInput):
            continue
        widget.attrs.setdefault("class", "input")
