"""The events of a ticket in order, with the severities and pauses that they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.worktime import Pause
from service.clocks import terms
from service.clocks.terms import ClockEvent

WAITING_CUSTOMER, NO_ACCESS = "waiting_customer", "no_access"
WINDOW_SET_BY_CUSTOMER = "window_set_by_customer"
CUSTOMER_CAUSED = frozenset({WAITING_CUSTOMER, NO_ACCESS, WINDOW_SET_BY_CUSTOMER})
ENDS_PAUSES = frozenset(
    {
        terms.RESUMED,
        terms.MESSAGE_IN,
        terms.RESOLVED,
        terms.CLOSED,
        terms.CANCELLED,
        terms.REOPENED,
    }
)


def pause_allowed(kind: str, reason: str, severity: int | None) -> bool:
    """Whether a clock pauses for a reason at a severity: response, update, callback and hop never;
    onsite only for denied access; restore and resolve for waits that the customer causes, of a
    critical ticket only for denied access; our own supplier never (clocks.md 2)."""
    if kind == terms.ONSITE:
        return reason == NO_ACCESS
    if kind in (terms.RESTORE, terms.RESOLVE):
        return reason == NO_ACCESS or (reason in CUSTOMER_CAUSED and severity != terms.CRITICAL)
    return False


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause as it was recorded, whatever clock it may stop; end None still lasts."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Rank:
    """Severity and level from `since` on."""

    since: datetime
    severity: int | None
    level: str


@dataclass(frozen=True, slots=True)
class Story:
    """What happened up to now, in order of effect, then sequence (clocks.md 4)."""

    events: tuple[ClockEvent, ...]
    ranks: tuple[Rank, ...]
    waits: tuple[Wait, ...]

    def rank_at(self, at: datetime) -> Rank | None:
        """Severity and level in force at an instant; a change at that instant counts."""
        known = [rank for rank in self.ranks if rank.since <= at]
        return known[-1] if known else None

    def pauses(self, kind: str) -> list[Pause]:
        """The parts of the waits that stop this kind of clock, by the severity of the time."""
        return [
            (max(wait.start, since), _earlier(wait.end, until))
            for wait in self.waits
            for since, until, severity in self._periods()
            if pause_allowed(kind, wait.reason, severity)
            and (until is None or wait.start < until)
            and (wait.end is None or since < wait.end)
        ]

    def _periods(self) -> list[tuple[datetime, datetime | None, int | None]]:
        ends = [rank.since for rank in self.ranks[1:]] + [None]
        return [
            (rank.since, end, rank.severity)
            for rank, end in zip(self.ranks, ends, strict=True)
            if rank.since != end
        ]


def _earlier(first: datetime | None, second: datetime | None) -> datetime | None:
    known = [moment for moment in (first, second) if moment is not None]
    return min(known, default=None)


def tell(events: Iterable[ClockEvent], now: datetime) -> Story:
    """The story of the events known and in effect at `now`."""
    known = [event for event in events if event.recorded_at <= now and event.acts_at <= now]
    known.sort(key=lambda event: (event.acts_at, event.sequence))
    return Story(tuple(known), tuple(_ranks(known)), tuple(_waits(known)))


def _ranks(events: list[ClockEvent]) -> list[Rank]:
    ranks: list[Rank] = []
    for event in events:
        if event.kind not in (terms.REPORTED, terms.SEVERITY_CHANGED, terms.LEVEL_CHANGED):
            continue
        severity = ranks[-1].severity if ranks else None
        level = ranks[-1].level if ranks else ""
        ranks.append(Rank(event.acts_at, event.severity or severity, event.level or level))
    return ranks


def _waits(events: list[ClockEvent]) -> list[Wait]:
    waits: list[Wait] = []
    lasting: list[tuple[datetime, str]] = []
    for event in events:
        if event.kind == terms.PAUSED:
            lasting.append((event.acts_at, event.reason))
        elif event.kind in ENDS_PAUSES:
            waits += [Wait(start, event.acts_at, reason) for start, reason in lasting]
            lasting = []
    return waits + [Wait(start, None, reason) for start, reason in lasting]
