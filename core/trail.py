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
from typing import Any, Protocol

from django.conf import settings
from django.db import models, transaction

from core.actors import Actor
from core.environment import words
from core.inserts import insert_rows, new_row
from core.models import TrailEntry, TrailPersonal
from core.registry import label_of


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, NFC, UTC times, decimals as text; same facts, one text.

    A model instance becomes its id, type and code: never its name, which must stay erasable.
    """
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def as_plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What `canonical` says, read again: names in order, nothing but JSON."""
    plain = _plain(facts)
    if all(type(each) in FLAT for each in plain.values()):
        return dict(sorted(plain.items()))
    return json.loads(json.dumps(plain, sort_keys=True))


def _when(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.timezone.utc).isoformat().replace("+00:00", "Z")
    return value.isoformat()


FLAT = {str, int, bool, type(None)}


def _plain(value: Any) -> Any:
    if type(value) is str and value.isascii():
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date | dt.time):
        return _when(value)
    if isinstance(value, models.Model):
        said = {"id": value.pk, "type": label_of(value)}
        code = getattr(value, "code", "")
        return {**said, "code": str(code)} if code else said
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


SIGNED = (
    "about_label",
    "about_id",
    "about_code",
    "url",
    "verb",
    "actor_id",
    "token_id",
    "channel",
    "request_id",
    "scope_label",
    "scope_id",
    "klass",
    "occurred_at",
    "recorded_at",
    "facts",
    "nonce",
    "key_id",
)


def mac_of(entry: TrailEntry) -> str:
    """HMAC-SHA256 over everything an entry says, byte by byte (the id is held by the seal)."""
    return mac_of_values([getattr(entry, name) for name in SIGNED], entry.key_id)


def mac_of_values(values: list[Any], key_id: str) -> str:
    """The HMAC of the values of the `SIGNED` columns; texts count exactly as they stand."""
    said = [
        value.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if isinstance(value, dt.datetime)
        else value
        for value in values
    ]
    return sign(json.dumps(said, ensure_ascii=True, separators=(",", ":")), key_id)


def sign(text: str, key_id: str = "") -> str:
    """HMAC with the evidence key of that id (default: today's), which lies outside the database.

    A KeyError means that the key is not known here: set EVIDENCE_KEYS_OLD="k0=…,…" after a change.
    """
    current = key_id in ("", settings.EVIDENCE_KEY_ID)
    key = settings.EVIDENCE_KEY if current else evidence_keys()[key_id]
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def evidence_keys() -> dict[str, str]:
    """Key by key id: today's and those that signed earlier."""
    old = dict(pair.split("=", 1) for pair in words("EVIDENCE_KEYS_OLD") if "=" in pair)
    return {**old, settings.EVIDENCE_KEY_ID: settings.EVIDENCE_KEY}


def personal_hash(*, salt: str, subject: str, name: str, value: str) -> str:
    """What an entry keeps of a personal value: meaningless once the salt is erased."""
    said = json.dumps([salt, subject, name, value], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


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
    subject = f"{label_of(about)}:{about.pk}"
    for name, value in (personal or {}).items():
        row = TrailPersonal(
            subject=subject, name=name, value=str(value), salt=secrets.token_hex(16)
        )
        hashes[name] = personal_hash(salt=row.salt, subject=subject, name=name, value=row.value)
        side.append(row)
    said = dict(facts or {})
    if hashes:
        said["personal"] = hashes
    entry = new_row(
        TrailEntry,
        about_label=label_of(about),
        about_id=about.pk,
        about_code=str(getattr(about, "code", "") or "")[:120],
        url=_url(about)[:200],
        verb=verb,
        actor_id=by.user_id,
        token_id=by.token.pk if by.token else None,
        channel=by.channel,
        request_id=by.request_id[:40],
        scope_label=label_of(scope) if scope is not None else "",
        scope_id=scope.pk if scope is not None else None,
        klass=TrailEntry.Klass.CONFIDENTIAL if confidential else TrailEntry.Klass.OPEN,
        occurred_at=occurred_at or now,
        recorded_at=now,
        facts=canonical(said),
        nonce=secrets.token_hex(8),
        key_id=settings.EVIDENCE_KEY_ID,
    )
    entry.mac = mac_of(entry)
    return entry, side


def record(
    about: models.Model, verb: str, *, by: Actor, now: dt.datetime, **more: Any
) -> TrailEntry:
    """Write one entry inside the caller's transaction; keywords as `entry_for`."""
    entry, side = entry_for(about, verb, by=by, now=now, **more)
    if not side:
        insert_rows([entry])
        return entry
    with transaction.atomic():
        record_many([(entry, side)])
    return entry


class Recorder(Protocol):
    """`record(row, "edited", by, now, {…})`: one entry about one kind of rows."""

    def __call__(
        self, about: Any, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any], /
    ) -> TrailEntry:
        """Inside the caller's transaction."""
        ...


def recorder(noun: str, *, scope: str = "", confidential: bool = False) -> Recorder:
    """What the actions about one kind of rows record with: the verb follows the noun, `scope` names
    the column of the row that says on whose timeline the entry stands."""

    def record_of(
        about: Any, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any], /
    ) -> TrailEntry:
        return record(
            about, f"{noun}.{verb}", by=by, now=now, facts=facts, confidential=confidential,
            scope=getattr(about, scope) if scope else None,
        )  # fmt: skip

    return record_of


def forget_personal(about: models.Model) -> int:
    """Erase the personal values of one subject from the trail; the entries still verify."""
    return TrailPersonal.objects.filter(subject=f"{label_of(about)}:{about.pk}").delete()[0]


def record_many(pairs: list[tuple[TrailEntry, list[TrailPersonal]]]) -> None:
    """Write entries made by `entry_for` in batches: SQL grows by batch, not by row."""
    entries = [entry for entry, _ in pairs]
    insert_rows(entries)
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
