"""Cuts a ticket's story into the cycles of each clock: starts, holds, stops, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.worktime import Pause
from service.clocks import terms
from service.clocks.story import Story
from service.clocks.terms import ClauseSet, ClockClause, ClockEvent


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a cycle under one clause. A `silent` one was run before anything was promised:
    it counts, but crosses and breaches nothing."""

    since: datetime
    clause: ClockClause
    silent: bool = False


@dataclass
class Cycle:
    """One run of a clock from its start to its stop; a resumed one carries on from the cycle
    before it, whose closed gap lies in `gaps` and does not count (clocks.md 4)."""

    kind: str
    number: int
    started_at: datetime
    legs: list[Leg]
    gaps: list[Pause] = field(default_factory=list)
    held_at: datetime | None = None
    stopped_at: datetime | None = None
    cancelled_at: datetime | None = None
    resumed_at: datetime | None = None
    unconfirmed: bool = False

    @property
    def is_running(self) -> bool:
        """Neither stopped nor cancelled; a held cycle still runs."""
        return self.stopped_at is None and self.cancelled_at is None


@dataclass
class Track:
    """The cycles of one kind while the story is read; its methods are the words of `WORDS`."""

    kind: str
    clauses: ClauseSet
    story: Story
    cycles: list[Cycle] = field(default_factory=list)
    unpromised_since: datetime | None = None

    @property
    def running(self) -> Cycle | None:
        """The cycle that runs, if any."""
        return self.cycles[-1] if self.cycles and self.cycles[-1].is_running else None

    def clause_at(self, at: datetime) -> ClockClause | None:
        """What is promised at an instant."""
        rank = self.story.rank_at(at)
        return self.clauses.find(self.kind, rank.severity, rank.level) if rank else None

    def start(self, event: ClockEvent) -> None:
        """Open a cycle, unless one runs."""
        if self.running is None:
            self._open(event.acts_at)

    def again(self, event: ClockEvent) -> None:
        """Close the running cycle, if any, and open the next."""
        self.stop(event)
        self._open(event.acts_at)

    def next_cycle(self, event: ClockEvent) -> None:
        """Close the running cycle and open the next; nothing when none runs. Where nothing was
        promised yet, a later promise counts from here."""
        if self.running is not None:
            self.again(event)
        elif self.unpromised_since is not None:
            self.unpromised_since = event.acts_at

    def _open(self, at: datetime) -> None:
        clause = self.clause_at(at)
        if clause is None:
            self.unpromised_since = at
            return
        self.cycles.append(Cycle(self.kind, len(self.cycles) + 1, at, [Leg(at, clause)]))

    def hold(self, event: ClockEvent) -> None:
        """Freeze the running cycle until it is accepted or rejected."""
        if self.running is not None and self.running.held_at is None:
            self.running.held_at = event.acts_at

    def release(self, event: ClockEvent) -> None:
        """Let a held cycle run on; the time it was held does not count."""
        cycle = self.running
        if cycle is not None and cycle.held_at is not None:
            cycle.gaps.append((cycle.held_at, event.acts_at))
            cycle.held_at = None

    def stop(self, event: ClockEvent) -> None:
        """Stop the running cycle."""
        self.unpromised_since = None
        if self.running is not None:
            self.running.unconfirmed = event.unconfirmed
            self.running.stopped_at = event.acts_at

    def cancel(self, event: ClockEvent) -> None:
        """End the running cycle without a verdict."""
        self.unpromised_since = None
        if self.running is not None:
            self.running.cancelled_at = event.acts_at

    def resume(self, event: ClockEvent) -> None:
        """Run on after a reopening: same start, same elapsed, a new cycle number."""
        if self.running is not None:
            self.release(event)
        elif self.cycles and self.cycles[-1].stopped_at is not None:
            self._carry_on(self.cycles[-1], event.acts_at)
            self.change(event)

    def _carry_on(self, last: Cycle, at: datetime) -> None:
        stopped = min(filter(None, (last.held_at, last.stopped_at)))
        self.cycles.append(
            Cycle(
                self.kind,
                last.number + 1,
                last.started_at,
                list(last.legs),
                [*last.gaps, (stopped, at)],
                resumed_at=at,
            )
        )

    def change(self, event: ClockEvent) -> None:
        """Take over the clause of a changed severity or level: CARRY (clocks.md 4)."""
        at, cycle = event.acts_at, self.running
        clause = self.clause_at(at)
        if cycle is None:
            self._promise(clause, at)
        elif clause is None:
            cycle.cancelled_at = at
            self.unpromised_since = cycle.started_at
        elif clause != cycle.legs[-1].clause:
            cycle.legs.append(Leg(at, clause))

    def reapply(self, event: ClockEvent) -> None:
        """Take over the clauses that an admin applied again (clocks.md 1)."""
        self.clauses = event.clauses or self.clauses
        self.change(event)

    def _promise(self, clause: ClockClause | None, at: datetime) -> None:
        since = self.unpromised_since
        if clause is None or since is None:
            return
        legs = [Leg(since, clause, silent=True), Leg(at, clause)]
        self.cycles.append(Cycle(self.kind, len(self.cycles) + 1, since, legs))
        self.unpromised_since = None


Word = Callable[[Track, ClockEvent], None]

_CHANGES: Mapping[str, Word] = {
    terms.SEVERITY_CHANGED: Track.change,
    terms.LEVEL_CHANGED: Track.change,
    terms.POLICY_APPLIED: Track.reapply,
    terms.CANCELLED: Track.cancel,
}

WORDS: Mapping[str, Mapping[str, Word]] = {
    terms.RESPONSE: {
        **_CHANGES,
        terms.REPORTED: Track.start,
        terms.CONTACTED: Track.stop,
        terms.UPDATE_SENT: Track.stop,
        terms.CLOSED: Track.stop,
        terms.REOPENED: Track.start,
    },
    terms.ONSITE: {
        **_CHANGES,
        terms.DISPATCHED: Track.start,
        terms.ARRIVED: Track.stop,
        terms.DISPATCH_CANCELLED: Track.cancel,
        terms.CLOSED: Track.cancel,
    },
    terms.RESTORE: {
        **_CHANGES,
        terms.REPORTED: Track.start,
        terms.RESTORED: Track.stop,
        terms.RESOLVED: Track.stop,
        terms.CLOSED: Track.stop,
        terms.REOPENED: Track.resume,
    },
    terms.RESOLVE: {
        **_CHANGES,
        terms.REPORTED: Track.start,
        terms.RESOLVED: Track.hold,
        terms.REJECTED: Track.release,
        terms.CONFIRMED: Track.stop,
        terms.CLOSED: Track.stop,
        terms.REOPENED: Track.resume,
    },
    terms.UPDATE: {
        **_CHANGES,
        terms.REPORTED: Track.start,
        terms.UPDATE_SENT: Track.next_cycle,
        terms.RESTORED: Track.stop,
        terms.RESOLVED: Track.stop,
        terms.CLOSED: Track.stop,
        terms.REOPENED: Track.start,
    },
    terms.CALLBACK: {
        **_CHANGES,
        terms.CLOSED: Track.start,
        terms.CALLED_BACK: Track.stop,
        terms.REOPENED: Track.cancel,
    },
    terms.HOP: {
        **_CHANGES,
        terms.HANDED_OVER: Track.again,
        terms.HOP_ACCEPTED: Track.stop,
        terms.RESOLVED: Track.stop,
        terms.CLOSED: Track.stop,
    },
}
"""What each event means to each clock (clocks.md 2)."""


def cut(kind: str, clauses: ClauseSet, story: Story) -> list[Cycle]:
    """The cycles of one kind of clock. A resolved ticket holds its resolve clock until the
    solution is accepted (stop), rejected or reopened (it runs on; clocks.md 2.4)."""
    track = Track(kind, clauses, story)
    words = WORDS[kind]
    for event in story.events:
        if event.kind in words:
            words[event.kind](track, event)
    return track.cycles
