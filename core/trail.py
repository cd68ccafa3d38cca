"""Append-only trail: written by actions, never changed, sealed in a chain."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models

from core.actors import Actor
from core.models import TrailEntry, TrailPersonal
from core.registry import label_of


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, NFC, UTC times, decimals as text; same facts, one text."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, models.Model):
        return {"id": value.pk, "label": str(value)}
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return unicodedata.normalize("NFC", str(value))


def mac_of(entry: TrailEntry) -> str:
    """HMAC-SHA256 over everything an entry says."""
    said = canonical(
        [
            entry.about_label,
            entry.about_id,
            entry.about_code,
            entry.verb,
            entry.actor_id,
            entry.token_id,
            entry.channel,
            entry.request_id,
            entry.scope_label,
            entry.scope_id,
            entry.klass,
            entry.occurred_at,
            entry.recorded_at,
            entry.facts,
            entry.key_id,
        ]
    )
    return sign(said)


def sign(text: str) -> str:
    """HMAC with the evidence key, which lies outside the database."""
    return hmac.new(settings.EVIDENCE_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def entry_for(
    about: models.Model,
    verb: str,
    *,
    by: Actor,
    now: dt.datetime,
    scope: models.Model | None = None,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
    confidential: bool = False,
    occurred_at: dt.datetime | None = None,
) -> tuple[TrailEntry, list[TrailPersonal]]:
    """An unsaved entry with its personal values; bulk writers save them themselves.

    `personal` values stand in the erasable side table; the entry keeps salted hashes only.
    """
    side, hashes = [], {}
    for name, value in (personal or {}).items():
        salt = secrets.token_hex(16)
        hashes[name] = hashlib.sha256((salt + value).encode()).hexdigest()
        side.append(
            TrailPersonal(
                subject=f"{label_of(about)}:{about.pk}", name=name, value=value, salt=salt
            )
        )
    said = dict(facts or {})
    if hashes:
        said["personal"] = hashes
    entry = TrailEntry(
        about_label=label_of(about),
        about_id=about.pk,
        about_code=str(getattr(about, "code", "") or "")[:120],
        url=_url(about),
        verb=verb,
        actor_id=by.user_id,
        token_id=by.token.pk if by.token else None,
        channel=by.channel,
        request_id=by.request_id,
        scope_label=label_of(scope) if scope is not None else "",
        scope_id=scope.pk if scope is not None else None,
        klass=TrailEntry.Klass.CONFIDENTIAL if confidential else TrailEntry.Klass.OPEN,
        occurred_at=occurred_at or now,
        recorded_at=now,
        facts=canonical(said),
        key_id=settings.EVIDENCE_KEY_ID,
    )
    entry.mac = mac_of(entry)
    return entry, side


def record(
    about: models.Model, verb: str, *, by: Actor, now: dt.datetime, **more: Any
) -> TrailEntry:
    """Write one entry inside the caller's transaction; keywords as `entry_for`."""
    entry, side = entry_for(about, verb, by=by, now=now, **more)
    entry.save(force_insert=True)
    for row in side:
        row.entry = entry
    if side:
        TrailPersonal.objects.bulk_create(side)
    return entry


def record_many(pairs: list[tuple[TrailEntry, list[TrailPersonal]]]) -> None:
    """Write entries made by `entry_for` in batches: SQL grows by batch, not by row."""
    entries = [entry for entry, _ in pairs]
    TrailEntry.objects.bulk_create(entries, batch_size=1000)
    side = []
    for entry, rows in pairs:
        for row in rows:
            row.entry_id = entry.pk
            side.append(row)
    if side:
        TrailPersonal.objects.bulk_create(side, batch_size=1000)


def timeline(
    scope: models.Model | list[int], *, label: str = "", confidential: bool
) -> models.QuerySet:
    """Entries of one customer's timeline (or of merged ids), latest first: one query."""
    if isinstance(scope, models.Model):
        label, ids = label_of(scope), [scope.pk]
    else:
        ids = list(scope)
    rows = TrailEntry.objects.filter(scope_label=label, scope_id__in=ids).select_related("actor")
    if not confidential:
        rows = rows.filter(klass=TrailEntry.Klass.OPEN)
    return rows.order_by("-occurred_at", "-id")


def history(about: models.Model, *, confidential: bool) -> models.QuerySet:
    """Entries about one row, latest first."""
    rows = TrailEntry.objects.filter(about_label=label_of(about), about_id=about.pk)
    if not confidential:
        rows = rows.filter(klass=TrailEntry.Klass.OPEN)
    return rows.select_related("actor").order_by("-id")


def _url(about: models.Model) -> str:
    return about.get_absolute_url() if hasattr(about, "get_absolute_url") else ""
