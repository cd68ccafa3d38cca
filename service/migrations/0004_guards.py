"""Guards: events of tickets never change, nor what a breach recorded."""

from django.db import migrations

from core import engine_sql
from service.guards import BEFORE_TICKETS


class Migration(migrations.Migration):
    dependencies = [("service", "0003_guessed_clocks")]
    operations = [engine_sql.guarding(*BEFORE_TICKETS)]
