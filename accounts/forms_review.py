"""Forms of the review of key actions: nine scores, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from accounts.actions.reviews import key_actions
from accounts.forms import Form, line
from accounts.keyactions import MOST
from accounts.models import KeyActionReview


class FillForm(Form):
    """A score for each of the nine; the evidence stands beside."""

    with_comments = False

    def __init__(self, *args: Any, review: KeyActionReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {row.action: row for row in review.scores.all()}
        for key, (label, _path) in key_actions().items():
            row = rows.get(key)
            computed = row.computed if row and row.computed is not None else "–"
            self.fields[key] = forms.IntegerField(
                label=__(label),
                min_value=0,
                max_value=MOST,
                help_text=_("From evidence: %(score)s") % {"score": computed},
            )
            if self.with_comments:
                own = row.self_score if row else None
                self.fields[f"{key}_why"] = line(
                    _("Comment"), 300,
                    help_text=_("Own score: %(score)s") % {"score": "–" if own is None else own},
                )  # fmt: skip

    def scores(self, values: dict[str, Any]) -> dict[str, Any]:
        """As the actions take them."""
        if not self.with_comments:
            return {key: values[key] for key in key_actions()}
        return {key: (values[key], values[f"{key}_why"]) for key in key_actions()}


class ReviewForm(FillForm):
    """The same for the manager, with a comment each."""

    with_comments = True
