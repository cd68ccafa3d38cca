"""The 72-hour notice: deadline, its verdict and why, pure (clocks.md 6, R-E4, R-E5, R-E7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.msgid import gettext_noop
from core.vectors import Case
from core.worktime import Calendar

HOUR = timedelta(hours=1)

ON_TIME = "on_time"
LATE = "late"
LATE_SHORT_KNOWN = "late_short_known"
LATE_PULLED_IN = "late_pulled_in"
AFTER_IMPACT = "after_impact"
OVERDUE = "overdue"
MISSED = "missed"
MISSED_NO_IMPACT = "missed_no_impact"
NOT_REQUIRED = "not_required"
PENDING = "pending"
VERDICTS = (
    ON_TIME,
    LATE,
    LATE_SHORT_KNOWN,
    LATE_PULLED_IN,
    AFTER_IMPACT,
    OVERDUE,
    MISSED,
    MISSED_NO_IMPACT,
    NOT_REQUIRED,
    PENDING,
)
OPEN_VERDICTS = frozenset({PENDING, OVERDUE})


@dataclass(frozen=True, slots=True)
class NoticeNumbers:
    """The numbers of the notice; actions fill them from policies (R-E4, R-E5, R-E7).

    `grace_h` is 4, for an S customer 2; `repeat_h` is 4 for S and A, 12 for B and C customers.
    """

    lead_h: float = 72
    grace_h: float = 4
    tolerance_h: float = 24
    repeat_h: float = 4
    nudge_h: float = 24
    near_h: float = 12
    night_from: time = time(22)
    night_until: time = time(8)


DEFAULTS = NoticeNumbers()


@dataclass(frozen=True, slots=True)
class ImpactVersion:
    """The date of impact as recorded at a time; the first one comes with the risk."""

    recorded_at: datetime
    impact_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One record of telling the customer. `complete` is: a contact of that customer, a channel
    with evidence, what, impact and expected date; `alternative` also when "no feasible
    alternative" was approved. Oral counts from its written confirmation."""

    delivered_at: datetime
    alternative: bool = False
    complete: bool = True
    oral: bool = False
    confirmed_at: datetime | None = None
    alternative_at: datetime | None = None
    stated_impact_at: datetime | None = None

    @property
    def counts_from(self) -> datetime | None:
        """The time of the last condition met; None while one is missing (clocks.md 6.3)."""
        if not (self.complete and self.alternative) or (self.oral and self.confirmed_at is None):
            return None
        times = [self.delivered_at, self.alternative_at, self.confirmed_at if self.oral else None]
        return max(moment for moment in times if moment is not None)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """All that the verdict depends on; everything later than `now` is left out of account."""

    known_at: datetime
    impacts: tuple[ImpactVersion, ...]
    told: tuple[Told, ...] = ()
    actual_impact_at: datetime | None = None
    closed_at: datetime | None = None
    customer_impacting: bool = True


Step = tuple[str, Mapping[str, object]]
"""A sentence of the explanation: English msgid and its parameters."""


@dataclass(frozen=True, slots=True)
class NoticeResult:
    """The verdict: `due` is the deadline plus grace where one holds; `lead` is impact - told."""

    deadline: datetime
    due: datetime
    status: str
    impact_at: datetime
    told_at: datetime | None = None
    lead: timedelta | None = None
    steps: tuple[Step, ...] = ()

    @property
    def lead_h(self) -> float | None:
        """Hours from telling to impact; None when the customer was not told."""
        return None if self.lead is None else self.lead / HOUR


@dataclass(frozen=True, slots=True)
class _Dates:
    """What holds at `now`: the versions recorded so far and the impact that counts."""

    versions: tuple[ImpactVersion, ...]
    impact: datetime
    pulled_in_at: datetime | None

    def in_force(self, at: datetime) -> datetime:
        known = [version.impact_at for version in self.versions if version.recorded_at <= at]
        return known[-1] if known else self.versions[0].impact_at

    @property
    def planned(self) -> datetime:
        return self.versions[-1].impact_at


def evaluate(facts: NoticeFacts, now: datetime, numbers: NoticeNumbers = DEFAULTS) -> NoticeResult:
    """The verdict of the notice at `now` (clocks.md 6.3-6.5). Pure: the same facts and `now` give
    the same result, whatever was said before."""
    dates = _dates(facts, now)
    deadline = dates.impact - numbers.lead_h * HOUR
    due = _due(facts, dates, deadline, numbers)
    told_at, judged = _told(facts, dates, now, numbers)
    if told_at is not None and _moot(facts, dates, told_at):
        told_at = None
    if not facts.customer_impacting:
        status, told_at = NOT_REQUIRED, None
    elif told_at is not None:
        status = _told_status(facts, dates, told_at, judged, numbers)
    else:
        status = _untold_status(facts, dates, due, now)
    lead = None if told_at is None else dates.impact - told_at
    steps = _steps(facts, dates, deadline, due, told_at, status, numbers)
    return NoticeResult(deadline, due, status, dates.impact, told_at, lead, steps)


def _dates(facts: NoticeFacts, now: datetime) -> _Dates:
    ordered = sorted(facts.impacts, key=lambda version: version.recorded_at)
    versions = [version for version in ordered if version.recorded_at <= now] or ordered[:1]
    pulled_in = [
        version.recorded_at
        for before, version in zip(versions, versions[1:], strict=False)
        if version.impact_at < before.impact_at
    ]
    impact = versions[-1].impact_at
    if facts.actual_impact_at is not None and facts.actual_impact_at <= now:
        impact = facts.actual_impact_at
    return _Dates(tuple(versions), impact, pulled_in[-1] if pulled_in else None)


def _due(facts: NoticeFacts, dates: _Dates, deadline: datetime, numbers: NoticeNumbers) -> datetime:
    due = deadline
    if facts.known_at > deadline:
        due = max(due, facts.known_at + numbers.grace_h * HOUR)
    if dates.pulled_in_at is not None:
        due = max(due, dates.pulled_in_at + numbers.grace_h * HOUR)
    return due


def _told(
    facts: NoticeFacts, dates: _Dates, now: datetime, numbers: NoticeNumbers
) -> tuple[datetime | None, datetime]:
    """(time of the earliest record that counts, the impact that it is judged against)."""
    valid: list[tuple[datetime, datetime]] = []
    for record in facts.told:
        at = record.counts_from
        if at is None or at > now:
            continue
        in_force = dates.in_force(at)
        stated = record.stated_impact_at or dates.in_force(record.delivered_at)
        if stated - dates.planned > numbers.tolerance_h * HOUR:
            continue
        tolerated = dates.impact < stated <= dates.impact + numbers.tolerance_h * HOUR
        valid.append((at, max(dates.impact, in_force) if tolerated else dates.impact))
    return min(valid, default=(None, dates.impact))


def _moot(facts: NoticeFacts, dates: _Dates, told_at: datetime) -> bool:
    return facts.closed_at is not None and facts.closed_at < min(told_at, dates.impact)


def _told_status(
    facts: NoticeFacts,
    dates: _Dates,
    told_at: datetime,
    judged: datetime,
    numbers: NoticeNumbers,
) -> str:
    deadline, grace = judged - numbers.lead_h * HOUR, numbers.grace_h * HOUR
    if told_at > dates.impact:
        return AFTER_IMPACT
    if told_at <= deadline:
        return ON_TIME
    if dates.pulled_in_at is not None and dates.pulled_in_at <= told_at <= (
        dates.pulled_in_at + grace
    ):
        return LATE_PULLED_IN
    if facts.known_at > deadline and told_at <= facts.known_at + grace:
        return LATE_SHORT_KNOWN
    return LATE


def _untold_status(facts: NoticeFacts, dates: _Dates, due: datetime, now: datetime) -> str:
    closed = facts.closed_at is not None and facts.closed_at <= now
    end = facts.closed_at if facts.closed_at is not None and closed else now
    if dates.impact <= end:
        return MISSED
    if closed:
        return NOT_REQUIRED if end <= due else MISSED_NO_IMPACT
    return OVERDUE if now > due else PENDING


def _steps(
    facts: NoticeFacts,
    dates: _Dates,
    deadline: datetime,
    due: datetime,
    told_at: datetime | None,
    status: str,
    numbers: NoticeNumbers,
) -> tuple[Step, ...]:
    steps: list[Step] = [
        (gettext_noop("The risk was known at %(at)s."), {"at": facts.known_at}),
        (gettext_noop("It threatens the customer at %(at)s."), {"at": dates.impact}),
        (
            gettext_noop("The deadline is %(hours)s hours before: %(at)s."),
            {"hours": f"{numbers.lead_h:g}", "at": deadline},
        ),
    ]
    if dates.pulled_in_at is not None:
        steps.append((gettext_noop("The date was moved in at %(at)s."), {"at": dates.pulled_in_at}))
    if due > deadline:
        steps.append(
            (
                gettext_noop("With %(hours)s hours of grace the notice is due at %(at)s."),
                {"hours": f"{numbers.grace_h:g}", "at": due},
            )
        )
    if told_at is not None:
        lead = f"{(dates.impact - told_at) / HOUR:.2f}"
        steps.append(
            (
                gettext_noop("The customer was told at %(at)s, %(lead)s hours ahead."),
                {"at": told_at, "lead": lead},
            )
        )
    steps.append((gettext_noop("The verdict is %(verdict)s."), {"verdict": status}))
    return tuple(steps)


def internal_target(deadline: datetime, calendar: Calendar) -> datetime:
    """The deadline, or the last customer-working instant before it when it lies outside the
    customer's hours; the deadline itself never moves (clocks.md 6.1)."""
    return deadline if calendar.is_open(deadline) else calendar.prev_close(deadline)


# -- worked cases -----------------------------------------------------------------------------


def vector(case: Case) -> dict[str, object]:
    """Evaluates a vector of kind notice: deadline, due, status and, once told, lead_h."""
    given = case.vector
    facts = NoticeFacts(
        known_at=case.required("known_at"),
        impacts=tuple(
            ImpactVersion(case.moment(recorded), case.moment(impact))
            for recorded, impact in given["impact_dates"]
        ),
        told=tuple(_told_of(case, record) for record in given.get("notices") or ()),
        actual_impact_at=case.instant(given.get("actual_impact_at")),
        closed_at=case.instant(given.get("closed_at")),
        customer_impacting=given.get("customer_impacting", True),
    )
    grace = given.get("grace_h")
    numbers = DEFAULTS if grace is None else NoticeNumbers(grace_h=grace)
    result = evaluate(facts, case.required("now"), numbers)
    return {
        "deadline": case.text(result.deadline),
        "due": case.text(result.due),
        "status": result.status,
        "lead_h": result.lead_h,
    }


def _told_of(case: Case, record: Mapping) -> Told:
    return Told(
        delivered_at=case.moment(record["delivered_at"]),
        alternative=bool(record.get("alternative")),
        complete=record.get("recipient_ok", True) and record.get("record", True),
        oral=bool(record.get("oral")),
        confirmed_at=case.instant(record.get("confirmed_at")),
        stated_impact_at=case.instant(record.get("stated_impact_at")),
    )
