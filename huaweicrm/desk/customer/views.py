"""The page of a customer: who, what we owe, what runs, and everything that ever happened."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Customer
from accounts.rules import may_edit_customer
from core import clock
from core.preferences import is_presenting
from core.web import found, staff_page
from huaweicrm.desk.customer.sections import owed, page_of
from huaweicrm.desk.timeline import PAGE, days_of
from huaweicrm.desk.today.scope import Scope
from huaweicrm.desk.today.views import waiting


@staff_page
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer on one page."""
    row = _customer(request, pk)
    now, scope = clock.now(), Scope.of(request.user, clock.now())
    page = page_of(row, user=request.user, confidential=_confidential(request, row))
    context = {
        "customer": row,
        "page": page,
        "now": now,
        "owed": owed(page, now),
        "days": days_of(page.entries, now=now, zone=request.user.timezone),
        "last_id": page.entries[-1].pk if page.entries else None,
        "tickets": [waiting(one, page.clocks.get(one.pk, []), scope) for one in page.tickets],
        "may_edit": may_edit_customer(request.user, row),
        "early": [one for one in page.projects if one.early_until],
    }
    return render(request, "desk/customer.html", context)


@staff_page
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Earlier entries of the timeline: a fragment for htmx, a page without script."""
    row = _customer(request, pk)
    before = request.GET.get("before", "")
    page = page_of(
        row,
        user=request.user,
        confidential=_confidential(request, row),
        before=int(before) if before.isdigit() else None,
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


def _customer(request: HttpRequest, pk: int) -> Customer:
    rows = Customer.objects.visible_to(request.user).select_related("owning_unit", "parent")
    return found(rows, pk=pk)


def _confidential(request: HttpRequest, row: Customer) -> bool:
    if is_presenting(request):
        return False
    return Customer.objects.confidential_to(request.user).filter(pk=row.pk).exists()
