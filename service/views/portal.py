"""Portal pages of tickets: report, follow, answer; only the own customer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import Refused
from core.formpages import put_on, sent, status_of
from core.toasts import toast
from core.web import actor_of, ask, found, portal_page
from service.actions import outcome, work
from service.actions.reporting import Report, report
from service.choices import SEVERITY_OF, Channel, TicketStatus
from service.forms import PortalReportForm, PortalTextForm
from service.models import Ticket
from service.queries import portal as queries


def _who(request: HttpRequest) -> str:
    return str(request.user.full_name or request.user)


def _own(request: HttpRequest, pk: int) -> Ticket:
    row = found(queries.portal_tickets(request.user).select_related("contact", "owner"), pk=pk)
    return row


@portal_page
@require_safe
def ticket_list(request: HttpRequest) -> HttpResponse:
    """The customer's tickets, the latest first."""
    rows = list(queries.portal_tickets(request.user).order_by("-id")[:100])
    context = {
        "now": clock.now(),
        "tickets": rows,
        "may_report": bool(queries.reporting_memberships(request.user)),
        "portal_who": _who(request),
    }
    return render(request, "portal/ticket_list.html", context)


@portal_page
def ticket_new(request: HttpRequest) -> HttpResponse:
    """Report something; the clocks start now."""
    doors = queries.reporting_memberships(request.user)
    ask(bool(doors), _("You read here, but do not report for this customer."), rule="b.6")
    form = PortalReportForm(sent(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values["severity"] = SEVERITY_OF[values["severity"]]
        said = Report(channel=Channel.PORTAL, contact=doors[0].contact, **values)
        by = actor_of(request, "portal")
        try:
            with transaction.atomic():
                made = report(doors[0].customer, said, by=by, now=clock.now())
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("We have it as %(code)s") % {"code": made.code})
            return redirect("portal_ticket", pk=made.pk)
    context = {"form": form, "portal_who": _who(request), "title": _("Report something")}
    return render(request, "portal/ticket_form.html", context, status=status_of(form))


@portal_page
@require_safe
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """One ticket: where it stands, what was promised, what was said."""
    row, now = _own(request, pk), clock.now()
    context = {
        "now": now,
        "ticket": row,
        "cells": queries.told_cells(row, now),
        "events": queries.told_events(row),
        "may_act": queries.may_act(request.user, row),
        "asks_confirmation": row.status == TicketStatus.RESOLVED and row.confirmed_at is None,
        "form": PortalTextForm(),
        "portal_who": _who(request),
    }
    return render(request, "portal/ticket.html", context)


def _answer(request: HttpRequest, pk: int, act: Any, done: str, **more: Any) -> HttpResponse:
    row = _own(request, pk)
    ask(queries.may_act(request.user, row), _("You read here, but do not answer."), rule="b.6")
    try:
        act(row, by=actor_of(request, "portal"), now=clock.now(), **more)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        toast(request, str(refusal.sentence))
    else:
        toast(request, done)
    return redirect("portal_ticket", pk=row.pk)


@portal_page
@require_POST
def ticket_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer accepts the solution."""
    return _answer(request, pk, outcome.confirm, _("Thank you; we close it"))


@portal_page
@require_POST
def ticket_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer does not accept it; the work goes on."""
    text = request.POST.get("text", "")
    return _answer(request, pk, outcome.reject, _("We go on with it"), text=text)


@portal_page
@require_POST
def ticket_message(request: HttpRequest, pk: int) -> HttpResponse:
    """A message; what was paused counts again."""
    text = request.POST.get("text", "")
    return _answer(request, pk, work.receive, _("Your message is with us"), text=text)
