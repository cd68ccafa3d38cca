"""Forms of customer voices: take one up, set it aside."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms import line
from core.models import User
from service.choices_voice import VocDimension, VocWeight

CHOOSE = ("", _("Choose…"))


class TakeUpForm(forms.Form):
    """What a voice is about, how heavy it is, and who answers for it."""

    dimension = forms.ChoiceField(
        label=_("What it is about"), choices=[CHOOSE, *VocDimension.choices]
    )
    weight = forms.ChoiceField(label=_("Weight"), choices=[CHOOSE, *VocWeight.choices])
    product_line = line(_("Product line"), 80)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))

    def __init__(self, *args: object, people: QuerySet[User], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["owner"].queryset = people
        self.fields["owner"].label_from_instance = lambda user: user.full_name


class SetAsideForm(forms.Form):
    """Why a voice leads to nothing."""

    note = line(_("Reason"), 200, required=True)
