"""What happens around weekly reports by itself: reminder, late, the regional head (R-E11)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from core import events, notify, timers, trail
from core.actors import Actor
from core.notify import Urgency
from expectations.models import WeeklyReport
from expectations.queries import reports as queries
from expectations.queries.people import Cast, cast_of

STEP = "expectations.report_step"
REMIND = gettext_noop("Weekly report of %(project)s is due soon (%(week)s)")
LATE = gettext_noop("Weekly report of %(project)s is late (%(week)s)")
HEAD = gettext_noop("Weekly report of %(project)s is still missing (%(week)s)")


def next_moment(report: WeeklyReport, now: dt.datetime) -> dt.datetime | None:
    """The next of reminder, due, escalation; None when submitted or exempt."""
    if report.submitted_at is not None or report.status not in queries.UNSUBMITTED:
        return None
    times = queries.times_of_report(report)
    if times is None:
        return None
    moments = (times.reminder_at, times.due_at + SECOND, times.escalates_at)
    return next((moment for moment in moments if moment > now), None)


# At the due instant it may still be submitted in time; a second later it is late.
SECOND = dt.timedelta(seconds=1)


def arm(report: WeeklyReport, now: dt.datetime) -> None:
    """Arm the timer of the next step, or cancel it."""
    moment = next_moment(report, now)
    if moment is None:
        timers.cancel(report, STEP)
    else:
        timers.arm(STEP, report, moment, now=now)


def step(report: WeeklyReport, *, now: dt.datetime) -> None:
    """What a due timer does: only the highest step that applies speaks; each once."""
    if next_step_is_void(report):
        timers.cancel(report, STEP)
        return
    times = queries.times_of_report(report)
    if times is None:
        return
    people = cast_of(report.project, at=now)
    if now > times.due_at:
        _late(report, people, now)
    if now >= times.escalates_at:
        _say(report, people.of(["regional_head"]), HEAD, "head", now)
    elif now > times.due_at:
        _say(report, people.of(["fr", "ar"]), LATE, "late", now)
    elif now >= times.reminder_at:
        _say(report, people.of(["fr"]), REMIND, "remind", now)
    arm(report, now)


def next_step_is_void(report: WeeklyReport) -> bool:
    """Submitted meanwhile."""
    return report.submitted_at is not None or report.status not in queries.UNSUBMITTED


def _late(report: WeeklyReport, people: Cast, now: dt.datetime) -> None:
    known = trail.history(report, confidential=False).filter(verb="report.late")
    if known.exists():
        return
    by, facts = Actor.system(), {"week": report.week}
    scope = report.customer
    trail.record(
        report, "report.late", by=by, now=now, scope=scope, facts=facts, occurred_at=report.due_at
    )
    events.emit("report.late", report, by=by, now=now, scope=scope, facts=facts)


def _say(report: WeeklyReport, users: list, title: str, stage: str, now: dt.datetime) -> None:
    notify.tell(
        users,
        kind=f"report.{stage}",
        title=title,
        once=f"report:{report.pk}:{stage}",
        now=now,
        params={"project": report.project.name, "week": report.week},
        url=report.get_absolute_url(),
        urgency=Urgency.SOON if stage == "remind" else Urgency.NOW,
        about=report,
        scope=report.customer,
    )


def tell_submitted(report: WeeklyReport, by: Actor, now: dt.datetime) -> None:
    """The account manager checks and publishes."""
    people = cast_of(report.project, at=now)
    notify.tell(
        [user for user in people.of(["ar"]) if user.pk != by.user_id],
        kind="report.submitted",
        title=gettext_noop("Weekly report of %(project)s waits for your check (%(week)s)"),
        once=f"report:{report.pk}:submitted:{report.revision}",
        now=now,
        params={"project": report.project.name, "week": report.week},
        url=report.get_absolute_url(),
        about=report,
        scope=report.customer,
    )


def tell_returned(report: WeeklyReport, now: dt.datetime) -> None:
    """The author hears that it came back."""
    people = cast_of(report.project, at=now)
    notify.tell(
        [report.submitted_by, *people.of(["fr"])],
        kind="report.returned",
        title=gettext_noop("Weekly report of %(project)s came back (%(week)s)"),
        once=f"report:{report.pk}:returned:{report.version}",
        now=now,
        params={"project": report.project.name, "week": report.week},
        url=report.get_absolute_url(),
        urgency=Urgency.SOON,
        about=report,
        scope=report.customer,
    )
