"""The page of a customer: who, what we owe, what runs, and everything that ever happened."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.choices_health import HEALTH_TONES
from accounts.models import AccountAssignment, AccountHealth, Customer
from accounts.queries_alike import read_alike
from accounts.rules import EDITORS, has_role, leads
from accounts.views.acting import tabs_of
from core import clock
from core.numerals import whole_in
from core.preferences import is_presenting
from core.web import ask, found, staff_page
from huaweicrm.desk.customer.grid import card_of
from huaweicrm.desk.customer.sections import ONE, Page, owed, page_of
from huaweicrm.desk.timeline import PAGE, days_of
from relationships.queries.exposure import count_of
from service.models.ticket import NEVER

LARGEST = 2**63 - 1


@staff_page
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer on one page; the address of a merged record leads to the one that stays."""
    try:
        row = customer_of(request, pk)
    except Http404:
        return _where_it_went(request, pk)
    if row.merged_into_id is not None:
        return redirect(f"/customers/{row.merged_into_id}/")
    now = clock.now()
    page = page_of(row, user=request.user, confidential=row.is_confidential)
    context = {
        "customer": row,
        "page": page,
        "now": now,
        "owed": owed(page, now),
        "days": days_of(page.entries, now=now, zone=request.user.timezone),
        "last_id": page.entries[-1].pk if page.entries else None,
        "tickets": [_overdue_first(one, now) for one in page.tickets],
        "may_edit": _may_edit(request.user, row),
        "triangle": {"ar": page.team.ar, "sr": page.team.sr, "fr": page.team.fr},
        "early": [one for one in page.projects if one.early_until],
        "tabs": _tabs(row, page),
    }
    return render(request, "desk/customer.html", context)


def _tabs(row: Customer, page: Page) -> list[dict]:
    """The tabs of every page of the customer, with the lists of its projects and tickets."""
    tabs = tabs_of(row, "overview", confidential=row.is_confidential)
    people = f"{row.get_absolute_url()}contacts/"
    for tab in tabs:
        if tab["url"] == people:
            tab["count"] = page.contact_count
    others = [("projects", _("Projects"), len(page.projects))]
    others.append(("tickets", _("Tickets"), page.open_tickets))
    for key, label, count in others:
        url = f"/{key}/?customer={row.pk}"
        tabs.append({"url": url, "label": label, "current": False, "count": count})
    return tabs


@staff_page
def relations(request: HttpRequest, pk: int) -> HttpResponse:
    """The nine-grid in small: loaded after the page, a page of its own without script."""
    row = customer_of(request, pk)
    ask(row.is_confidential, _("Only the account team and the heads above it see relations."))
    now = clock.now()
    alone = count_of(row, at=now)
    health = AccountHealth.objects.filter(customer=row, is_current=True).first()
    context = {
        "customer": row,
        "grid": card_of(row, now=now),
        "alone": alone,
        "health": health if health is not None and health.band else None,
        "health_tone": HEALTH_TONES.get(health.band, "none") if health is not None else "none",
    }
    part = request.headers.get("HX-Request")
    return render(request, "desk/_grid_card.html" if part else "desk/relations.html", context)


@staff_page
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Earlier entries of the timeline: a fragment for htmx, a page without script."""
    row = customer_of(request, pk)
    page = page_of(
        row,
        user=request.user,
        confidential=row.is_confidential,
        before=whole_in(request.GET.get("before")),
        size=PAGE,
    )
    context = {
        "customer": row,
        "page": page,
        "last_id": page.entries[-1].pk if page.entries else None,
        "days": days_of(page.entries, now=clock.now(), zone=request.user.timezone),
    }
    part = request.headers.get("HX-Request")
    return render(request, "desk/_timeline.html" if part else "desk/timeline.html", context)


def _where_it_went(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a record that is out of sight because its team went with the merge; else 404."""
    stays = Customer.objects.visible_to(request.user).values("pk")
    row = found(Customer.objects.filter(merged_into__in=stays), pk=pk)
    return redirect(f"/customers/{row.merged_into_id}/")


def _may_edit(user, row: Customer) -> bool:
    """As accounts.rules.may_edit_customer, with what the row has brought along."""
    known = row.is_served or user.is_superuser or has_role(user, Role.ADM)
    return known or leads(user, row)


def customer_of(request: HttpRequest, pk: int) -> Customer:
    """The customer if it is visible, with whether its confidential class is: one query."""
    row = _read_one(request.user, pk)
    if row is None:
        raise Http404
    row.is_confidential = row.is_confidential and not is_presenting(request)
    return row


def _read_one(user: Any, pk: int) -> Customer | None:
    if pk > LARGEST:
        return None
    rows = read_alike(
        "customer", user, lambda probe: _seen_as(probe, ONE), {"customer": pk}, {"customer": ONE}
    )
    rows = list(_seen_as(user, pk)) if rows is None else rows
    return rows[0] if rows else None


def _seen_as(user: Any, pk: int) -> QuerySet[Customer]:
    """One customer with what is asked of the reader."""
    door = Customer.objects.confidential_to(user).filter(pk=OuterRef("pk"))
    rows = Customer.objects.visible_to(user).select_related("owning_unit", "parent")
    seats = AccountAssignment.objects.active().filter(
        user=user, customer=OuterRef("pk"), role__in=EDITORS
    )
    return rows.annotate(is_confidential=Exists(door), is_served=Exists(seats)).filter(pk=pk)


def _overdue_first(ticket, now) -> dict:
    """A ticket with its next breach as a countdown."""
    known = ticket.queue_at < NEVER
    left = (ticket.queue_at - now).total_seconds() if known else None
    tone = "none" if left is None else "breach" if left <= 0 else "watch" if left < 7200 else "ok"
    return {"ticket": ticket, "due": ticket.queue_at if known else None, "tone": tone}
