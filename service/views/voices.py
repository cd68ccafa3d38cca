"""Pages of customer voices: the inbox, one voice, take up, set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import colleagues
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.paging import page_of, size_of
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships.models import Minutes
from service import rules
from service.actions import voices
from service.choices_voice import VocStatus
from service.filters import VocFilter
from service.forms_voice import SetAsideForm, TakeUpForm
from service.models import VocItem

TONES = {VocStatus.CAPTURED: "watch", VocStatus.FILTERED: "ok", VocStatus.SET_ASIDE: "paused"}


@staff_page
@require_safe
def voice_list(request: HttpRequest) -> HttpResponse:
    """What customers said, what waits first when nothing is chosen."""
    rows = VocItem.objects.visible_to(request.user).select_related("customer", "contact", "owner")
    filters = VocFilter(request.GET, queryset=rows, request=request)
    page = page_of(
        filters.qs if filters.is_valid() else rows,
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    context = {
        "page": page,
        "lines": [(row, TONES[VocStatus(row.status)]) for row in page.rows],
        "bar": [filters.form[name] for name in ("status", "dimension", "source")],
        "kept": [(name, request.GET[name]) for name in ("customer",) if request.GET.get(name)],
        "now": clock.now(),
    }
    return render(request, "service/voices.html", context)


@staff_page
@require_safe
def voice_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One voice: who said it where, and what became of it."""
    row = _voice(request, pk)
    heard = None
    if row.about_label == Minutes._meta.label_lower:
        heard = Minutes.objects.visible_to(request.user).filter(pk=row.about_id).first()
    waits = row.status == VocStatus.CAPTURED
    context = {
        "row": row,
        "tone": TONES[VocStatus(row.status)],
        "heard": f"/interactions/{heard.interaction_id}/" if heard else "",
        "may_sort": waits and rules.may_sort_voice(request.user, row),
        "now": clock.now(),
    }
    return render(request, "service/voice.html", context)


@staff_page
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """It is about this, and somebody answers for it."""
    row = _voice(request, pk)
    ask(rules.may_sort_voice(request.user, row), rule="b.4")
    people = colleagues(request.user).order_by("full_name")
    form = TakeUpForm(sent(request), initial={"owner": request.user.pk}, people=people)
    by, now = actor_of(request), clock.now()
    return _form(request, row, form, _("Take it up"),
                 lambda said: voices.take_up(row, by=by, now=now, **said))  # fmt: skip


@staff_page
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """It leads to nothing, and why."""
    row = _voice(request, pk)
    ask(rules.may_sort_voice(request.user, row), rule="b.4")
    form, by, now = SetAsideForm(sent(request)), actor_of(request), clock.now()
    return _form(request, row, form, _("Set it aside"),
                 lambda said: voices.set_aside(row, by=by, now=now, **said))  # fmt: skip


def _voice(request: HttpRequest, pk: int) -> VocItem:
    rows = VocItem.objects.visible_to(request.user)
    return found(rows.select_related("customer", "contact", "owner", "sorted_by"), pk=pk)


def _form(
    request: HttpRequest,
    row: VocItem,
    form: Any,
    title: str,
    act: Callable[[dict[str, Any]], VocItem],
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(row.get_absolute_url())
    page = {"title": title, "intro": row.text, "crumb": row.code}
    page["crumb_url"] = row.get_absolute_url()
    return answer(request, "parts/form_page.html", page, form)
