"""Form fields for days and moments: of a time in which people live.

A day at the edge of what a calendar can hold breaks whatever adds to it or moves it to a zone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1900, 2199


def lived(day: dt.date | None) -> None:
    """ValidationError for a day before FIRST_YEAR or after LAST_YEAR."""
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        said = _("Enter a day between the years %(first)d and %(last)d.")
        raise ValidationError(
            said, code="out_of_range", params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


class DayField(forms.DateField):
    """A day."""

    def to_python(self, value: Any) -> dt.date | None:
        """The day that was typed, if people live in its year."""
        day = super().to_python(value)
        lived(day)
        return day


class MomentField(forms.DateTimeField):
    """A moment in the zone of the person."""

    def to_python(self, value: Any) -> dt.datetime | None:
        """The moment that was typed, if people live in its year."""
        moment = super().to_python(value)
        lived(moment)
        return moment
