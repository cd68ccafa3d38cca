"""Pages of interactions: the list, one of them, the form for the phone, hold and cancel."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Contact, Customer
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on
from core.paging import page_of, size_of
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from core.wording import moment_words
from relationships import rules
from relationships.actions import interactions
from relationships.filters import InteractionFilter
from relationships.forms import HoldForm, InteractionForm, ReasonForm
from relationships.models import Interaction
from relationships.queries import interactions_this_week

OFFERED = ("search", "status", "channel", "mine")
SHORTLIST = 30
"""Customers and people that the form offers before somebody searches."""


@staff_page
@require_safe
def interaction_list(request: HttpRequest) -> HttpResponse:
    """Interactions in sight, latest first."""
    rows = Interaction.objects.visible_to(request.user)
    rows = rows.select_related("customer", "type").prefetch_related("contacts", "participants")
    filters = InteractionFilter(request.GET, queryset=rows, request=request)
    page = page_of(
        filters.qs if filters.is_valid() else rows,
        ordering="-starts_at",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    context = {
        "page": page,
        "bar": [filters.form[name] for name in OFFERED],
        "now": clock.now(),
        "week": interactions_this_week(request.user, localtime(clock.now())).count(),
    }
    return render(request, "relationships/interactions.html", context)


@staff_page
@require_safe
def interaction_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One interaction with what was said and promised."""
    rows = Interaction.objects.visible_to(request.user)
    row = found(
        rows.select_related("customer", "type", "promise_item", "created_by"),
        pk=pk,
    )
    now = clock.now()
    context = {
        "row": row,
        "now": now,
        "people": row.contacts.all(),
        "ours": row.participants.all(),
        "may_edit": rules.may_edit_interaction(request.user, row),
        "has_begun": row.starts_at <= now,
    }
    return render(request, "relationships/interaction.html", context)


@staff_page
def interaction_new(request: HttpRequest) -> HttpResponse:
    """Log what took place, or plan what begins later; made for one hand."""
    customer = _customer(request)
    if customer is None:
        return _choose_customer(request)
    ask(rules.may_log(request.user, customer))
    now = clock.now()
    form = InteractionForm(
        request.POST or None,
        initial={
            "contacts": request.GET.getlist("contact"),
            "starts_at": localtime(now).replace(second=0, microsecond=0),
        },
        contacts=_people(customer),
        dues=_dues(localtime(now)),
    )
    if form.is_bound and form.is_valid():
        row = _save(request, customer, form, now)
        if row is not None:
            toast(request, _saved(request, row, now))
            return redirect(row.get_absolute_url())
    week = interactions_this_week(request.user, localtime(now)).count()
    context = {"customer": customer, "week": week, "now": now, "chosen": _chosen(form)}
    return answer(request, "relationships/interaction_new.html", context, form)


@staff_page
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Planned → held, with what was said and promised."""
    row, now = _editable(request, pk), clock.now()
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            interactions.hold(row, by=actor_of(request), now=now, **form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _saved(request, row, now))
            return redirect(row.get_absolute_url())
    context = {
        "title": _("It took place"),
        "submit": _("Save"),
        "crumb": row.customer.name,
        "crumb_url": row.get_absolute_url(),
    }
    return answer(request, "parts/form_page.html", context, form)


@staff_page
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Held → closed."""
    row = _editable(request, pk)
    interactions.close(row, by=actor_of(request), now=clock.now())
    return redirect(row.get_absolute_url())


@staff_page
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Planned → cancelled, with a reason."""
    row = _editable(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        interactions.cancel(row, by=actor_of(request), now=clock.now(), reason=reason)
        toast(request, _("Cancelled"))
        return redirect(row.get_absolute_url())
    context = {
        "title": _("Cancel the interaction"),
        "crumb": row.customer.name,
        "crumb_url": row.get_absolute_url(),
    }
    return answer(request, "parts/form_page.html", context, form)


def _editable(request: HttpRequest, pk: int) -> Interaction:
    rows = Interaction.objects.visible_to(request.user).select_related("customer", "type")
    row = found(rows, pk=pk)
    ask(rules.may_edit_interaction(request.user, row))
    return row


def _customer(request: HttpRequest) -> Customer | None:
    wish = request.GET.get("customer", "")
    if not wish:
        return None
    return found(Customer.objects.visible_to(request.user), pk=wish)


def _choose_customer(request: HttpRequest) -> HttpResponse:
    rows = Customer.objects.visible_to(request.user).current()
    rows = rows.filter(pk__in=rules.loggable(request.user).values("pk"))
    words = request.GET.get("q", "").strip()[:80]
    if words:
        rows = rows.filter(name__icontains=words)
    customers = rows.order_by("tier", "id")[:SHORTLIST]
    context = {"customers": customers, "q": words}
    return render(request, "relationships/interaction_where.html", context)


def _people(customer: Customer) -> Any:
    rows = Contact.objects.filter(customer=customer).active().select_related("unit")
    return rows.order_by("-is_decision_layer", "name", "id")


def _dues(now: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """When a promise usually is due: today at six (before five), tomorrow, next Monday."""
    six = now.replace(hour=18, minute=0, second=0, microsecond=0)
    days = [six] if now.hour < 17 else []
    days.append(six + dt.timedelta(days=1))
    monday = six + dt.timedelta(days=7 - now.weekday())
    if monday not in days:
        days.append(monday)
    return [(day, moment_words(day, now, now.tzinfo)) for day in days]


def _chosen(form: InteractionForm) -> set[str]:
    return {str(value) for value in form["contacts"].value() or []}


def _save(
    request: HttpRequest, customer: Customer, form: InteractionForm, now: dt.datetime
) -> Interaction | None:
    values = form.values(now)
    verb = interactions.plan if values["starts_at"] > now else interactions.log
    try:
        return verb(customer, form.cleaned_data["contacts"], values, by=actor_of(request), now=now)
    except Refused as refusal:
        put_on(form, refusal)
        return None


def _saved(request: HttpRequest, row: Interaction, now: dt.datetime) -> str:
    if not row.has_happened:
        return _("Interaction planned")
    week = interactions_this_week(request.user, localtime(now)).count()
    return _("Interaction logged, %(n)s this week") % {"n": week}
