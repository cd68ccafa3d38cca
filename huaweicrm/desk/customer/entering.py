"""Pages before a visit: the card of five lines, and the sheet to prepare with."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.web import actor_of, staff_page
from huaweicrm.desk.customer.before import card_of, preparation_of
from huaweicrm.desk.customer.views import customer_of
from relationships.actions.readings import log_reads
from relationships.rules import may_log


@staff_page
@require_safe
def before(request: HttpRequest, pk: int) -> HttpResponse:
    """The card: loaded after a page, a page of its own without script."""
    row, now = customer_of(request, pk), clock.now()
    card = card_of(row, user=request.user, confidential=row.is_confidential, now=now)
    _noted(request, row, card.against, now)
    part = request.headers.get("HX-Request")
    template = "desk/_before.html" if part else "desk/before.html"
    return render(request, template, {"customer": row, "card": card, "now": now})


@staff_page
@require_safe
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything to read before a visit; printed without the confidential lines."""
    row, now = customer_of(request, pk), clock.now()
    found = preparation_of(row, user=request.user, confidential=row.is_confidential, now=now)
    _noted(request, row, found.card.against, now)
    context = {
        "customer": row,
        "page": found,
        "card": found.card,
        "now": now,
        "may_log": may_log(request.user, row),
    }
    return render(request, "desk/prepare.html", context)


def _noted(request: HttpRequest, row: Any, shown: list[Any], now: dt.datetime) -> None:
    """Positions were read: that is noted, as on the grid."""
    if shown:
        log_reads([row], by=actor_of(request), now=now)
