"""From the event log to every clock of a ticket: the one truth of service time (clocks.md 1)."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from core.worktime import Stretch
from core.worktime import explain as explain_span
from service.clocks.cycles import cut
from service.clocks.states import ClockState, state_of
from service.clocks.story import tell
from service.clocks.terms import KINDS, Calendars, ClauseSet, ClockEvent


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every cycle of every clock of a ticket, by kind, then cycle."""

    states: tuple[ClockState, ...]

    def of(self, kind: str) -> tuple[ClockState, ...]:
        """The cycles of one kind, oldest first."""
        return tuple(state for state in self.states if state.kind == kind)

    def current(self, kind: str) -> ClockState | None:
        """The latest cycle of one kind; None when the clock never started."""
        return next(reversed(self.of(kind)), None)

    @property
    def next_fire_at(self) -> datetime | None:
        """The next threshold of any running clock."""
        return min((s.next_fire_at for s in self.states if s.next_fire_at), default=None)


def timeline(
    events: Iterable[ClockEvent],
    clause: ClauseSet,
    calendar: Calendars,
    now: datetime,
    live: Container[tuple[str, int]] | None = None,
) -> Timeline:
    """Every clock of the ticket at `now`, from its events alone: the order in which they were
    recorded is irrelevant, and computing twice gives the same (clocks.md 1 and 7). With `live`,
    (kind, cycle) of those thought to run, cycles that stopped before are left out."""
    story = tell(events, now)
    states: list[ClockState] = []
    for kind in KINDS:
        cycles = cut(kind, clause, story)
        if live is not None:
            cycles = [one for one in cycles if one.is_running or (kind, one.number) in live]
        pauses = story.pauses(kind) if cycles else []
        states += [state_of(cycle, pauses, calendar, now) for cycle in cycles]
    return Timeline(tuple(states))


def explain(state: ClockState, until: datetime | None = None) -> list[Stretch]:
    """Why the due time is what it is: the stretches from the start to `until` (default: the stop,
    else the due time, else where the state was taken), with a `change` of no length where the
    target changed (clocks.md 5)."""
    end = until or state.stopped_at or state.due_at or state.legs[-1][1]
    stretches: list[Stretch] = []
    for number, (since, leg_end, calendar) in enumerate(state.legs):
        if number:
            stretches.append(Stretch(since, since, "change"))
        last = number == len(state.legs) - 1
        stretches += explain_span(calendar, since, end if last else leg_end, state.pauses)
    return stretches
