"""Explains a due time: the stretches that counted and those that did not (clocks.md 5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.worktime import Stretch
from service.choices import ClockKind, ClockState
from service.clocks import ClockState as Computed
from service.clocks import explain
from service.models import SlaClause, Ticket
from service.queries import calendars, timelines


@dataclass(frozen=True)
class Explained:
    """One clock with its stretches; times are shown in `zone`."""

    clock: str
    label: str
    cycle: int
    state: str
    state_label: str
    target_s: int
    elapsed_s: int
    started_at: dt.datetime
    stopped_at: dt.datetime | None
    due_at: dt.datetime | None
    due_latest: dt.datetime | None
    is_internal: bool
    provisional: bool
    target_version: int
    hours: str
    basis: str
    zone: str
    thresholds: list[tuple[int, dt.datetime, bool]]
    stretches: list[dict[str, Any]]


def reason_label(reason: str) -> str:
    """work, make_up, special, lunch, night, weekend, holiday, pause, change in words."""
    labels = {
        "work": _("working time"),
        "make_up": _("make-up working day"),
        "special": _("special hours"),
        "lunch": _("lunch break"),
        "night": _("night"),
        "weekend": _("weekend"),
        "holiday": _("holiday"),
        "pause": _("paused"),
        "change": _("target changed"),
    }
    return labels.get(reason, reason)


def explain_ticket(ticket: Ticket, now: dt.datetime) -> list[Explained]:
    """Every cycle of every clock of a ticket at `now`: two queries."""
    events = timelines.events_of([ticket])[ticket.pk]
    states = timelines.timeline_of(ticket, events, now).states
    ids = {int(state.clause.version.split(":")[0]) for state in states}
    bases = {row.pk: str(row) for row in SlaClause.objects.filter(pk__in=ids)}
    return [_explained(ticket, state, bases) for state in states]


def _explained(ticket: Ticket, state: Computed, bases: dict[int, str]) -> Explained:
    found = calendars.calendars_of(ticket.terms)
    clause_id = int(state.clause.version.split(":")[0])
    return Explained(
        clock=state.kind,
        label=str(ClockKind(state.kind).label),
        cycle=state.cycle,
        state=state.state,
        state_label=str(ClockState(state.state).label),
        target_s=state.target_s,
        elapsed_s=state.elapsed_s,
        started_at=state.started_at,
        stopped_at=state.stopped_at,
        due_at=state.due_at,
        due_latest=state.due_latest,
        is_internal=state.clause.internal,
        provisional=state.provisional,
        target_version=state.target_version,
        hours=state.clause.calendar,
        basis=bases.get(clause_id, ""),
        zone=found.site.zone,
        thresholds=[(one.pct, one.at, one.skipped_by_change) for one in state.crossings],
        stretches=[_stretch(one) for one in explain(state)],
    )


def _stretch(one: Stretch) -> dict[str, Any]:
    return {
        "start": one.start,
        "end": one.end,
        "reason": one.reason,
        "label": reason_label(one.reason),
        "name": one.name,
        "counted": one.counted,
        "seconds": one.seconds,
    }


def as_json(one: Explained) -> dict[str, Any]:
    """The explanation for machines: times in ISO 8601, UTC."""
    said = {
        "clock": one.clock,
        "cycle": one.cycle,
        "state": one.state,
        "target_s": one.target_s,
        "elapsed_s": one.elapsed_s,
        "target_version": one.target_version,
        "calendar": one.hours,
        "basis": one.basis,
        "is_internal": one.is_internal,
        "provisional": one.provisional,
        "zone": one.zone,
    }
    for name in ("started_at", "stopped_at", "due_at", "due_latest"):
        value = getattr(one, name)
        said[name] = value.isoformat() if value else None
    said["thresholds"] = [
        {"percent": pct, "at": at.isoformat(), "skipped_by_change": skipped}
        for pct, at, skipped in one.thresholds
    ]
    said["segments"] = [
        {
            "from": piece["start"].isoformat(),
            "to": piece["end"].isoformat(),
            "reason": piece["reason"],
            "name": piece["name"],
            "counted": piece["counted"],
            "seconds": piece["seconds"],
        }
        for piece in one.stretches
    ]
    return said
