"""Forms of relationship plans: target and strategy, a step, the assessment that shows it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.text import plain_line
from core.wording import signed
from relationships import grid
from relationships.forms import Careful
from relationships.models import GridAssessment

LATER = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _scale(anchors: dict[int, Any]) -> list[tuple[int, str]]:
    return [(value, f"{signed(value)} {words}") for value, words in anchors.items()]


class PlanForm(Careful):
    """Where somebody should stand, until when, and how."""

    text_fields = ("strategy",)

    target_support = forms.TypedChoiceField(label=_("Target support"), coerce=int)
    target_intimacy = forms.TypedChoiceField(label=_("Target intimacy"), coerce=int)
    due_on = forms.DateField(label=_("Until"), widget=LATER)
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


class StepForm(forms.Form):
    """One thing to do."""

    text = forms.CharField(label=_("What"), max_length=300, validators=[plain_line])
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))
    due_at = forms.DateTimeField(
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
