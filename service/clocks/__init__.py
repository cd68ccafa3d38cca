"""The clocks of a ticket: one pure function from its events to every clock (clocks.md 1 to 5)."""

from service.clocks.cycles import Cycle, Leg
from service.clocks.states import Breach, ClockState, Crossing
from service.clocks.story import pause_allowed
from service.clocks.terms import (
    ALWAYS,
    CONTRACT,
    KINDS,
    Calendars,
    ClauseSet,
    ClockClause,
    ClockEvent,
    backdating,
    is_tighter,
    target_seconds,
    tightened,
)
from service.clocks.timeline import Timeline, explain, timeline

__all__ = [
    "ALWAYS",
    "CONTRACT",
    "KINDS",
    "Breach",
    "Calendars",
    "ClauseSet",
    "ClockClause",
    "ClockEvent",
    "ClockState",
    "Crossing",
    "Cycle",
    "Leg",
    "Timeline",
    "backdating",
    "explain",
    "is_tighter",
    "pause_allowed",
    "target_seconds",
    "tightened",
    "timeline",
]
