"""The form of a weekly report: only the sections of whoever fills it in (W3)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from expectations.choices import Health
from expectations.forms_delivery import words
from expectations.models import WeeklyReport

RAG_FIELDS = ("overall", "schedule", "scope", "cost", "quality", "relationship")


def _rag(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=Health.choices, widget=forms.RadioSelect, required=False
    )


class ReportForm(forms.Form):
    """Sections of a report. `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    overall = _rag(_("Overall"))
    schedule = _rag(_("Schedule"))
    scope = _rag(_("Scope"))
    cost = _rag(_("Cost"))
    quality = _rag(_("Quality"))
    relationship = _rag(_("Relationship"))
    done = words(_("Done this week"), rows=4, required=False, help_text=_("One line each"))
    next = words(
        _("Next week"),
        rows=4,
        required=False,
        help_text=_("One line each; they come back next week"),
    )
    issues = words(_("Issues"), required=False)
    customer_feedback = words(_("What the customer said"), required=False)
    ar_section = words(_("Account manager's section"), rows=3, required=False)
    sr_section = words(_("Solution expert's section"), rows=3, required=False)
    portal_summary = words(
        _("Summary for the customer"),
        rows=4,
        required=False,
        help_text=_("The customer reads only this, visible milestones and notices"),
    )

    def __init__(
        self, *args: Any, report: WeeklyReport, allowed: frozenset[str], **more: Any
    ) -> None:
        initial = {name: getattr(report, name) for name in (*allowed, "version")}
        super().__init__(*args, initial=initial, **more)
        for name in set(self.fields) - allowed - {"version"}:
            del self.fields[name]

    @property
    def rag(self) -> list[forms.BoundField]:
        """The lights that this person sets, except the overall one."""
        return [self[name] for name in RAG_FIELDS[1:] if name in self.fields]


class ReasonForm(forms.Form):
    """Why something goes back."""

    reason = words(_("What is missing"))
