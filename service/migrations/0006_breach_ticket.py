"""The ticket of a breach beside it, which decides who sees it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from core import engine_sql
from service.guards import GUARDS


def fill(apps, schema_editor):
    """The ticket of the clock."""
    ticket = apps.get_model("service", "SlaClock").objects.filter(pk=OuterRef("clock_id"))
    rows = apps.get_model("service", "Breach").objects.filter(ticket=None)
    rows.update(ticket=Subquery(ticket.values("ticket_id")[:1]))
    if schema_editor.connection.vendor == "postgresql":
        # a table is not changed while keys of its rows are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def column(**more):
    """The column, empty or not."""
    return models.ForeignKey(
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="service.ticket",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("service", "0005_customer_voices")]
    operations = [
        migrations.AddField("breach", "ticket", column(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("breach", "ticket", column()),
        engine_sql.guarding(*GUARDS),
    ]
