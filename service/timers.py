"""Handlers of the timers of this floor; each re-checks the facts, then calls an action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from core.actors import Actor
from core.models import Timer
from service.actions import (
    alerts,
    bulletins,
    clockwork,
    contracts,
    ending,
    outcome,
    pauses,
    verdicts,
)
from service.choices import (
    CONTRACT_IN_FORCE,
    OPEN,
    BulletinStatus,
    EscalationStatus,
    Severity,
    TicketClass,
    TicketStatus,
)
from service.models import (
    Breach,
    Escalation,
    IncidentBulletin,
    PauseInterval,
    ServiceContract,
    SlaClock,
    Ticket,
)
from service.queries.timelines import clock_differences

SYSTEM = Actor.system()
EXPECTED_KINDS = (
    clockwork.CLOCK_TIMER,
    clockwork.REASON_TIMER,
    clockwork.REPEAT_TIMER,
    pauses.END_TIMER,
    pauses.REVIEW_TIMER,
    outcome.SILENCE_TIMER,
    outcome.UNRESTORED_TIMER,
    bulletins.TIMER,
    contracts.TIMER,
)


# What a due clock asks of its ticket, of the customer and of the owner, out of 140 columns.
LEAN = (
    *("code", "severity", "outage", "line", "terms", "queue_at", "owner", "group", "parent"),
    *("customer__tier", "customer__owning_unit", "owner__username", "owner__email"),
    *("owner__language", "owner__timezone", "owner__is_active", "owner__is_portal"),
    *("owner__digest", "owner__quiet_from", "owner__quiet_until"),
)


def _ids(timers: list[Timer]) -> set[int]:
    return {timer.about_id for timer in timers}


def clocks(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.clock: record what crossed, tell the highest step, arm the next."""
    held = SlaClock.objects.filter(pk__in=_ids(timers)).values("ticket_id")
    rows = Ticket.objects.filter(pk__in=held).select_related("customer", "owner").only(*LEAN)
    alerts.tell(clockwork.sync_many(list(rows), by=SYSTEM, now=now, fire=True), by=SYSTEM, now=now)


def escalation_repeats(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.escalation_repeat: remind until acknowledged."""
    rows = Escalation.objects.filter(pk__in=_ids(timers)).select_related(
        "ticket__customer", "clock"
    )
    alerts.repeat(rows.prefetch_related("told"), by=SYSTEM, now=now)


def pause_ends(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.pause_end: the expected time has come, the clocks run on."""
    for pause in _pauses(timers):
        pauses.resume_when_due(pause, by=SYSTEM, now=now)


def pause_reviews(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.pause_review: a long pause is brought to owner and service manager (R-T2)."""
    for pause in _pauses(timers):
        pauses.remind(pause, by=SYSTEM, now=now)


def _pauses(timers: list[Timer]):
    rows = PauseInterval.objects.filter(pk__in=_ids(timers), ends_at=None)
    return rows.select_related("ticket__customer", "ticket__owner")


def silences(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.silence: remind the customer, then close a resolved ticket without an answer."""
    rows = Ticket.objects.filter(pk__in=_ids(timers), status=TicketStatus.RESOLVED)
    for ticket in rows.select_related("customer", "contact", "owner"):
        outcome.pass_silence(ticket, by=SYSTEM, now=now)


def unrestored(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.unrestored: a critical ticket is still down after four hours (clocks.md 5)."""
    rows = Ticket.objects.filter(pk__in=_ids(timers), status__in=OPEN, restored_at=None)
    for ticket in rows.select_related("customer", "owner"):
        outcome.call_unrestored(ticket, by=SYSTEM, now=now)


def bulletin_dues(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.bulletin: a bulletin was not sent in time."""
    rows = IncidentBulletin.objects.filter(pk__in=_ids(timers), status=BulletinStatus.DUE)
    for row in rows.select_related("ticket__customer", "ticket__owner"):
        bulletins.remind(row, by=SYSTEM, now=now)


def breach_reasons(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.breach_reason: a missed target has no reason code yet."""
    rows = Breach.objects.filter(pk__in=_ids(timers), reason="", revoked_at=None)
    found = rows.select_related("clock__ticket__customer", "clock__ticket__owner")
    verdicts.ask_reasons(list(found), now=now)


def contract_ends(timers: list[Timer], *, now: dt.datetime) -> None:
    """service.contract: a contract comes to its end (R-T9)."""
    rows = ServiceContract.objects.filter(pk__in=_ids(timers), status__in=CONTRACT_IN_FORCE)
    found = rows.select_related("customer__calendar", "renewal_owner").order_by("pk")
    ending.come_to_end(found.select_for_update(of=("self",)), by=SYSTEM, now=now)


def expected(now: dt.datetime | None = None) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of this floor that must be armed, from the facts (manage.py reconcile)."""
    for pk, at in SlaClock.objects.exclude(next_fire_at=None).values_list("id", "next_fire_at"):
        yield clockwork.CLOCK_TIMER, clockwork.LABEL, pk, at
    for pause in PauseInterval.objects.filter(ends_at=None).select_related("ticket"):
        for kind, at in pauses.timers_of(pause):
            yield kind, "service.pauseinterval", pause.pk, at
    yield from _of_tickets()
    for row in IncidentBulletin.objects.filter(status=BulletinStatus.DUE, reminded_at=None):
        yield bulletins.TIMER, "service.incidentbulletin", row.pk, row.due_at
    calls = Escalation.objects.filter(status=EscalationStatus.RAISED).exclude(next_repeat_at=None)
    for pk, at in calls.values_list("id", "next_repeat_at"):
        yield clockwork.REPEAT_TIMER, clockwork.ESCALATION, pk, at
    open_reasons = Breach.objects.filter(reason="", revoked_at=None, asked_at=None)
    for row in open_reasons.select_related("clock__ticket"):
        yield clockwork.REASON_TIMER, "service.breach", row.pk, clockwork.reason_due(row)
    contracts_ = ServiceContract.objects.filter(status__in=CONTRACT_IN_FORCE)
    for pk, at in contracts_.exclude(next_alert_at=None).values_list("id", "next_alert_at"):
        yield contracts.TIMER, "service.servicecontract", pk, at


def _of_tickets() -> Iterator[tuple[str, str, int, dt.datetime]]:
    resolved = Ticket.objects.filter(status=TicketStatus.RESOLVED, confirmed_at=None)
    for ticket in resolved:
        yield outcome.SILENCE_TIMER, "service.ticket", ticket.pk, outcome.next_silence(ticket)
    down = Ticket.objects.filter(
        status__in=OPEN,
        severity=Severity.CRITICAL,
        ticket_class=TicketClass.FAULT,
        restored_at=None,
        unrestored_called_at=None,
    ).exclude(accepted_at=None)
    for ticket in down:
        yield outcome.UNRESTORED_TIMER, "service.ticket", ticket.pk, outcome.unrestored_at(ticket)


def reconcile_clocks(now: dt.datetime, repair: bool) -> list[str]:
    """A sentence per column that differs; with `repair` the clocks are computed anew."""
    found = list(clock_differences())
    if repair and found:
        tickets = Ticket.objects.filter(pk__in={row.ticket_id for row in found})
        rows = tickets.select_related("customer")
        clockwork.sync_many(rows, by=SYSTEM, now=now)
    return [
        f"clock {row.code} {row.kind} {row.cycle}: {row.field} is {row.stored}, not {row.computed}"
        for row in found
    ]
