"""SQL that each engine needs in its own words: guards on evidence and the search index.

SQLite rebuilds a table on many ALTERs and drops its triggers, so every statement here can be run
again at any time: `ensure` is called by migrations and by `verify_evidence --mend`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.migrations import RunPython

GUARDED = ("core_trailentry", "core_trailseal")
SENTENCE = "evidence is append-only: rows are never changed or removed"


@dataclass(frozen=True)
class Guard:
    """What a table refuses: any change (of these columns, when named) and any removal.

    `unless` is a condition in SQL on the row, written `{old}.column`, under which it may be
    removed: for rows that an import brought and its undoing takes away.
    """

    table: str
    columns: tuple[str, ...] = ()
    unless: str = ""


def guard(connection: Any, wanted: str | Guard) -> None:
    """Refuse UPDATE, DELETE and replacing inserts on a table, by trigger."""
    one = Guard(wanted) if isinstance(wanted, str) else wanted
    with connection.cursor() as cursor:
        for statement in _guard_sql(connection.vendor, one):
            cursor.execute(statement)


def unguard(connection: Any, table: str) -> None:
    """Lift the guard of one table; only for `flush` and for a migration that rebuilds it."""
    with connection.cursor() as cursor:
        for name in trigger_names(connection.vendor, table):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def trigger_names(vendor: str, table: str) -> tuple[str, ...]:
    """The triggers that must stand on a guarded table."""
    if vendor == "postgresql":
        return (f"{table}_rows", f"{table}_truncate")
    return (f"{table}_update", f"{table}_delete", f"{table}_replace")


def missing_triggers(connection: Any, tables: tuple[str, ...]) -> list[str]:
    """Guards that do not stand (or are disabled), of tables that exist: `table: trigger`."""
    existing = set(connection.introspection.table_names())
    standing = _standing(connection)
    return [
        f"{table}: {name}"
        for table in tables
        if table in existing
        for name in trigger_names(connection.vendor, table)
        if name not in standing
    ]


def guarding(*tables: str | Guard) -> RunPython:
    """A migration operation that guards tables; repeat it after any later ALTER of them."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            guard(schema_editor.connection, table)

    def backwards(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            name = table if isinstance(table, str) else table.table
            unguard(schema_editor.connection, name)

    return RunPython(forwards, backwards)


def search_index(connection: Any) -> None:
    """Build (again) the index over the grams of search entries."""
    with connection.cursor() as cursor:
        for statement in search_statements(connection.vendor):
            cursor.execute(statement)


def search_statements(vendor: str) -> list[str]:
    """The statements that build the search index of an engine anew."""
    return _SEARCH[vendor]


def searching() -> RunPython:
    """A migration operation that builds the search index."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        search_index(schema_editor.connection)

    return RunPython(forwards, RunPython.noop)


def _standing(connection: Any) -> set[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def _guard_sql(vendor: str, one: Guard) -> list[str]:
    table, of = one.table, f" OF {', '.join(one.columns)}" if one.columns else ""
    if vendor == "postgresql":
        rows, truncate = trigger_names(vendor, table)
        quoted = one.unless.format(old="($1)").replace("'", "''")
        unless = f"'{quoted}'" if quoted else ""
        return [
            "CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ DECLARE fine boolean; BEGIN IF TG_OP = 'DELETE' AND TG_NARGS > 0 THEN"
            " EXECUTE 'SELECT ' || TG_ARGV[0] INTO fine USING OLD;"
            " IF fine THEN RETURN OLD; END IF; END IF;"
            f" RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$",
            f"DROP TRIGGER IF EXISTS {rows} ON {table}",
            f"CREATE TRIGGER {rows} BEFORE UPDATE{of} OR DELETE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION core_refuse_change({unless})",
            f"DROP TRIGGER IF EXISTS {truncate} ON {table}",
            f"CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()",
        ]
    update, delete, replace = trigger_names(vendor, table)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    kept = f" WHEN NOT ({one.unless.format(old='OLD')})" if one.unless else ""
    return [
        f"CREATE TRIGGER IF NOT EXISTS {update} BEFORE UPDATE{of} ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {delete} BEFORE DELETE ON {table}{kept} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {replace} BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    ]


_FTS = "core_search_fts"
_GONE = f"INSERT INTO {_FTS} ({_FTS}, rowid, grams) VALUES ('delete', old.id, old.grams);"
_NEW = f"INSERT INTO {_FTS} (rowid, grams) VALUES (new.id, new.grams);"
_SEARCH = {
    "postgresql": [
        "DROP INDEX IF EXISTS core_search_grams",
        "CREATE INDEX core_search_grams ON core_searchentry"
        " USING gin (string_to_array(grams, ' '))",
    ],
    "sqlite": [
        f"DROP TABLE IF EXISTS {_FTS}",
        f"CREATE VIRTUAL TABLE {_FTS} USING fts5(grams, content='core_searchentry',"
        " content_rowid='id', detail=none, tokenize='unicode61 remove_diacritics 0')",
        f"INSERT INTO {_FTS} ({_FTS}) VALUES ('rebuild')",
        *(
            f"DROP TRIGGER IF EXISTS core_search_{event}"
            for event in ("insert", "update", "delete")
        ),
        f"CREATE TRIGGER core_search_insert AFTER INSERT ON core_searchentry BEGIN {_NEW} END",
        f"CREATE TRIGGER core_search_delete AFTER DELETE ON core_searchentry BEGIN {_GONE} END",
        f"CREATE TRIGGER core_search_update AFTER UPDATE ON core_searchentry"
        f" BEGIN {_GONE} {_NEW} END",
    ],
}
