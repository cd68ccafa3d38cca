"""SQL that refuses a change of what was sent: the snapshot, its hash, its number (F5)."""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunPython

TABLE = "expectations_confirmationform"
TRIGGER = f"{TABLE}_frozen"
COLUMNS = ("snapshot", "snapshot_sha256", "code", "version_no", "project_id", "customer_id")
SENTENCE = "a form that was sent is frozen: make a new version"


def freeze(connection: Any) -> None:
    """Put the trigger on the table, again when a rebuild dropped it."""
    with connection.cursor() as cursor:
        for statement in _sql(connection.vendor):
            cursor.execute(statement)


def thaw(connection: Any) -> None:
    """Take the trigger away; only for a migration that rebuilds the table, and for tests."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {TRIGGER}{on}")


def freezing() -> RunPython:
    """A migration operation; repeat it after any later ALTER of the table."""
    return RunPython(
        lambda apps, editor: freeze(editor.connection),
        lambda apps, editor: thaw(editor.connection),
    )


def _sql(vendor: str) -> list[str]:
    if vendor == "postgresql":
        differs = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in COLUMNS)
        return [
            "CREATE OR REPLACE FUNCTION expectations_refuse_thaw() RETURNS trigger"
            f" LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE ="
            " 'restrict_violation'; END $$",
            f"DROP TRIGGER IF EXISTS {TRIGGER} ON {TABLE}",
            f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            f" WHEN (OLD.sent_at IS NOT NULL AND ({differs} OR NEW.sent_at IS NULL))"
            " EXECUTE FUNCTION expectations_refuse_thaw()",
        ]
    differs = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in COLUMNS)
    return [
        f"CREATE TRIGGER IF NOT EXISTS {TRIGGER} BEFORE UPDATE ON {TABLE}"
        f" WHEN OLD.sent_at IS NOT NULL AND ({differs} OR NEW.sent_at IS NULL)"
        f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
    ]
