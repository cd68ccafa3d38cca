"""Pages of people who leave: give out what is kept, ask for erasure, carry it out or refuse it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import rules
from accounts.actions import erasure
from accounts.actions.assessments import local_today as today_of
from accounts.choices import ContactStatus, Role
from accounts.choices_privacy import ErasureOrigin, ErasureStatus
from accounts.forms import day, line
from accounts.models import Contact, ErasureRequest, private_to
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.paging import page_of, size_of
from core.toasts import toast
from core.web import actor_of, ask, found, recent_auth, staff_page
from huaweicrm.privacy import columns, erase, retention
from huaweicrm.privacy.export import bundle


class ErasureForm(forms.Form):
    """Who asked, and when it came."""

    origin = forms.ChoiceField(label=gettext_lazy("Why"), choices=ErasureOrigin.choices)
    received_on = day(gettext_lazy("Received on"), required=True)
    note = line(gettext_lazy("Note"), 200)


class RefusalForm(forms.Form):
    """Why somebody is not erased."""

    note = line(gettext_lazy("Reason"), 200, required=True)


@staff_page
@recent_auth
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is kept of a person, as a zip; who took it stands in the log."""
    who = _contact(request, pk)
    ask(rules.may_export_person(request.user, who), rule="R-P1")
    if request.method == "POST":
        packed = bundle(who, by=actor_of(request), now=clock.now())
        response = HttpResponse(packed, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="person-{who.pk}.zip"'
        return response
    page = {
        "title": _("Give out what is kept of %(name)s") % {"name": who.name},
        "text": _("A zip with a manifest, a file a table and a page to read; it is logged."),
        "submit": _("Download"),
        "crumb": who.name,
        "crumb_url": who.get_absolute_url(),
    }
    return answer(request, "parts/confirm_page.html", page)


@staff_page
def ask_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance asks that somebody is erased."""
    who = _contact(request, pk)
    ask(rules.may_ask_erasure(request.user, who), _("Compliance asks for it."), rule="R-P3")
    by, now = actor_of(request), clock.now()
    left = who.status != ContactStatus.ACTIVE
    origin = ErasureOrigin.RETENTION if left else ErasureOrigin.PERSON
    form = ErasureForm(
        sent(request), initial={"received_on": today_of(who.customer, now), "origin": origin}
    )
    page = {
        "title": _("Ask to erase %(name)s") % {"name": who.name},
        "intro": _("An administrator carries it out; it cannot be undone."),
        "submit": _("Ask"),
        "crumb": who.name,
        "crumb_url": who.get_absolute_url(),
    }
    return _form(
        request, form, page,
        lambda said: erasure.request(who, by=by, now=now, **said), _("Asked; it is due in time"),
    )  # fmt: skip


@staff_page
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests in sight, the open ones by what is left."""
    ask(rules.sees_erasures(request.user), _("For compliance and administrators."), rule="R-P3")
    rows = ErasureRequest.objects.visible_to(request.user)
    page = page_of(
        rows.select_related("contact__customer", "created_by", "decided_by"),
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    lines = [(row, tone_of(row)) for row in page.rows]
    now = clock.now()
    may_ask = rules.has_role(request.user, Role.CMP)
    old = retention.proposed_to(request.user, now) if may_ask else []
    context = {"page": page, "lines": lines, "old": old, "now": now}
    return render(request, "desk/erasures.html", context)


@staff_page
@require_safe
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, what came of it, what stays and why."""
    row = _request(request, pk)
    reasons = columns.held()
    people, apart = erasure.reach(row, request.user)
    context = {
        "row": row,
        "tone": tone_of(row),
        "people": people,
        "apart": len(apart) if row.status == ErasureStatus.REQUESTED else row.report.get("apart"),
        "may_erase": row.status == ErasureStatus.REQUESTED and rules.may_erase(request.user, row),
        "replaced": sorted(row.report.get("replaced", {}).items()),
        "held": [
            (key, count, reasons.get(key, ""))
            for key, count in sorted(row.report.get("held", {}).items())
        ],
        "holds": sorted({str(why) for why in reasons.values()}),
        "now": clock.now(),
    }
    return render(request, "desk/erasure.html", context)


@staff_page
@recent_auth
@require_POST
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase, for good."""
    row = _request(request, pk)
    ask(rules.may_erase(request.user, row), _("Another administrator does it."), rule="R-P3")
    erase.carry_out(row, by=actor_of(request), now=clock.now())
    toast(request, _("Erased"))
    return redirect(row.get_absolute_url())


@staff_page
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Not erased, and why."""
    row = _request(request, pk)
    ask(rules.may_erase(request.user, row), _("Another administrator does it."), rule="R-P3")
    by, now = actor_of(request), clock.now()
    page = {
        "title": _("Refuse the erasure"),
        "crumb": _("Erasure requests"),
        "crumb_url": row.get_absolute_url(),
    }
    form = RefusalForm(sent(request))
    return _form(
        request, form, page,
        lambda said: erasure.refuse(row, by=by, now=now, **said), _("Refused"),
    )  # fmt: skip


def tone_of(row: ErasureRequest) -> str:
    """Late is a breach."""
    if row.status != ErasureStatus.REQUESTED:
        return "ok" if row.status == ErasureStatus.DONE else "paused"
    return "breach" if row.due_at <= clock.now() else "watch"


def _form(request: HttpRequest, form: Any, page: dict[str, Any], act: Any, said: str) -> Any:
    if form.is_bound and form.is_valid():
        try:
            row = act(form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, said)
            return redirect(row.get_absolute_url())
    return answer(request, "parts/form_page.html", page, form)


def _contact(request: HttpRequest, pk: int) -> Contact:
    rows = Contact.objects.filter(customer__in=private_to(request.user))
    return found(rows.select_related("customer__owning_unit"), pk=pk)


def _request(request: HttpRequest, pk: int) -> ErasureRequest:
    rows = ErasureRequest.objects.visible_to(request.user)
    return found(rows.select_related("contact__customer", "created_by", "decided_by"), pk=pk)
