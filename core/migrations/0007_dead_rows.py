"""Indexes over what was given up: for the admin and `/metrics`, empty on a good day."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("core", "0006_lists")]
    operations = [
        migrations.AddIndex(
            "timer", models.Index(fields=["id"], condition=Q(state="dead"), name="core_timer_dead")
        ),
        migrations.AddIndex(
            "outboxmessage",
            models.Index(fields=["id"], condition=Q(state="dead"), name="core_outbox_dead"),
        ),
    ]
