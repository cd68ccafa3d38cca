"""Account health: one customer part by part, and where relations fade (R-H1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import rules
from accounts.choices_health import HEALTH_TONES, HealthBand
from accounts.filters_health import FallingFilter
from accounts.models import AccountHealth, Customer
from accounts.queries import teams_of
from accounts.queries_health import falls, part_lines
from accounts.views.acting import customer_of, head_of
from core import clock
from core.paging import page_of, size_of
from core.preferences import is_presenting
from core.web import ask, staff_page

YEAR = dt.timedelta(days=366)


@staff_page
@require_safe
def health_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of a customer's health last night or on an earlier day, and how it went."""
    customer, now = _inside(request, pk), clock.now()
    rows = AccountHealth.objects.filter(customer=customer)
    months = _months(customer, timezone.localdate(now))
    on = _day_asked(request)
    shown = rows.filter(as_of__lte=on) if on is not None else rows
    row = shown.order_by("-as_of").first()
    context = {
        **head_of(request, customer, "health"),
        "row": row,
        "tone": HEALTH_TONES.get(row.band, "none") if row is not None else "none",
        "lines": part_lines(row, now=now) if row is not None else [],
        "fall": falls([row], day=row.as_of, now=now)[0] if row is not None else None,
        "months": [(each, HEALTH_TONES.get(each.band, "none")) for each in reversed(months)],
        "curve": [float(each.total) for each in months if each.total is not None],
        "is_past": row is not None and not row.is_current,
    }
    return render(request, "accounts/health.html", context)


@staff_page
@require_safe
def falling_list(request: HttpRequest) -> HttpResponse:
    """Where relations fade: whoever lost most since the last quarter end but one comes first."""
    now = clock.now()
    if is_presenting(request):
        return render(request, "accounts/falling.html", {"hidden": True})
    rows = AccountHealth.objects.visible_to(request.user).current()
    filters = FallingFilter(request.GET, queryset=rows, request=request)
    found = filters.qs if filters.is_valid() else rows
    page = page_of(
        found.select_related("customer"),
        ordering="-lost",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    teams = teams_of([row.customer_id for row in page.rows])
    lines = falls(page.rows, day=timezone.localdate(now), now=now)
    context = {
        "page": page,
        "lines": [(each, teams[each.row.customer_id].ar) for each in lines],
        "tabs": _tabs(request, rows),
        "bar": [filters.form[name] for name in ("tier", "mine")],
        "kept": [("band", request.GET["band"])] if request.GET.get("band") else [],
    }
    return render(request, "accounts/falling.html", context)


def _tabs(request: HttpRequest, rows: Any) -> list[dict[str, Any]]:
    """Bands with their counts, the worst first: one query."""
    counted = dict(rows.order_by().values_list("band").annotate(Count("pk")))
    chosen = request.GET.get("band", "")
    tabs = [
        {
            "url": "/account-health/",
            "label": _("All"),
            "current": not chosen,
            "count": sum(counted.values()),
        }
    ]
    for band in reversed(HealthBand):
        tabs.append(
            {
                "url": f"/account-health/?band={band}",
                "label": str(band.label),
                "current": chosen == band,
                "count": counted.get(band, 0),
                "tone": HEALTH_TONES[band] if counted.get(band) else "",
            }
        )
    return tabs


def _inside(request: HttpRequest, pk: int) -> Customer:
    customer = customer_of(request, pk)
    ask(
        rules.sees_confidential(request.user, customer),
        _("Account health is for the account team and the heads above it."),
        rule="0.2",
    )
    return customer


def _months(customer: Customer, today: dt.date) -> list[AccountHealth]:
    """The last day of each month of a year, oldest first."""
    rows = AccountHealth.objects.filter(customer=customer, as_of__gt=today - YEAR)
    found: dict[tuple[int, int], AccountHealth] = {}
    for row in rows.order_by("as_of").defer("facts"):
        found[(row.as_of.year, row.as_of.month)] = row
    return list(found.values())


def _day_asked(request: HttpRequest) -> dt.date | None:
    """The day of the address; what is no day is none."""
    try:
        return parse_date(request.GET.get("on", ""))
    except ValueError:
        return None
