"""A decided score keeps its values: held by a trigger on both engines.

State, validity and the day of the last check may move; the evidence may only be emptied (erasure
of a person). Repeat it after a later ALTER of the table: SQLite rebuilds tables without triggers.
"""

from django.db import migrations

TABLE = "relationships_gridassessment"
NAME = f"{TABLE}_decided"
FIXED = (
    "contact_id", "customer_id", "counterpart_id", "intimacy", "support", "cell", "attitude",
    "assessed_on", "assessor_id", "confidence",
)  # fmt: skip
SENTENCE = "a decided grid assessment is never changed"


def _changed(operator):
    pairs = [f"NEW.{name} {operator} OLD.{name}" for name in FIXED]
    pairs.append(f"(NEW.evidence {operator} OLD.evidence AND NEW.evidence <> '')")
    return " OR ".join(pairs)


def guard(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for statement in _sql(connection.vendor):
            cursor.execute(statement)


def _sql(vendor):
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION relationships_refuse_change() RETURNS trigger"
            f" LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SENTENCE}'"
            " USING ERRCODE = 'restrict_violation'; END $$",
            f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}",
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            f" WHEN (OLD.status <> 'proposed' AND ({_changed('IS DISTINCT FROM')}))"
            " EXECUTE FUNCTION relationships_refuse_change()",
        ]
    return [
        f"DROP TRIGGER IF EXISTS {NAME}",
        f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE}"
        f" WHEN OLD.status <> 'proposed' AND ({_changed('IS NOT')})"
        f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
    ]


def lift(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}")


class Migration(migrations.Migration):
    dependencies = [("relationships", "0002_interaction_types")]
    operations = [migrations.RunPython(guard, lift)]
