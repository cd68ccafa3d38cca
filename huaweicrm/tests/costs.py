"""Asks every readable address of the permission table, and says what each answer cost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.errors import Refused
from core.tests.permission_rows import ACTORS, Row
from huaweicrm.tests import permission_table as table

ASKED_BY = ("adm", "exe", "boss", "lin", "token", "portal", "anonymous")
"""Who asks: the first of these who may, so that a list shows as much as it can."""
NOT_COUNTED = re.compile(
    r'^(SAVEPOINT|RELEASE|ROLLBACK)|^UPDATE "django_session"'
    r'|FROM "core_(heartbeat|policyvalue|customfield|savedview|tag)"'
)
"""The savepoint around the request, tables behind caches with a time of their own (their queries
come and go with the clock), and the session of a first request, which is rolled back each time."""
UNBOUNDED = re.compile(r'^SELECT COUNT\(\*\) AS "__count" FROM "\w+"$')
"""A count of a whole table, however large it is."""


@dataclass(frozen=True)
class Answer:
    """What one request cost."""

    status: int
    kb: float
    queries: tuple[str, ...] = field(repr=False)
    count: Any = None
    shown: int = 0


def readable() -> list[Row]:
    """Addresses that somebody may GET."""
    return [row for row in table.rows() if row.get and row.door != "again"]


def is_list(row: Row) -> bool:
    """An address without an object of its own: a list or a page for everybody."""
    return "<" not in row.path


def asker(row: Row) -> str:
    """The first who may."""
    names = [*ASKED_BY, *ACTORS]
    return next(name for name in names if name in (row.get or ()) and name in ACTORS)


def addresses(rows: list[Row], made: SimpleNamespace) -> dict[str, str]:
    """The address of each row, with an object of its own where that can be built."""
    found = {}
    for row in rows:
        try:
            with transaction.atomic():
                found[row.path] = table.address_of(row, made)
        except (Refused, IntegrityError):
            found[row.path] = "/" + row.path.replace("<pk>", str(_latest(row)))
    return found


def _latest(row: Row) -> int:
    """The newest row of the resource that an address names: one of its kind stands already."""
    name = row.path.removeprefix("api/v1/").split("/")[0].replace("-", "").removesuffix("s")
    model = next(model for model in apps.get_models() if model._meta.model_name == name)
    return model._base_manager.order_by("pk").values_list("pk", flat=True).last()


def ask(client: Client, url: str) -> Answer:
    """One request whose effects are undone."""
    connection.queries_log.clear()  # it keeps 9000; beyond, captures come out short
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    said = response.json() if "json" in response.get("Content-Type", "") else None
    listed = said if isinstance(said, dict) and "results" in said else {}
    return Answer(
        response.status_code,
        len(body) / 1024,
        tuple(sql for sql in (each["sql"] for each in seen) if not NOT_COUNTED.search(sql)),
        listed.get("count"),
        len(listed.get("results", ())),
    )
