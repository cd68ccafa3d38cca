"""`manage.py demo --size small`: demo data told through the actions that people use."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.timezone import make_aware

from core import clock
from core.models import User
from huaweicrm.demo.run import run


class Command(BaseCommand):
    """Fills an empty database."""

    help = "Load demo data: demo --size small|medium|large|xlarge [--seed N] [--now T]"

    def add_arguments(self, parser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--size", default="small", choices=["small", "medium", "large", "xlarge"]
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--now", help="the instant the demo is told from, ISO 8601")

    def handle(self, *args, **options) -> None:
        """Refuse a database in use, load, print who can sign in."""
        if User.objects.exists():
            raise CommandError("There are users already: demo data goes into an empty database.")
        now = clock.now()
        if options["now"]:
            now = parse_datetime(options["now"])
            if now is None:
                raise CommandError("--now takes a time like 2026-11-19T15:12:00+08:00")
            now = now if now.tzinfo else make_aware(now)
        with translation.override(settings.LANGUAGE_CODE):
            run(options["size"], seed=options["seed"], now=now, say=self.stdout.write)
