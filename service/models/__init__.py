"""Tables of the service floor, one aggregate per file."""

from service.models.clock import Breach, PauseInterval, SlaClock, ThresholdCrossing
from service.models.contract import ServiceContract
from service.models.escalation import Escalation, IncidentBulletin
from service.models.level import ServiceLevel, SlaClause, SlaOverride
from service.models.ticket import Ticket, TicketEvent
from service.models.voice import VocItem

__all__ = [
    "Breach",
    "Escalation",
    "IncidentBulletin",
    "PauseInterval",
    "ServiceContract",
    "ServiceLevel",
    "SlaClause",
    "SlaClock",
    "SlaOverride",
    "ThresholdCrossing",
    "Ticket",
    "TicketEvent",
    "VocItem",
]
