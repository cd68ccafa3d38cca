"""Rows of the permission table of leave."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from accounts.actions import leaves
from accounts.models import UserLeave
from core import clock
from core.actors import Actor
from core.tests.permission_rows import STAFF, TOKEN, Row, page, resource, step

SEE = frozenset({"lin", "boss", "exe", "qm", "adm"})
OFF = frozenset({"lin", "adm"})


def leave(world: SimpleNamespace) -> UserLeave:
    """Lin is away today."""
    now = clock.now()
    return leaves.enter(world.lin, now.date(), now.date(), by=Actor.of(world.lin), now=now)


def days(world: SimpleNamespace) -> dict[str, Any]:
    """A right body."""
    today = clock.now().date().isoformat()
    return {"starts_on": today, "ends_on": today}


ROWS = [
    page("leaves/"),
    Row("leaves/new/", sees=STAFF, get=STAFF, post=STAFF),
    step("leaves/<pk>/call-off/", leave, OFF, sees=SEE),
    *resource(
        "user-leaves",
        leave,
        sees=SEE | TOKEN,
        create=STAFF | TOKEN,
        body=days,
        verbs={"call-off": OFF | TOKEN},
    ),
]
