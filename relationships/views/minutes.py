"""Pages of minutes: the list with its clocks, write, distribute, confirmed by the customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import AccountAssignment, Contact
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.lists.pages import list_page
from core.lists.reading import Listing
from core.models import User
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import rules
from relationships.actions import minutes as actions
from relationships.choices import LineKind
from relationships.forms_minutes import ConfirmForm, MinutesForm, SendForm
from relationships.lists_papers import MINUTES
from relationships.models import Interaction, Minutes, MinutesLine


@staff_page
@require_safe
def minutes_list(request: HttpRequest) -> HttpResponse:
    """Owed and written minutes; first those that the reader owes."""

    def context(listing: Listing) -> dict[str, Any]:
        narrowed, late = listing.is_narrowed, bool(listing.asked.get("late"))
        tabs = [
            {"url": "/minutes/?view=0", "label": _("I owe"), "current": not narrowed},
            {"url": "/minutes/?late=true", "label": _("Late"), "current": late},
            {
                "url": "/minutes/?status=due",
                "label": _("All owed"),
                "current": not late and listing.asked.get("status") == "due",
            },
        ]
        return {"tabs": tabs}

    return list_page(request, MINUTES, "relationships/minutes_list.html", context)


@staff_page
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Due → submitted."""
    row = _minutes(request, pk)
    met = row.interaction.contacts.order_by("name", "id")
    form = MinutesForm(sent(request), contacts=met)

    def effect(by: Any, now: Any) -> None:
        said = {"promises": form.promises(), "opinions": form.opinions()}
        actions.submit(row, form.cleaned_data["decisions"], by=by, now=now, **said)

    title, said = _("Write the minutes"), _("Minutes submitted; promises wait for an answer")
    return _acted(request, row, form, effect, title, said, "relationships/minutes_form.html")


@staff_page
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Submitted → distributed."""
    row = _minutes(request, pk)
    seats = AccountAssignment.objects.active().filter(customer=row.customer)
    ours = User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by("id")
    theirs = _contacts(row).exclude(email="")
    initial = {"contacts": list(row.interaction.contacts.values_list("pk", flat=True))}
    form = SendForm(sent(request), users=ours, contacts=theirs, initial=initial)

    def effect(by: Any, now: Any) -> None:
        actions.distribute(row, by=by, now=now, **form.cleaned_data)

    title, said = _("Distribute the minutes"), _("Minutes distributed")
    return _acted(request, row, form, effect, title, said)


@staff_page
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer said that they are right."""
    row = _minutes(request, pk)
    form = ConfirmForm(sent(request), contacts=_contacts(row))

    def effect(by: Any, now: Any) -> None:
        actions.confirm(row, form.cleaned_data["contact"], by=by, now=now)

    title, said = _("Confirmed by the customer"), _("Confirmation noted")
    return _acted(request, row, form, effect, title, said)


def lines_of(row: Interaction) -> dict[str, list[MinutesLine]]:
    """Promises and opinions of the minutes of an interaction: one query, none without minutes."""
    minutes = getattr(row, "minutes", None)
    lines = list(minutes.lines.select_related("contact")) if minutes is not None else []
    return {kind: [line for line in lines if line.kind == kind] for kind in LineKind.values}


def _minutes(request: HttpRequest, pk: int) -> Minutes:
    rows = Interaction.objects.visible_to(request.user)
    meeting = found(rows.select_related("customer__owning_unit", "minutes", "type"), pk=pk)
    ask(rules.may_edit_interaction(request.user, meeting), rule="R-R6")
    row = getattr(meeting, "minutes", None)
    if row is None:
        raise Http404
    row.interaction, row.customer = meeting, meeting.customer
    return row


def _contacts(row: Minutes) -> Any:
    return Contact.objects.filter(customer=row.customer).active().order_by("name", "id")


def _acted(
    request: HttpRequest,
    row: Minutes,
    form: forms.Form,
    effect: Callable[[Any, Any], None],
    title: str,
    said: str,
    template: str = "parts/form_page.html",
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                effect(actor_of(request), clock.now())
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, said)
            return redirect(row.get_absolute_url())
    context = {
        "title": title,
        "submit": title,
        "crumb": row.customer.name,
        "crumb_url": row.get_absolute_url(),
        "cancel_url": row.get_absolute_url(),
        "minutes": row,
        "now": clock.now(),
    }
    return answer(request, template, context, form)
