"""Answers of form pages: a refusal is said beside what was typed; a stale edit shows both texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.custom.forms import own_now
from core.errors import Forbidden, Invalid, Refused, Stale

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422


def sent(request: HttpRequest) -> Any:
    """What was posted, also when it is empty; None on a look."""
    return request.POST if request.method == "POST" else None


def put_on(form: forms.BaseForm, refusal: Refused, **names: str) -> None:
    """Say a refusal in a form: at its fields, else above them. Forbidden is raised again (403).

    `names` maps a field of the action to one of the form; those of own fields (`custom.key`) are
    known. A stale edit also sets `form.conflict`.
    """
    if isinstance(refusal, Forbidden):
        raise refusal
    placed = False
    for name, sentences in refusal.fields.items():
        target = names.get(name, name.replace(".", "_"))
        if target in form.fields:
            form.add_error(target, [str(sentence) for sentence in sentences])
            placed = True
    if not placed:
        form.add_error(None, str(refusal.sentence))
    form.refusal = refusal  # type: ignore[attr-defined]
    if isinstance(refusal, Stale):
        _show_both(form, refusal)


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], form: forms.BaseForm | None = None
) -> HttpResponse:
    """A page with one form (None: with none), with its status."""
    status = status_of(form) if form is not None else OK
    return render(request, template, {"form": form, **context}, status=status)


def version_of(request: HttpRequest) -> int | None:
    """The version that a step without a form saw; None where its button says none."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None


def status_of(*shown: Any) -> int:
    """The status of a page with these forms: 200, 422 for what was typed, 409 for the state.

    The same as the API says: what cannot be right whatever the state is the sender's to mend;
    a state that moved on is a conflict.
    """
    refusals = [form.refusal for form in shown if getattr(form, "refusal", None) is not None]
    if any(not isinstance(refusal, Invalid) for refusal in refusals):
        return CONFLICT
    wrong = any(form.is_bound and not form.is_valid() for form in shown)
    return UNPROCESSABLE if wrong else OK


def _show_both(form: forms.BaseForm, error: Stale) -> None:
    """What is saved beside what was typed, as `form.conflict`.

    The form goes back with the version saved by now, so that a second save is a choice.
    """
    current = {**(error.extra.get("current") or {}), **own_now(form)}
    shown = {
        next((key for key in (name, f"{name}_text") if key in form.fields), ""): value
        for name, value in current.items()
    }
    form.conflict = [  # type: ignore[attr-defined]
        {
            "label": form.fields[name].label,
            "theirs": _said(form.fields[name], value),
            "yours": _said(form.fields[name], form.cleaned_data.get(name)),
        }
        for name, value in shown.items()
        if name
    ]
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = error.extra.get("current_version")


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField) and isinstance(value, int):
        value = field.queryset.filter(pk=value).first()
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)
