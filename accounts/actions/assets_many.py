"""Writes of the installed base by the table: recorded, edited and taken back in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import assets
from accounts.choices import AssetStatus
from accounts.models import Asset
from core import timers, trail
from core.actors import Actor
from core.errors import Stale
from core.merging import plain
from core.registry import label_of
from core.writes import checked, refusing

BATCH = 500
STAMPS = ("version", "updated_at", "updated_by")
RETIRED = ("status", "note", "external_source", "external_ref")
Change = tuple[Mapping[str, Any], int]
"""(columns, version seen)."""


@transaction.atomic
def create_many(
    rows: list[Asset], *, by: Actor, now: dt.datetime, import_id: int | None = None
) -> list[Asset]:
    """Rows that `assets.check` has passed, with their alerts and trail."""
    if not rows:
        return rows
    for row in rows:
        row.stamp(by=by, now=now)
        checked(row)
    with refusing(rows[0]), transaction.atomic():
        Asset.objects.bulk_create(rows, batch_size=BATCH)
    _arm(rows, now, fresh=True)
    _record(rows, "created", by, now, import_id)
    return rows


@transaction.atomic
def edit_many(
    changes: Mapping[int, Change],
    *,
    by: Actor,
    now: dt.datetime,
    import_id: int | None = None,
    skip_stale: bool = False,
) -> dict[int, dict[str, Any]]:
    """Apply {id: Change}; gives {id: {"values": before, "version": now}}.

    A row that somebody changed since raises Stale, or is stepped over with skip_stale.
    """
    before: dict[int, dict[str, Any]] = {}
    touched: list[Asset] = []
    for row in _locked(changes):
        columns, version = changes[row.pk]
        if row.version != version or row.status == AssetStatus.RETIRED:
            if skip_stale:
                continue
            raise Stale(
                _("“%(asset)s” was changed meanwhile; preview the file again.") % {"asset": row}
            )
        said = {name: plain(getattr(row, name)) for name in columns}
        for name, value in columns.items():
            setattr(row, name, Asset._meta.get_field(name).to_python(value))
        before[row.pk] = {"values": said, "version": version + 1}
        touched.append(row)
    _save(
        touched, sorted({name for columns, _seen in changes.values() for name in columns}), by, now
    )
    _arm(touched, now)
    _record(touched, "edited", by, now, import_id)
    return before


@transaction.atomic
def take_back(
    versions: Mapping[int, int], *, by: Actor, now: dt.datetime, import_id: int | None = None
) -> int:
    """Retire {id: version} that nobody changed since. Their reference is free for a new import."""
    rows = [row for row in _locked(versions) if row.version == versions[row.pk]]
    rows = [row for row in rows if row.status != AssetStatus.RETIRED]
    for row in rows:
        row.status, row.note = AssetStatus.RETIRED, _("Import taken back")
        row.external_source = row.external_ref = ""
    _save(rows, list(RETIRED), by, now)
    _arm(rows, now)
    _record(rows, "retired", by, now, import_id)
    return len(rows)


def _locked(ids: Mapping[int, Any]) -> list[Asset]:
    rows = Asset.objects.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
    return list(rows.select_related("customer__owning_unit"))


def _save(rows: list[Asset], columns: list[str], by: Actor, now: dt.datetime) -> None:
    if not rows:
        return
    for row in rows:
        row.version, row.updated_at, row.updated_by_id = row.version + 1, now, by.user_id
        checked(row)
    with refusing(rows[0]), transaction.atomic():
        Asset.objects.bulk_update(rows, [*columns, *STAMPS], batch_size=BATCH)


def _arm(rows: list[Asset], now: dt.datetime, *, fresh: bool = False) -> None:
    wanted = {row.pk: assets.alerts(row, now) for row in rows}
    for kind in (assets.REMINDER, assets.END):
        due = {pk: times[kind] for pk, times in wanted.items()}
        timers.arm_many(kind, due, about_label=label_of(Asset), now=now, fresh=fresh)


def _record(
    rows: list[Asset], verb: str, by: Actor, now: dt.datetime, import_id: int | None
) -> None:
    trail.record_many(
        [
            trail.entry_for(
                row,
                f"asset.{verb}",
                by=by,
                now=now,
                scope=row.customer,
                facts={"product": row.product, "status": row.status, "import": import_id},
            )
            for row in rows
        ]
    )
