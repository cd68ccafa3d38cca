"""Guards: events of tickets never change, nor what a breach recorded."""

from dataclasses import replace

from django.db import migrations

from core import engine_sql
from service.guards import GUARDS

# The column came with 0006.
THEN = [
    replace(one, columns=tuple(name for name in one.columns if name != "ticket_id"))
    for one in GUARDS
]


class Migration(migrations.Migration):
    dependencies = [("service", "0003_guessed_clocks")]
    operations = [engine_sql.guarding(*THEN)]
