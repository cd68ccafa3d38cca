"""Rows of the permission table of power maps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from core import clock
from core.actors import Actor
from core.tests.permission_rows import HEADS, STAFF, TEAM, TOKEN, Row, page, step
from relationships.actions import power, stances
from relationships.models import CompetitorStance, InfluenceEdge, PowerMap, PowerSeat
from relationships.tests.build import power_map, seat

INNER = TEAM | HEADS | {"adm"}
"""Who reads the confidential class of lanhai."""
DRAW = TEAM | HEADS


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def drawn(world: SimpleNamespace) -> PowerMap:
    """A draft with one seat."""
    row = power_map(world.lanhai, world.lin, clock.now())
    seat(row, world.lin, at=clock.now())
    return row


def one_seat(world: SimpleNamespace) -> PowerSeat:
    """Its seat."""
    return drawn(world).seats.get()


def tie(world: SimpleNamespace) -> InfluenceEdge:
    """Two seats of a map, and one moves the other."""
    source, now = one_seat(world), clock.now()
    target = seat(source.map, world.lin, "approver", at=now)
    return power.connect(source, target, "influences", by=Actor.of(world.lin), now=now)


def stance(world: SimpleNamespace) -> CompetitorStance:
    """What lin knows of somebody."""
    by, now = Actor.of(world.lin), clock.now()
    return stances.note(world.ruochuan, "华信", 1, by=by, now=now, evidence="会上提到他们")


def form(path: str, own: Any) -> Row:
    """A form of a map."""
    return Row(path, own, sees=INNER, get=DRAW, post=DRAW)


def rest(name: str, own: Any, verbs: dict[str, Any], *, figures: bool = False) -> list[Row]:
    """A resource that people write and tokens do not read without the scope."""
    base = f"api/v1/{name}/"
    rows = [
        Row(base, get=STAFF, post=STAFF, note="a foreign customer or map is 400"),
        Row(f"{base}bulk/", post=STAFF),
        Row(f"{base}<pk>/", own, sees=INNER | TOKEN, get=INNER, patch=DRAW),
    ]
    if figures:
        rows.append(Row(f"{base}<pk>/figures/", own, sees=INNER | TOKEN, get=INNER))
    return rows + [
        Row(f"{base}<pk>/{tail}/", made, sees=INNER | TOKEN, post=DRAW)
        for tail, made in verbs.items()
    ]


ROWS = [
    page("customers/<pk>/power/", lanhai, sees=INNER),
    form("customers/<pk>/power/new/", lanhai),
    page("power-maps/<pk>/", drawn, sees=INNER),
    form("power-maps/<pk>/edit/", drawn),
    step("power-maps/<pk>/activate/", drawn, DRAW, sees=INNER),
    step("power-maps/<pk>/archive/", drawn, DRAW, sees=INNER),
    form("power-maps/<pk>/seats/new/", drawn),
    form("power-seats/<pk>/edit/", one_seat),
    step("power-seats/<pk>/remove/", one_seat, DRAW, sees=INNER),
    form("power-seats/<pk>/edges/new/", one_seat),
    step("influence-edges/<pk>/remove/", tie, DRAW, sees=INNER),
    form("contacts/<pk>/stances/new/", lambda world: world.ruochuan),
    Row("api/v1/competitor-stances/", get=STAFF, post=STAFF, note="a foreign contact is 400"),
    Row("api/v1/competitor-stances/bulk/", post=STAFF),
    Row("api/v1/competitor-stances/<pk>/", stance, sees=INNER | TOKEN, get=INNER),
    *rest("power-maps", drawn, {"activate": drawn, "archive": drawn}, figures=True),
    *rest("power-seats", one_seat, {"remove": one_seat}),
    *rest("influence-edges", tie, {"remove": tie}),
]
