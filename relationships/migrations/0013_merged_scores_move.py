"""A decided score keeps its values; its customer may change when two records become one."""

import importlib

from django.db import migrations

FIRST = importlib.import_module("relationships.migrations.0003_decided_scores_stay")
NEWER = tuple(name for name in FIRST.FIXED if name != "customer_id")


def guard(apps, schema_editor):
    _write(schema_editor.connection, NEWER)


def guard_as_before(apps, schema_editor):
    _write(schema_editor.connection, FIRST.FIXED)


def _write(connection, fixed):
    operator = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    pairs = [f"NEW.{name} {operator} OLD.{name}" for name in fixed]
    pairs.append(f"(NEW.evidence {operator} OLD.evidence AND NEW.evidence <> '')")
    when = f"OLD.status <> 'proposed' AND ({' OR '.join(pairs)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {FIRST.NAME} ON {FIRST.TABLE}")
            cursor.execute(
                f"CREATE TRIGGER {FIRST.NAME} BEFORE UPDATE ON {FIRST.TABLE} FOR EACH ROW"
                f" WHEN ({when}) EXECUTE FUNCTION relationships_refuse_change()"
            )
            return
        cursor.execute(f"DROP TRIGGER IF EXISTS {FIRST.NAME}")
        cursor.execute(
            f"CREATE TRIGGER {FIRST.NAME} BEFORE UPDATE ON {FIRST.TABLE} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{FIRST.SENTENCE}'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("relationships", "0012_competitor_stances")]
    operations = [migrations.RunPython(guard, guard_as_before)]
