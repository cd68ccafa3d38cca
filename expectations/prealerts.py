"""Whom the 72-hour notice alerts, and when: pre-alerts, night rule, repeats (clocks.md 6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.worktime import Calendar
from expectations.notices import (
    DEFAULTS,
    HOUR,
    OVERDUE,
    NoticeFacts,
    NoticeNumbers,
    NoticeResult,
    evaluate,
)

OWNER, AR, SR, FR = "owner", "ar", "sr", "fr"
UNIT_HEAD, SERVICE_MANAGER, REGIONAL_HEAD = "unit_head", "service_manager", "regional_head"

LEADS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("48h", 48, (OWNER, FR)),
    ("24h", 24, (OWNER, FR, AR)),
    ("8h", 8, (OWNER, FR, AR, SR, UNIT_HEAD)),
    ("2h", 2, (OWNER, FR, AR, SR, UNIT_HEAD, SERVICE_MANAGER)),
)
OVERDUE_ROLES = (OWNER, FR, AR, SR, UNIT_HEAD, SERVICE_MANAGER, REGIONAL_HEAD)
NUDGE_ROLES = (FR, AR)


@dataclass(frozen=True, slots=True)
class PreAlert:
    """One alert to send at `due_at` to the holders of `roles`; `nominal_at` is its time before
    the night rule. Steps: 48h, 24h, 8h, 2h, overdue, repeat (numbered from 1), nudge."""

    due_at: datetime
    step: str
    roles: tuple[str, ...]
    nominal_at: datetime
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Night:
    numbers: NoticeNumbers
    impact_at: datetime
    not_before: datetime

    def moved(self, at: datetime, calendar: Calendar | None, *, repeat: bool) -> datetime:
        """When an alert of `at` goes out to someone with that calendar."""
        if calendar is None or self.impact_at - at < self.numbers.near_h * HOUR:
            return at
        local = at.astimezone(calendar.tz).time()
        if self.numbers.night_until <= local < self.numbers.night_from:
            return at
        if repeat:
            nearest = self.impact_at - self.numbers.near_h * HOUR
            return min(calendar.next_open(at), nearest)
        return max(calendar.prev_close(at), self.not_before)


def prealert_plan(
    facts: NoticeFacts,
    *,
    until: datetime,
    numbers: NoticeNumbers = DEFAULTS,
    calendars: Mapping[str, Calendar] | None = None,
    drafted_at: datetime | None = None,
) -> list[PreAlert]:
    """Every alert of the notice up to `until`, in order (clocks.md 6.2).

    `calendars` gives each role's calendar (a role without one has no night). Known late: of the
    steps already past at `known_at` only the highest, at once. After the due time repeats lie on
    a grid of `repeat_h`. The plan ends when the customer is told, the risk closed or struck.
    """
    result = evaluate(facts, until, numbers)
    if not facts.customer_impacting:
        return []
    stops = (result.told_at, facts.closed_at, result.impact_at)
    stop = min(moment for moment in stops if moment is not None)
    night = _Night(numbers, result.impact_at, facts.known_at)
    plan = [*_before(facts, result, numbers), *_nudge(facts, numbers, drafted_at)]
    plan += _after(result, min(stop, until), numbers)
    spread = [alert for one in plan for alert in _spread(one, night, calendars or {})]
    kept = [alert for alert in spread if alert.due_at <= until and alert.due_at < stop]
    return sorted(_merged(kept), key=lambda alert: (alert.due_at, alert.nominal_at))


def _merged(alerts: Iterable[PreAlert]) -> Iterable[PreAlert]:
    """Overdue alerts and repeats that wait for the same opening become one, the latest."""
    kept: dict[tuple[datetime, object], PreAlert] = {}
    for alert in alerts:
        late = alert.step in (OVERDUE, "repeat")
        key = (alert.due_at, "late" if late else (alert.step, alert.roles))
        before = kept.get(key)
        roles = dict.fromkeys((*(before.roles if before else ()), *alert.roles))
        kept[key] = replace(alert, roles=tuple(roles))
    return kept.values()


def _before(facts: NoticeFacts, result: NoticeResult, numbers: NoticeNumbers) -> list[PreAlert]:
    alerts = [
        PreAlert(result.deadline - lead * HOUR, step, roles, result.deadline - lead * HOUR)
        for step, lead, roles in LEADS
    ]
    past = [alert for alert in alerts if alert.nominal_at < facts.known_at]
    ahead = [alert for alert in alerts if alert.nominal_at >= facts.known_at]
    late = [
        PreAlert(facts.known_at, alert.step, alert.roles, alert.nominal_at) for alert in past[-1:]
    ]
    return late + ahead


def _nudge(
    facts: NoticeFacts, numbers: NoticeNumbers, drafted_at: datetime | None
) -> list[PreAlert]:
    at = facts.known_at + numbers.nudge_h * HOUR
    if drafted_at is not None and drafted_at <= at:
        return []
    return [PreAlert(at, "nudge", NUDGE_ROLES, at)]


def _after(result: NoticeResult, end: datetime, numbers: NoticeNumbers) -> Iterable[PreAlert]:
    number, at = 0, result.due
    while at <= end:
        yield PreAlert(at, "repeat" if number else OVERDUE, OVERDUE_ROLES, at, number)
        number += 1
        at = result.due + number * numbers.repeat_h * HOUR


def _spread(
    alert: PreAlert, night: _Night, calendars: Mapping[str, Calendar]
) -> Iterable[PreAlert]:
    """The alert once for each time at which the night rule lets some of its roles have it."""
    by_time: dict[datetime, list[str]] = {}
    for role in alert.roles:
        moved = alert.due_at
        if alert.step != "nudge" and alert.due_at == alert.nominal_at:
            late = alert.step in (OVERDUE, "repeat")
            moved = night.moved(moved, calendars.get(role), repeat=late)
        by_time.setdefault(moved, []).append(role)
    for at, roles in by_time.items():
        yield PreAlert(at, alert.step, tuple(roles), alert.nominal_at, alert.number)
