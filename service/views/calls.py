"""Small answers: acknowledge a call, send a bulletin, say why a target was missed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.errors import Refused
from core.formpages import put_on, sent, status_of
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from service import rules
from service.actions import bulletins, escalations, verdicts
from service.forms import BreachReasonForm, NoteForm
from service.models import Breach, Escalation, IncidentBulletin, Ticket


@require_POST
@staff_page
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take note of a call: its repeats stop."""
    seen = Escalation.objects.visible_to(request.user).select_related("ticket__customer")
    row = found(seen, pk=pk)
    ask(rules.may_acknowledge(request.user, row))
    escalations.acknowledge(row, by=actor_of(request), now=clock.now())
    toast(request, _("Acknowledged; the reminders of this step stop"))
    return redirect(row.ticket)


@staff_page
def send_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Write and send a bulletin that is due."""
    seen = IncidentBulletin.objects.visible_to(request.user)
    row = found(seen.select_related("ticket__customer", "ticket__contact"), pk=pk)
    ask(rules.may_bulletin(request.user, row))
    form = NoteForm(sent(request), ticket=row.ticket, user=request.user)
    form.fields["text"].label = _("What the customer reads")
    return _ask_for(
        request, row.ticket, capfirst(row.get_stage_display()), form, bulletins.send, row
    )


@staff_page
def breach_reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a target was missed."""
    seen = Breach.objects.visible_to(request.user)
    row = found(seen.select_related("clock__ticket__customer"), pk=pk)
    ask(rules.may_reason(request.user, row))
    form = BreachReasonForm(sent(request), ticket=row.clock.ticket, user=request.user)
    title = _("Why it was missed")
    return _ask_for(
        request,
        row.clock.ticket,
        title,
        form,
        verdicts.give_reason,
        row,
        submit=_("Save the reason"),
    )


def _ask_for(
    request: HttpRequest,
    ticket: Ticket,
    title: Any,
    form: Any,
    act: Any,
    row: Any,
    submit: Any = "",
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                act(row, by=actor_of(request), now=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, title)
            return redirect(ticket)
    context = {
        "title": title,
        "form": form,
        "submit": submit,
        "crumb": ticket.code,
        "crumb_url": ticket.get_absolute_url(),
        "cancel_url": ticket.get_absolute_url(),
    }
    return render(request, "parts/form_page.html", context, status=status_of(form))
