"""The API of the service floor, one aggregate per file."""

from __future__ import annotations

from typing import Any

from service.api.calls import BreachResource, BulletinResource, EscalationResource
from service.api.clocks import ClockResource, EventResource, PauseResource
from service.api.promises import (
    ClauseResource,
    ContractResource,
    LevelResource,
    OverrideResource,
)
from service.api.tickets import TicketResource
from service.api.voices import VocItemResource


def routes(router: Any) -> None:
    """Register the resources of this floor."""
    for name, resource in [
        ("service-levels", LevelResource),
        ("service-contracts", ContractResource),
        ("sla-clauses", ClauseResource),
        ("sla-overrides", OverrideResource),
        ("tickets", TicketResource),
        ("ticket-events", EventResource),
        ("sla-clocks", ClockResource),
        ("pause-intervals", PauseResource),
        ("escalations", EscalationResource),
        ("incident-bulletins", BulletinResource),
        ("breaches", BreachResource),
        ("voc-items", VocItemResource),
    ]:
        router.register(name, resource, basename=name)
