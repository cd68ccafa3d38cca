"""`manage.py messages`: compile, check and complete the Chinese catalogue."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from huaweicrm import catalogue


class Command(BaseCommand):
    """Compiles locale/zh_Hans/*.po; with --check it fails when a text has no translation."""

    help = "Merge and compile the translations; --check, --add AREA, --prune"
    requires_system_checks: list = []

    def add_arguments(self, parser):
        """Options."""
        parser.add_argument("--check", action="store_true", help="fail when incomplete")
        parser.add_argument("--add", metavar="AREA", help="append what is missing to AREA.po")
        parser.add_argument("--prune", action="store_true", help="delete what nobody says any more")
        parser.add_argument("--under", default="", help="list only what is said below this path")

    def handle(self, *args, **options):
        """Run."""
        base = settings.BASE_DIR
        report = catalogue.compare(base)
        if options["add"]:
            count = catalogue.add(base, options["add"], report)
            self.stdout.write(f"{count} texts added to {options['add']}.po")
        if options["prune"]:
            self.stdout.write(f"{catalogue.prune(report)} obsolete texts deleted")
        if catalogue.build(base):
            self.stdout.write("django.mo written")
        if not options["add"] and not options["prune"]:
            self.tell(report, options)

    def tell(self, report, options):
        """Print what is wrong; raise with --check."""
        lines = [
            f"missing: {message.msgid!r} ({message.places[0][0]}:{message.places[0][1]})"
            for message in report.missing
            if any(place.startswith(options["under"]) for place, _line in message.places)
        ]
        lines += report.problems
        lines += [
            f"{path.name}: {entry.msgid!r} is said nowhere" for path, entry in report.obsolete
        ]
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{len(report.messages)} texts, {len(lines)} problems")
        if lines and options["check"]:
            raise CommandError("The translations are not complete.")
