"""Guards: signatures are insert-only, the snapshot of a sent form never changes."""

from django.db import migrations

from core import engine_sql
from expectations.frozen import freezing


class Migration(migrations.Migration):
    dependencies = [("expectations", "0001_initial")]
    operations = [engine_sql.guarding("expectations_formsignature"), freezing()]
