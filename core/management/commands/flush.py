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
        guards = [one for one in registry.guards() if one.table in existing]
        for one in guards:
            engine_sql.unguard(connection, one.table)
        try:
            super().handle(**options)
        finally:
            for one in guards:
                engine_sql.guard(connection, one)
