"""Writes of weekly reports: draft by itself, sections, submit, return, publish, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import events, policy, timers, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.writes import edit, insert, move
from expectations.actions import reportwork
from expectations.choices import ReportStatus
from expectations.models import Project, ReportRevision, WeeklyReport
from expectations.policies_delivery import CARRY_WEEKS
from expectations.queries import reports as queries
from expectations.queries.people import site_calendar
from expectations.tones import HEALTH

RAG = ("overall", "schedule", "scope", "cost", "quality", "relationship")
TEXTS = (
    "done",
    "next",
    "issues",
    "customer_feedback",
    "ar_section",
    "sr_section",
    "portal_summary",
)
FIELDS = (*RAG, *TEXTS)
UNSUBMITTED = queries.UNSUBMITTED
SUBMITTED = (ReportStatus.SUBMITTED, ReportStatus.ACKNOWLEDGED)


@transaction.atomic
def draft_report(project: Project, *, by: Actor, now: dt.datetime) -> WeeklyReport | None:
    """The draft of the current week of a project; the standing one when there is one already.

    None in a week without an open day, which is exempt (W1). Filled in with what is left over.
    """
    calendar = site_calendar(project)
    year, week, _day = now.astimezone(calendar.tz).isocalendar()
    standing = WeeklyReport.objects.filter(project=project, iso_year=year, iso_week=week).first()
    if standing is not None:
        return standing
    times = queries.times_of(year, week, calendar, at=now)
    if times is None:
        return None
    report = WeeklyReport(
        project=project,
        customer_id=project.customer_id,
        iso_year=year,
        iso_week=week,
        due_at=times.due_at,
    )
    before = queries.week_before(report)
    if before is not None:
        report.overall = before.overall
    report.snapshot = {**queries.facts_of(report, now=now), "carry": carried(before)}
    insert(report, by=by, now=now)
    facts = {"week": report.week, "due_at": report.due_at}
    trail.record(report, "report.drafted", by=by, now=now, scope=project.customer, facts=facts)
    reportwork.arm(report, now)
    return report


def carried(before: WeeklyReport | None) -> list[dict[str, Any]]:
    """What last week left over: its unfinished carry-over, a week older, and what it planned.

    Each is {"text", "weeks", "done", "reason"}; `weeks` counts from 1 for what was planned.
    """
    if before is None:
        return []
    old = [
        {"text": one["text"], "weeks": one["weeks"] + 1, "done": False, "reason": ""}
        for one in before.snapshot.get("carry", [])
        if not one["done"]
    ]
    known = {one["text"] for one in old}
    planned = [line.strip() for line in before.next.splitlines() if line.strip()]
    return old + [
        {"text": text, "weeks": 1, "done": False, "reason": ""}
        for text in dict.fromkeys(planned)
        if text not in known
    ]


@transaction.atomic
def edit_report(
    report: WeeklyReport,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
    carry: Mapping[int, Mapping[str, Any]] | None = None,
    risk_notes: Mapping[int, str] | None = None,
) -> dict[str, list[Any]]:
    """Change sections before or after submission; after it this is revision n + 1 (W4).

    `carry`: index -> {"done", "reason"}; `risk_notes`: risk id -> note. Raises Stale.
    """
    wanted = {name: value for name, value in changes.items() if name in FIELDS}
    snapshot = _noted(report, carry, risk_notes)
    if snapshot != report.snapshot:
        wanted["snapshot"] = snapshot
    for corner in ("ar", "sr"):
        name = f"{corner}_section"
        if name in wanted and wanted[name] != getattr(report, name):
            wanted[f"{name}_at"] = now
    differs = edit(report, wanted, by=by, now=now, version=version)
    if not differs:
        return differs
    submitted = report.status in SUBMITTED
    if submitted:
        edit(report, {"revision": report.revision + 1}, by=by, now=now)
        _keep(report, by, now)
    facts = {"fields": sorted(differs), "revision": report.revision}
    verb = "report.revised" if submitted else "report.changed"
    trail.record(report, verb, by=by, now=now, scope=report.customer, facts=facts)
    return differs


def _noted(
    report: WeeklyReport,
    carry: Mapping[int, Mapping[str, Any]] | None,
    risk_notes: Mapping[int, str] | None,
) -> dict[str, Any]:
    snapshot = dict(report.snapshot)
    if carry is not None:
        rows = [dict(one) for one in snapshot.get("carry", [])]
        for place, said in carry.items():
            if 0 <= place < len(rows):
                rows[place].update(done=bool(said["done"]), reason=str(said["reason"])[:300])
        snapshot["carry"] = rows
    if risk_notes is not None:
        notes = dict(snapshot.get("risk_notes", {}))
        notes.update({str(pk): note[:500] for pk, note in risk_notes.items()})
        snapshot["risk_notes"] = {pk: note for pk, note in notes.items() if note.strip()}
    return snapshot


@transaction.atomic
def submit(report: WeeklyReport, *, by: Actor, now: dt.datetime) -> None:
    """Submit: facts are frozen, lateness is kept for ever (W2, W4).

    Raises Refused with every reason of W2, a missing overall state or nothing said.
    """
    if by.is_machine:
        raise Forbidden(_("A machine cannot submit a report."), rule="domain 0.2.4")
    against = lacks(report, now=now)
    if against:
        raise Refused(against[0], rule="b.3.4 W2", extra={"reasons": against})
    first = report.submitted_at is None
    late = int((now - report.due_at).total_seconds() // 60) if report.due_at else 0
    over = report.due_at is not None and now > report.due_at
    columns: dict[str, Any] = {
        "submitted_at": report.submitted_at or now,
        "submitted_by_id": by.user_id,
        "snapshot": {**report.snapshot, **queries.facts_of(report, now=now)},
        "returned_reason": "",
    }
    if first:
        # A minute that has begun counts: one second late is late.
        columns["late_minutes"] = max(1, late) if over else 0
    else:
        columns["revision"] = report.revision + 1
    move(report, ReportStatus.SUBMITTED, frm=UNSUBMITTED, by=by, now=now, **columns)
    _keep(report, by, now)
    facts = {
        "week": report.week,
        "late_minutes": report.late_minutes,
        "revision": report.revision,
    }
    trail.record(report, "report.submitted", by=by, now=now, scope=report.customer, facts=facts)
    events.emit("report.submitted", report, by=by, now=now, scope=report.customer, facts=facts)
    timers.cancel(report, reportwork.STEP)
    reportwork.tell_submitted(report, by, now)


def lacks(report: WeeklyReport, *, now: dt.datetime) -> list[str]:
    """All that keeps a report from being submitted, a sentence each."""
    found = queries.refusals(report, now=now)
    if report.overall not in HEALTH:
        found.append(_("Say how it stands overall: green, amber or red."))
    if not report.done.strip():
        found.append(_("Say what was done this week."))
    weeks = policy.get(CARRY_WEEKS, at=now)
    for one in report.snapshot.get("carry", []):
        if one["weeks"] >= weeks and not one["done"] and not one["reason"].strip():
            found.append(
                _("“%(text)s” is left over for %(weeks)s weeks: write why, and a new date.")
                % {"text": one["text"], "weeks": one["weeks"]}
            )
    return found


def _keep(report: WeeklyReport, by: Actor, now: dt.datetime) -> None:
    body = {name: getattr(report, name) for name in FIELDS}
    ReportRevision.objects.create(
        report=report,
        number=report.revision,
        body={**body, "carry": report.snapshot.get("carry", [])},
        submitted_at=now,
        submitted_by_id=by.user_id,
    )


def changes_between(before: ReportRevision, after: ReportRevision) -> list[tuple[str, str, str]]:
    """(field, text before, text after) of what differs between two revisions."""
    return [
        (name, before.body.get(name, ""), after.body.get(name, ""))
        for name in FIELDS
        if before.body.get(name, "") != after.body.get(name, "")
    ]


@transaction.atomic
def return_report(report: WeeklyReport, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """Back to the author with a reason; not while the customer reads it."""
    if not reason.strip():
        raise Invalid(_("Say what is missing."), fields={"reason": [_("Say what is missing.")]})
    if report.published_at is not None and report.withdrawn_at is None:
        raise Refused(_("The customer reads it. Withdraw it first."), rule="b.3.4 W5")
    move(
        report,
        ReportStatus.RETURNED,
        frm=SUBMITTED,
        by=by,
        now=now,
        returned_reason=reason[:300],
    )
    facts = {"reason": reason}
    trail.record(report, "report.returned", by=by, now=now, scope=report.customer, facts=facts)
    reportwork.tell_returned(report, now)


@transaction.atomic
def acknowledge(report: WeeklyReport, *, by: Actor, now: dt.datetime) -> None:
    """Read and taken note of."""
    if by.is_machine:
        raise Forbidden(_("A machine acknowledges nothing."), rule="domain 0.2.4")
    move(report, ReportStatus.ACKNOWLEDGED, frm=ReportStatus.SUBMITTED, by=by, now=now)
    trail.record(report, "report.acknowledged", by=by, now=now, scope=report.customer)


@transaction.atomic
def publish(report: WeeklyReport, *, by: Actor, now: dt.datetime) -> None:
    """The customer reads the summary, visible milestones and notices, nothing else (W5)."""
    if by.is_machine:
        raise Forbidden(_("A machine cannot publish."), rule="domain 0.2.4")
    if report.status not in SUBMITTED:
        raise Refused(_("Submit the report before the customer sees it."), rule="b.3.4 W5")
    if not report.portal_summary.strip():
        raise Refused(
            _("Write the summary for the customer first."),
            rule="b.3.4 W5",
            fields={"portal_summary": [_("The customer reads only this.")]},
        )
    columns = {"published_at": now, "withdrawn_at": None}
    move(report, report.status, frm=SUBMITTED, by=by, now=now, **columns)
    trail.record(report, "report.published", by=by, now=now, scope=report.customer)
    events.emit("report.published", report, by=by, now=now, scope=report.customer)


@transaction.atomic
def withdraw(report: WeeklyReport, *, by: Actor, now: dt.datetime) -> None:
    """The customer sees 已撤回 in its place; that it was there stays known."""
    if by.is_machine:
        raise Forbidden(_("A machine cannot withdraw."), rule="domain 0.2.4")
    if report.published_at is None or report.withdrawn_at is not None:
        raise Refused(_("The customer does not see this report."))
    move(report, report.status, frm=report.status, by=by, now=now, withdrawn_at=now)
    trail.record(report, "report.withdrawn", by=by, now=now, scope=report.customer)


def draft_all(projects: Iterable[Project], *, now: dt.datetime) -> int:
    """Drafts of the week for these projects; how many are new. A second run makes none."""
    made = 0
    for project in projects:
        report = draft_report(project, by=Actor.system(), now=now)
        made += report is not None and report.created_at == now
    return made
