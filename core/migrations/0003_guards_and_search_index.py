"""Guards on the trail and the index of the search, in each engine's own words."""

from django.db import migrations

from core import engine_sql


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [engine_sql.guarding(*engine_sql.GUARDED), engine_sql.searching()]
