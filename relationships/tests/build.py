"""Plain builders of rows of this floor; the cast and NINE are those of accounts."""

from __future__ import annotations

import datetime as dt

from accounts.tests.build import NINE
from core.actors import Actor
from relationships.actions import assessments, interactions, power
from relationships.models import (
    GridAssessment,
    Interaction,
    InteractionType,
    PowerMap,
    PowerSeat,
)

CANARY = "CANARY-他说过的话"


def kind(code: str = "visit") -> InteractionType:
    """A seeded type; made again where a browser test emptied the tables."""
    names = {"name": code.title(), "name_zh": code}
    return InteractionType.objects.get_or_create(code=code, defaults=names)[0]


def met(
    contact, user, at: dt.datetime = NINE, *, now: dt.datetime | None = None, **values
) -> Interaction:
    """An interaction that took place with one contact."""
    values = {"type": kind(), "starts_at": at, "summary": "谈了备件"} | values
    return interactions.log(contact.customer, [contact], values, by=Actor.of(user), now=now or at)


def proposed(contact, user, point=(0, 1), at: dt.datetime = NINE, **more) -> GridAssessment:
    """A proposal of a user; strong ones with a meeting of that day."""
    linked = more.pop("interactions", None)
    if linked is None:
        facts = 2 if point[1] == 3 else 1 if abs(point[1]) > 1 or more.pop("big", False) else 0
        linked = [met(contact, user, at) for _fact in range(facts)]
    more.pop("big", None)
    return assessments.propose(
        contact,
        point,
        by=Actor.of(user),
        now=at,
        evidence=more.pop("evidence", CANARY),
        interactions=linked,
        **more,
    )


def placed(contact, user, head, point=(0, 1), at: dt.datetime = NINE, **more) -> GridAssessment:
    """A confirmed position."""
    row = proposed(contact, user, point, at, big=True, **more)
    return assessments.confirm(row, by=Actor.of(head), now=at)


def power_map(
    customer, user, at: dt.datetime = NINE, *, name: str = "建设决策", **more
) -> PowerMap:
    """A draft of a map."""
    return power.create(customer, name, by=Actor.of(user), now=at, **more)


def seat(row, user, role="decider", contact=None, at: dt.datetime = NINE, **values) -> PowerSeat:
    """A seat of a map."""
    values = {"title": "总经理", "contact": contact, "role": role} | values
    return power.add_seat(row, values, by=Actor.of(user), now=at)
