"""What the pages of projects and forms share: fetch within sight, act, say it, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from core.errors import Forbidden, Refused
from core.formpages import put_on, status_of
from core.toasts import toast, warn
from core.web import found
from expectations.models import ConfirmationForm, ExpectationItem, Project


def project_of(request: HttpRequest, pk: int) -> Project:
    """A project within sight, else 404."""
    rows = Project.objects.visible_to(request.user)
    return found(rows.select_related("customer", "expectation_owner", "unit", "early_by"), pk=pk)


def item_of(request: HttpRequest, pk: int) -> ExpectationItem:
    """An item within sight, else 404."""
    rows = ExpectationItem.objects.visible_to(request.user)
    return found(rows.select_related("customer", "project__expectation_owner", "owner"), pk=pk)


def form_of(request: HttpRequest, pk: int) -> ConfirmationForm:
    """A form within sight, else 404."""
    rows = ConfirmationForm.objects.visible_to(request.user)
    return found(
        rows.select_related(
            "customer",
            "contact",
            "signatory",
            "reviewed_by",
            "supersedes",
            "project__expectation_owner",
            "project__customer",
            "project__early_by",
        ),
        pk=pk,
    )


def filled(
    request: HttpRequest,
    form: forms.BaseForm,
    effect: Callable[[dict[str, Any]], Any],
    *,
    back: str,
    said: Any = "",
    template: str = "expectations/form_page.html",
    **context: Any,
) -> HttpResponse:
    """Show a form; when right, call `effect(values)` and go to its address (or `back`).

    A refusal comes back beside everything that was typed; 403 stays 403.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                there = effect(form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            return done(request, there if isinstance(there, str) else back, said)
    context = {"form": form, "cancel_url": back, **context}
    return render(request, template, context, status=status_of(form))


def stepped(
    request: HttpRequest, effect: Callable[[], Any], *, back: str, said: Any = ""
) -> HttpResponse:
    """A POST-only verb: act and go back; a refusal is said there."""
    try:
        with transaction.atomic():
            there = effect()
    except Forbidden:
        raise
    except Refused as refusal:
        gaps = refusal.extra.get("gaps")
        for sentence in [gap[2] for gap in gaps] if gaps else [refusal.sentence]:
            warn(request, str(sentence))
        return redirect(back)
    return done(request, there if isinstance(there, str) else back, said)


def done(request: HttpRequest, back: str, said: Any) -> HttpResponseRedirect:
    """Say it and go there."""
    if said:
        toast(request, str(said))
    return redirect(back)
