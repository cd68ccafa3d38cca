"""Which clause applies to a ticket, and what a tightened target is: pure (domain.md c.5, R-S4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from service.choices import CalendarRule, ClockKind, TargetUnit, TicketClass

BY_CLASS_ALONE = (TicketClass.COMPLAINT, TicketClass.PRAISE)


@dataclass(frozen=True)
class Clause:
    """A clause as the rules see it; `source` is contract, level or house."""

    id: int
    source: str
    ticket_class: str
    severity: int | None
    outage_only: bool
    kind: str
    target: int
    unit: str
    calendar: str
    is_objective: bool
    valid_from: dt.datetime


@dataclass(frozen=True)
class Override:
    """A tighter target in minutes for one customer and time."""

    id: int
    kind: str
    ticket_class: str
    severity: int | None
    target_min: int


@dataclass(frozen=True)
class Promise:
    """What one clock of one ticket must hold; frozen on the clock when it is made."""

    kind: str
    target: int
    unit: str
    calendar: str
    clause_id: int
    override_id: int | None
    is_internal: bool


SOURCES = {"contract": 0, "level": 1, "house": 2}


def chosen(
    clauses: Iterable[Clause],
    *,
    kind: str,
    ticket_class: str,
    severity: int,
    outage: bool,
    at: dt.datetime,
) -> Clause | None:
    """The clause in force at `at` for this clock: contract before level before house, own class
    before any, own severity before any, latest first. A complaint or praise is keyed by its class
    alone (clocks.md 1)."""
    fitting = [
        clause
        for clause in clauses
        if clause.kind == kind
        and clause.valid_from <= at
        and clause.ticket_class in _classes(kind, ticket_class)
        and clause.severity in (None, severity)
        and (outage or not clause.outage_only)
    ]
    if not fitting:
        return None
    return min(
        fitting,
        key=lambda clause: (
            SOURCES[clause.source],
            clause.ticket_class == "",
            clause.severity is None,
            -clause.valid_from.timestamp(),
            -clause.id,
        ),
    )


def _classes(kind: str, ticket_class: str) -> tuple[str, ...]:
    if ticket_class in BY_CLASS_ALONE and kind != ClockKind.HOP:
        return (ticket_class,)
    return (ticket_class, "")


def promise(
    clause: Clause,
    overrides: Iterable[Override],
    *,
    ticket_class: str,
    severity: int,
    internal: bool,
) -> Promise:
    """The clause with the tightest override that fits it; house targets stay inside."""
    fitting = [
        one
        for one in overrides
        if one.kind == clause.kind
        and one.ticket_class in ("", ticket_class)
        and one.severity in (None, severity)
    ]
    tightest = min(fitting, key=lambda one: one.target_min, default=None)
    hidden = internal or clause.is_objective
    if tightest is None or not _tighter(tightest.target_min, clause):
        return Promise(
            clause.kind, clause.target, clause.unit, clause.calendar, clause.id, None, hidden
        )
    return Promise(
        clause.kind,
        tightest.target_min,
        TargetUnit.MINUTES,
        clause.calendar,
        clause.id,
        tightest.id,
        hidden,
    )


def _tighter(target_min: int, clause: Clause) -> bool:
    return clause.unit == TargetUnit.BD or target_min < clause.target


def target_s(target: int, unit: str, *, standard_day_min: int) -> int:
    """A target in seconds; a working day is the calendar's standard day (clocks.md 3)."""
    minutes = target * standard_day_min if unit == TargetUnit.BD else target
    return minutes * 60


def tightened(minutes: int, share_pct: int) -> int:
    """R-S4: the share of the target that it replaces, rounded down to the minute."""
    return minutes * share_pct // 100


def counts_always(calendar: str) -> bool:
    """True for a clause that runs round the clock."""
    return calendar == CalendarRule.ALWAYS
