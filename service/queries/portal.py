"""What a customer sees of its own tickets: state, promises, what was said to it; nothing inside."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.choices import PortalRight
from accounts.models import PortalMembership
from expectations.queries.delivery import portal_customers, portal_memberships
from service.choices import ClockState, EventKind
from service.models import Ticket
from service.queries.queue import Cell, cells_of

TOLD = (
    EventKind.REPORTED,
    EventKind.ACCEPTED,
    EventKind.MESSAGE_IN,
    EventKind.UPDATE_SENT,
    EventKind.RESTORED,
    EventKind.RESOLVED,
    EventKind.CONFIRMED,
    EventKind.REJECTED,
    EventKind.CLOSED,
    EventKind.REOPENED,
)
WITH_TEXT = {
    EventKind.REPORTED,
    EventKind.MESSAGE_IN,
    EventKind.UPDATE_SENT,
    EventKind.RESOLVED,
    EventKind.REJECTED,
}


def portal_tickets(user: Any) -> models.QuerySet:
    """Tickets of the customers of a portal user."""
    return Ticket.objects.filter(customer__in=portal_customers(user)).select_related("customer")


def reporting_memberships(user: Any) -> list[PortalMembership]:
    """The doors through which a portal user may report."""
    return [row for row in portal_memberships(user) if PortalRight.TICKET in row.rights]


def may_act(user: Any, ticket: Ticket) -> bool:
    """Whether a portal user answers for this ticket."""
    return any(row.customer_id == ticket.customer_id for row in reporting_memberships(user))


def told_events(ticket: Ticket) -> list[dict[str, Any]]:
    """What happened, as the customer may read it: no notes, no calls, no names of ours."""
    rows = ticket.events.filter(kind__in=TOLD).order_by("-sequence")
    return [
        {
            "label": row.get_kind_display(),
            "at": row.effective_at,
            "text": row.text if row.kind in WITH_TEXT else "",
        }
        for row in rows
    ]


def told_cells(ticket: Ticket, now: Any) -> list[Cell]:
    """The promised clocks; an internal target is none of the customer's."""
    rows = ticket.clocks.filter(is_internal=False).exclude(state=ClockState.CANCELLED)
    cells = cells_of({row.kind: row for row in rows.order_by("cycle")}, now)
    return [cell for cell in cells if cell.state != "none"]
