"""P2: pages deep down and with ten times the customers: keyset paging must not notice."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.db import connection

from bench.lines import Line
from bench.load import Call, Seen, side_by_side
from bench.people import person, session, token
from bench.stage import Stage
from core.models import User

NEEDS_SERVER = True
TIMES, DEEP = 10, 50_000
PATHS = ("/customers/", "/api/v1/customers/", "/tickets/?scope=all")


def measure(stage: Stage) -> list[Line]:
    """The lists with as many customers as there are, then with ten times as many in a copy of the
    database, and there the first page against the one after 50,000 rows."""
    zhou = person("zhou")
    few, calls = customers(), _calls(zhou)
    small = side_by_side(stage, calls, crowd=())
    name = f"bench_{few}"
    stage.close()
    connection.close()
    _copy(stage, name)
    try:
        with Stage(
            stage.url_of(name),
            stage.folder,
            size=stage.size,
            seed=stage.seed,
            redis_url=stage.redis_url,
        ) as grown:
            number = multiply(grown)
            large = side_by_side(grown, calls | _deep(grown, calls), crowd=())
    finally:
        _sql(stage, f"DROP DATABASE {name}")
        stage.serve()
    return [*_growth(small, large, few, number), *_depth(large)]


def customers() -> int:
    """How many there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_customer")
        return cursor.fetchone()[0]


def _calls(user: User) -> dict[str, Call]:
    cookie, key = session(user), token(user, "customers:read")
    return {path: Call(path, key if path.startswith("/api/") else cookie) for path in PATHS}


def _deep(grown: Stage, calls: dict[str, Call]) -> dict[str, Call]:
    """The page after 50,000 rows, by the cursor that such a page would carry."""
    with grown.connect() as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM accounts_customer WHERE NOT is_archived"
            " ORDER BY id DESC OFFSET %s LIMIT 1",
            [DEEP],
        )
        last = cursor.fetchone()[0]
    link.close()
    raw = json.dumps(["-id", 0, last], separators=(",", ":")).encode()
    cursor_text = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return {
        f"{path} deep": Call(f"{path}?cursor={cursor_text}", call.headers)
        for path, call in calls.items()
        if "ticket" not in path
    }


def _sql(stage: Stage, sql: str) -> None:
    link = stage.connect("postgres")
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute(sql)
    link.close()


def _copy(stage: Stage, name: str) -> None:
    """A copy of the database: PostgreSQL wants nobody else in it meanwhile."""
    stage.wait_for_quiet()
    source = stage.database_url.rsplit("/", 1)[1].split("?")[0]
    _sql(stage, f"DROP DATABASE IF EXISTS {name}")
    _sql(stage, f"CREATE DATABASE {name} TEMPLATE {source}")


def multiply(grown: Stage) -> int:
    """Nine more copies of every customer with its team and its open tickets with their clocks."""
    steps: dict[str, int] = {}
    again = "t.code || '-' || n"
    with grown.connect() as link, link.cursor() as cursor:
        for table, where, changes in (
            ("accounts_customer", "true", {"code": again, "external_ref": "''"}),
            ("accounts_accountassignment", "status = 'active'", {}),
            ("service_ticket", "status NOT IN ('closed', 'cancelled')", {"code": again}),
            ("service_slaclock", "true", {}),
        ):
            _multiply(cursor, table, where, changes, steps)
        cursor.execute("SELECT count(*) FROM accounts_customer")
        found = cursor.fetchone()[0]
    link.commit()
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    link.close()
    return found


PARENTS = {
    "accounts_accountassignment": ("customer_id", "accounts_customer"),
    "service_ticket": ("customer_id", "accounts_customer"),
    "service_slaclock": ("ticket_id", "service_ticket"),
}


def _multiply(
    cursor: Any, table: str, where: str, changes: dict[str, str], steps: dict[str, int]
) -> None:
    """Copies n = 1 … 9 of the rows: ids move by n times the largest id, parents move along."""
    cursor.execute(f"SELECT max(id) FROM {table}")
    steps[table] = cursor.fetchone()[0]
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    changes = {**changes, "id": f"t.id + n * {steps[table]}"}
    if table in PARENTS:
        column, parent = PARENTS[table]
        changes[column] = moved = f"t.{column} + n * {steps[parent]}"
        where += f" AND EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {moved})"
    values = ", ".join(changes.get(name, f"t.{name}") for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"
        f" FROM {table} t, generate_series(1, {TIMES - 1}) n WHERE {where}"
    )


def _growth(small: dict[str, Seen], large: dict[str, Seen], few: int, many: int) -> list[Line]:
    lines = []
    for path in PATHS:
        ratio = large[path].cpu_ms / small[path].cpu_ms
        note = f"{small[path].cpu_ms:.1f} ms, {large[path].cpu_ms:.1f} ms"
        work = f"{path}: {few:,} → {many:,} customers"
        lines.append(Line("P2", work, "CPU many / few", ratio, "×", 1.10, 1.05, note))
    return lines


def _depth(large: dict[str, Seen]) -> list[Line]:
    return [
        Line(
            *("P2", f"{path}: row {DEEP:,} against row 1", "CPU deep / first"),
            *(large[f"{path} deep"].ratio(large[path]), "×", 1.10, 1.05),
        )
        for path in PATHS[:2]
    ]
