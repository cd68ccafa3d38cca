"""The three layers of a customer relation: key persons, breadth, the organisations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import rules
from accounts.choices import Tier
from accounts.models import Customer
from accounts.queries import teams_of
from accounts.queries_gaps import key_accounts
from accounts.views.acting import customer_of, head_of
from core import clock, policy
from core.preferences import is_presenting
from core.web import ask, staff_page
from relationships import layer_words, layers, policies_layers
from relationships.cells import Share
from relationships.coverage import coverage_share
from relationships.models import LayerSnapshot
from relationships.power import Figures
from relationships.queries.layers import key_figures, ledgers, universal_grades
from relationships.queries.power import rounded

SHOWN = 200
GRADE_TONES = {"A": "ok", "B": "ok", "C": "watch", "D": "risk"}


@staff_page
@require_safe
def layers_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a relation stands today, what lacks between the organisations, month by month."""
    customer, now = customer_of(request, pk), clock.now()
    ask(
        rules.sees_confidential(request.user, customer),
        _("The layers of a relation are for the account team and the heads above it."),
        rule="0.2",
    )
    share = coverage_share([pk], now=now).get(pk, Share())
    ways = ledgers([pk], now=now)[pk]
    universal = universal_grades({pk: share}, now=now)[pk]
    organisational = layers.organisational_grade(ways)
    figures = key_figures([pk], now=now).get(pk, Figures(None))
    months = list(LayerSnapshot.objects.filter(customer=customer).order_by("-month")[:12])
    context = head_of(request, customer, "layers") | {
        "figures": figures,
        "index": rounded(figures.index),
        "share": share,
        "universal": universal,
        "universal_tone": GRADE_TONES.get(universal, "none"),
        "organisational": organisational,
        "organisational_tone": GRADE_TONES[organisational],
        "ways": [(each, layer_words.way(each), *_lines(each, now)) for each in ways],
        "asked": customer.tier in (Tier.S, Tier.A) and not customer.cash_flow,
        "months": [(row, rounded(_number(row.key_index))) for row in months],
        "curve": [float(row.key_index) for row in reversed(months) if row.key_index is not None],
        "days": policy.get(policies_layers.WAY_DAYS, at=now),
    }
    return render(request, "relationships/layers.html", context)


@staff_page
@require_safe
def ways_list(request: HttpRequest) -> HttpResponse:
    """Key accounts in sight by what lacks between the organisations, the largest gap first."""
    if is_presenting(request):
        return render(request, "relationships/ways.html", {"hidden": True})
    now = clock.now()
    rows = list(key_accounts(request.user).current().filter(cash_flow=False).order_by("pk")[:SHOWN])
    found = ledgers([row.pk for row in rows], now=now)
    teams = teams_of([row.pk for row in rows])
    rows.sort(key=lambda row: _urgency(row, found[row.pk], now))
    lines = [
        (
            row,
            layers.organisational_grade(found[row.pk]),
            [(layer_words.way_name(each.way), *_lines(each, now)) for each in found[row.pk]],
            teams[row.pk].ar,
        )
        for row in rows
    ]
    context = {
        "lines": [(row, grade, GRADE_TONES[grade], ways, ar) for row, grade, ways, ar in lines],
        "heads": [layer_words.way_name(way) for way in layers.WAYS],
        "most": SHOWN,
        "days": policy.get(policies_layers.WAY_DAYS, at=now),
    }
    return render(request, "relationships/ways.html", context)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _lines(way: layers.Way, now: dt.datetime) -> tuple[str, str, str]:
    """(tone, what was done or lacks, until when it holds) of one way."""
    window = policy.get(policies_layers.WAY_DAYS, at=now)
    tone, text = layer_words.state(way)
    lapses = way.lapses_on(window)
    return tone, text, layer_words.until(lapses, timezone.localdate(now)) if lapses else ""


def _urgency(row: Customer, ways: list[layers.Way], now: dt.datetime) -> tuple:
    """More lacking ways first, S before A, then what lapses first."""
    window = policy.get(policies_layers.WAY_DAYS, at=now)
    ends = [end for each in ways if (end := each.lapses_on(window)) is not None]
    lacking = sum(not each.is_met for each in ways)
    return (-lacking, row.tier, min(ends, default=dt.date.max), row.pk)
