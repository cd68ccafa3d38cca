"""An upload between its steps: the file waits under a random name until it is committed."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from core import sequences
from core.actors import Actor
from core.errors import Invalid, Refused
from core.imports.limits import PAGE
from core.imports.mapping import ColumnMap, from_dict, guess
from core.imports.plan import Plan
from core.imports.reading import Table, read_table
from core.imports.run import commit_import, importer_for, plan_import
from core.models import ImportBatch

DRAFT = "draft"
KEPT = dt.timedelta(days=1)


def start(kind: str, filename: str, content: bytes, *, by: Actor, now: dt.datetime) -> ImportBatch:
    """Check the file, guess its columns and keep it. Raises Invalid with a sentence."""
    importer = importer_for(kind)
    table = read_table(content, limits=PAGE)
    _check_name(filename, table.format)
    mapping = ColumnMap(kind=kind, columns=guess(table.columns, importer.fields))
    path = default_storage.save(f"imports/{secrets.token_hex(16)}", ContentFile(content))
    return ImportBatch.objects.create(
        kind=kind,
        filename=filename[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        mapping=mapping.as_dict(),
        state=DRAFT,
        path=path,
        created_at=now,
        created_by=by.user,
    )


def _check_name(filename: str, form: str) -> None:
    """A file is what its name says: a workbook called .csv was sent by mistake."""
    ending = filename.rpartition(".")[2].lower()
    said = {"xlsx": "xlsx", "json": "json", "csv": "csv", "txt": "csv", "tsv": "csv"}.get(ending)
    if said != form:
        raise Invalid(
            _("The name ends in .%(ending)s, but the content is %(form)s. Save it again as it is.")
            % {"ending": ending[:10], "form": form.upper()}
        )


def content_of(draft: ImportBatch) -> bytes:
    """The kept file; Refused when it is gone."""
    try:
        with default_storage.open(draft.path) as file:
            return file.read()
    except (FileNotFoundError, ValueError) as error:
        raise Refused(_("The uploaded file is gone. Upload it again.")) from error


def table_of(draft: ImportBatch) -> Table:
    """The table in the kept file."""
    return read_table(content_of(draft), limits=PAGE)


def set_columns(
    draft: ImportBatch, columns: dict[str, str], options: dict, values: dict | None = None
) -> ColumnMap:
    """Keep other columns for the draft; what is known of words stays, or is given."""
    known = draft.mapping.get("values", {}) if values is None else values
    kept = {name: words for name, words in known.items() if name in columns}
    return use(draft, from_dict({**draft.mapping, "columns": columns, "options": options,
                                 "values": kept}))  # fmt: skip


def set_words(draft: ImportBatch, values: dict[str, dict[str, str]]) -> ColumnMap:
    """Keep what the words of the file mean."""
    return use(draft, from_dict({**draft.mapping, "values": values}))


def use(draft: ImportBatch, mapping: ColumnMap) -> ColumnMap:
    """Read the draft with a mapping from now on."""
    draft.mapping = mapping.as_dict()
    draft.save(update_fields=["mapping"])
    return mapping


def preview(draft: ImportBatch, *, by: Actor, now: dt.datetime) -> Plan:
    """What the draft would do."""
    return plan_import(content_of(draft), from_dict(draft.mapping), by=by, now=now, limits=PAGE)


def finish(draft: ImportBatch, *, by: Actor, now: dt.datetime, leave_out: bool) -> ImportBatch:
    """Commit the draft once: of two tabs one wins, the other is told.

    Imports of a kind go one after the other and look for known rows in their turn, so that two
    copies of a file make no twins.
    """
    content = content_of(draft)
    with transaction.atomic():
        sequences.take_turn(f"import:{draft.kind}")
        if not ImportBatch.objects.filter(pk=draft.pk, state=DRAFT).update(state="committing"):
            raise Refused(_("This file has been imported already."))
        plan = preview(draft, by=by, now=now)
        batch = commit_import(
            plan, filename=draft.filename, content=content, by=by, now=now, leave_out=leave_out
        )
        ImportBatch.objects.filter(pk=draft.pk).delete()
    default_storage.delete(draft.path)
    return batch


def forget_old(now: dt.datetime) -> int:
    """Delete drafts that nobody finished within a day, with their files; how many."""
    old = list(ImportBatch.objects.filter(state=DRAFT, created_at__lte=now - KEPT)[:1000])
    for draft in old:
        default_storage.delete(draft.path)
    ImportBatch.objects.filter(pk__in=[draft.pk for draft in old]).delete()
    return len(old)
