"""The queue, a new ticket, one ticket and its clocks."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models.organisation import unit_of
from core import clock
from core.custom.actions import write_beside
from core.custom.forms import ask_own, taken
from core.errors import Refused
from core.formpages import answer, put_on, sent, status_of
from core.lists.pages import drawn, elsewhere, judged
from core.lists.reading import Listing
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from service import rules
from service.actions import change
from service.actions.log import When
from service.actions.reporting import Report, report
from service.choices import SEVERITY_OF
from service.forms import DescribeForm, ReportForm
from service.lists import TICKETS, as_queue
from service.models import Ticket
from service.queries import explaining, queue
from service.queries import steps as possible
from service.views.steps import STEPS


@staff_page
def ticket_list(request: HttpRequest) -> HttpResponse:
    """Open tickets in groups by next breach, or a table as somebody wants it; a fragment for the
    poll."""
    listing = judged(request, TICKETS)
    other = elsewhere(request, listing)
    if other is not None:
        return other
    user, scope = request.user, queue.scope_of(listing.asked)
    counts = queue.counts(queue.of_state(listing.filter.qs, listing.asked), user, unit_of(user))
    is_queue = as_queue(listing)

    def context(listing: Listing) -> dict[str, Any]:
        rows = listing.page.rows if listing.page and is_queue else []
        return {
            "is_queue": is_queue,
            "groups": queue.groups(listing.lines, user) if is_queue else [],
            "workable": rules.workable(user, rows),
            "tabs": _tabs(listing, scope, counts),
            "tiles": queue.tiles(listing.rows, listing.asker.now) if is_queue else [],
            "filtered": bool(set(listing.asked) & listing.filter.names()),
        }

    fragment = request.headers.get("HX-Target") == "queue"
    template = f"service/{'_queue' if fragment else 'ticket_list'}.html"
    return drawn(request, listing, template, context, count=counts.get(scope))


def _tabs(listing: Listing, scope: str, counts: dict[str, int]) -> list[dict]:
    names = {
        "mine": _("Mine"),
        "group": _("My group"),
        "free": _("Unclaimed"),
        "all": _("All"),
        "raised": _("Escalated by me"),
    }
    tabs = []
    for key, label in names.items():
        query = QueryDict(listing.query, mutable=True)
        query["scope"] = key
        tabs.append(
            {
                "url": f"?{query.urlencode()}",
                "label": label,
                "current": key == scope,
                "count": counts.get(key, ""),
                "tone": "risk" if key == "free" and counts.get(key) else "",
            }
        )
    return tabs


@staff_page
def ticket_new(request: HttpRequest) -> HttpResponse:
    """Record what a customer reported."""
    form = ReportForm(sent(request), user=request.user, initial=request.GET.dict())
    ask_own(form, "service.ticket")
    if request.method == "POST" and form.is_valid():
        made = _report(request, form)
        if made is not None:
            toast(request, _("%(code)s is open and its clocks run") % {"code": made.code})
            return redirect(made)
    context = {
        "title": _("New ticket"),
        "form": form,
        "submit": _("Open the ticket"),
        "crumb": _("Tickets"),
        "crumb_url": "/tickets/",
        "cancel_url": "/tickets/",
        "two_columns": True,
    }
    return render(request, "parts/form_page.html", context, status=status_of(form))


def _report(request: HttpRequest, form: ReportForm) -> Ticket | None:
    values = dict(form.cleaned_data)
    own = taken(values)
    customer = values.pop("customer")
    ask(rules.may_report(request.user, customer))
    when = When(values.pop("reported_at"), values.pop("reason"))
    values["severity"] = SEVERITY_OF[values["severity"]]
    try:
        with transaction.atomic():
            by, now = actor_of(request), clock.now()
            made = report(customer, Report(**values), by=by, now=now, when=when)
            write_beside(made, own, by=by, now=now)
            return made
    except Refused as refusal:
        put_on(form, refusal)
        return None


@staff_page
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """One ticket: what burns, what can be done, what happened."""
    now = clock.now()
    seen = Ticket.objects.visible_to(request.user).select_related(
        "customer", "owner", "contact", "contract", "group", "parent"
    )
    row = found(seen, pk=pk)
    may_work = rules.may_work(request.user, row)
    verbs = possible.allowed(row) if may_work else []
    context = {
        "now": now,
        "ticket": row,
        "line": queue.lines([row], now)[0],
        "may_work": may_work,
        "verbs": [(verb, STEPS[verb].title) for verb in verbs],
        "events": row.events.select_related("actor", "second_person").order_by("-sequence")[:200],
        "clocks": row.clocks.select_related("clause").order_by("started_at", "kind", "cycle"),
        "escalations": row.escalations.prefetch_related("told").select_related("acknowledged_by"),
        "pauses": row.pauses.all(),
        "bulletins": row.bulletins.all(),
        "user_id": request.user.pk,
    }
    return render(request, "service/ticket.html", context)


@staff_page
def ticket_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what a ticket says; what moves its clocks has steps of its own."""
    seen = Ticket.objects.visible_to(request.user).select_related("customer", "contact")
    row = found(seen, pk=pk)
    ask(rules.may_work(request.user, row))
    form = DescribeForm(sent(request), ticket=row, user=request.user)
    ask_own(form, row)
    if form.is_bound and form.is_valid() and _describe(request, row, form):
        toast(request, _("Saved"))
        return redirect(row)
    context = {
        "title": _("Edit the ticket"),
        "submit": _("Save"),
        "intro": _(
            "The clocks keep the targets of the report. Severity, service level and recorded times "
            "change by steps of their own."
        ),
        "crumb": row.code,
        "crumb_url": row.get_absolute_url(),
        "cancel_url": row.get_absolute_url(),
        "two_columns": True,
    }
    return answer(request, "parts/form_page.html", context, form)


def _describe(request: HttpRequest, row: Ticket, form: DescribeForm) -> bool:
    by, now = actor_of(request), clock.now()
    own = taken(dict(form.cleaned_data))
    try:
        with transaction.atomic():
            version = form.cleaned_data["version"]
            change.edit(row, form.changes(), by=by, now=now, version=version)
            write_beside(row, own, by=by, now=now)
    except Refused as refusal:
        put_on(form, refusal)
        return False
    return True


@staff_page
def ticket_clocks(request: HttpRequest, pk: int) -> HttpResponse:
    """Why every due time is what it is: its stretches of work, night, weekend, pause, change."""
    now = clock.now()
    seen = Ticket.objects.visible_to(request.user).select_related("customer", "contract")
    row = found(seen, pk=pk)
    context = {"now": now, "ticket": row, "explained": explaining.explain_ticket(row, now)}
    return render(request, "service/ticket_clocks.html", context)
