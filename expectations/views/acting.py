"""How the pages of this floor act: a form whose refusals come back beside what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.errors import Forbidden, Refused
from core.formpages import put_on, status_of
from core.toasts import toast, warn


def acted(
    request: HttpRequest,
    form: forms.BaseForm,
    effect: Callable[[dict[str, Any]], Any],
    *,
    back: str,
    said: Any = "",
    template: str = "expectations/form_page.html",
    **context: Any,
) -> HttpResponse:
    """Show a form; when it is right call `effect(values)` and go to its address, else to `back`.

    A refusal of the action becomes an error of the form; 403 stays what it is.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                there = effect(form.cleaned_data)
        except Refused as refused:
            put_on(form, refused)
        else:
            if said:
                toast(request, str(said))
            return redirect(there if isinstance(there, str) else back)
    context = {"form": form, "cancel_url": back, **context}
    return render(request, template, context, status=status_of(form))


def stepped(
    request: HttpRequest, effect: Callable[[], Any], *, back: str, said: Any = ""
) -> HttpResponse:
    """A POST-only verb without a form: act and go back; a refusal is said there."""
    try:
        with transaction.atomic():
            effect()
    except Forbidden:
        raise
    except Refused as refused:
        warn(request, str(refused.sentence))
    else:
        if said:
            toast(request, str(said))
    return redirect(back)
