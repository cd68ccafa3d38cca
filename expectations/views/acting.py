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
    of: Any = None,
    back: str = "",
    said: Any = "",
    template: str = "expectations/form_page.html",
    **context: Any,
) -> HttpResponse:
    """Show a form; when it is right call `effect(values)` and go to its address, else to `back`.

    `of` is the row that the form is about: the way back to it stands above. A refusal of the
    action becomes an error of the form, beside everything that was typed; 403 stays what it is.
    """
    back = back or of.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                there = effect(form.cleaned_data)
        except Refused as refused:
            put_on(form, refused)
        else:
            return _done(request, there if isinstance(there, str) else back, said)
    way = {"crumb": getattr(of, "code", "") or of, "crumb_url": back} if of is not None else {}
    context = {"form": form, "cancel_url": back, **way, **context}
    return render(request, template, context, status=status_of(form))


def stepped(
    request: HttpRequest, effect: Callable[[], Any], *, back: str, said: Any = ""
) -> HttpResponse:
    """A POST-only verb without a form: act and go to its address, else back; a refusal is said."""
    try:
        with transaction.atomic():
            there = effect()
    except Forbidden:
        raise
    except Refused as refused:
        gaps = refused.extra.get("gaps")
        for sentence in [gap[2] for gap in gaps] if gaps else [refused.sentence]:
            warn(request, str(sentence))
        return redirect(back)
    return _done(request, there if isinstance(there, str) else back, said)


def _done(request: HttpRequest, back: str, said: Any) -> HttpResponse:
    if said:
        toast(request, str(said))
    return redirect(back)
