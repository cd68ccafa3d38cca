"""Forms of risks, notices and commitments: they parse and keep what was typed; actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Function
from accounts.models import Contact, Customer
from core.days import DayField, MomentField
from core.models import User
from expectations.actions.notice import Offer
from expectations.choices import AlternativeKind, CommitmentTo, RiskCategory
from expectations.models import (
    Alternative,
    Commitment,
    CustomerNotice,
    ExpectationItem,
    Milestone,
    Project,
    Risk,
)
from expectations.queries.risks import contacts_of, open_commitments, people_around

NO_CONTINGENCY = {"required": gettext_lazy("A risk needs a contingency: what we do if it happens.")}
SCORES = [(number, str(number)) for number in range(1, 6)]


class MomentInput(forms.DateTimeInput):
    """A date and time of the person's zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    """A date."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def moment(label: Any, **more: Any) -> MomentField:
    """A field for an instant."""
    return MomentField(label=label, widget=MomentInput(), **more)


def day(label: Any, **more: Any) -> DayField:
    """A field for a date."""
    return DayField(label=label, widget=DayInput(), **more)


def words(label: Any, rows: int = 2, **more: Any) -> forms.CharField:
    """A field for several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class CommitmentChoices(forms.ModelMultipleChoiceField):
    """Promises as the person knows them: text and date."""

    def label_from_instance(self, obj: Commitment) -> str:
        """Date and text."""
        due = localtime(obj.due_at)
        inner = "" if obj.promised_to == CommitmentTo.CUSTOMER else _(" (between departments)")
        return f"{due:%m-%d %H:%M} {obj.text}{inner}"


class RiskForm(forms.Form):
    """A new risk of a project."""

    title = forms.CharField(label=gettext_lazy("What threatens"), max_length=160)
    category = forms.ChoiceField(label=gettext_lazy("Comes from"), choices=RiskCategory.choices)
    commitments = CommitmentChoices(
        label=gettext_lazy("Threatened commitments"),
        queryset=Commitment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("One to the customer starts the 72-hour clock"),
    )
    impact_at = moment(
        gettext_lazy("Impact"),
        required=False,
        help_text=gettext_lazy(
            "Only when no promise to the customer is ticked; else it is their due time"
        ),
    )
    probability = forms.TypedChoiceField(
        label=gettext_lazy("Probability"), choices=SCORES, coerce=int, initial=3
    )
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Weight of the impact"), choices=SCORES, coerce=int, initial=3
    )
    contingency = words(
        gettext_lazy("Contingency, inside only"),
        rows=3,
        error_messages=NO_CONTINGENCY,
        help_text=gettext_lazy("What we do if it happens. The customer never sees it"),
    )
    trigger = forms.CharField(
        label=gettext_lazy("We see it coming by"), max_length=200, required=False
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none())
    detail = words(gettext_lazy("Detail"), required=False)

    def __init__(self, *args: Any, project: Project, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["commitments"].queryset = open_commitments(project)
        self.fields["owner"].queryset = people_around(project.customer, project)


class RiskEditForm(forms.Form):
    """What a risk says; its date moves elsewhere."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("What threatens"), max_length=160)
    category = forms.ChoiceField(label=gettext_lazy("Comes from"), choices=RiskCategory.choices)
    probability = forms.TypedChoiceField(
        label=gettext_lazy("Probability"), choices=SCORES, coerce=int
    )
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Weight of the impact"), choices=SCORES, coerce=int
    )
    contingency = words(
        gettext_lazy("Contingency, inside only"), rows=3, error_messages=NO_CONTINGENCY
    )
    trigger = forms.CharField(
        label=gettext_lazy("We see it coming by"), max_length=200, required=False
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none())
    detail = words(gettext_lazy("Detail"), required=False)

    def __init__(self, *args: Any, risk: Risk, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = people_around(risk.customer, risk.project)


class ImpactForm(forms.Form):
    """The date of impact moves."""

    impact_at = moment(gettext_lazy("New date of impact"))
    reason = words(gettext_lazy("Why it moves"))
    approver = forms.ModelChoiceField(
        label=gettext_lazy("Approver"),
        queryset=User.objects.none(),
        required=False,
        help_text=gettext_lazy("Needed for a later date in the last 24 hours before the deadline"),
    )

    def __init__(self, *args: Any, risk: Risk, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["approver"].queryset = people_around(risk.customer, risk.project)


class OccurForm(forms.Form):
    """It has struck."""

    at = moment(gettext_lazy("When it struck"))


class NoteForm(forms.Form):
    """One sentence that an action asks for."""

    note = words(gettext_lazy("Why"))


class NoticeForm(forms.Form):
    """The text of a notice. Nothing is required: what is incomplete is kept, too."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what = words(gettext_lazy("What happened"), required=False)
    effect = words(gettext_lazy("What it means for the customer"), required=False)
    expected_at = moment(gettext_lazy("Date to expect now"), required=False)
    recipients = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Recipients"),
        queryset=Contact.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    no_alternative_reason = forms.CharField(
        label=gettext_lazy("No feasible alternative, because"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only when nothing can be offered; somebody else approves it"),
    )

    def __init__(self, *args: Any, notice: CustomerNotice, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["recipients"].queryset = contacts_of(notice.customer)


class OfferForm(forms.Form):
    """One alternative; an empty row is left out."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AlternativeKind.choices)
    text = forms.CharField(label=gettext_lazy("What we offer"), max_length=300, required=False)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"), queryset=User.objects.none(), required=False
    )
    due_at = moment(gettext_lazy("By"), required=False)
    effect_on_date = forms.CharField(
        label=gettext_lazy("Effect on the date"), max_length=120, required=False
    )

    def __init__(self, *args: Any, owners: QuerySet, named: list, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = owners
        self.fields["owner"].choices = named  # read once for all rows

    def clean(self) -> dict[str, Any]:
        """A text has an owner and a date (clocks.md 6.3)."""
        values = super().clean()
        if values.get("text"):
            for name in ("owner", "due_at"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("An alternative has an owner and a date."))
        return values

    @property
    def offer(self) -> Offer | None:
        """The alternative, or None for an empty row."""
        values = self.cleaned_data
        return Offer(**values) if values.get("text") else None


OfferForms = forms.formset_factory(OfferForm, extra=0, max_num=5, validate_max=True)


def offer_rows(alternatives: list[Alternative], kinds: list[str]) -> list[dict[str, Any]]:
    """Initial rows: what stands, then empty ones with the suggested kinds, three at least."""
    names = ("kind", "text", "owner", "due_at", "effect_on_date")
    rows = [{name: getattr(one, name) for name in names} for one in alternatives]
    spare = [kind for kind in kinds if kind not in {row["kind"] for row in rows}]
    while len(rows) < 3 or len(rows) < min(5, len(alternatives) + 1):
        rows.append({"kind": spare.pop(0) if spare else AlternativeKind.WORKAROUND})
    return rows


class CallForm(forms.Form):
    """A phone call to a contact."""

    contact = forms.ModelChoiceField(label=gettext_lazy("Whom"), queryset=Contact.objects.none())
    at = moment(gettext_lazy("When"), required=False, help_text=gettext_lazy("Empty: just now"))
    evidence = forms.CharField(label=gettext_lazy("What was said"), max_length=200, required=False)

    def __init__(self, *args: Any, notice: CustomerNotice, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["contact"].queryset = contacts_of(notice.customer)


class EvidenceForm(forms.Form):
    """How a call was confirmed in writing."""

    evidence = forms.CharField(label=gettext_lazy("Confirmed by"), max_length=200, required=False)


class CommitmentForm(forms.Form):
    """A new promise."""

    text = forms.CharField(label=gettext_lazy("What was promised"), max_length=300)
    promised_to = forms.ChoiceField(
        label=gettext_lazy("Promised to"),
        choices=CommitmentTo.choices,
        initial=CommitmentTo.CUSTOMER,
    )
    due_at = moment(gettext_lazy("By"))
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none())
    department = forms.ChoiceField(
        label=gettext_lazy("Department"),
        choices=[("", "–"), *Function.choices],
        required=False,
    )
    milestone = forms.ModelChoiceField(
        label=gettext_lazy("Milestone"), queryset=Milestone.objects.none(), required=False
    )
    item = forms.ModelChoiceField(
        label=gettext_lazy("Expectation"), queryset=ExpectationItem.objects.none(), required=False
    )

    def __init__(
        self, *args: Any, customer: Customer, project: Project | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = people_around(customer, project)
        if project is None:
            del self.fields["milestone"], self.fields["item"]
        else:
            self.fields["milestone"].queryset = project.milestones.all()
            self.fields["item"].queryset = ExpectationItem.objects.filter(project=project)


class MoveDueForm(forms.Form):
    """A promise gets another date."""

    due_at = moment(gettext_lazy("New date"))
    reason = words(gettext_lazy("Why it moves"))
    approver = forms.ModelChoiceField(
        label=gettext_lazy("Approver"),
        queryset=User.objects.none(),
        required=False,
        help_text=gettext_lazy("Needed when a notice is due within 24 hours"),
    )

    def __init__(self, *args: Any, commitment: Commitment, **more: Any) -> None:
        super().__init__(*args, **more)
        around = people_around(commitment.customer, commitment.project)
        self.fields["approver"].queryset = around


class ReplaceForm(forms.Form):
    """A new promise in place of another."""

    text = forms.CharField(label=gettext_lazy("What we promise now"), max_length=300)
    due_at = moment(gettext_lazy("By"))
    reason = words(gettext_lazy("Why"))


class MilestoneForm(forms.Form):
    """A dated step."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    baseline_on = day(gettext_lazy("Baseline"))
    weight = forms.IntegerField(label=gettext_lazy("Weight"), min_value=1, max_value=100, initial=1)
    customer_visible = forms.BooleanField(
        label=gettext_lazy("Visible to the customer"), required=False, initial=True
    )


class ForecastForm(forms.Form):
    """Another date is expected."""

    forecast_on = day(gettext_lazy("Forecast"))
    reason = words(gettext_lazy("Why it moves"))


class DoneForm(forms.Form):
    """A step is done."""

    actual_on = day(gettext_lazy("Done on"))
