"""Exposure (关系单点依赖): what would leave with one of us, per customer and over all."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock, policy
from core.preferences import is_presenting
from core.web import actor_of, staff_page
from relationships import grid, policies
from relationships.actions.readings import log_reads
from relationships.queries.exposure import lines_for, met_by_others, people_of
from relationships.views.grid import customer_of


@staff_page
@require_safe
def exposure_list(request: HttpRequest) -> HttpResponse:
    """Customers and colleagues, most exposed first; for whoever reads the confidential class."""
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": None})
    now = clock.now()
    return render(
        request, "relationships/exposures.html", {"lines": lines_for(request.user, at=now)}
    )


@staff_page
@require_safe
def exposure_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of one customer who hang on one of us, and whether anybody else met them."""
    customer = customer_of(request, pk)
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": customer})
    now = clock.now()
    rows = people_of(customer, at=now)
    days = policy.get(policies.EVIDENCE_DAYS, at=now)
    others = met_by_others(rows, since=now - dt.timedelta(days=days))
    log_reads([customer], by=actor_of(request), now=now)
    context = {
        "customer": customer,
        "lines": [(row, grid.cell_words(row.cell), others.get(row.contact_id, 0)) for row in rows],
        "days": days,
    }
    return render(request, "relationships/exposure.html", context)
