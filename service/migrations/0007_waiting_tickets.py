"""Open tickets of one customer, next breach first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service", "0006_breach_ticket")]
    operations = [
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["customer", "queue_at", "id"],
                condition=~models.Q(status__in=["closed", "cancelled"]),
                name="service_ticket_waiting",
            ),
        ),
    ]
