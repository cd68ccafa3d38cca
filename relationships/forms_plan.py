"""Forms of relationship plans: target and strategy, a step, the assessment that shows it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.days import DayField, MomentField
from core.models import User
from core.text import plain_line
from core.wording import signed
from relationships import grid
from relationships.choices import Grade, Layer
from relationships.forms import Careful, score
from relationships.models import GridAssessment

LATER = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _scale(anchors: dict[int, Any]) -> list[tuple[int, str]]:
    return [(value, f"{signed(value)} {words}") for value, words in anchors.items()]


class PlanForm(Careful):
    """Where somebody should stand, until when, and how."""

    rule_ids: ClassVar[dict[str, str]] = {"": "R-R5"}
    text_fields = ("strategy",)

    target_support = score(_("Target support"))
    target_intimacy = score(_("Target intimacy"))
    due_on = DayField(label=_("Until"), widget=LATER)
    strategy = forms.CharField(
        label=_("Strategy"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The playbook of the cell is a start. Write what would hold if they read it."),
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))
    sponsor = forms.ModelChoiceField(
        User.objects.none(), label=_("Sponsor"), required=False, empty_label=_("nobody")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["target_support"].choices = _scale(grid.SUPPORT_ANCHORS)
        self.fields["target_intimacy"].choices = _scale(grid.INTIMACY_ANCHORS)
        for name in ("owner", "sponsor"):
            self.fields[name].queryset = people
            self.fields[name].label_from_instance = lambda user: user.full_name

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "checked")
        }


class LayerPlanForm(Careful):
    """Which grade the relation to a customer should have, until when, and how."""

    rule_ids: ClassVar[dict[str, str]] = {"": "R-R5"}
    text_fields = ("strategy",)

    layer = forms.ChoiceField(
        label=_("Layer"),
        choices=[each for each in Layer.choices if each[0] != Layer.KEY],
        help_text=_("Universal: the breadth of people. Organisational: the two houses."),
    )
    from_grade = forms.ChoiceField(label=_("Grade today"), choices=Grade.choices, initial="C")
    target_grade = forms.ChoiceField(
        label=_("Target grade"),
        choices=[each for each in Grade.choices if each[0] != Grade.D],
        initial="B",
        help_text=_("A is best; the organisational layer has no D."),
    )
    due_on = DayField(label=_("Until"), widget=LATER)
    strategy = forms.CharField(
        label=_("Strategy"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))
    sponsor = forms.ModelChoiceField(
        User.objects.none(), label=_("Sponsor"), required=False, empty_label=_("nobody")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("owner", "sponsor"):
            self.fields[name].queryset = people
            self.fields[name].label_from_instance = lambda user: user.full_name

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "checked")
        }


class ProofForm(forms.Form):
    """What shows that the grade of a layer is reached."""

    proof = forms.CharField(
        label=_("What shows it"),
        max_length=300,
        validators=[plain_line],
        help_text=_("For example: met in 90 days, agreement in force, meetings held."),
    )


class StepForm(forms.Form):
    """One thing to do."""

    text = forms.CharField(label=_("What"), max_length=300, validators=[plain_line])
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))
    due_at = MomentField(
        label=_("Due"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = people
        self.fields["owner"].label_from_instance = lambda user: user.full_name


class ClaimForm(forms.Form):
    """Which assessment shows that the target is reached."""

    assessment = forms.ModelChoiceField(
        GridAssessment.objects.none(), label=_("Assessment that shows it"), empty_label=None
    )

    def __init__(self, *args: Any, rows: QuerySet[GridAssessment], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["assessment"].queryset = rows
        self.fields["assessment"].label_from_instance = _line
        if not rows:
            self.fields["assessment"].help_text = _(
                "None since the plan was approved reaches the target; place them first."
            )


def _line(row: GridAssessment) -> str:
    words = grid.cell_words(row.cell)
    return f"{row.assessed_on:%m-%d} {words} · {row.get_status_display()} · {row.evidence[:30]}"
