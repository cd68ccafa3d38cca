"""Verifies the trail, its seals, personal values and signed forms; names every broken row."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core import engine_sql, registry, sealing
from core.models import TrailSeal


class Command(BaseCommand):
    """Exit code 1 when anything was altered, removed or inserted."""

    help = "Verify all evidence and name every altered, removed or inserted row."

    def add_arguments(self, parser: CommandParser) -> None:
        """--head: the newest seal as an earlier run printed it; --mend: set triggers again."""
        parser.add_argument("--head", default="", help="ID:MAC of a seal that must still exist.")
        parser.add_argument("--mend", action="store_true", help="Set missing triggers again.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the counts, then one line per problem."""
        tables = registry.guarded_tables()
        if options["mend"]:
            for one in registry.guards():
                engine_sql.guard(connection, one)
        report = sealing.verify()
        for trigger in engine_sql.missing_triggers(connection, tables):
            report.problems.append(f"trigger missing: {trigger}")
        if options["head"] and not _stands(options["head"]):
            report.problems.append(f"seal {options['head'].partition(':')[0]}: gone from the chain")
        self.stdout.write(
            f"entries {report.entries}, sealed {report.sealed}, seals {report.seals},"
            f" personal values {report.personal}, erased {report.erased},"
            f" other evidence {report.others}, head {report.head or 'none'}"
        )
        for problem in report.problems:
            self.stdout.write(f"PROBLEM {problem}")
        if report.problems:
            raise CommandError(f"{len(report.problems)} problems found")
        self.stdout.write("0 problems")


def _stands(head: str) -> bool:
    last_id, _, mac = head.partition(":")
    return last_id.isdigit() and TrailSeal.objects.filter(last_id=last_id, mac=mac).exists()
