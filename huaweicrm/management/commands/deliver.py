"""`manage.py deliver`: send what waits in the outbox, once."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from core import clock
from huaweicrm import heartbeat


class Command(BaseCommand):
    """One run of the delivery job."""

    help = "Send what waits in the outbox"

    def handle(self, *args, **options):
        """Run."""
        self.stdout.write(f"deliver: {heartbeat.run('deliver', now=clock.now())}")
