"""The ticket of a breach beside it, which decides who sees it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from core import engine_sql
from service.guards import BEFORE_TICKETS as THEN
from service.guards import GUARDS


def fill(apps, schema_editor):
    """The ticket of the clock."""
    ticket = apps.get_model("service", "SlaClock").objects.filter(pk=OuterRef("clock_id"))
    rows = apps.get_model("service", "Breach").objects.filter(ticket=None)
    rows.update(ticket=Subquery(ticket.values("ticket_id")[:1]))
    if schema_editor.connection.vendor == "postgresql":
        # a table is not changed while keys of its rows are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


MEANWHILE = """
CREATE OR REPLACE FUNCTION service_breach_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT ticket_id INTO NEW.ticket_id FROM service_slaclock WHERE id = NEW.clock_id;
  RETURN NEW;
END $$;
CREATE TRIGGER service_breach_ticket BEFORE INSERT ON service_breach
FOR EACH ROW WHEN (NEW.ticket_id IS NULL) EXECUTE FUNCTION service_breach_ticket();
"""


def help_old_code(apps, schema_editor):
    """Workers of the version before, which run on while we migrate, write no ticket."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MEANWHILE, params=None)


def help_no_more(apps, schema_editor):
    """Take it back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS service_breach_ticket ON service_breach")
        schema_editor.execute("DROP FUNCTION IF EXISTS service_breach_ticket()")


def guard_then(apps, schema_editor):
    """On the way back: the guards of before, last of all."""
    for one in THEN:
        engine_sql.guard(schema_editor.connection, one)


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
        migrations.RunPython(migrations.RunPython.noop, guard_then),
        migrations.AddField("breach", "ticket", column(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("breach", "ticket", column()),
        engine_sql.guarding(*GUARDS),
        migrations.RunPython(help_old_code, help_no_more),
    ]
