"""Plans, commits and undoes an import: all or nothing, with an id."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import registry, trail
from core.actors import Actor
from core.errors import Invalid, Refused
from core.imports.limits import Limits
from core.imports.mapping import ColumnMap, check
from core.imports.plan import REFUSE, SKIP, Importer, Plan, typed_rows
from core.imports.reading import Table, read_table
from core.models import ImportBatch

REPORT_ROWS = 1_000


def importer_for(kind: str) -> Importer:
    """The importer of a kind, or Invalid with the kinds there are."""
    known = registry.entry("IMPORTS", {})
    if kind not in known:
        raise Invalid(
            _("There is no import of %(kind)s; there are: %(known)s.")
            % {"kind": kind, "known": ", ".join(sorted(known))}
        )
    return registry.load(known[kind])  # type: ignore[return-value]


def plan_import(
    content: bytes,
    mapping: ColumnMap,
    *,
    by: Actor,
    now: dt.datetime,
    limits: Limits,
    options: Mapping[str, Any] | None = None,
    table: Table | None = None,
) -> Plan:
    """Read and check everything; writes nothing. Raises Invalid when the file itself is wrong."""
    importer = importer_for(mapping.kind)
    table = table or read_table(content, limits=limits)
    check(mapping, table.columns, importer.fields)
    plan = Plan(
        kind=mapping.kind, mapping=mapping, rows=typed_rows(table, mapping, importer.fields)
    )
    importer.plan(plan, by=by, now=now, options={**mapping.options, **(options or {})})
    return plan


def commit_import(
    plan: Plan,
    *,
    filename: str,
    content: bytes,
    by: Actor,
    now: dt.datetime,
    leave_out: bool | None = None,
) -> ImportBatch:
    """Write a plan in one transaction; Refused while rows are refused and not left out."""
    may_leave_out = plan.mapping.refuse == "rows" if leave_out is None else leave_out
    if plan.refused and not may_leave_out:
        raise Refused(
            _(
                "%(count)d rows cannot be imported; nothing was written. Mend them, or "
                "import without them."
            )
            % {"count": len(plan.refused)},
            extra={"refused": [row.number for row in plan.refused[:100]]},
        )
    importer = importer_for(plan.kind)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind=plan.kind,
            filename=filename[:200],
            sha256=hashlib.sha256(content).hexdigest(),
            mapping=plan.mapping.as_dict(),
            counts=plan.counts,
            report=report(plan),
            created_at=now,
            created_by=by.user,
        )
        importer.commit(plan, batch, by=by, now=now)
        trail.record(
            batch,
            "import.committed",
            by=by,
            now=now,
            facts={"kind": plan.kind, "sha256": batch.sha256, **plan.counts},
        )
    return batch


def undo_import(batch: ImportBatch, *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """Take an import back once; rows that were changed since stay and are counted as kept."""
    with transaction.atomic():
        hits = ImportBatch.objects.filter(pk=batch.pk, state="committed").update(
            state="undone", undone_at=now
        )
        if not hits:
            raise Refused(_("This import has been undone already."))
        counts = importer_for(batch.kind).undo(batch, by=by, now=now)
        ImportBatch.objects.filter(pk=batch.pk).update(counts={**batch.counts, **counts})
        trail.record(batch, "import.undone", by=by, now=now, facts=counts)
    return counts


def report(plan: Plan) -> list[dict[str, Any]]:
    """The rows a person should look at: refused, left out and repaired ones, at most 1,000."""
    shown = [row for row in plan.rows if row.outcome in (REFUSE, SKIP)]
    shown += [row for row in plan.rows if row.repairs and row.outcome not in (REFUSE, SKIP)]
    return [
        {
            "row": row.number,
            "outcome": row.outcome,
            "errors": row.errors,
            "repairs": row.repairs,
            "note": row.note,
        }
        for row in shown[:REPORT_ROWS]
    ]
