"""What lets somebody choose one of us, the same in forms and in changes of many rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models

from accounts.queries import colleagues
from core.choosing import ChoiceOfMany


def asks_person(
    label: Any, among: Callable[[Any], models.QuerySet] = colleagues
) -> Callable[[Any], dict[str, forms.Field]]:
    """The fields of a change of many rows that gives them to one of us, named `person`.

    `among(user)` are those whom somebody may choose: all colleagues when nothing else is said.
    """

    def fields(user: Any) -> dict[str, forms.Field]:
        people = among(user).order_by("full_name", "id")
        return {"person": ChoiceOfMany(label=label, queryset=people)}

    return fields
