"""Seals the trail in a chain, and names every row that was altered, removed or inserted.

A seal holds the ids of a batch, a digest of their HMACs and the HMAC of the seal before it. While
a seal is made nobody writes: on PostgreSQL the table is locked for a moment (given up at once
when writers are busy), so that no entry with a lower id can commit afterwards.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import OperationalError, connection, transaction

from core import registry, trail
from core.models import TrailEntry, TrailPersonal, TrailSeal
from core.stored import Row, stored_rows

logger = logging.getLogger("core.sealing")
BATCH = 5000


@dataclass
class Report:
    """What a verification read and what it found wrong; sound when nothing is."""

    entries: int = 0
    sealed: int = 0
    seals: int = 0
    personal: int = 0
    erased: int = 0
    others: int = 0
    head: str = ""
    problems: list[str] = field(default_factory=list)


def seal(now: dt.datetime, *, rounds: int = 50) -> int:
    """Seal what was written since the last seal; returns how many entries. A heartbeat job."""
    total = 0
    for _round in range(rounds):
        try:
            with transaction.atomic():
                count = _seal_batch(now)
        except OperationalError:
            logger.info("seal_postponed")
            break
        total += count
        if count < BATCH:
            break
    return total


def _seal_batch(now: dt.datetime) -> int:
    last = TrailSeal.objects.order_by("-last_id").first()
    after = last.last_id if last else 0
    if not TrailEntry.objects.filter(id__gt=after).exists():
        return 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute("LOCK TABLE core_trailentry IN SHARE ROW EXCLUSIVE MODE")
        last = TrailSeal.objects.order_by("-last_id").first()
        after = last.last_id if last else 0
    rows = TrailEntry.objects.filter(id__gt=after).order_by("id").values_list("id", "mac")
    pairs = list(rows[:BATCH])
    if not pairs:
        return 0
    made = TrailSeal(
        first_id=pairs[0][0],
        last_id=pairs[-1][0],
        count=len(pairs),
        members=ranges(pk for pk, _mac in pairs),
        digest=_digest(pairs),
        previous=last.mac if last else "",
        key_id=settings.EVIDENCE_KEY_ID,
        sealed_at=now,
    )
    made.mac = _seal_mac(made)
    made.save(force_insert=True)
    logger.info("sealed", extra={"last_id": made.last_id, "count": made.count, "mac": made.mac})
    return made.count


def ranges(ids: Iterable[int]) -> str:
    """Ascending ids as `1-480,482-500`."""
    parts: list[list[int]] = []
    for pk in ids:
        if parts and parts[-1][1] == pk - 1:
            parts[-1][1] = pk
        else:
            parts.append([pk, pk])
    return ",".join(f"{first}-{last}" for first, last in parts)


def ids_of(members: str) -> set[int]:
    """The ids behind `ranges`."""
    found: set[int] = set()
    for part in filter(None, members.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last) + 1))
    return found


def _digest(pairs: Iterable[tuple[int, str]]) -> str:
    said = hashlib.sha256()
    for pk, mac in pairs:
        said.update(f"{pk}:{mac}\n".encode())
    return said.hexdigest()


def _seal_mac(row: TrailSeal) -> str:
    names = ("first_id", "last_id", "count", "members", "digest", "previous", "key_id", "sealed_at")
    return trail.mac_of_values([getattr(row, name) for name in names], row.key_id)


def verify() -> Report:
    """Read all evidence and name what was altered, removed or inserted. Writes nothing.

    Evidence of the floors above is named in EVIDENCE of the registry: each `module:function`
    yields a sentence per problem.
    """
    report = Report()
    macs: dict[int, str] = {}
    hashes: dict[int, dict[str, str]] = {}
    _verify_entries(report, macs, hashes)
    _verify_seals(report, macs)
    _verify_personal(report, hashes)
    for path in registry.entry("EVIDENCE", []):
        found = list(registry.load(path)())
        report.others += 1
        report.problems += [str(problem) for problem in found]
    return report


def _verify_entries(report: Report, macs: dict, hashes: dict) -> None:
    seen: dict[str, int] = {}
    for row in stored_rows(TrailEntry):
        report.entries += 1
        macs[row.pk] = str(row.values.get("mac", ""))
        if row.damage or not _mac_holds(row):
            report.problems.append(f"trail {row.pk}: altered {row.damage}".rstrip())
            continue
        twin = seen.setdefault(macs[row.pk], row.pk)
        if twin != row.pk:
            report.problems.append(f"trail {row.pk}: inserted, a copy of {twin}")
        personal = json.loads(row.values["facts"]).get("personal")
        if isinstance(personal, dict):
            hashes[row.pk] = personal


def _mac_holds(row: Row) -> bool:
    key_id = row.values["key_id"]
    try:
        right = trail.mac_of_values([row.values[name] for name in trail.SIGNED], key_id)
    except KeyError:
        return False
    return right == row.values["mac"]


def _verify_seals(report: Report, macs: dict[int, str]) -> None:
    previous, covered = "", 0
    ordered = sorted(macs)
    position = 0
    for row in _seals():
        report.seals += 1
        name = f"seal {row.values['first_id']}-{row.values['last_id']}"
        values = TrailSeal(**{key: val for key, val in row.values.items() if key != "id"})
        if row.damage or not _seal_holds(values):
            report.problems.append(f"{name}: altered {row.damage}".rstrip())
            previous = str(values.mac)
            continue
        if values.previous != previous:
            report.problems.append(f"{name}: the seal before it was removed or changed")
        previous = values.mac
        present = []
        while position < len(ordered) and ordered[position] <= values.last_id:
            if ordered[position] > covered:
                present.append(ordered[position])
            position += 1
        covered = values.last_id
        report.sealed += len(present)
        report.problems += _against(values, present, macs)
        report.head = f"{values.last_id}:{values.mac}"
    _verify_tail(report, max(ordered, default=0), covered)


def _seals() -> Iterator[Row]:
    rows = list(stored_rows(TrailSeal))
    rows.sort(key=lambda row: row.values["last_id"] if row.values["last_id"] is not None else 0)
    return iter(rows)


def _seal_holds(row: TrailSeal) -> bool:
    try:
        return _seal_mac(row) == row.mac
    except (KeyError, AttributeError):
        return False


def _against(row: TrailSeal, present: list[int], macs: dict[int, str]) -> Iterator[str]:
    members = ids_of(row.members)
    yield from (f"trail {pk}: removed" for pk in sorted(members.difference(present)))
    extra = [pk for pk in present if pk not in members]
    yield from (f"trail {pk}: inserted after sealing" for pk in extra)
    if len(members) == len(present) and not extra and _exchanged(row, present, macs):
        yield f"trail {row.first_id}-{row.last_id}: the sealed entries were exchanged"


def _exchanged(row: TrailSeal, present: list[int], macs: dict[int, str]) -> bool:
    return _digest((pk, macs[pk]) for pk in present) != row.digest


def _verify_tail(report: Report, newest: int, covered: int) -> None:
    """SQLite numbers without gaps at the end: a higher counter means that entries are gone."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'core_trailentry'")
        found = cursor.fetchone()
    counter = found[0] if found else 0
    last = max(newest, covered)
    if isinstance(counter, int) and counter > last:
        report.problems.append(f"trail {last + 1}-{counter}: removed at the end")


def _verify_personal(report: Report, hashes: dict[int, dict[str, str]]) -> None:
    for row in stored_rows(TrailPersonal):
        report.personal += 1
        kept = hashes.get(row.values["entry_id"], {})
        name = str(row.values["name"])
        right = None
        if not row.damage:
            right = trail.personal_hash(
                salt=row.values["salt"],
                subject=row.values["subject"],
                name=name,
                value=row.values["value"],
            )
        if right is None or kept.pop(name, None) != right:
            report.problems.append(f"personal value {row.pk}: altered or inserted")
    report.erased = sum(len(names) for names in hashes.values())
