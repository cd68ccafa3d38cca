"""Pages of personal details: a door that asks for a reason, what is kept, and who read what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts import readings, rules
from accounts.actions import personal
from accounts.choices_privacy import ReadReason
from accounts.filters import ReadingFilter
from accounts.forms_personal import DoorForm, PersonalForm
from accounts.models import Contact, Customer, PersonalDetail, private_to
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.models import TrailEntry
from core.paging import page_of, size_of
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page

OPEN = "personal_open"
MOST = 50
"""So many people one session may have open; the oldest is asked about again."""


@staff_page
def details(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept about one person; once a session it asks what for, and notes the answer."""
    who = _contact(request, pk)
    if is_presenting(request):
        return render(request, "accounts/personal_hidden.html", {"contact": who})
    by, now = actor_of(request), clock.now()
    if request.method == "POST" or who.pk not in request.session.get(OPEN, []):
        return _door(request, who)
    personal.log_reads([who], by=by, now=now)
    row = PersonalDetail.objects.filter(contact=who).select_related("updated_by").first()
    context = {
        "contact": who,
        "row": row,
        "now": now,
        "may_keep": rules.may_keep_personal(request.user, who),
        "may_remove": row is not None and rules.may_remove_personal(request.user, row),
        "may_export": rules.may_export_person(request.user, who),
        "may_audit": rules.audited_customers(request.user).filter(pk=who.customer_id).exists(),
    }
    return render(request, "accounts/personal.html", context)


def _door(request: HttpRequest, who: Contact) -> HttpResponse:
    form = DoorForm(sent(request))
    if form.is_bound and form.is_valid():
        by, reason = actor_of(request), form.cleaned_data["reason"]
        personal.open_door(who, reason, by=by, now=clock.now())
        request.session[OPEN] = [*request.session.get(OPEN, []), who.pk][-MOST:]
        return redirect(f"/contacts/{who.pk}/personal/")
    page = {
        "title": _("Personal details of %(name)s") % {"name": who.name},
        "intro": _("Only for a purpose: who opened them, when and what for is kept."),
        "submit": _("Open"),
        "crumb": who.name,
        "crumb_url": who.get_absolute_url(),
    }
    return answer(request, "parts/form_page.html", page, form)


@staff_page
def details_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter or change details; the basis and the purpose are asked for."""
    who = _contact(request, pk)
    ask(rules.may_keep_personal(request.user, who), rule="R-P1")
    ask(not is_presenting(request), _("Personal details are hidden while presenting."))
    if request.method != "POST" and who.pk not in request.session.get(OPEN, []):
        return _door(request, who)
    row = PersonalDetail.objects.filter(contact=who).first()
    names = (*personal.FIELDS, "version")
    initial = {name: getattr(row, name) for name in names} if row else {"basis": ""}
    form = PersonalForm(sent(request), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            _save(request, who, row, form)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(f"/contacts/{who.pk}/personal/")
    page = {
        "title": _("Personal details of %(name)s") % {"name": who.name},
        "submit": _("Save"),
        "crumb": who.name,
        "crumb_url": f"/contacts/{who.pk}/personal/",
        "two_columns": True,
    }
    return answer(request, "accounts/personal_form.html", page, form)


def _save(
    request: HttpRequest, who: Contact, row: PersonalDetail | None, form: PersonalForm
) -> None:
    by, now = actor_of(request), clock.now()
    if row is None:
        if form.cleaned_data["version"]:
            raise Refused(
                _("Someone was first: this does not fit what is saved by now. Reload the page.")
            )
        personal.create(who, form.values(), by=by, now=now, checked=form.is_checked)
        return
    version = form.cleaned_data["version"] or 0
    personal.edit(row, form.values(), by=by, now=now, version=version, checked=form.is_checked)


@staff_page
def details_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take everything out that is kept."""
    who = _contact(request, pk)
    rows = PersonalDetail.objects.filter(contact=who).select_related("contact__customer")
    row = found(rows)
    ask(rules.may_remove_personal(request.user, row), rule="R-P1")
    if request.method == "POST":
        personal.remove(row, by=actor_of(request), now=clock.now())
        toast(request, _("Removed"))
        return redirect(who.get_absolute_url())
    page = {
        "title": _("Remove the personal details of %(name)s") % {"name": who.name},
        "text": _("They are deleted for good; that they were kept stays on the trail."),
        "submit": _("Remove"),
        "danger": True,
        "crumb": who.name,
        "crumb_url": f"/contacts/{who.pk}/personal/",
    }
    return answer(request, "parts/confirm_page.html", page)


@staff_page
@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """Who read what is confidential, when and what for, at customers one answers for."""
    mine = rules.audited_customers(request.user)
    rows = TrailEntry.objects.filter(
        verb__in=readings.VERBS,
        scope_label=Customer._meta.label_lower,
        scope_id__in=mine.order_by().values("pk"),
    ).select_related("actor")
    filters = ReadingFilter(request.GET, queryset=rows, request=request)
    page = page_of(
        filters.qs if filters.is_valid() else rows,
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    kept = [(name, request.GET[name]) for name in ("contact", "customer") if request.GET.get(name)]
    context = {
        "page": page,
        "lines": _lines(page.rows),
        "bar": [filters.form[name] for name in ("kind", "reader")],
        "kept": kept,
        "answers": mine.exists(),
        "now": clock.now(),
    }
    return render(request, "accounts/access_log.html", context)


def _lines(rows: Iterable[TrailEntry]) -> list[dict[str, Any]]:
    rows, label = list(rows), Contact._meta.label_lower
    people = Contact.objects.in_bulk({row.about_id for row in rows if row.about_label == label})
    customers = Customer.objects.in_bulk({row.scope_id for row in rows if row.scope_id})
    words, reasons = dict(readings.KINDS), dict(ReadReason.choices)
    ways = {"browser": pgettext("reading", "a page"), "api": "REST"}
    return [
        {
            "row": row,
            "what": words[row.verb],
            "way": ways.get(row.channel, row.channel),
            "contact": people.get(row.about_id) if row.about_label == label else None,
            "customer": customers.get(row.scope_id),
            "reason": reasons.get(json.loads(row.facts).get("reason", ""), ""),
        }
        for row in rows
    ]


def _contact(request: HttpRequest, pk: int) -> Contact:
    """A contact about whom the reader may know more, else 404."""
    rows = Contact.objects.filter(customer__in=private_to(request.user))
    return found(rows.select_related("customer__owning_unit", "unit"), pk=pk)
