"""Many tickets with their history at once: what the actions would leave, SQL by batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from core import sequences, trail
from core.actors import Actor
from core.custom.actions import drop_values
from core.models import Timer
from core.registry import label_of
from service.actions import clockwork
from service.actions.reporting import SERIES
from service.histories import Told
from service.models import (
    Breach,
    PauseInterval,
    SlaClock,
    ThresholdCrossing,
    Ticket,
    TicketEvent,
)

BATCH = 500
REASON = gettext_noop("import %(id)s")


@dataclass
class Imported:
    """An unsaved ticket and its story."""

    ticket: Ticket
    story: Told
    number: int


@transaction.atomic
def create_tickets(
    rows: list[Imported], *, by: Actor, now: dt.datetime, import_id: int
) -> list[Ticket]:
    """Write tickets, events, pauses and clocks; every threshold is recorded in silence, nobody is
    paged, nothing goes to a customer. The import is the reason of the back-dating."""
    if not rows:
        return []
    number = sequences.reserve(SERIES, len(rows))
    for place, row in enumerate(rows):
        row.ticket.code = f"{SERIES}-{number + place:06d}"
        row.ticket.stamp(by=by, now=now)
    tickets = [row.ticket for row in rows]
    Ticket.objects.bulk_create(tickets, batch_size=BATCH)
    reason = REASON % {"id": import_id}
    events = {row.ticket.pk: _events(row, reason, by=by, now=now) for row in rows}
    TicketEvent.objects.bulk_create(
        [event for listed in events.values() for event in listed], batch_size=BATCH
    )
    PauseInterval.objects.bulk_create(
        [pause for row in rows for pause in _pauses(row, reason, by=by, now=now)],
        batch_size=BATCH,
    )
    clockwork.sync_many(tickets, by=by, now=now, fresh=True, loaded=events, past=_asks_nobody)
    trail.record_many(
        [
            trail.entry_for(
                ticket,
                "ticket.imported",
                by=by,
                now=now,
                scope=ticket.customer,
                occurred_at=ticket.reported_at,
                facts={"code": ticket.code, "status": ticket.status, "import": import_id},
            )
            for ticket in tickets
        ]
    )
    return tickets


def _asks_nobody(row: Breach) -> None:
    """Nobody is asked today why a target was missed in another system years ago."""
    row.asked_at = row.detected_at


def _events(row: Imported, reason: str, *, by: Actor, now: dt.datetime) -> list[TicketEvent]:
    return [
        TicketEvent(
            ticket=row.ticket,
            sequence=place,
            kind=kind,
            effective_at=at,
            recorded_at=now,
            actor=by.user,
            channel="import",
            reason=reason,
            facts=facts,
        )
        for place, (kind, at, facts) in enumerate(row.story.events, start=1)
    ]


def _pauses(row: Imported, reason: str, *, by: Actor, now: dt.datetime) -> Iterable[PauseInterval]:
    for start, end in row.story.waits:
        pause = PauseInterval(
            ticket=row.ticket,
            reason="waiting_customer",
            evidence=reason,
            starts_at=start,
            ends_at=end,
            expected_resume_at=end,
        )
        pause.stamp(by=by, now=now)
        yield pause


@transaction.atomic
def remove_tickets(ids: list[int], *, by: Actor, now: dt.datetime, import_id: int) -> int:
    """Take imported tickets back that nobody touched since: version still 1."""
    rows = list(Ticket.objects.filter(pk__in=ids, version=1).select_related("customer"))
    kept = [row.pk for row in rows]
    trail.record_many(
        [
            trail.entry_for(
                row,
                "ticket.import_undone",
                by=by,
                now=now,
                scope=row.customer,
                facts={"code": row.code, "import": import_id},
            )
            for row in rows
        ]
    )
    clocks = list(SlaClock.objects.filter(ticket__in=kept).values_list("pk", flat=True))
    Timer.objects.filter(about_label=clockwork.LABEL, about_id__in=clocks).delete()
    ThresholdCrossing.objects.filter(clock__ticket__in=kept).delete()
    Breach.objects.filter(ticket__in=kept).delete()
    SlaClock.objects.filter(ticket__in=kept).delete()
    PauseInterval.objects.filter(ticket__in=kept).delete()
    TicketEvent.objects.filter(ticket__in=kept).delete()
    drop_values(label_of(Ticket), kept)
    Ticket.objects.filter(pk__in=kept).delete()
    return len(kept)
