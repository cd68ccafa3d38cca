"""Writes of projects: open, staff, start, start early, hold, finish."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import team as assignments
from accounts.actions.guards import in_ids, invalid, only, persons_only, staff
from accounts.choices import AssignmentStatus, TeamRole
from accounts.models import AccountAssignment, Customer
from accounts.queries import regional_head, team_of
from core import notify, policy, registry, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.sequences import next_code
from core.writes import edit, insert, move
from expectations.choices import (
    TRIANGLE,
    ItemStatus,
    MemberStatus,
    ProjectRole,
    ProjectStatus,
)
from expectations.models import ExpectationItem, Project, ProjectMember
from expectations.policies import EARLY_MAX_D
from expectations.queries.form import has_effective_form, triangle_of

EARLY = "expectations.early_daily"
EDITABLE = (
    "name",
    "contract_ref",
    "is_major",
    "major_reason",
    "value",
    "currency",
    "starts_on",
    "finishes_on",
    "expectation_owner",
    "unit",
    "calendar",
    "budget",
    "actual_cost",
    "external_source",
    "external_ref",
)


def open_project(
    customer: Customer,
    *,
    name: str,
    by: Actor,
    now: dt.datetime,
    expectation_owner: User | None = None,
    leads: Mapping[str, User] | None = None,
    **fields: Any,
) -> Project:
    """Open a project in `initiating` with its triangle (default: that of the customer).

    `leads` maps ar, sr, fr to people; the owner defaults to the AR. Refused without an owner.
    """
    only(fields, EDITABLE)
    team = team_of(customer)
    held = {role: person for role, person in zip(TRIANGLE, team.triangle, strict=True) if person}
    held |= {role: person for role, person in (leads or {}).items() if person is not None}
    owner = expectation_owner or held.get(ProjectRole.AR)
    if owner is None:
        raise invalid("expectation_owner", _("Name the one person all expectations go through."))
    staff(owner, "expectation_owner")
    fields.setdefault("unit", customer.owning_unit)
    with transaction.atomic():
        code = next_code("PRJ")
        project = Project(
            code=code, customer=customer, name=name, expectation_owner=owner, **fields
        )
        insert(project, by=by, now=now)
        trail.record(
            project,
            "project.opened",
            by=by,
            now=now,
            scope=customer,
            facts={"code": code, "owner": owner.pk},
        )
        for role, person in held.items():
            join(project, person, role, is_lead=True, by=by, now=now)
        if owner.pk not in {person.pk for person in held.values()}:
            join(project, owner, ProjectRole.OTHER, by=by, now=now)
    return project


def edit_project(
    project: Project,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> Project:
    """Change facts of a project; Stale when somebody saved first."""
    only(dict(changes), EDITABLE)
    with transaction.atomic():
        differs = edit(project, changes, by=by, now=now, version=version)
        if differs:
            trail.record(
                project,
                "project.edited",
                by=by,
                now=now,
                scope=project.customer,
                facts={"changes": in_ids(differs)},
                confidential=bool({"budget", "actual_cost"} & set(differs)),
            )
    return project


def join(
    project: Project, user: User, role: str, *, by: Actor, now: dt.datetime, is_lead: bool = False
) -> ProjectMember:
    """Bring a colleague in; the assignment that lets them see the customer is written with it."""
    _refuse_closed(project)
    if is_lead and role not in TRIANGLE:
        raise invalid("role", _("Only the three corners of the triangle have a lead."))
    with transaction.atomic():
        row = ProjectMember(project=project, user=user, role=role, is_lead=is_lead, since=now)
        insert(row, by=by, now=now)
        if not _assignments(project, user).exists():
            assignments.assign(
                project.customer, user, TeamRole.PROJECT_MEMBER, by=by, now=now, source=project
            )
        trail.record(
            project,
            "project.joined",
            by=by,
            now=now,
            scope=project.customer,
            facts={"user": user.pk, "role": role, "lead": is_lead},
        )
    return row


def leave(member: ProjectMember, *, by: Actor, now: dt.datetime) -> ProjectMember:
    """End a membership and, with the last one, the sight of the customer that came with it.

    A lead of a project under way is replaced, never just gone: use `set_lead`.
    """
    project = member.project
    if member.is_lead and project.status == ProjectStatus.EXECUTING:
        raise Refused(
            _("A project under way keeps its triangle; name a successor instead."), rule="b.3.2"
        )
    with transaction.atomic():
        _end(member, by, now)
    return member


def set_lead(
    project: Project, role: str, user: User, *, by: Actor, now: dt.datetime
) -> ProjectMember:
    """Give a corner of the triangle to a person in one step: never two, never none."""
    _refuse_closed(project)
    rows = ProjectMember.objects.filter(project=project, role=role, status=MemberStatus.ACTIVE)
    with transaction.atomic():
        for row in rows.select_related("project__customer", "user"):
            if row.is_lead and row.user_id == user.pk:
                return row
            if row.is_lead or row.user_id == user.pk:
                _end(row, by, now)
        return join(project, user, role, is_lead=True, by=by, now=now)


def start(project: Project, *, by: Actor, now: dt.datetime) -> Project:
    """initiating → executing: needs an effective form and a complete triangle (R-E2)."""
    if not has_effective_form(project):
        raise Refused(
            _("There is no effective form yet; send one, or ask the regional head to start early."),
            rule="R-E2",
        )
    return _start(project, by, now, "project.started")


def start_early(
    project: Project,
    *,
    reason: str,
    by: Actor,
    now: dt.datetime,
    until: dt.datetime | None = None,
) -> Project:
    """提前启动: the regional head lets a project run without a form, ≤ 14 d, for a reason."""
    if has_effective_form(project):
        raise Refused(_("The form is effective; start normally."), rule="R-E2")
    columns = _early(project, reason, until, by, now) | {"early_since": now}
    return _start(project, by, now, "project.started_early", **columns)


def renew_early(
    project: Project,
    *,
    reason: str,
    by: Actor,
    now: dt.datetime,
    until: dt.datetime | None = None,
) -> Project:
    """Renew an early start by another ≤ 14 d with a fresh reason (R-E2)."""
    if project.early_until is None:
        raise Refused(_("This project was not started early."), rule="R-E2")
    columns = _early(project, reason, until, by, now)
    with transaction.atomic():
        edit(project, columns, by=by, now=now)
        _told_early(project, "project.early_renewed", by, now)
    return project


def end_early(project: Project, *, by: Actor, now: dt.datetime) -> None:
    """The form is effective: take the red bar away. A no-op without an early start."""
    if project.early_until is None:
        return
    columns = {"early_reason": "", "early_by": None, "early_since": None, "early_until": None}
    edit(project, columns, by=by, now=now)
    timers.cancel(project, EARLY)
    trail.record(project, "project.early_ended", by=by, now=now, scope=project.customer)


def hold(project: Project, *, reason: str, by: Actor, now: dt.datetime) -> Project:
    """executing → on_hold, with a reason."""
    return _move(project, ProjectStatus.ON_HOLD, [ProjectStatus.EXECUTING], by, now, reason)


def resume(project: Project, *, by: Actor, now: dt.datetime) -> Project:
    """on_hold → executing."""
    return _move(project, ProjectStatus.EXECUTING, [ProjectStatus.ON_HOLD], by, now, "")


def hand_in(project: Project, *, by: Actor, now: dt.datetime) -> Project:
    """executing → acceptance."""
    return _move(project, ProjectStatus.ACCEPTANCE, [ProjectStatus.EXECUTING], by, now, "")


def begin_warranty(project: Project, *, by: Actor, now: dt.datetime) -> Project:
    """acceptance → warranty."""
    return _move(project, ProjectStatus.WARRANTY, [ProjectStatus.ACCEPTANCE], by, now, "")


def close(project: Project, *, by: Actor, now: dt.datetime) -> Project:
    """warranty or acceptance → closed: every item is decided first."""
    left = ExpectationItem.objects.undecided().filter(project=project)
    left = left.exclude(priority_class="deferred").count()
    if left:
        raise Refused(
            _("%(count)d expectations are not decided yet; record how each ended.")
            % {"count": left},
            rule="b.3.2",
        )
    frm = [ProjectStatus.WARRANTY, ProjectStatus.ACCEPTANCE]
    return _move(project, ProjectStatus.CLOSED, frm, by, now, "", closed_at=now)


def cancel(project: Project, *, reason: str, by: Actor, now: dt.datetime) -> Project:
    """Any open state → cancelled, with a reason."""
    frm = [status for status in ProjectStatus.values if status not in ("closed", "cancelled")]
    with transaction.atomic():
        end_early(project, by=by, now=now)
        return _move(project, ProjectStatus.CANCELLED, frm, by, now, reason, closed_at=now)


def next_nine(project: Project, now: dt.datetime) -> dt.datetime:
    """The next 09:00 in the zone of the expectation owner."""
    zone = zoneinfo.ZoneInfo(project.expectation_owner.timezone)
    local = now.astimezone(zone)
    nine = local.replace(hour=9, minute=0, second=0, microsecond=0)
    return nine if nine > local else nine + dt.timedelta(days=1)


def _start(project: Project, by: Actor, now: dt.datetime, verb: str, **columns: Any) -> Project:
    if not triangle_of(project).is_complete:
        raise Refused(
            _("The triangle is not complete; name account manager, solution and delivery."),
            rule="b.3.2",
        )
    with transaction.atomic():
        move(
            project,
            ProjectStatus.EXECUTING,
            frm=ProjectStatus.INITIATING,
            by=by,
            now=now,
            rule="R-E2",
            started_at=now,
            **columns,
        )
        put_in_fulfilment(project, by=by, now=now)
        if columns:
            _told_early(project, verb, by, now)
        else:
            trail.record(project, verb, by=by, now=now, scope=project.customer)
    return project


def put_in_fulfilment(project: Project, *, by: Actor, now: dt.datetime) -> int:
    """Confirmed items of an executing project are in fulfilment from now on. Returns how many."""
    rows = ExpectationItem.objects.filter(project=project, status=ItemStatus.CONFIRMED)
    count = 0
    for item in rows:
        move(item, ItemStatus.IN_FULFILMENT, frm=ItemStatus.CONFIRMED, by=by, now=now)
        count += 1
    return count


def _early(
    project: Project, reason: str, until: dt.datetime | None, by: Actor, now: dt.datetime
) -> dict[str, Any]:
    persons_only(by, rule="R-E2")
    longest = dt.timedelta(days=policy.get(EARLY_MAX_D, at=now))
    ends = until or now + longest
    if not reason.strip():
        raise invalid("reason", _("An early start needs a reason that everyone can read."))
    if not now < ends <= now + longest:
        sentence = _("An early start ends within %(days)d days.") % {"days": longest.days}
        raise invalid("until", sentence)
    return {"early_reason": reason.strip(), "early_by": by.user, "early_until": ends}


def _told_early(project: Project, verb: str, by: Actor, now: dt.datetime) -> None:
    facts = {"reason": project.early_reason, "until": project.early_until}
    trail.record(project, verb, by=by, now=now, scope=project.customer, facts=facts)
    timers.arm(EARLY, project, next_nine(project, now), now=now)
    notify.tell(
        [triangle_of(project).ar, project.expectation_owner],
        kind="project.early",
        title=gettext_noop("%(code)s runs without an effective form until %(day)s"),
        params={"code": project.code, "day": project.early_until.date().isoformat()},
        once=f"early:{project.pk}:{project.version}",
        url=project.get_absolute_url(),
        about=project,
        scope=project.customer,
        now=now,
    )


def early_receivers(project: Project, now: dt.datetime) -> list[User]:
    """AR and regional head: they hear of an early start every day (R-E2)."""
    people = [triangle_of(project).ar, regional_head(project.customer, at=now)]
    return [person for person in people if person is not None]


def _move(
    project: Project,
    to: str,
    frm: list[str],
    by: Actor,
    now: dt.datetime,
    reason: str,
    **columns: Any,
) -> Project:
    if to in (ProjectStatus.ON_HOLD, ProjectStatus.CANCELLED) and not reason.strip():
        raise invalid("reason", _("Say why in one sentence."))
    with transaction.atomic():
        before = move(
            project,
            to,
            frm=frm,
            by=by,
            now=now,
            rule="b.3.2",
            status_reason=reason.strip(),
            **columns,
        )
        trail.record(
            project,
            f"project.{to}",
            by=by,
            now=now,
            scope=project.customer,
            facts={"from": before, "to": to, "reason": reason.strip()},
        )
    return project


def _end(member: ProjectMember, by: Actor, now: dt.datetime) -> None:
    project, user = member.project, member.user
    move(member, MemberStatus.ENDED, frm=MemberStatus.ACTIVE, by=by, now=now, until=now)
    others = ProjectMember.objects.filter(project=project, user=user, status=MemberStatus.ACTIVE)
    if not others.exists():
        for row in _assignments(project, user).select_related("customer"):
            assignments.end(row, by=by, now=now, reason="project")
    trail.record(
        project,
        "project.left",
        by=by,
        now=now,
        scope=project.customer,
        facts={"user": user.pk, "role": member.role},
    )


def _assignments(project: Project, user: User) -> Any:
    return AccountAssignment.objects.filter(
        customer=project.customer,
        user=user,
        source_label=registry.label_of(project),
        source_id=project.pk,
        status=AssignmentStatus.ACTIVE,
    )


def _refuse_closed(project: Project) -> None:
    if not project.is_open:
        raise Refused(_("This project is over; its team does not change."), rule="b.3.2")
