"""`manage.py backup FOLDER|FILE`: one archive with every table and file, while others work on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from huaweicrm.backup.snapshot import BackupRefused
from huaweicrm.backup.writing import write_backup


class Command(BaseCommand):
    """Keys are not part of it: keep SECRET_KEY and EVIDENCE_KEY elsewhere."""

    help = "Write a backup to a new file, or into a folder under a name made of the time"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the target."""
        parser.add_argument("target", metavar="FOLDER|FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, then one line that says what is in it."""
        try:
            done = write_backup(options["target"], now=clock.now())
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        size = done.path.stat().st_size
        self.stdout.write(
            f"{done.path}: {done.tables} tables, {done.rows} rows, {done.files} files, {size} bytes"
        )
        if done.missing:
            self.stderr.write(f"{done.missing} files that rows name are not in DATA_DIR")
