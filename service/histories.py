"""Reads the state history of a foreign ticket as events of ours: pure, for imports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from service.choices import SEVERITY_OF, EventKind

NEW, WORKING, WAITING = "new", "working", "waiting_customer"
RESOLVED, CLOSED = "resolved", "closed"


@dataclass(frozen=True)
class Change:
    """One row of the history: the state from `at` on."""

    state: str
    at: dt.datetime
    severity: str
    revision: int | None = None


@dataclass
class Told:
    """What a history becomes: (kind, at, facts), the times of the ticket, its waits."""

    events: list[tuple[str, dt.datetime, dict[str, Any]]] = field(default_factory=list)
    stamps: dict[str, dt.datetime | None] = field(default_factory=dict)
    waits: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)
    status: str = "reported"
    severity: int = 3
    reopened: int = 0
    early: int = 0
    gaps: int = 0


def tell(opened_at: dt.datetime, changes: Sequence[Change], closed_at: dt.datetime | None) -> Told:
    """The events of a ticket. A change before the opening counts at the opening (`early`); a
    missing revision is a gap (`gaps`); a history that ends open is closed at `closed_at`."""
    ordered = sorted(changes, key=lambda one: (one.at, one.revision or 0))
    severity = SEVERITY_OF[ordered[0].severity] if ordered else 3
    story = Told(severity=int(severity))
    _say(story, EventKind.REPORTED, opened_at, severity=story.severity, level="none")
    held, last = NEW, None
    for one in ordered:
        at = max(one.at, opened_at)
        story.early += one.at < opened_at
        story.gaps += _gap(last, one)
        last = one
        _severity(story, one, at)
        if one.state != held:
            _step(story, held, one.state, at)
            held = one.state
    if held != CLOSED and closed_at is not None:
        _step(story, held, CLOSED, max(closed_at, opened_at, story.events[-1][1]))
    return story


def _gap(last: Change | None, one: Change) -> bool:
    if last is None or last.revision is None or one.revision is None:
        return False
    return one.revision > last.revision + 1


def _say(story: Told, kind: str, at: dt.datetime, **facts: Any) -> None:
    story.events.append((kind, at, facts))


def _severity(story: Told, one: Change, at: dt.datetime) -> None:
    rank = int(SEVERITY_OF[one.severity])
    if rank != story.severity:
        story.severity = rank
        _say(story, EventKind.SEVERITY_CHANGED, at, severity=rank, by_customer=True)


def _step(story: Told, held: str, to: str, at: dt.datetime) -> None:
    if story.status == "reported" and to != NEW:
        _say(story, EventKind.ACCEPTED, at)
        story.stamps.setdefault("accepted_at", at)
        story.status = "in_progress"
    if held == WAITING:
        _say(story, EventKind.RESUMED, at)
        story.waits.append((story.stamps.pop("_waits_since"), at))
    if held == RESOLVED and to not in (CLOSED, RESOLVED):
        _say(story, EventKind.REJECTED, at)
        story.reopened += 1
        story.stamps |= {"resolved_at": None}
    if held == CLOSED:
        _say(story, EventKind.REOPENED, at)
        story.reopened += 1
        story.stamps |= dict.fromkeys(("closed_at", "resolved_at", "restored_at"))
    _ARRIVE[to](story, at)


def _contact(story: Told, at: dt.datetime) -> None:
    if not story.stamps.get("responded_at"):
        _say(story, EventKind.CONTACTED, at)
        story.stamps["responded_at"] = at


def _work(story: Told, at: dt.datetime) -> None:
    story.status = "in_progress"


def _wait(story: Told, at: dt.datetime) -> None:
    _contact(story, at)
    _say(story, EventKind.PAUSED, at, pause=WAITING)
    story.stamps["_waits_since"] = at
    story.status = "waiting_customer"


def _resolve(story: Told, at: dt.datetime) -> None:
    _contact(story, at)
    if not story.stamps.get("restored_at"):
        _say(story, EventKind.RESTORED, at, unconfirmed=True)
        story.stamps["restored_at"] = at
    _say(story, EventKind.RESOLVED, at)
    story.stamps["resolved_at"] = at
    story.status = "resolved"


def _close(story: Told, at: dt.datetime) -> None:
    if not story.stamps.get("resolved_at"):
        _resolve(story, at)
    _say(story, EventKind.CLOSED, at, unconfirmed=True)
    story.stamps["closed_at"] = at
    story.status = "closed"


_ARRIVE = {NEW: _work, WORKING: _work, WAITING: _wait, RESOLVED: _resolve, CLOSED: _close}
