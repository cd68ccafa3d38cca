"""A decided score keeps its values; its person may change when two records of one are merged."""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("relationships.migrations.0013_merged_scores_move")
NEWER = tuple(name for name in BEFORE.NEWER if name != "contact_id")


def guard(apps, schema_editor):
    BEFORE._write(schema_editor.connection, NEWER)


class Migration(migrations.Migration):
    dependencies = [("relationships", "0019_layer_snapshots")]
    operations = [migrations.RunPython(guard, BEFORE.guard)]
