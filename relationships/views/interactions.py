"""Pages of interactions: the list, one of them, hold, close, cancel, the checklist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import Invalid, Refused
from core.formpages import answer, put_on, sent
from core.lists.pages import list_page
from core.lists.reading import Listing
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import rules
from relationships.actions import entries, interactions, joining
from relationships.actions.serving import serve
from relationships.forms import HoldForm, ReasonForm, ServedForm, TicksForm
from relationships.lists import INTERACTIONS
from relationships.models import Interaction
from relationships.queries import interactions_this_week
from relationships.queries.objectives import offered
from relationships.views.entry import saved_words
from relationships.views.minutes import lines_of


@staff_page
@require_safe
def interaction_list(request: HttpRequest) -> HttpResponse:
    """Interactions in sight, latest first."""

    def context(listing: Listing) -> dict[str, Any]:
        mine = bool(listing.asked.get("mine"))
        week = interactions_this_week(request.user, localtime(listing.asker.now))
        return {
            "tabs": [
                {"url": "/interactions/?view=0", "label": _("All"), "current": not mine},
                {"url": "/interactions/?mine=on", "label": _("Mine"), "current": mine},
            ],
            "week": week.count(),
        }

    return list_page(request, INTERACTIONS, "relationships/interactions.html", context)


@staff_page
@require_safe
def interaction_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One interaction with what was said and promised."""
    rows = Interaction.objects.visible_to(request.user)
    row = found(
        rows.select_related(
            "customer",
            "type",
            "promise_item",
            "created_by",
            "minutes__owner",
            "minutes__confirmed_by",
        ),
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
        "minutes": getattr(row, "minutes", None),
        "served": row.objectives.select_related("plan").order_by("due_on", "id"),
        "lines": lines_of(row),
        "further": joining.promises_of(row) if row.has_happened else [],
        "checklist": [
            (point, row.type.canonical(point) in row.ticked) for point in row.type.points
        ],
    }
    return render(request, "relationships/interaction.html", context)


@staff_page
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Planned → held, with what was said and promised."""
    row, now = _editable(request, pk), clock.now()
    page = {"title": _("It took place"), "submit": _("Save")}
    return _added(
        request, row, now, interactions.hold, page, lambda: saved_words(request, row, now)
    )


@staff_page
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else of us was there: a line and a promise more."""
    row, now = _editable(request, pk), clock.now()
    page = {"title": _("Add what you heard and promised"), "submit": _("Add")}
    return _added(request, row, now, joining.join, page, lambda: _("Added to the record"))


def _added(
    request: HttpRequest,
    row: Interaction,
    now: dt.datetime,
    act: Callable[..., Any],
    page: dict[str, Any],
    said: Callable[[], str],
) -> HttpResponse:
    """The form of a line and a promise; a good one is given to the action."""
    form = HoldForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            act(row, by=actor_of(request), now=now, **form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, said())
            return redirect(row.get_absolute_url())
    context = {**page, "crumb": row.customer.name, "crumb_url": row.get_absolute_url()}
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


@staff_page
def served(request: HttpRequest, pk: int) -> HttpResponse:
    """Which objectives of the customer's plans it served."""
    row = _editable(request, pk)
    named = row.objectives.all()
    initial = {"objectives": [each.pk for each in named]}
    form = ServedForm(sent(request), initial=initial, objectives=offered(row.customer, named))
    if form.is_bound and form.is_valid():
        try:
            serve(row, form.cleaned_data["objectives"], by=actor_of(request), now=clock.now())
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(row.get_absolute_url())
    context = {
        "title": _("Objectives it served"),
        "submit": _("Save"),
        "intro": "" if form.fields["objectives"].queryset else _("No plan is under way here."),
        "crumb": row.customer.name,
        "crumb_url": row.get_absolute_url(),
    }
    return answer(request, "parts/form_page.html", context, form)


@staff_page
@require_POST
def ticks(request: HttpRequest, pk: int) -> HttpResponse:
    """Which points of the checklist were kept."""
    row = _editable(request, pk)
    form = TicksForm(request.POST, points=row.type.points)
    if not form.is_valid():
        raise Invalid(_("This point is not on the checklist; reload the page."), rule="b.2.1")
    points = form.cleaned_data["points"]
    entries.tick(row, points, by=actor_of(request), now=clock.now())
    toast(request, _("Checklist saved"))
    return redirect(row.get_absolute_url())


def _editable(request: HttpRequest, pk: int) -> Interaction:
    rows = Interaction.objects.visible_to(request.user).select_related("customer", "type")
    row = found(rows, pk=pk)
    ask(rules.may_edit_interaction(request.user, row))
    return row
