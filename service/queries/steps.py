"""Which steps a ticket allows now, and what they would do."""

from __future__ import annotations

from service.choices import LIVE, ClockKind, Line, PauseReason, TicketClass, TicketStatus
from service.clocks import pause_allowed
from service.models import Ticket

S = TicketStatus
HANDS_ON = (S.ACCEPTED, S.IN_PROGRESS, S.WAITING_CUSTOMER, S.RESTORED, S.REOPENED)
STATES: dict[str, tuple[str, ...]] = {
    "accept": (S.REPORTED,),
    "contact": (S.REPORTED, *HANDS_ON),
    "update": (S.REPORTED, *HANDS_ON),
    "message": (S.REPORTED, *HANDS_ON, S.RESOLVED),
    "pause": (S.ACCEPTED, S.IN_PROGRESS, S.RESTORED, S.REOPENED),
    "resume": (S.WAITING_CUSTOMER,),
    "dispatch": HANDS_ON,
    "restore": (S.ACCEPTED, S.IN_PROGRESS, S.WAITING_CUSTOMER, S.REOPENED),
    "resolve": HANDS_ON,
    "hand-over": HANDS_ON,
    "escalate": (S.REPORTED, *HANDS_ON, S.RESOLVED),
    "confirm": (S.RESOLVED,),
    "reject": (S.RESOLVED,),
    "close": (S.RESOLVED,),
    "severity": (S.REPORTED, *HANDS_ON),
    "assign": (S.REPORTED, *HANDS_ON),
    "cancel": (S.REPORTED, S.ACCEPTED),
    "reopen": (S.CLOSED,),
    "call-back": (S.CLOSED,),
}


def allowed(ticket: Ticket) -> list[str]:
    """The verbs that the state allows, the most natural one first."""
    verbs = [verb for verb, states in STATES.items() if ticket.status in states]
    fault = ticket.ticket_class == TicketClass.FAULT
    out = set()
    if not fault:
        out.add("restore")
    elif ticket.restored_at is None:
        out.add("resolve")
    if ticket.line >= Line.L3:
        out.add("hand-over")
    out.add("close" if ticket.confirmed_at is None else "confirm")
    verbs = [verb for verb in verbs if verb not in out]
    if ticket.is_open and ticket.owner_id is None:
        verbs.insert(0, "claim")
    if ticket.line > Line.L1 and ticket.line_accepted_at is None and ticket.is_open:
        verbs.insert(0, "take-over")
    if ticket.dispatched_at and ticket.arrived_at is None and ticket.status in HANDS_ON:
        verbs.insert(0, "arrive")
    return verbs


def pausable(ticket: Ticket) -> list[tuple[str, list[str]]]:
    """Per reason the clocks that would stop now: what the dialog says before."""
    running = set(ticket.clocks.filter(state__in=LIVE).values_list("kind", flat=True))
    return [
        (
            str(reason.label),
            [
                str(kind.label)
                for kind in ClockKind
                if kind in running and pause_allowed(kind, reason, ticket.severity)
            ],
        )
        for reason in PauseReason
    ]
