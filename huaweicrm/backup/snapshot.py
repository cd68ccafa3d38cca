"""One moment of the database, read while others write."""

from __future__ import annotations

import copy
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from core import engine_place

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


class BackupRefused(Exception):
    """There cannot be a backup, or not there; the text says why."""


@contextmanager
def snapshot() -> Iterator[str]:
    """The alias of a connection that sees the database as it is now, and nothing later.

    PostgreSQL: a repeatable-read transaction. SQLite: a copy in DATA_DIR, made in one step by the
    backup API of SQLite, and deleted afterwards. BackupRefused when there is no database, or no
    room for the copy.
    """
    with ExitStack() as stack:
        there = copy.deepcopy(connection.settings_dict)
        if connection.vendor == "sqlite":
            there["NAME"] = str(stack.enter_context(_copied(Path(there["NAME"]))))
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


@contextmanager
def _copied(source: Path) -> Iterator[Path]:
    """Only what befalls the making of the copy is told as such, not what its reader meets."""
    demand_database(source.is_file())
    with ExitStack() as stack:
        try:
            settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.DATA_DIR)
            target = Path(stack.enter_context(folder)) / "copy.sqlite3"
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as made:
                old.backup(made)
        except (OSError, sqlite3.Error) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise BackupRefused(
                f"The database cannot be copied in {settings.DATA_DIR}: {why}. SQLite needs room"
                " there for a whole copy of it, and a folder that can be written."
            ) from error
        yield target


def demand_database(is_there: Any) -> None:
    """BackupRefused unless there is something to back up."""
    if not is_there:
        raise BackupRefused(
            f"There is no database of huaweicrm at {engine_place.address()} yet. Is DATA_DIR (or"
            " DATABASE_URL) the right one?"
        )


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
