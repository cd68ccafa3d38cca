"""The page of a power map: seats as a tree, as a list, the chart, who knows whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.choices import OPEN_STAGES
from accounts.models import Customer
from core import clock
from core.preferences import is_presenting
from core.web import actor_of, found, staff_page
from core.wording import signed
from relationships import grid, power, rules
from relationships.actions.readings import log_reads
from relationships.choices import EdgeKind, SeatRole, SeatState
from relationships.models import CompetitorStance, GridAssessment, InfluenceEdge, PowerMap
from relationships.queries.known import chart_of, known_at
from relationships.queries.power import Held, MapView, maps_of, rounded, view_of
from relationships.views.grid import customer_of

VIEWS = ("map", "list", "chart", "known")
CROWD = 40
"""A list of more seats than this is folded by branch."""
FEW = 12
"""Gaps that are named beside the map."""


@dataclass(frozen=True)
class Tied:
    """A tie of a seat in words: the edge, what it does, whom."""

    edge: InfluenceEdge
    words: str
    tone: str


@staff_page
@require_safe
def customer_power(request: HttpRequest, pk: int) -> HttpResponse:
    """The map in force of a customer, else the newest one; where there is none, how to begin."""
    customer = customer_of(request, pk)
    if is_presenting(request):
        return _hidden(request, customer)
    maps = maps_of(customer)
    return _page(request, customer, maps[0] if maps else None, maps)


@staff_page
@require_safe
def map_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One map, also an archived one."""
    row = map_of(request, pk)
    if is_presenting(request):
        return _hidden(request, row.customer)
    return _page(request, row.customer, row, maps_of(row.customer))


def map_of(request: HttpRequest, pk: int) -> PowerMap:
    """A map whose customer's confidential class the reader sees."""
    rows = PowerMap.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "opportunity"), pk=pk)


def _hidden(request: HttpRequest, customer: Customer) -> HttpResponse:
    context = {"customer": customer, "what": _("Power map")}
    return render(request, "relationships/hidden.html", context)


def _page(
    request: HttpRequest, customer: Customer, row: PowerMap | None, maps: list[PowerMap]
) -> HttpResponse:
    now, view = clock.now(), request.GET.get("view", "map")
    log_reads([customer], by=actor_of(request), now=now)
    view = view if view in VIEWS else "map"
    shown = view_of(row, now=now) if row is not None else None
    may = rules.may_draw(request.user, customer)
    context = {
        "customer": customer,
        "row": row,
        "maps": maps[:FEW] if len(maps) > 1 else [],
        "shown": shown,
        "view": view,
        "tabs": _tabs(request, view, shown),
        "may_draw": may,
        "may_edit": may and row is not None and row.is_open,
        "may_move": _is_judged(row),
        "now": now,
        "roles": list(SeatRole),
        "deal": _asked_for(row),
        **_figures(shown),
        **_below(request, customer, view, shown, now),
    }
    return render(request, "relationships/power.html", context)


def _below(
    request: HttpRequest, customer: Customer, view: str, shown: MapView | None, now: dt.datetime
) -> dict[str, Any]:
    """What the view asked for needs."""
    if view == "chart":
        lines, more = chart_of(customer)
        return {"chart": lines, "more": more}
    if view == "known":
        return {"known": known_at(customer, now=now)}
    if shown is None:
        return {}
    pk = request.GET.get("seat", "")
    chosen = shown.seat(int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    return {
        "chosen": chosen,
        "ties": ties_of(shown, chosen) if chosen else [],
        "cell": _cell(chosen.position if chosen else None),
        "general": _cell(chosen.general if chosen else None),
        "gaps": gaps_of(shown)[:FEW],
        "lines": [(each, ties_of(shown, each)) for each in shown.held],
        "branches": branches_of(shown) if len(shown.held) > CROWD else [],
    }


@dataclass(frozen=True)
class Branch:
    """Seats below one that reports to the top: who heads it, lines as in the list, what to see."""

    head: Held | None
    lines: Sequence[tuple[Held, list[Tied]]]
    against: int
    vacant: int

    @property
    def seats(self) -> list[Held]:
        """Everybody in it."""
        return [each for each, _ties in self.lines]

    @property
    def against_words(self) -> str:
        """How many are against us."""
        said = ngettext("%(n)d against us", "%(n)d against us", self.against)
        return said % {"n": self.against}

    @property
    def vacant_words(self) -> str:
        """How many seats nobody holds."""
        return _("%(n)d vacant") % {"n": self.vacant}


def branches_of(shown: MapView) -> list[Branch]:
    """The list of a large map by branch; whoever stands on top comes first."""
    held = {each.seat.pk: each for each in shown.held}
    nodes = [power.Node(pk, each.seat.reports_to_id, each.weight) for pk, each in held.items()]
    return [
        Branch(
            held[head] if head is not None else None,
            [(held[pk], ties_of(shown, held[pk])) for pk in keys],
            sum((held[pk].support or 0) < 0 for pk in keys),
            sum(held[pk].contact is None for pk in keys),
        )
        for head, keys in power.branches(nodes)
    ]


def _cell(position: GridAssessment | None) -> str:
    if position is None:
        return ""
    return f"{grid.cell_words(position.cell)} · {grid.PLAYBOOK[position.cell].name}"


def _is_judged(row: PowerMap | None) -> bool:
    """Whether people may be judged for what the map draws: for a closed opportunity nobody is."""
    deal = row.opportunity if row is not None else None
    return deal is None or deal.stage in OPEN_STAGES


def _asked_for(row: PowerMap | None) -> str:
    """What the links to the grid and the evidence form carry: the opportunity of the map."""
    return f"opportunity={row.opportunity_id}&" if row and row.opportunity_id else ""


def _figures(shown: MapView | None) -> dict[str, Any]:
    """The key index in words, rounded; nothing where there is no seat."""
    if shown is None or shown.figures.index is None:
        return {"index": "–", "coverage": ""}
    said = shown.figures
    return {"index": rounded(said.index), "coverage": f"{said.coverage:.0f}%"}


def ties_of(shown: MapView, held: Held) -> list[Tied]:
    """Ties of a seat in words, from its side."""
    pk, said = held.seat.pk, []
    for edge in shown.edges:
        if pk not in (edge.from_seat_id, edge.to_seat_id):
            continue
        outward = edge.from_seat_id == pk
        other = shown.seat(edge.to_seat_id if outward else edge.from_seat_id)
        name = name_of(other) if other else ""
        tone = "risk" if edge.kind == EdgeKind.CONFLICTS else "none"
        said.append(Tied(edge, _tie_words(edge.kind, name, outward=outward), tone))
    return said


def _tie_words(kind: str, name: str, *, outward: bool) -> str:
    if kind == EdgeKind.CONFLICTS:
        return _("in conflict with %(name)s") % {"name": name}
    if kind == EdgeKind.SPONSORS:
        text = _("sponsors %(name)s") if outward else _("sponsored by %(name)s")
    else:
        text = _("influences %(name)s") if outward else _("influenced by %(name)s")
    return text % {"name": name}


def name_of(held: Held) -> str:
    """Whoever holds a seat, else its title."""
    return held.contact.name if held.contact is not None else held.seat.title


def gaps_of(shown: MapView) -> list[tuple[Held, str, str]]:
    """(seat, what is lacking, tone), the heaviest first: against us, vacant, not or no longer
    assessed."""
    said = []
    for each in shown.held:
        if each.support is not None and each.support < 0:
            words = _("against us, support %(value)s") % {"value": signed(each.support)}
            said.append((each, words, "risk"))
        elif each.rival is not None:
            words = _("closer to %(name)s (%(value)s)")
            said.append((each, words % _rival(each.rival), "risk"))
        elif each.state == SeatState.VACANT:
            said.append((each, str(SeatState.VACANT.label), "watch"))
        elif each.is_stale:
            said.append((each, _("to re-check"), "watch"))
        elif each.state == SeatState.IDENTIFIED:
            said.append((each, str(SeatState.IDENTIFIED.label), "watch"))
    return said


def _rival(row: CompetitorStance) -> dict[str, str]:
    return {"name": row.competitor, "value": signed(row.stance)}


def _tabs(request: HttpRequest, view: str, shown: MapView | None) -> list[dict[str, Any]]:
    labels = {
        "map": _("Map"), "list": _("List"), "chart": _("Who reports to whom"),
        "known": _("Who knows whom"),
    }  # fmt: skip
    return [
        {
            "url": "?" if key == "map" else f"?view={key}",
            "label": label,
            "current": key == view,
            "count": len(shown.held) if key == "list" and shown else None,
        }
        for key, label in labels.items()
    ]
