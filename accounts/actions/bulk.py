"""Many customers at once: the same trail and codes as one by one, SQL by batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.findable import forget_customers, index_customers
from accounts.models import Customer
from core import sequences, trail
from core.actors import Actor
from core.errors import Stale
from core.writes import checked

BATCH = 500


def create_customers(
    rows: list[Customer], *, by: Actor, now: dt.datetime, import_id: int | None = None
) -> list[Customer]:
    """Save unsaved customers with codes, paths and trail entries. Raises Invalid on a bad row."""
    if not rows:
        return rows
    with transaction.atomic():
        number = sequences.reserve("CUS", len(rows))
        for place, row in enumerate(rows):
            row.code = f"CUS-{number + place:06d}"
            row.stamp(by=by, now=now)
            checked(row)
        Customer.objects.bulk_create(rows, batch_size=BATCH)
        for row in rows:
            row.path = f"{row.parent.path if row.parent_id else '/'}{row.pk}/"
        Customer.objects.bulk_update(rows, ["path"], batch_size=BATCH)
        index_customers(rows)
        trail.record_many(
            [
                trail.entry_for(
                    row,
                    "customer.created",
                    by=by,
                    now=now,
                    scope=row,
                    facts={"name": row.name, "import": import_id},
                )
                for row in rows
            ]
        )
    return rows


def update_customers(
    changes: Mapping[int, tuple[Mapping[str, Any], int]],
    *,
    by: Actor,
    now: dt.datetime,
    import_id: int | None = None,
    skip_stale: bool = False,
) -> dict[int, dict[str, Any]]:
    """Apply {id: (fields, version seen)}; returns {id: {"values": before, "version": now}}.

    A row that somebody changed since raises Stale, or is stepped over with skip_stale.
    """
    before: dict[int, dict[str, Any]] = {}
    with transaction.atomic():
        known = Customer.objects.in_bulk(list(changes))
        entries, touched = [], []
        for pk, (fields, version) in changes.items():
            row = known[pk]
            if row.version != version:
                if skip_stale:
                    continue
                raise Stale(
                    _("%(code)s was changed meanwhile; preview the file again.")
                    % {"code": row.code}
                )
            said = {name: [getattr(row, name), value] for name, value in fields.items()}
            for name, value in {**fields, "is_archived": False}.items():
                setattr(row, name, value)
            row.version, row.updated_at, row.updated_by_id = version + 1, now, by.user_id
            checked(row)
            before[pk] = {
                "values": {name: pair[0] for name, pair in said.items()},
                "version": row.version,
            }
            entries.append(
                trail.entry_for(
                    row,
                    "customer.changed",
                    by=by,
                    now=now,
                    scope=row,
                    facts={"changes": said, "import": import_id},
                )
            )
            touched.append(row)
        names = sorted({name for fields, _version in changes.values() for name in fields})
        Customer.objects.bulk_update(
            touched,
            [*names, "is_archived", "version", "updated_at", "updated_by"],
            batch_size=BATCH,
        )
        index_customers(touched)
        trail.record_many(entries)
    return before


def archive_customers(
    versions: Mapping[int, int], *, by: Actor, now: dt.datetime, import_id: int | None = None
) -> int:
    """Archive {id: version seen}; rows that somebody changed since stay. Returns how many."""
    entries, rows = [], []
    with transaction.atomic():
        for row in Customer.objects.filter(pk__in=versions, is_archived=False):
            if row.version != versions[row.pk]:
                continue
            row.is_archived, row.version = True, row.version + 1
            row.updated_at, row.updated_by_id = now, by.user_id
            entries.append(
                trail.entry_for(
                    row, "customer.archived", by=by, now=now, scope=row, facts={"import": import_id}
                )
            )
            rows.append(row)
        Customer.objects.bulk_update(
            rows, ["is_archived", "version", "updated_at", "updated_by"], batch_size=BATCH
        )
        forget_customers(*[row.pk for row in rows])
        trail.record_many(entries)
    return len(rows)
