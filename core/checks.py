"""System checks of the ground floor: `manage.py check --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from core import engine_sql, registry
from core.local_disk import lies_on_network


@register(Tags.database)
def evidence_is_guarded(
    app_configs: Any, databases: Sequence[str] | None = None, **more: Any
) -> list[CheckMessage]:
    """The triggers that refuse changes of evidence stand on every guarded table.

    A database that is still to be migrated is left alone: its triggers come with the migrations,
    and `migrate` itself asks this first.
    """
    return [
        Error(
            f"The evidence trigger is missing on {missing}.",
            hint="Run `manage.py verify_evidence --mend` (`migrate --skip-checks` before it).",
            id="core.E001",
        )
        for alias in databases or []
        for missing in _missing(alias)
    ]


def _missing(alias: str) -> list[str]:
    """Guarded tables without their trigger; none while a migration waits."""
    found = list(engine_sql.missing_triggers(connections[alias], registry.guarded_tables()))
    if not found:
        return []
    executor = MigrationExecutor(connections[alias])
    return [] if executor.migration_plan(executor.loader.graph.leaf_nodes()) else found


@register()
def sqlite_lies_on_a_local_disk(app_configs: Any, **more: Any) -> list[CheckMessage]:
    """Every command refuses SQLite on a network file system."""
    there = settings.DATABASES["default"]
    if not there["ENGINE"].endswith("sqlite3") or str(there["NAME"]) == ":memory:":
        return []
    kind = lies_on_network(Path(there["NAME"]).parent)
    hint = "Move DATA_DIR to a local disk, or set DATABASE_URL to a PostgreSQL database."
    said = f"The SQLite database lies on a network file system ({kind})."
    return [Error(said, hint=hint, id="core.E002")] if kind else []
