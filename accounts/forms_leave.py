"""The form of leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.forms import Form, day
from accounts.queries import colleagues
from core.choosing import ChoiceOfMany


class LeaveForm(Form):
    """From when to when, and who stands in."""

    starts_on = day(_("First day"), required=True)
    ends_on = day(_("Last day"), required=True)
    deputy = ChoiceOfMany(label=_("Deputy"), queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = colleagues(self.user).exclude(pk=self.user.pk)
        self.fields["deputy"].queryset = rows.order_by("full_name", "id")
