"""`import_data KIND FILE --mapping M.toml`: the same import as by page, without its size limit."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from core import clock
from core.actors import Actor
from core.errors import Refused
from core.imports.limits import COMMAND
from core.imports.mapping import ColumnMap, from_toml, guess
from core.imports.reading import read_table
from core.imports.run import commit_import, importer_for, plan_import
from core.models import User


class Command(BaseCommand):
    """Reads CSV, XLSX or JSON and writes all of it or nothing."""

    help = "Import a table: import_data KIND FILE [--mapping M.toml] [--dry-run] [--json]"

    def add_arguments(self, parser) -> None:
        """Declare the options."""
        parser.add_argument("kind")
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path)
        parser.add_argument("--unit", help="name or id of the organisation unit that owns the rows")
        parser.add_argument("--user", help="sign-in name of the person who imports")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options) -> None:
        """Plan, print what is wrong, commit."""
        with override("en"):
            try:
                self._run(options)
            except Refused as error:
                details = [
                    f"  {name}: {'; '.join(map(str, said))}" for name, said in error.fields.items()
                ]
                raise CommandError("\n".join([str(error.sentence), *details])) from error

    def _run(self, options) -> None:
        content = self._content(options["file"])
        by = self._actor(options["user"])
        table = read_table(content, limits=COMMAND)
        mapping = self._mapping(options, table)
        plan = plan_import(
            content,
            mapping,
            by=by,
            now=clock.now(),
            limits=COMMAND,
            table=table,
            options={"unit": options["unit"]} if options["unit"] else {},
        )
        for row in plan.rows:
            for name, sentence in row.errors:
                self.stderr.write(f"row {row.number}, {name}: {sentence}")
        batch = None
        if not options["dry_run"]:
            batch = commit_import(
                plan, filename=options["file"].name, content=content, by=by, now=clock.now()
            )
        counts = plan.counts
        self.stdout.write("; ".join(f"{key} {value}" for key, value in counts.items()))
        if options["json"]:
            line = {"kind": options["kind"], **counts, "import_id": batch.pk if batch else None}
            self.stdout.write(json.dumps(line))

    def _content(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > COMMAND.size:
                raise CommandError(f"{path} is larger than {COMMAND.size // 2**20} MB")
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _actor(self, username: str | None) -> Actor:
        if not username:
            return Actor.system("import")
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"there is no active user {username}")
        return Actor.of(user, "import")

    def _mapping(self, options, table) -> ColumnMap:
        if options["mapping"]:
            try:
                mapping = from_toml(options["mapping"].read_text(encoding="utf-8"))
            except OSError as error:
                raise CommandError(f"{options['mapping']}: {error.strerror}") from error
            if mapping.kind != options["kind"]:
                raise CommandError(f"the mapping is for {mapping.kind}, not {options['kind']}")
            return mapping
        importer = importer_for(options["kind"])
        return ColumnMap(kind=options["kind"], columns=guess(table.columns, importer.fields))
