"""Pages of the coverage matrix: one customer with its people and its tree, the list for heads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.choices import ContactLevel, UnitKind
from accounts.queries import teams_of
from accounts.rules import may_edit_customer
from accounts.views.acting import customer_of, do, head_of
from core import clock, policy
from core.web import actor_of, ask, staff_page
from relationships import coverage, policies_cadence
from relationships.actions.coverage import count_anew


@staff_page
@require_safe
def coverage_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The matrix of one customer; a cell opens its people and when they were last met."""
    customer, now = customer_of(request, pk), clock.now()
    kind, level = request.GET.get("kind", ""), request.GET.get("level", "")
    chosen = kind in UnitKind.values and level in ContactLevel.values
    lines, cells = coverage.matrix_of(customer, now=now, kind=kind, level=level)
    branches = coverage.branches_of(customer, request.user, now=now)
    whole = next((one for one in branches if one.customer.pk == customer.pk), None)
    context = head_of(request, customer, "coverage") | {
        "lines": lines,
        "levels": [str(label) for _key, label in ContactLevel.choices],
        "counted_at": max((cell.counted_at for cell in cells), default=None),
        "branches": branches if len(branches) > 1 else [],
        "own": whole.own if whole else None,
        "chosen": f"{UnitKind(kind).label} · {ContactLevel(level).label}" if chosen else "",
        "people": coverage.people_in(customer, kind, level, now=now) if chosen else [],
        "days": policy.get(policies_cadence.COVERAGE_DAYS, at=now),
        "cold": policy.get(policies_cadence.COVERAGE_COLD_DAYS, at=now),
        "shown": coverage.SHOWN,
        "now": now,
    }
    return render(request, "relationships/coverage.html", context)


@require_POST
@staff_page
def coverage_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count one customer now instead of tonight."""
    customer = customer_of(request, pk)
    ask(may_edit_customer(request.user, customer), _("You are not on this account team."))
    return do(
        request,
        lambda: count_anew(customer, by=actor_of(request), now=clock.now()),
        to=f"{customer.get_absolute_url()}coverage/",
        said=_("Counted anew"),
    )


@staff_page
@require_safe
def coverage_list(request: HttpRequest) -> HttpResponse:
    """Customers in sight, the least covered first."""
    now, everybody = clock.now(), request.GET.get("all") == "on"
    lines = coverage.thinnest_for(request.user, now=now, key_accounts=not everybody)
    teams = teams_of([line.customer.pk for line in lines])
    context = {
        "lines": [(line, teams[line.customer.pk].ar) for line in lines],
        "tabs": [
            {"url": "/coverage/", "label": _("S and A"), "current": not everybody},
            {"url": "/coverage/?all=on", "label": _("All"), "current": everybody},
        ],
        "days": policy.get(policies_cadence.COVERAGE_DAYS, at=now),
        "most": coverage.WORST,
        "now": now,
    }
    return render(request, "relationships/coverages.html", context)
