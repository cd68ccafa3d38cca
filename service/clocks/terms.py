"""What the clocks of a ticket are computed from: events, clauses, calendars (clocks.md 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from core.worktime import Calendar

RESPONSE, ONSITE, RESTORE, RESOLVE = "response", "onsite", "restore", "resolve"
UPDATE, CALLBACK, HOP = "update", "callback", "hop"
KINDS = (RESPONSE, ONSITE, RESTORE, RESOLVE, UPDATE, CALLBACK, HOP)
TEAM_KINDS = frozenset({CALLBACK, HOP})

REPORTED, ACCEPTED, CONTACTED = "reported", "accepted", "contacted"
UPDATE_SENT, MESSAGE_IN = "update_sent", "message_in"
PAUSED, RESUMED = "paused", "resumed"
RESTORED, RESOLVED, REJECTED = "restored", "resolved", "rejected"
CONFIRMED, CLOSED, REOPENED, CANCELLED = "confirmed", "closed", "reopened", "cancelled"
SEVERITY_CHANGED, LEVEL_CHANGED = "severity_changed", "level_changed"
POLICY_APPLIED = "policy_applied"
DISPATCHED, DISPATCH_CANCELLED = "dispatched", "dispatch_cancelled"
ARRIVED, HANDED_OVER, HOP_ACCEPTED = "arrived", "handed_over", "hop_accepted"
CALLED_BACK = "called_back"

CRITICAL = 1
WARRANTY, NO_LEVEL = "warranty", "none"
ALWAYS, CONTRACT = "24x7", "contract"

FUTURE_TOLERANCE = timedelta(minutes=2)
SECOND_PERSON_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ClockClause:
    """A promise: `target_s` counted seconds on the 24x7 or the contract calendar. `internal` is
    an own objective that never breaches to the customer; `version` names the row it came from."""

    kind: str
    target_s: int
    calendar: str = ALWAYS
    version: str = ""
    internal: bool = False


Key = tuple[str, int, str]


@dataclass(frozen=True)
class ClauseSet:
    """The clauses of one ticket by (kind, severity, level); level "" holds for every level.

    The caller composes them for the ticket's class: level, then contract, then override."""

    by_key: Mapping[Key, ClockClause] = field(default_factory=dict)

    def find(self, kind: str, severity: int | None, level: str) -> ClockClause | None:
        """The clause that applies, or None where nothing is promised. Level none runs on
        warranty's figures as an internal objective (clocks.md 1)."""
        if severity is None:
            return None
        if level == NO_LEVEL and (kind, severity, NO_LEVEL) not in self.by_key:
            warranty = self.by_key.get((kind, severity, WARRANTY))
            if warranty is not None:
                return replace(warranty, internal=True)
        exact = self.by_key.get((kind, severity, level))
        return exact or self.by_key.get((kind, severity, ""))


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One row of a ticket's append-only log. `reported` carries the first severity (1 critical …
    4 question) and level; `severity_changed` and `level_changed` the new one; `paused` its reason;
    `policy_applied` the clauses that hold from then on. `unconfirmed` marks a stop without the
    customer's word (evidence, silence)."""

    kind: str
    effective_at: datetime
    recorded_at: datetime
    sequence: int = 0
    severity: int | None = None
    level: str = ""
    reason: str = ""
    by_customer: bool = False
    unconfirmed: bool = False
    clauses: ClauseSet | None = None

    @property
    def acts_at(self) -> datetime:
        """When it moves the clocks: a change of severity or level that the customer did not ask
        for acts when recorded, everything else when it happened (clocks.md 4)."""
        if self.kind in (SEVERITY_CHANGED, LEVEL_CHANGED) and not self.by_customer:
            return self.recorded_at
        return self.effective_at


@dataclass(frozen=True)
class Calendars:
    """The calendars of a ticket: the customer's site for customer clocks, the team for callback
    and hop (clocks.md 3)."""

    site: Calendar
    team: Calendar

    @cached_property
    def always(self) -> Calendar:
        """24x7 in the zone of the site."""
        return Calendar(zone=self.site.zone, always=True, name=ALWAYS)

    def of(self, clause: ClockClause) -> Calendar:
        """The calendar that a clause counts on."""
        if clause.calendar == ALWAYS:
            return self.always
        return self.team if clause.kind in TEAM_KINDS else self.site


def target_seconds(amount: float, unit: str, calendar: Calendar) -> int:
    """Counted seconds of a target in minutes (`min`), hours (`h`), days of 24 h (`d`), business
    hours (`bh`) or working days (`bd` = the calendar's standard day; clocks.md 3). Raises KeyError
    for another unit."""
    minutes = {"min": 1, "h": 60, "bh": 60, "d": 1440}
    each = calendar.standard_day_minutes if unit == "bd" else minutes[unit]
    return round(amount * each * 60)


def tightened(minutes: int, percent: int = 25) -> int:
    """A target tightened by `percent`, rounded down to the minute, at least one (R-S4)."""
    return max(1, minutes * (100 - percent) // 100)


def is_tighter(proposed: int, current: int) -> bool:
    """Whether an override may replace the target: only strictly tighter ones (R-S4)."""
    return proposed < current


def backdating(event: ClockEvent, now: datetime, closed_at: datetime | None = None) -> str:
    """What an event of that effective time needs: "refused" (over 2 min ahead), "second_person"
    (over 24 h back or before a closing that already stands), "reason" (any time back), or "" when
    it is of now (clocks.md 4)."""
    if event.effective_at > now + FUTURE_TOLERANCE:
        return "refused"
    if closed_at is not None and event.effective_at < closed_at <= now:
        return "second_person"
    if now - event.effective_at > SECOND_PERSON_AFTER:
        return "second_person"
    return "reason" if now - event.effective_at > FUTURE_TOLERANCE else ""
