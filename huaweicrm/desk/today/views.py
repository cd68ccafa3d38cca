"""The first page after signing in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.choices import Role
from core import clock, policy
from core.preferences import is_presenting
from core.web import staff_page
from huaweicrm.desk.policies import BEFORE_MINUTES
from huaweicrm.desk.today import sources, todo
from huaweicrm.desk.today.reading import block, count, read
from huaweicrm.desk.today.rows import Block, seconds_left, tone_of_left
from huaweicrm.desk.today.scope import Scope
from relationships.queries.cadence import weekly_lines
from relationships.queries.desk import recent_moves


@staff_page
def today(request: HttpRequest) -> HttpResponse:
    """What must be done today, in order; then what customers wait for."""
    scope = Scope.of(request.user, clock.now())
    notices = read(sources.notices, scope, sources.READ)
    promises = read(sources.promises, scope, sources.READ)
    tickets = read(sources.first_tickets, scope, sources.READ)
    clocks = sources.clocks_of(tickets)
    forms = block(sources.forms, scope, f"/confirmation-forms/?waiting=true&{scope.mine}", 10)
    reports = read(sources.reports, scope, sources.READ)
    todos = todo.in_order(
        [
            *todo.of_notices(notices, scope),
            *todo.of_clocks(tickets, clocks, scope),
            *todo.of_promises(promises, scope),
            *todo.of_actions(_duties(request, scope), scope),
            *todo.of_forms(forms.rows, scope),
            *todo.of_reports(reports[:20] if scope.holds(Role.FR) or scope.wide else [], scope),
            *([] if is_presenting(request) else todo.of_approvals(sources.approvals(scope), scope)),
        ]
    )
    meetings = block(sources.meetings, scope, _meetings(scope), 6)
    context = {
        "now": scope.now,
        "scope": scope,
        "entering": _entering(meetings, scope),
        "todos": todos,
        "promises": _promises(scope, promises),
        "notices": _notices(scope, notices, todos),
        "told": [_said(row) for row in read(sources.told, scope, 2)],
        "tickets": Block(
            _with_clocks(tickets[:4], clocks, scope),
            count(tickets, sources.READ, sources.tickets, scope),
            _queue(scope),
        ),
        "forms": forms,
        "reports": _reports(scope, reports),
        "meetings": meetings,
        "moves": [] if is_presenting(request) else _moves(scope),
        "rhythm": weekly_lines(request.user, now=scope.now, zone=scope.zone),
    }
    return render(request, "desk/today.html", context)


def _duties(request: HttpRequest, scope: Scope) -> Any:
    """Action items; steps of relationship plans are left out while others look on."""
    return read(sources.open_actions if is_presenting(request) else sources.actions, scope, 20)


def _moves(scope: Scope) -> list:
    """Who moved on a grid within two weeks."""
    return recent_moves(scope.user, scope.now - dt.timedelta(days=14), limit=4)


def _entering(meetings: Block, scope: Scope) -> Any:
    """The meeting whose door one stands before: it begins soon, or began within the hour."""
    edge = scope.now + dt.timedelta(minutes=policy.get(BEFORE_MINUTES, at=scope.now))
    return next((row for row in meetings.rows if row.starts_at <= edge), None)


def _notices(scope: Scope, notices: list, todos: list) -> Block:
    """Who must be told, without those that stand above as something to do."""
    shown = {item.url for item in todos if item.kind == "notice"}
    rest = [row for row in notices if row.get_absolute_url() not in shown]
    return Block(
        [_ringed(row, scope) for row in rest[:3]],
        count(notices, sources.READ, sources.notices, scope),
        f"/customer-notices/?untold=true&{scope.mine}",
    )


def _promises(scope: Scope, promises: list) -> Block:
    url = f"/commitments/?mine=true&open=true&due_before={_at(scope.tonight)}"
    return Block(promises[:5], count(promises, sources.READ, sources.promises, scope), url)


def _reports(scope: Scope, reports: list) -> Block:
    url = f"/weekly-reports/?unsubmitted=true&due_before={_at(scope.tonight)}&{scope.mine}"
    return Block(reports[:4], count(reports, sources.READ, sources.reports, scope), url.rstrip("&"))


def _at(moment: dt.datetime) -> str:
    """A moment in an address; + would have to be escaped there."""
    return moment.astimezone(dt.timezone.utc).isoformat().replace("+00:00", "Z")


def _meetings(scope: Scope) -> str:
    since, until = scope.now - sources.BEGUN, scope.tonight
    span = f"starts_after={_at(since)}&starts_before={_at(until)}"
    return f"/interactions/?mine=true&status=planned&{span}"


def _queue(scope: Scope) -> str:
    return f"/tickets/?scope=all&{'' if scope.answers else scope.mine}".rstrip("&")


def _ringed(notice, scope: Scope) -> dict:
    left = seconds_left(notice.due_at, scope.now)
    return {"notice": notice, "hours": max(0, left) / 3600, "tone": tone_of_left(left)}


def _said(notice) -> dict:
    hours = int((notice.risk.impact_at - notice.told_at).total_seconds() // 3600)
    said = _("told %(hours)d h ahead") % {"hours": hours}
    if notice.acknowledged_at:
        said = _("told %(hours)d h ahead, acknowledged") % {"hours": hours}
    return {"notice": notice, "said": said}


def _with_clocks(tickets: list, clocks: dict, scope: Scope) -> list[dict]:
    return [waiting(ticket, clocks.get(ticket.pk), scope) for ticket in tickets]


def waiting(ticket, first: Any, scope: Scope) -> dict:
    """A ticket with its nearest clock, its tone and the share of the target used up."""
    if first is None:
        return {"ticket": ticket, "clock": None, "tone": "none", "percent": 0}
    left = (first.due_at - scope.now).total_seconds()
    used = 100 * (1 - max(0.0, left) / max(1, first.target_s))
    tone = "breach" if left <= 0 else "risk" if used >= 75 else "watch" if used >= 50 else "ok"
    return {
        "ticket": ticket,
        "clock": first,
        "tone": tone,
        "percent": min(100, max(0, used)),
        "over": left <= 0,
    }
