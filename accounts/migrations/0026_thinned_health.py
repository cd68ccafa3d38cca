"""Days of account health may go where a later day of the same month stays."""

from django.db import migrations

from accounts.guards import GUARDS
from core import engine_sql


def guard(apps, schema_editor):
    for one in GUARDS:
        engine_sql.unguard(schema_editor.connection, one.table)
        engine_sql.guard(schema_editor.connection, one)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_contact_merges")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
