"""Recomputes all timers from the facts; --check only prints and fails on any difference."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock, reconcile
from core.models import Timer


class Command(BaseCommand):
    """Without --check the differences are repaired."""

    help = "Compare timers (and caches) with the facts; repair unless --check."

    def add_arguments(self, parser: CommandParser) -> None:
        """--check."""
        parser.add_argument("--check", action="store_true", help="Exit 1 on any difference.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per difference and a summary."""
        now, check = clock.now(), options["check"]
        found = reconcile.differences(now)
        others = reconcile.others(now, repairing=not check)
        for line in [*found, *others]:
            self.stdout.write(str(line))
        number = len(found) + len(others)
        dead = Timer.objects.filter(state=Timer.State.DEAD).count()
        self.stdout.write(f"{number} differences, {dead} dead timers")
        if check and number:
            raise CommandError(f"{number} differences")
        if not check:
            self.stdout.write(f"{reconcile.repair(found, now=now)} timers repaired")
