"""Empties the database: the guards on evidence are lifted for it and stand again afterwards."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from core import engine_sql, registry


class Command(flush.Command):
    """Django's flush, for a database whose evidence tables refuse to be emptied."""

    def handle(self, **options: Any) -> None:
        """Lift, empty, stand again."""
        connection = connections[options["database"]]
        existing = set(connection.introspection.table_names())
        tables = [table for table in registry.guarded_tables() if table in existing]
        for table in tables:
            engine_sql.unguard(connection, table)
        try:
            super().handle(**options)
        finally:
            for table in tables:
                engine_sql.guard(connection, table)
