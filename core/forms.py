"""Forms about oneself: profile, notifications, chat robots, API tokens."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.actions_tokens import known_scopes
from core.models import Notification, User


def zones() -> list[tuple[str, str]]:
    """Every IANA zone, by name."""
    return [(name, name) for name in sorted(zoneinfo.available_timezones())]


class ProfileForm(forms.ModelForm):
    """Name, phone, time zone."""

    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    class Meta:
        model = User
        fields = ["full_name", "phone", "timezone"]


class QuietForm(forms.ModelForm):
    """When mail and chat keep still, and whether mail comes once a day."""

    class Meta:
        model = User
        fields = ["quiet_from", "quiet_until", "digest"]
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }


class ChannelForm(forms.Form):
    """A chat robot."""

    name = forms.CharField(label=_("Name"), max_length=60)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("For example wecombot://key, dingtalk://token, feishu://token."),
    )
    minimum = forms.TypedChoiceField(
        label=_("From urgency"),
        choices=Notification.Urgency.choices,
        coerce=int,
        initial=Notification.Urgency.SOON,
    )


class TokenForm(forms.Form):
    """Name, days and scopes of a new API token."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("The system that uses it."))
    days = forms.IntegerField(label=_("Valid for (days)"), min_value=1, max_value=366, initial=90)
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = [(scope, format_html("<code>{}</code>", scope)) for scope in known_scopes()]
        self.fields["scopes"].choices = scopes  # type: ignore
