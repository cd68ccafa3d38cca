"""`manage.py restore FILE`: an archive into an empty installation; `--verify` only checks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huaweicrm.backup.archive import Archive, ArchiveRefused, opened
from huaweicrm.backup.restoring import RestoreRefused, restore


class Command(BaseCommand):
    """Either engine takes the archive of either engine."""

    help = "Restore a backup into an empty database and DATA_DIR; --verify only reads it"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--verify", action="store_true", help="read and compare, write nothing")
        parser.add_argument(
            "--without-key", action="store_true", help="take it though its evidence key is unknown"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check all of it first; then restore."""
        path = options["file"]
        try:
            with opened(path, without_key=options["without_key"]) as archive:
                self.stdout.write(summary(archive))
                if not options["verify"]:
                    restore(archive, say=self.stdout.write)
                    self.stdout.write("Restored: every table and file equals the backup.")
        except (ArchiveRefused, RestoreRefused) as error:
            raise CommandError(f"{path} was not restored: {error}.") from error


def summary(archive: Archive) -> str:
    """One line: what it is, from when, how much."""
    said = archive.manifest
    rows = sum(table["rows"] for table in said["tables"])
    return (
        f"A whole backup of {said['made_at']}, version {said['version']}, {said['engine']}:"
        f" {len(said['tables'])} tables, {rows} rows, {said['files']['count']} files"
    )
