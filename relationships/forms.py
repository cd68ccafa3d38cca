"""Forms of the relationship floor: evidence for a score, an interaction, a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.careful import Careful
from accounts.choices import OPEN_STAGES
from accounts.models import Contact, Objective, Opportunity
from core.days import DayField, MomentField
from core.models import User
from core.text import plain_line
from core.wording import signed
from relationships import grid
from relationships.choices import Attitude, Channel, Confidence, Direction, Period, Phase, SeatRole
from relationships.models import Interaction, InteractionType

ANY = ("", _("Any"))
AGO = [(each.value, each.label) for each in Period if each != Period.QUARTER]


def _scale(anchors: dict[int, Any]) -> list[tuple[int, str]]:
    return [(value, f"{signed(value)} {words}") for value, words in anchors.items()]


def score(label: Any) -> forms.TypedChoiceField:
    """A field for a score, which says what a score is."""
    said = {"invalid_choice": _("Scores lie between −3 and +3.")}
    return forms.TypedChoiceField(label=label, coerce=int, error_messages=said)


def deal_words(deal: Opportunity) -> str:
    """A deal in a list of choices; a closed one says how it ended."""
    return deal.name if deal.stage in OPEN_STAGES else f"{deal.name} · {deal.get_stage_display()}"


class OfDeal(forms.Form):
    """A form about a person in general or in one deal."""

    opportunity = forms.ModelChoiceField(
        Opportunity.objects.none(),
        label=_("Opportunity"),
        required=False,
        empty_label=_("In general"),
        help_text=_("Only where they stand differently in this opportunity than in general."),
        error_messages={"invalid_choice": _("Choose an open opportunity of this customer.")},
    )

    def __init__(self, *args: Any, deals: QuerySet[Opportunity], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["opportunity"].queryset = deals
        self.fields["opportunity"].label_from_instance = deal_words
        if not deals:
            self.fields["opportunity"].widget = forms.HiddenInput()


class EvidenceForm(OfDeal, Careful):
    """Where somebody stands, and what shows it (R-R2)."""

    rule_ids = grid.RULES
    support = score(_("Support"))
    intimacy = score(_("Intimacy"))
    evidence = forms.CharField(
        label=_("Evidence"),
        error_messages={"required": grid.NO_EVIDENCE},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write what would hold if they read it: what was said, what was done."),
    )
    interactions = forms.ModelMultipleChoiceField(
        Interaction.objects.none(),
        label=_("Interactions that show it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    confidence = forms.ChoiceField(
        label=_("How sure"), choices=Confidence.choices, initial=Confidence.MEDIUM
    )
    assessed_on = DayField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, interactions: QuerySet[Interaction], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["support"].choices = _scale(grid.SUPPORT_ANCHORS)
        self.fields["intimacy"].choices = _scale(grid.INTIMACY_ANCHORS)
        linked = self.fields["interactions"]
        linked.queryset = interactions
        linked.label_from_instance = line_of
        if not interactions:
            linked.help_text = _("None in the last 180 days. Log one when the score needs it.")


class RatingForm(Careful):
    """One rater's score in a round."""

    rule_ids = grid.RULES
    support = score(_("Support"))
    intimacy = score(_("Intimacy"))
    evidence = forms.CharField(
        label=_("Evidence"),
        error_messages={"required": grid.NO_EVIDENCE},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write what would hold if they read it: what was said, what was done."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choose = [("", _("Choose…"))]
        self.fields["support"].choices = choose + _scale(grid.SUPPORT_ANCHORS)
        self.fields["intimacy"].choices = choose + _scale(grid.INTIMACY_ANCHORS)


class RoundForm(OfDeal):
    """Who is asked about a person, why, and until when."""

    rule_ids: ClassVar = {"opportunity": grid.RULES["opportunity"]}
    raters = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Whom to ask"), widget=forms.CheckboxSelectMultiple
    )
    question = forms.CharField(
        label=_("Occasion"),
        max_length=200,
        required=False,
        validators=[plain_line],
        help_text=_("For example: before the tender, after the review meeting."),
    )
    closes_on = DayField(
        label=_("Open until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A week when empty; it closes by itself with the last score."),
    )

    def __init__(self, *args: Any, raters: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["raters"].queryset = raters
        self.fields["raters"].label_from_instance = lambda user: user.full_name


def line_of(interaction: Interaction) -> str:
    """An interaction in one line: day, type, first words."""
    words = " · ".join(filter(None, [str(interaction.type), interaction.summary[:40]]))
    return f"{localtime(interaction.starts_at):%m-%d} {words}"


class GridWishForm(forms.Form):
    """The filters above the grid."""

    opportunity = forms.ChoiceField(label=_("Opportunity"), required=False)
    unit = forms.IntegerField(label=_("Unit"), required=False, widget=forms.Select)
    role = forms.ChoiceField(label=_("Seat"), required=False, choices=[ANY, *SeatRole.choices])
    attitude = forms.ChoiceField(
        label=_("Attitude"), required=False, choices=[ANY, *Attitude.choices]
    )
    stale = forms.BooleanField(label=_("To re-check only"), required=False)
    period = forms.ChoiceField(
        label=_("Movement since"), required=False, choices=[("", _("A quarter")), *AGO]
    )
    point = forms.RegexField(r"^-?[0-3],-?[0-3]\Z", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, deals: Iterable[Opportunity] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(str(deal.pk), deal_words(deal)) for deal in deals]
        if choices:
            self.fields["opportunity"].choices = [("", _("In general")), *choices]
        else:
            self.fields["opportunity"].widget = forms.HiddenInput()

    def clean_point(self) -> grid.Point | None:
        """(intimacy, support), which a bubble of the plane asks for."""
        x, _comma, y = self.cleaned_data["point"].partition(",")
        return (int(x), int(y)) if y else None

    def offer(self, units: list[tuple[int, str]]) -> None:
        """The departments to choose from, once the board knows them."""
        self.fields["unit"].widget.choices = [ANY, *units]


class TicksForm(forms.Form):
    """Which points of the checklist were kept."""

    points = forms.MultipleChoiceField(
        label=_("Checklist"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, points: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["points"].choices = [(point, point) for point in points]


class ServedForm(forms.Form):
    """Which objectives of the customer's plans an interaction served."""

    objectives = forms.ModelMultipleChoiceField(
        Objective.objects.none(),
        label=_("Objectives it served"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, objectives: QuerySet[Objective], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["objectives"].queryset = objectives


class ReasonForm(forms.Form):
    """Why something is rejected or cancelled."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class HoldForm(forms.Form):
    """What was said and promised at a planned interaction that took place."""

    summary = forms.CharField(
        label=_("In one line"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    promise = forms.CharField(label=_("What I promised"), max_length=300, required=False)
    promise_due_at = MomentField(
        label=_("By when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


OFFERED = tuple(Channel.values[:5])
"""Channels that the form for the phone offers, the first one chosen."""


class InteractionForm(ServedForm):
    """Whom, one line, what we promised and until when; the rest is folded away."""

    rule_ids: ClassVar[dict[str, str]] = {"": "b.2.1"}

    contacts = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        label=pgettext_lazy("interaction", "Whom"),
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=Channel.choices[: len(OFFERED)],
        initial=OFFERED[0],
        widget=forms.RadioSelect,
    )
    summary = forms.CharField(
        label=_("In one line"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    promise = forms.CharField(label=_("What I promised"), max_length=300, required=False)
    promise_by = forms.ChoiceField(
        label=_("By when"), required=False, widget=forms.RadioSelect, choices=[]
    )
    promise_due_at = MomentField(
        label=_("Another time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    type = forms.ModelChoiceField(
        InteractionType.objects.none(), label=pgettext_lazy("interaction", "Type"), required=False
    )
    starts_at = MomentField(
        label=pgettext_lazy("interaction", "When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    phase = forms.ChoiceField(label=_("Phase"), choices=Phase.choices, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, required=False)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    key = forms.RegexField(r"^[0-9a-zA-Z-]{8,36}$", required=False, widget=forms.HiddenInput)
    planned = forms.ModelChoiceField(
        Interaction.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        contacts: QuerySet[Contact],
        dues: list[tuple[dt.datetime, str]],
        planned: QuerySet[Interaction],
        objectives: QuerySet[Objective] | None = None,
        **more: Any,
    ) -> None:
        served = Objective.objects.none() if objectives is None else objectives
        super().__init__(*args, objectives=served, **more)
        self.dues = {f"{moment:%Y-%m-%dT%H:%M%z}": moment for moment, _words in dues}
        self.fields["promise_by"].choices = [
            (key, words) for key, (_moment, words) in zip(self.dues, dues, strict=True)
        ]
        self.fields["contacts"].queryset = contacts
        self.fields["planned"].queryset = planned
        self.fields["type"].queryset = InteractionType.objects.filter(is_active=True)

    def values(self, now: dt.datetime) -> dict[str, Any]:
        """What the action takes; the type follows the channel when none was chosen."""
        said = self.cleaned_data
        due = said["promise_due_at"] or self.dues.get(said["promise_by"])
        return {
            "type": said["type"] or default_type(said["channel"]),
            "channel": said["channel"],
            "direction": said["direction"] or Direction.OUTBOUND,
            "phase": said["phase"] or Phase.PRE_SALES,
            "starts_at": said["starts_at"] or now,
            "place": said["place"],
            "summary": said["summary"],
            "promise": said["promise"],
            "promise_due_at": due if said["promise"].strip() else None,
        }


TYPE_OF_CHANNEL = {
    Channel.PHONE: "phone",
    Channel.VIDEO: "video",
    Channel.WECHAT: "message",
    Channel.MESSAGE: "message",
}


def default_type(channel: str) -> InteractionType:
    """The type that a channel suggests."""
    return InteractionType.objects.get(code=TYPE_OF_CHANNEL.get(channel, "visit"))
