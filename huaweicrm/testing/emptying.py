"""After a test that commits, only the tables that hold rows are emptied.

Django empties all of them, lifts and sets every guard and makes types and permissions anew: most
of what such a test cost.
"""

from __future__ import annotations

from typing import Any

from django.core.management.color import no_style
from django.db import connections, transaction
from django.test import TransactionTestCase

from core import engine_sql, registry

STAY = {"django_content_type", "auth_permission"}
"""What Django puts in again after it emptied a database."""
_every: dict[str, list[str]] = {}


def listen() -> None:
    """Empty like this from now on."""
    TransactionTestCase._fixture_teardown = _teardown


def _teardown(case: Any) -> None:
    for name in case._databases_names(include_mirrors=False):
        empty(connections[name])


def empty(connection: Any) -> list[str]:
    """Take every row away, except what Django itself would put in again; the tables that had some.

    What others write is waited for, as TRUNCATE would.
    """
    quote = connection.ops.quote_name
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        every = _tables(connection)
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(map(quote, every))} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})" for name in every
            )
        )
        full = [row[0] for row in cursor.fetchall()]
        if connection.vendor == "postgresql":
            # neither guards nor foreign keys are asked: all that points there goes as well
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name in full:
                cursor.execute(f"DELETE FROM {quote(name)}")
            cursor.execute("SET LOCAL session_replication_role = origin")
    if connection.vendor != "postgresql":
        _delete(connection, full)
    return full


def _delete(connection: Any, full: list[str]) -> None:
    guards = [one for one in registry.guards() if one.table in full]
    for one in guards:
        engine_sql.unguard(connection, one.table)
    try:
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), full))
    finally:
        for one in guards:
            engine_sql.guard(connection, one)


def _tables(connection: Any) -> list[str]:
    """Every table of a model; the tests of migrations leave the same ones."""
    name = connection.settings_dict["NAME"]
    if name not in _every:
        found = connection.introspection.django_table_names(only_existing=True, include_views=False)
        _every[name] = sorted(set(found) - STAY)
    return _every[name]
