"""Puts an archive into an empty installation, in one transaction, proven before the commit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from core import policy, registry
from huaweicrm.backup import lines, snapshot
from huaweicrm.backup.archive import UNREADABLE, Archive, StoredFile
from huaweicrm.backup.writing import stored_files

Say = Callable[[str], object]
ALIAS = "default"
# Tables that migrations fill, or that an idle worker touches: emptied before the rows go in.
SEEDED = {
    *("contenttypes.contenttype", "auth.permission", "core.heartbeat", "core.eventconsumer"),
    *("core.calendar", "core.calendarexception", "core.calendarversion", "accounts.orgunit"),
    *("relationships.interactiontype", "relationships.cadencerule"),
    *("service.servicelevel", "service.slaclause"),
}


class RestoreRefused(Exception):
    """It cannot be restored here; the text says why. Nothing was written."""


def restore(archive: Archive, *, say: Say) -> None:
    """Restore a verified archive into this installation, which must be empty.

    The tables are made as they were at the backup, filled, compared with the manifest, and only
    then committed and brought up to this version.
    """
    demand_empty_files(archive)
    apps = make_tables(archive, say)
    with _files_in_place(archive):
        try:
            with transaction.atomic():
                snapshot.lift_limits(connection)
                _fill(archive, apps, say)
        except (DatabaseError, *UNREADABLE) as error:
            raise RestoreRefused(
                f"the database did not take it ({type(error).__name__}: {error})"
            ) from error
    ContentType.objects.clear_cache()
    policy.forget()
    call_command("migrate", verbosity=0, interactive=False)


def demand_empty_files(archive: Archive) -> None:
    """RestoreRefused when a stored file is there that the archive does not bring."""
    brought = {file.path: file for file in archive.files()}
    for path in stored_files():
        if path not in brought or not _is_there(brought[path]):
            raise RestoreRefused(
                f"the folder of files is not empty ({path}). Restore into a new DATA_DIR"
            )


def make_tables(archive: Archive, say: Say) -> Any:
    """Migrate an empty database to the state of the archive; returns the models of that state."""
    executor = MigrationExecutor(connection)
    wanted = [tuple(key) for key in archive.manifest["migrations"]]
    unknown = [key for key in wanted if key not in executor.loader.graph.nodes]
    if unknown:
        raise RestoreRefused(
            f"the backup knows {'.'.join(unknown[0])}, this version does not: install version"
            f" {archive.manifest['version']} or a newer one"
        )
    apps = executor.loader.project_state(wanted).apps
    demand_empty_tables(apps)
    later = set(executor.loader.applied_migrations) - set(wanted)
    if later & set(executor.loader.graph.nodes):
        raise RestoreRefused(
            "the tables here are newer than those of the backup. Restore into a database without"
            " tables: they are made as they were, and brought up to this version afterwards"
        )
    say("Making the tables …")
    executor.migrate(_last_of(executor.loader.graph, set(wanted)))
    return apps


def _last_of(graph: Any, wanted: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The migrations of a set on which no other of the set rests."""
    return sorted(
        key
        for key in wanted
        if not any(child.key in wanted for child in graph.node_map[key].children)
    )


def demand_empty_tables(apps: Any) -> None:
    """RestoreRefused when any table but those that migrations fill holds a row."""
    existing = set(connection.introspection.table_names())
    if existing and "django_migrations" not in existing:
        raise RestoreRefused("the database belongs to something else: it holds other tables")
    for model in lines.tables_of(apps):
        label, table = model._meta.label_lower, model._meta.db_table
        if table not in existing or label in SEEDED:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
            if cursor.fetchone():
                raise RestoreRefused(
                    f"the database is not empty: there are rows in {table}. Restore into a new"
                    " database; nothing is ever written over"
                )


def _fill(archive: Archive, apps: Any, say: Say) -> None:
    found = {model._meta.label_lower: model for model in lines.tables_of(apps)}
    _same_shape(archive, found)
    say("Writing rows …")
    with connection.cursor() as cursor:
        for model in found.values():
            if model._meta.label_lower in SEEDED:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    for table in archive.tables:
        _fill_table(archive, found[table["label"]])
    _count_on(archive, found)
    say("Comparing …")
    connection.check_constraints()
    for table in archive.tables:
        now = lines.digest(lines.read_lines(found[table["label"]], ALIAS))
        if now != (table["rows"], table["sha256"]):
            raise RestoreRefused(f"table {table['label']} came out different; nothing was kept")


def _same_shape(archive: Archive, found: dict[str, type[models.Model]]) -> None:
    said = {table["label"]: table["columns"] for table in archive.tables}
    here = {label: lines.columns_of(model) for label, model in found.items()}
    if said != here:
        wrong = sorted(label for label in {*said, *here} if said.get(label) != here.get(label))
        raise RestoreRefused(f"its tables are not those of this version: {', '.join(wrong[:5])}")


def _fill_table(archive: Archive, model: type[models.Model]) -> None:
    fields = list(model._meta.concrete_fields)
    size = min(connection.ops.bulk_batch_size(fields, [None] * lines.CHUNK), lines.CHUNK)
    rows = (lines.row_of(model, line) for line in archive.lines(model._meta.label_lower))
    target = models.QuerySet(model, using=ALIAS)
    while batch := list(islice(rows, size)):
        target._insert(batch, fields=fields, using=ALIAS, raw=True)


def _count_on(archive: Archive, found: dict[str, type[models.Model]]) -> None:
    """Numbers continue where they were, also after rows that were removed.

    PostgreSQL skips numbers of its own accord; SQLite does not, and takes a gap at the end of the
    evidence for a removal: from one to the other, evidence counts on from its last row.
    """
    guarded = set(registry.guarded_tables())
    from_sqlite = archive.manifest["engine"].startswith("sqlite")
    last = archive.manifest["sequences"]
    for model in found.values():
        table, key = model._meta.db_table, model._meta.pk
        if not isinstance(key, models.AutoField | models.BigAutoField):
            continue
        rows = models.QuerySet(model, using=ALIAS).aggregate(top=models.Max(key.attname))
        top = rows["top"] or 0
        if connection.vendor == "postgresql" or from_sqlite or table not in guarded:
            top = max(top, last.get(table, 0))
        snapshot.number_from(ALIAS, table, key.column, top)


@contextmanager
def _files_in_place(archive: Archive):
    """Write the files; when the rows do not follow, take away what was written."""
    written: list[Path] = []
    try:
        for file in archive.files():
            if not _is_there(file):
                written.append(_write(archive, file))
        yield
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError | SuspiciousFileOperation):
            raise RestoreRefused(f"a file could not be written: {error}") from error
        raise


def _write(archive: Archive, file: StoredFile) -> Path:
    target = Path(default_storage.path(file.path))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        for chunk in archive.content(file.path):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return part.rename(target)


def _is_there(file: StoredFile) -> bool:
    path = Path(default_storage.path(file.path))
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    said = hashlib.sha256()
    with path.open("rb") as stored:
        while chunk := stored.read(1024 * 1024):
            said.update(chunk)
    return said.hexdigest() == file.sha256
