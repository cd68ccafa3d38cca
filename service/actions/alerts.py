"""Tells the right people when time is used up: roles by ladder, names by role (clocks.md 5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.choices import TIER_KEYS
from core import events as domain_events
from core import notify, policy, timers
from core.actors import Actor
from core.inserts import insert_rows, new_row
from core.models import Notification, User
from core.updates import update_rows
from service import ladders, policies
from service.actions.clockwork import ESCALATION, REPEAT_TIMER, Alert
from service.choices import (
    LADDER_ROLES,
    EscalationKind,
    EscalationReason,
    EscalationStatus,
    Severity,
)
from service.models import Escalation, Ticket
from service.queries import calendars
from service.queries.people import Directory

ON_TIME = gettext_noop("%(code)s %(clock)s: %(pct)s%% of the time used, due %(due)s")
LATE = gettext_noop("Late alert, due at %(at)s: %(code)s %(clock)s, %(pct)s%% of the time used")
CLOSED = gettext_noop("%(code)s %(clock)s stopped over its time while alerts stood still")
EMPTY = gettext_noop("Nobody holds “%(role)s” for %(code)s; the next step was told instead")
DIGEST = gettext_noop("More than %(count)s late alerts: open the ticket queue")
CALLED = gettext_noop("%(code)s %(customer)s: escalated to you, %(reason)s")
# So long a digest speaks for the late alerts that follow: a catch-up takes several batches.
DIGEST_SPEAKS_FOR = dt.timedelta(minutes=10)
PAGING = {"page": notify.Urgency.PAGE, "call": notify.Urgency.NOW}


@dataclass(frozen=True)
class Call:
    """One person to be told about one alert, in the role that answers."""

    user: User
    role: str
    alert: Alert
    urgency: int
    not_before: dt.datetime


def tell(alerts: Iterable[Alert], *, by: Actor, now: dt.datetime) -> None:
    """Tell everyone whom the ladder names, raise escalations and arm their repeats. A child of a
    mass incident stays quiet; one message per person and ticket; more late ones than the policy
    allows become one digest."""
    wanted = [alert for alert in alerts if alert.ticket.parent_id is None]
    if not wanted:
        return
    directory = Directory(now)
    directory.read(alert.ticket for alert in wanted if not alert.closing_note)
    calls: list[Call] = []
    notes: list[notify.Note] = []
    raised: list[tuple[Escalation, list[User]]] = []
    for alert in wanted:
        if alert.closing_note:
            notes.append(_closing_note(alert))
            continue
        rung = _rung(alert)
        held = directory.holders(alert.ticket)
        filled = ladders.fill(rung.roles, held)
        notes += [_empty(alert, role, directory.admins) for role in filled.empty]
        calls += _calls(alert, rung, filled, held, now)
        raised += _escalations(alert, rung, filled, held)
    notes += _notes(calls, now)
    notify.tell_many(notes, now=now)
    raise_many(raised, by=by, now=now)


def _rung(alert: Alert) -> ladders.Rung:
    ticket = alert.ticket
    team = calendars.calendars_of(ticket.terms).team
    made = ladders.rung(
        alert.pct,
        severity=ticket.severity,
        tier=tier_key(ticket),
        working_day_s=team.standard_day_minutes * 60,
    )
    if not alert.clock.is_internal:
        return made
    return ladders.Rung(
        made.step, made.technical, (), made.urgency, made.repeat_s, made.repeat_working
    )


def tier_key(ticket: Ticket) -> str:
    """s, a, b, c or empty."""
    return TIER_KEYS.get(ticket.customer.tier, "")


def _calls(alert, rung, filled, held, now) -> list[Call]:
    ticket = alert.ticket
    team = calendars.calendars_of(ticket.terms).team
    found = {}
    for role in filled.answering.values():
        at = ladders.deliver_at(
            now,
            role,
            severity=ticket.severity,
            calendar=team,
            tier=tier_key(ticket),
            outage=ticket.outage,
        )
        urgency = PAGING.get(rung.urgency, notify.Urgency.SOON)
        if at > now:
            urgency = min(urgency, notify.Urgency.NOW)
        for user in held.get(role, []):
            found.setdefault(user.pk, Call(user, role, alert, urgency, at))
    return list(found.values())


def _notes(calls: list[Call], now: dt.datetime) -> list[notify.Note]:
    """One note per person and ticket, about the highest step; a flood of late ones is a digest."""
    best: dict[tuple[int, int], Call] = {}
    for call in calls:
        key = (call.user.pk, call.alert.ticket.pk)
        if key not in best or call.alert.pct > best[key].alert.pct:
            best[key] = call
    late = Counter(call.user.pk for call in best.values() if is_late(call.alert, now))
    limit = policy.get(policies.DIGEST_OVER, at=now)
    flooded = {pk for pk, count in late.items() if count > limit}
    informed = _informed(late, now)
    flooded |= informed
    notes = [
        _note(call, now)
        for call in best.values()
        if call.user.pk not in flooded or not is_late(call.alert, now)
    ]
    people = {call.user.pk: call.user for call in best.values()}
    return notes + [
        notify.Note(
            [people[pk]],
            "sla.digest",
            DIGEST,
            _digest_key(now),
            {"count": limit},
            "/tickets/",
            notify.Urgency.NOW,
        )
        for pk in flooded - informed
    ]


def _informed(late: Iterable[int], now: dt.datetime) -> set[int]:
    """Who of these people has had a digest that still speaks for what comes late."""
    people = list(late)
    if not people:
        return set()
    keys = [_digest_key(now), _digest_key(now - DIGEST_SPEAKS_FOR)]
    told = Notification.objects.filter(user__in=people, once__in=keys)
    recent = told.filter(created_at__gt=now - DIGEST_SPEAKS_FOR)
    return set(recent.values_list("user_id", flat=True))


def _digest_key(now: dt.datetime) -> str:
    """One key for every ten minutes."""
    return f"sla-digest:{int(now.timestamp() // DIGEST_SPEAKS_FOR.total_seconds())}"


def is_late(alert: Alert, now: dt.datetime) -> bool:
    """Noticed so long after its time that it must say so."""
    return now - alert.crossed_at > dt.timedelta(
        minutes=policy.get(policies.LATE_ALERT_MIN, at=now)
    )


def _note(call: Call, now: dt.datetime) -> notify.Note:
    alert, ticket = call.alert, call.alert.ticket
    return notify.Note(
        [call.user],
        "sla.alert",
        LATE if is_late(alert, now) else ON_TIME,
        f"sla:{alert.clock.pk}:{alert.clock.target_version}:{alert.pct}",
        {
            "code": ticket.code,
            "clock": str(alert.clock.get_kind_display()),
            "pct": alert.pct,
            "due": _local(alert.clock.due_at, ticket),
            "at": _local(alert.crossed_at, ticket),
        },
        ticket.get_absolute_url(),
        call.urgency,
        ticket,
        ticket.customer,
        call.not_before,
    )


def _local(moment: dt.datetime | None, ticket: Ticket) -> str:
    if moment is None:
        return ""
    site = calendars.calendars_of(ticket.terms).site
    return f"{moment.astimezone(site.tz):%m-%d %H:%M}"


def _closing_note(alert: Alert) -> notify.Note:
    ticket = alert.ticket
    return notify.Note(
        [ticket.owner],
        "sla.closed",
        CLOSED,
        f"sla-closed:{alert.clock.pk}:{alert.clock.target_version}",
        {"code": ticket.code, "clock": str(alert.clock.get_kind_display())},
        ticket.get_absolute_url(),
        notify.Urgency.INFO,
        ticket,
        ticket.customer,
    )


def _empty(alert: Alert, role: str, admins: list[User]) -> notify.Note:
    return notify.Note(
        admins,
        "ladder.empty",
        EMPTY,
        f"ladder-empty:{alert.ticket.pk}:{role}",
        {"code": alert.ticket.code, "role": str(LADDER_ROLES.get(role, role))},
        alert.ticket.get_absolute_url(),
        notify.Urgency.SOON,
        alert.ticket,
    )


def _escalations(alert, rung, filled, held) -> list[tuple[Escalation, list[User]]]:
    """Rows for the calls beyond the owner and the lead: technical and management apart."""
    made = []
    basic = (ladders.OWNER, ladders.L1_LEAD)
    tracks = (
        (EscalationKind.TECHNICAL, [role for role in rung.technical if role not in basic]),
        (EscalationKind.MANAGEMENT, list(rung.management)),
    )
    for kind, asked in tracks:
        told = _people(asked, filled, held)
        if told:
            row = new_row(
                Escalation,
                kind=kind,
                level=alert.pct,
                reason=EscalationReason.THRESHOLD,
                at=alert.crossed_at,
                repeat_s=rung.repeat_s or None,
                repeat_working=rung.repeat_working,
                roles=[[role, filled.answering[role]] for role in asked],
            )
            row.ticket, row.clock = alert.ticket, alert.clock
            made.append((row, told))
    return made


def _people(asked, filled, held) -> list[User]:
    answering = [filled.answering[role] for role in asked]
    found = {user.pk: user for role in answering for user in held.get(role, [])}
    return list(found.values())


def raise_many(
    raised: list[tuple[Escalation, list[User]]], *, by: Actor, now: dt.datetime
) -> list[Escalation]:
    """Write escalations that are not open yet, with whom they told, and arm their repeats."""
    if not raised:
        return []
    keys = {(row.ticket.pk, row.kind, row.level) for row, _told in raised}
    standing = set(
        Escalation.objects.open()
        .filter(ticket__in={key[0] for key in keys})
        .values_list("ticket_id", "kind", "level")
    )
    new = {}
    for row, told in raised:
        key = (row.ticket.pk, row.kind, row.level)
        if key not in standing and key not in new:
            row.stamp(by=by, now=now)
            row.next_repeat_at = next_repeat(row, now)
            new[key] = (row, told)
    rows = [row for row, _told in new.values()]
    insert_rows(rows)
    through = Escalation.told.through
    insert_rows(
        [
            new_row(through, escalation_id=row.pk, user_id=user.pk)
            for row, told in new.values()
            for user in told
        ]
    )
    wanted = {row.pk: row.next_repeat_at for row in rows if row.next_repeat_at}
    if wanted:
        timers.arm_many(REPEAT_TIMER, wanted, about_label=ESCALATION, now=now, fresh=True)
    domain_events.emit_many([_raised_event(row, by, now) for row in rows])
    return rows


def _raised_event(row: Escalation, by: Actor, now: dt.datetime):
    return domain_events.event_for(
        "escalation.raised",
        row.ticket,
        by=by,
        now=now,
        scope=row.ticket.customer,
        facts={"kind": row.kind, "level": row.level, "reason": row.reason},
    )


def next_repeat(row: Escalation, now: dt.datetime) -> dt.datetime | None:
    """The next instant after `now` of the grid anchored at the call; None without repeats."""
    if not row.repeat_s:
        return None
    if row.repeat_working:
        team = calendars.calendars_of(row.ticket.terms).team
        passed = team.elapsed(row.at, now) // row.repeat_s + 1
        return team.add(row.at, passed * row.repeat_s, convention="latest")
    passed = int((now - row.at).total_seconds()) // row.repeat_s + 1
    return row.at + dt.timedelta(seconds=max(1, passed) * row.repeat_s)


def repeat(rows: Iterable[Escalation], *, by: Actor, now: dt.datetime) -> None:
    """Remind the people of open, unacknowledged calls whose cause still runs, and arm the next
    one of the grid; a higher open step of the same kind keeps a lower one quiet."""
    rows = list(rows)
    tops = defaultdict(int)
    for ticket, kind, level in (
        Escalation.objects.open()
        .filter(ticket__in=[row.ticket_id for row in rows])
        .values_list("ticket_id", "kind", "level")
    ):
        tops[ticket, kind] = max(tops[ticket, kind], level)
    notes, wanted = [], {}
    for row in rows:
        row.next_repeat_at = next_repeat(row, now) if still_calls(row) else None
        if row.next_repeat_at is None:
            continue
        wanted[row.pk] = row.next_repeat_at
        if row.level >= tops[row.ticket_id, row.kind]:
            row.repeats += 1
            notes.append(_repeat_note(row))
    update_rows(rows, ["repeats", "next_repeat_at"])
    notify.tell_many(notes, now=now)
    if wanted:
        timers.arm_many(REPEAT_TIMER, wanted, about_label=ESCALATION, now=now)


def still_calls(row: Escalation) -> bool:
    """Open, not acknowledged, and its clock, if it has one, still runs."""
    if row.status != EscalationStatus.RAISED or not row.ticket.is_open:
        return False
    return row.clock is None or row.clock.state in ("running", "breached_running")


def _repeat_note(row: Escalation) -> notify.Note:
    ticket = row.ticket
    page = ticket.severity == Severity.CRITICAL
    return notify.Note(
        list(row.told.all()),
        "escalation.repeat",
        CALLED,
        f"escalation:{row.pk}:{row.repeats}",
        {
            "code": ticket.code,
            "customer": ticket.customer.display_name,
            "reason": str(row.get_reason_display()),
        },
        row.get_absolute_url(),
        notify.Urgency.PAGE if page else notify.Urgency.NOW,
        ticket,
        ticket.customer,
    )


def open_of(ticket: Ticket, kind: str, step: int) -> Escalation | None:
    """The open call of a step, if there is one."""
    rows = Escalation.objects.open().filter(Q(ticket=ticket, kind=kind, level=step))
    return rows.first()
