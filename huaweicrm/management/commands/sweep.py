"""`manage.py sweep`: run every periodic job once, or for ever; the same list as Celery beat."""

from __future__ import annotations

import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from core import clock
from huaweicrm import heartbeat


class Command(BaseCommand):
    """Fires due timers, tells consumers, delivers the outbox and runs the daily work."""

    help = "Run the periodic jobs once; --forever keeps running them when they are due"

    def add_arguments(self, parser):
        """Options."""
        parser.add_argument("--forever", action="store_true")
        parser.add_argument(
            "--only", action="append", metavar="JOB", choices=sorted(heartbeat.jobs())
        )

    def handle(self, *args, **options):
        """Run."""
        names = options["only"] or list(heartbeat.jobs())
        if options["forever"]:
            self.keep_running(names)
            return
        done = heartbeat.run_all(names, clock.now)
        for name, result in done.items():
            self.stdout.write(f"{name}: {result}")
        if any(isinstance(result, Exception) for result in done.values()):
            raise SystemExit(1)

    def keep_running(self, names):
        """Run each job at its own pace until SIGTERM or SIGINT."""
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_args: stopping.set())
        pace = heartbeat.Pace(names)
        while not stopping.is_set():
            heartbeat.run_all(pace.due(), clock.now)
            close_old_connections()
            stopping.wait(pace.rest())
