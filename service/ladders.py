"""Escalation: who hears at which step, when, and how often; and what one sweep of alerts sends
(clocks.md 5, R-T3, R-T4, R-T5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from core.vectors import Case
from core.worktime import Calendar, WorktimeError

CRITICAL, MAJOR, MINOR, QUESTION = 1, 2, 3, 4

STEPS = (50, 75, 90, 100, 120, 150, 200)
BREACH_STEP = 100

OWNER, L1_LEAD, L2_DUTY, L3_DUTY = "owner", "l1_lead", "l2_duty", "l3_duty"
RND_DUTY, RND_MANAGER = "rnd_duty", "rnd_manager"
FR, AR, SR, SERVICE_MANAGER = "fr", "ar", "sr", "service_manager"
UNIT_HEAD, REGIONAL_HEAD = "unit_head", "regional_head"
EXECUTIVE_SPONSOR, EXECUTIVE, ADMIN = "executive_sponsor", "executive", "admin"

DUTY_ROLES = frozenset({OWNER, L2_DUTY, L3_DUTY, RND_DUTY})
NEXT_RUNG: Mapping[str, str] = {
    OWNER: L1_LEAD,
    L1_LEAD: L2_DUTY,
    L2_DUTY: L3_DUTY,
    L3_DUTY: RND_DUTY,
    RND_DUTY: RND_MANAGER,
    RND_MANAGER: SERVICE_MANAGER,
    FR: AR,
    SR: AR,
    AR: UNIT_HEAD,
    SERVICE_MANAGER: UNIT_HEAD,
    UNIT_HEAD: REGIONAL_HEAD,
    REGIONAL_HEAD: EXECUTIVE,
    EXECUTIVE_SPONSOR: EXECUTIVE,
    EXECUTIVE: ADMIN,
}

AT_ONCE: Mapping[str, int] = {
    "kdm_complaint": 200,
    "critical_4h": 150,
    "reopened": 100,
    "solution_rejected": 100,
    "repeated": 100,
}
"""Reasons of an escalation that raise a step at once, without a threshold (clocks.md 5):
`reopened` for the third time, `repeated` the same fault a third time in 30 days."""

HOUR_S, WORKING_DAY = 3600, "working_day"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: roles by track, how loud, and the repeat until acknowledged in
    seconds (of the team's calendar where `repeat_working`; 0 is no repeat)."""

    step: int
    technical: tuple[str, ...] = ()
    management: tuple[str, ...] = ()
    urgency: str = "message"
    repeat_s: int = 0
    repeat_working: bool = False
    csqc_agenda: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """Everyone on the rung, once."""
        return tuple(dict.fromkeys((*self.technical, *self.management)))


def rung(step: int, *, severity: int, tier: str = "", working_day_s: int = 32_400) -> Rung:
    """The rung of a step for a severity (1 critical … 4 question) and a customer's tier (S, A, B,
    C). Steps without a row of the table (120) name nobody (clocks.md 5)."""
    build = _RUNGS.get(step)
    return build(severity, tier, working_day_s) if build else Rung(step)


def _half(severity: int, tier: str, working_day_s: int) -> Rung:
    return Rung(50, (OWNER,))


def _three_quarters(severity: int, tier: str, working_day_s: int) -> Rung:
    pressing = severity <= MAJOR
    technical = (OWNER, L1_LEAD, L2_DUTY) if pressing else (OWNER, L1_LEAD)
    return Rung(75, technical, (FR,), "call" if pressing else "message")


def _nine_tenths(severity: int, tier: str, working_day_s: int) -> Rung:
    technical = (L2_DUTY, L3_DUTY) if severity == CRITICAL else (L2_DUTY,)
    repeat = {CRITICAL: HOUR_S // 2, MAJOR: 2 * HOUR_S}.get(severity, 0)
    return Rung(90, technical, (AR, SR, FR, SERVICE_MANAGER), _urgency(severity), repeat)


def _whole(severity: int, tier: str, working_day_s: int) -> Rung:
    management: tuple[str, ...] = (AR, SERVICE_MANAGER, UNIT_HEAD)
    if tier.upper() in ("S", "A"):
        management = (*management, REGIONAL_HEAD)
    repeat = {CRITICAL: HOUR_S // 2, MAJOR: 2 * HOUR_S}.get(severity, working_day_s)
    working = severity > MAJOR
    return Rung(100, (L3_DUTY, RND_DUTY), management, _urgency(severity), repeat, working)


def _half_over(severity: int, tier: str, working_day_s: int) -> Rung:
    top = tier.upper() == "S"
    management = (REGIONAL_HEAD, EXECUTIVE_SPONSOR) if top else (REGIONAL_HEAD,)
    urgency = _urgency(severity)
    return Rung(150, (RND_MANAGER,), management, urgency, 2 * HOUR_S, csqc_agenda=top)


def _twice(severity: int, tier: str, working_day_s: int) -> Rung:
    return Rung(200, (), (EXECUTIVE,), _urgency(severity), 24 * HOUR_S)


def _urgency(severity: int) -> str:
    return "page" if severity <= MAJOR else "message"


_RUNGS = {
    50: _half,
    75: _three_quarters,
    90: _nine_tenths,
    100: _whole,
    150: _half_over,
    200: _twice,
}


@dataclass(frozen=True, slots=True)
class Filled:
    """Who stands in for each role: {role asked: role that answers}, and the roles nobody holds,
    each of which owes the admin a warning."""

    answering: Mapping[str, str]
    empty: tuple[str, ...]


def fill(roles: Iterable[str], held: Iterable[str]) -> Filled:
    """Each role by itself or, where nobody holds it, the next rung up to the admin: a ladder never
    ends at an empty role (clocks.md 5). `held`: roles with a person present (after delegation and
    leave)."""
    present, answering, empty = frozenset(held), {}, []
    for asked in roles:
        role = asked
        while role not in present and role != ADMIN:
            empty.append(role)
            role = NEXT_RUNG.get(role, ADMIN)
        answering[asked] = role
    return Filled(answering, tuple(dict.fromkeys(empty)))


def deliver_at(
    at: datetime,
    role: str,
    *,
    severity: int,
    calendar: Calendar,
    tier: str = "",
    outage: bool = False,
) -> datetime:
    """When a page of `at` goes out to a holder of `role` with that calendar. Critical and major
    reach duty engineers round the clock, managers only a critical or an S customer's outage;
    everything else waits for working hours, the event keeps its true time (clocks.md 5)."""
    if role in DUTY_ROLES and severity <= MAJOR:
        return at
    if severity == CRITICAL or (outage and tier.upper() == "S"):
        return at
    return calendar.next_open(at)


# -- the alert engine -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alerts:
    """What has been recorded and sent so far for one clock, cycle and target version."""

    recorded: frozenset[str] = frozenset()
    last_run: datetime | None = None
    repeats: int = 0
    step: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A crossed threshold at its true time, and when a sweep saw it."""

    name: str
    crossed_at: datetime
    detected_at: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """One sweep: the state after it, what it recorded, and what it sends (threshold names,
    `repeat`, `breach_closed`): one message at most."""

    state: Alerts
    recorded: tuple[Recorded, ...] = ()
    sends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """The facts a sweep looks at: thresholds by name with their true times, when the clock
    stopped, the last acknowledgement, and the repeat in seconds (0 none) counted from the breach,
    on `calendar` where one is given."""

    thresholds: Mapping[str, datetime]
    stopped_at: datetime | None = None
    acked_at: datetime | None = None
    repeat_s: int = 0
    calendar: Calendar | None = None

    @property
    def breach_at(self) -> datetime | None:
        """When 100 % was reached: the anchor of the repeats."""
        return self.thresholds.get(str(BREACH_STEP))


def sweep(state: Alerts, watch: Watch, now: datetime) -> Swept:
    """What the engine does at `now`: records every threshold crossed since, sends the highest new
    one; a clock stopped meanwhile pages nobody, but for one closing note when its breach was never
    seen; repeats lie on a grid anchored at the breach and collapse to one; a run stamped earlier
    than the one before does nothing (clocks.md 5 and 7)."""
    if state.last_run is not None and now < state.last_run:
        return Swept(state)
    stopped = watch.stopped_at is not None and watch.stopped_at <= now
    until = min(now, watch.stopped_at) if watch.stopped_at is not None else now
    crossed = _newly_crossed(state, watch, until)
    recorded = tuple(Recorded(name, watch.thresholds[name], now) for name in crossed)
    after = replace(state, recorded=state.recorded.union(crossed), last_run=now)
    if stopped:
        return Swept(after, recorded, _closing_note(watch, crossed))
    after = replace(after, repeats=max(state.repeats, _grid(watch, now)))
    if crossed:
        highest = crossed[-1]
        return Swept(replace(after, step=highest), recorded, (highest,))
    if after.repeats > state.repeats and not _acknowledged(state, watch, now):
        return Swept(after, recorded, ("repeat",))
    return Swept(after, recorded)


def _newly_crossed(state: Alerts, watch: Watch, until: datetime) -> list[str]:
    new = [
        name for name, at in watch.thresholds.items() if at <= until and name not in state.recorded
    ]
    return sorted(new, key=lambda name: (_height(name), watch.thresholds[name]))


def _height(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return float("-inf")


def _closing_note(watch: Watch, crossed: Sequence[str]) -> tuple[str, ...]:
    unseen = (
        str(BREACH_STEP) in crossed
        and watch.stopped_at is not None
        and watch.thresholds[str(BREACH_STEP)] < watch.stopped_at
    )
    return ("breach_closed",) if unseen else ()


def _grid(watch: Watch, now: datetime) -> int:
    """How many repeats have fallen due by `now`."""
    if not watch.repeat_s or watch.breach_at is None or now < watch.breach_at:
        return 0
    if watch.calendar is not None:
        return watch.calendar.elapsed(watch.breach_at, now) // watch.repeat_s
    return (now - watch.breach_at) // timedelta(seconds=watch.repeat_s)


def _acknowledged(state: Alerts, watch: Watch, now: datetime) -> bool:
    """Whether the step sent last is acknowledged; a later step is not stopped by it."""
    since = watch.thresholds.get(state.step)
    acked = watch.acked_at
    return acked is not None and acked <= now and (since is None or acked >= since)


# -- worked cases -----------------------------------------------------------------------------

_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?\Z")
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=timezone.utc)


def vector(case: Case) -> list[list[str]]:
    """Evaluates a vector of kind alerts: what each run sends."""
    given = case.vector
    watch = Watch(
        thresholds={name: _moment(case, text) for name, text in given["thresholds"].items()},
        stopped_at=_moment(case, given["stopped"]) if given.get("stopped") else None,
        acked_at=_moment(case, given["acked"]) if given.get("acked") else None,
        repeat_s=round((given.get("repeat_min") or 0) * 60),
    )
    state, sent = Alerts(), []
    for run in given["runs"]:
        swept = sweep(state, watch, _moment(case, run))
        state = swept.state
        sent.append(list(swept.sends))
    return sent


def _moment(case: Case, text: str) -> datetime:
    match = _CLOCK.match(text)
    if match is None:
        return case.moment(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if minutes > 59 or seconds > 59:
        raise WorktimeError(f"“{text}” is not a time of day.")
    return _MIDNIGHT + timedelta(hours=hours, minutes=minutes, seconds=seconds)
