"""One moment of the database, read while others write."""

from __future__ import annotations

import copy
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

ALIAS = "snapshot"
NO_LIMITS = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
NUMBERS = {
    "sqlite": "SELECT name, seq FROM sqlite_sequence",
    "postgresql": "SELECT t.relname, pg_sequence_last_value(s.oid) FROM pg_class s"
    " JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('i', 'a')"
    " JOIN pg_class t ON t.oid = d.refobjid"
    " WHERE s.relkind = 'S' AND t.relnamespace = 'public'::regnamespace",
}


@contextmanager
def snapshot() -> Iterator[str]:
    """The alias of a connection that sees the database as it is now, and nothing later.

    PostgreSQL: a repeatable-read transaction. SQLite: a copy in DATA_DIR, made in one step by the
    backup API of SQLite, and deleted afterwards.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.DATA_DIR) as name:
        there = copy.deepcopy(connection.settings_dict)
        if connection.vendor == "sqlite":
            there["NAME"] = str(_copy(Path(name) / "copy.sqlite3"))
        connections[ALIAS] = type(connections[DEFAULT_DB_ALIAS])(there, ALIAS)
        try:
            with transaction.atomic(using=ALIAS):
                _freeze(connections[ALIAS])
                yield ALIAS
        finally:
            connections[ALIAS].close()
            del connections[ALIAS]


def lift_limits(link: Any) -> None:
    """Let the statements of this transaction take as long as they need."""
    if link.vendor == "postgresql":
        with link.cursor() as cursor:
            for statement in NO_LIMITS:
                cursor.execute(statement)


def _freeze(link: Any) -> None:
    if link.vendor == "postgresql":
        with link.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        lift_limits(link)


def _copy(target: Path) -> Path:
    source = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as made:
        old.backup(made)
    return target


def last_numbers(alias: str) -> dict[str, int]:
    """The last number that each table gave out, by table; nothing for one that gave none."""
    link = connections[alias]
    with link.cursor() as cursor:
        cursor.execute(NUMBERS[link.vendor])
        return {
            name: last
            for name, last in cursor.fetchall()
            if isinstance(last, int) and last and name != "django_migrations"
        }


def number_from(alias: str, table: str, key: str, last: int) -> None:
    """Let a table count on after `last`."""
    link = connections[alias]
    with link.cursor() as cursor:
        if link.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            if last:
                cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, last])
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [f'"{table}"', key, max(last, 1), last > 0],
            )
