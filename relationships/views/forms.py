"""Answers of form pages: what was typed stays, what was refused is said at its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import Refused


def say_refusal(form: forms.Form, refusal: Refused, **names: str) -> None:
    """Put the sentences of a refusal at their fields; `names` maps a field of the action to one
    of the form, and what fits nowhere stands above the form."""
    placed = False
    for name, sentences in refusal.fields.items():
        target = names.get(name, name)
        if target in form.fields:
            form.add_error(target, [str(sentence) for sentence in sentences])
            placed = True
    if not placed:
        form.add_error(None, str(refusal.sentence))


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form | None = None
) -> HttpResponse:
    """A form page; 422 when what was sent was refused."""
    refused = form is not None and form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, **context}, status=422 if refused else 200)
