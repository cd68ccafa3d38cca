"""Makes the numbered list of today: clocks that run first, then by deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.wording import moment_words
from expectations.choices import FormStatus, NoticeStatus
from huaweicrm.desk.today.rows import Todo, seconds_left, tone_of_left
from huaweicrm.desk.today.scope import Scope

BURNING, TODAY = 0, 1
SOON = dt.timedelta(hours=24)


def of_notices(rows: Iterable[Any], scope: Scope) -> Iterator[Todo]:
    """Notices whose deadline comes within a day or has passed."""
    for row in rows:
        left = seconds_left(row.due_at, scope.now)
        if left > SOON.total_seconds():
            continue
        yield Todo(
            rank=BURNING,
            kind="notice",
            tone=tone_of_left(left),
            icon="s-breach",
            title=f"{row.customer.display_name}{_(': ')}{row.risk.title}",
            meta=_notice_meta(row, scope),
            url=row.get_absolute_url(),
            due_at=row.due_at,
            verb=_notice_verb(row),
            hours=left / 3600,
            untold=True,
        )


def _notice_meta(row: Any, scope: Scope) -> str:
    impact = moment_words(row.risk.impact_at, scope.now, scope.zone)
    words = {
        NoticeStatus.PENDING: _("no draft yet"),
        NoticeStatus.DRAFTED: _("a draft waits for approval"),
        NoticeStatus.APPROVED: _("approved, ready to go out"),
    }
    return _("Impact %(at)s; %(state)s") % {"at": impact, "state": words[row.status]}


def _notice_verb(row: Any) -> str:
    verbs = {
        NoticeStatus.PENDING: _("Draft it"),
        NoticeStatus.DRAFTED: _("Approve"),
        NoticeStatus.APPROVED: _("Tell the customer"),
    }
    return verbs[row.status]


def of_clocks(tickets: Iterable[Any], clocks: dict[int, Any], scope: Scope) -> Iterator[Todo]:
    """One's own or unclaimed tickets with a clock that is over or ends within two hours."""
    edge = scope.now + dt.timedelta(hours=2)
    for ticket in tickets:
        clock = clocks.get(ticket.pk)
        if clock is None or clock.due_at > edge:
            continue
        over = clock.due_at <= scope.now
        yield Todo(
            rank=BURNING,
            kind="ticket",
            tone="breach" if over else "risk",
            icon="ticket",
            title=ticket.title,
            url=ticket.get_absolute_url(),
            due_at=clock.due_at,
            meta=f"{ticket.customer.display_name} · {clock.get_kind_display()} · {ticket.code}",
            verb=_("Open"),
            hours=None,
        )


def of_promises(rows: Iterable[Any], scope: Scope) -> Iterator[Todo]:
    """Promises due today or overdue."""
    for row in rows:
        over = row.due_at <= scope.now
        yield Todo(
            rank=TODAY,
            kind="promise",
            tone="breach" if over else "watch",
            icon="flag",
            title=row.text,
            meta=f"{row.customer.display_name} · {row.code}",
            url=row.get_absolute_url(),
            due_at=row.due_at,
            verb=_("Answer"),
        )


def of_actions(rows: Iterable[Any], scope: Scope) -> Iterator[Todo]:
    """Action items due today or overdue."""
    for row in rows:
        yield Todo(
            rank=TODAY,
            kind="action",
            tone="risk" if row.due_at <= scope.now else "watch",
            icon="flag",
            title=row.text,
            meta=row.customer.display_name if row.customer else _("internal"),
            url=f"/customers/{row.customer_id}/action-items/"
            if row.customer_id
            else f"/action-items/{row.pk}/done/",
            due_at=row.due_at,
            verb=_("Open"),
        )


def of_forms(rows: Iterable[Any], scope: Scope) -> Iterator[Todo]:
    """Forms that wait for our signature, or for the customer's for over a week."""
    for row in rows:
        days = (scope.now - row.sent_at).days if row.sent_at else 0
        ours = row.status == FormStatus.PARTLY_SIGNED
        if not ours and days < 7:
            continue
        waited = ngettext("waiting for %(days)d day", "waiting for %(days)d days", days)
        yield Todo(
            rank=TODAY,
            kind="form",
            tone="watch",
            icon="confirm",
            title=(_("Countersign %(project)s") if ours else _("Ask for a signature: %(project)s"))
            % {"project": row.project.name},
            meta=f"{row.code} · {waited % {'days': days}}",
            url=row.get_absolute_url(),
            due_at=None,
            verb=_("Countersign") if ours else _("Open"),
        )


def of_reports(rows: Iterable[Any], scope: Scope) -> Iterator[Todo]:
    """Weekly reports due today or overdue."""
    for row in rows:
        over = row.due_at <= scope.now
        yield Todo(
            rank=TODAY,
            kind="report",
            tone="breach" if over else "watch",
            icon="report",
            title=_("Weekly report %(week)s: %(project)s")
            % {"week": row.week, "project": row.project.name},
            meta=row.customer.display_name,
            url=row.get_absolute_url(),
            due_at=row.due_at,
            verb=_("Finish"),
        )


def of_approvals(rows: Iterable[Any], scope: Scope) -> Iterator[Todo]:
    """Tier assessments that wait for a decision."""
    for row in rows:
        yield Todo(
            rank=TODAY,
            kind="approval",
            tone="info",
            icon="s-watch",
            title=_("Decide the tier of %(customer)s") % {"customer": row.customer.display_name},
            meta=_("submitted %(at)s")
            % {"at": moment_words(row.submitted_at, scope.now, scope.zone)},
            url=f"/customers/{row.customer_id}/tier/",
            due_at=None,
            verb=_("Decide"),
        )


def in_order(todos: Iterable[Todo]) -> list[Todo]:
    """What burns first; of what burns, the one that has least time left."""
    return sorted(todos, key=lambda todo: todo.order)
