"""System checks of the ground floor: `manage.py check --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from core import engine_sql, registry


@register(Tags.database)
def evidence_is_guarded(
    app_configs: Any, databases: Sequence[str] | None = None, **more: Any
) -> list[CheckMessage]:
    """The triggers that refuse changes of evidence stand on every guarded table."""
    return [
        Error(
            f"The evidence trigger is missing on {missing}.",
            hint="Run `manage.py verify_evidence --mend` (`migrate --skip-checks` before it).",
            id="core.E001",
        )
        for alias in databases or []
        for missing in engine_sql.missing_triggers(connections[alias], registry.guarded_tables())
    ]
