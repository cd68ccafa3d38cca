"""Writes an archive: tables of one moment, then the files, then what they must add up to."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from core import trail
from huaweicrm import VERSION
from huaweicrm.backup import lines, snapshot
from huaweicrm.backup.snapshot import BackupRefused

FORMAT = "huaweicrm-backup"
FORMAT_VERSION = 1
FILE_CHUNK = 256 * 1024


@dataclass
class Written:
    """What went into an archive."""

    path: Path
    tables: int = 0
    rows: int = 0
    files: int = 0
    missing: int = 0


def write_backup(given: Path | str, *, now: dt.datetime) -> Written:
    """Write a new archive to a file, or into a folder under a name made of the time.

    Readable by its owner only. A run that fails leaves nothing behind. BackupRefused when the
    target is neither a folder that is there nor a new name that ends in `.zip`, or cannot be
    written.
    """
    target = _target(given, now)
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as out:
            done = _write(out, target, now)
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
    except OSError as error:
        raise BackupRefused(_said(error, target, part)) from error
    finally:
        part.unlink(missing_ok=True)
    return done


def _target(given: Path | str, now: dt.datetime) -> Path:
    """A folder that is missing is not taken for a file: its second night would find it written."""
    target = Path(given)
    if target.is_dir():
        target = target / f"huaweicrm-{now:%Y%m%d-%H%M%S}.zip"
    elif str(given).endswith("/") or target.suffix != ".zip":
        raise BackupRefused(
            f"{given} is no folder. Make it first (`mkdir -p {given}`), or name a new file that"
            " ends in .zip."
        )
    if target.exists():
        raise BackupRefused(f"{target} exists already; a backup is never written over another.")
    return target


def _said(error: OSError, target: Path, part: Path) -> str:
    """A stored file that cannot be read is not the fault of the target; a write names no file."""
    if error.filename in {None, str(part)}:
        return f"{target} cannot be written: {error.strerror}."
    return f"{error.filename} cannot be read: {error.strerror}."


def _write(out: Any, target: Path, now: dt.datetime) -> Written:
    done = Written(target)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": now.isoformat(),
        "version": VERSION,
        "evidence_key_id": settings.EVIDENCE_KEY_ID,
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with snapshot.snapshot() as alias:
            manifest["engine"] = engine_of(alias)
            manifest["migrations"], apps = schema_of(alias)
            snapshot.demand_database(manifest["migrations"])
            manifest["tables"] = [
                _write_table(archive, model, alias, done) for model in lines.tables_of(apps)
            ]
            manifest["sequences"] = snapshot.last_numbers(alias)
            wanted = set(_paths_of_rows(apps, alias))
        manifest["files"] = _write_files(archive, wanted, done)
        manifest["mac"] = mac_of(manifest)
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return done


def engine_of(alias: str) -> str:
    """`sqlite 3.40.1` or `postgresql 18.1`."""
    link = connections[alias]
    version = link.Database.sqlite_version_info if link.vendor == "sqlite" else link.pg_version
    if link.vendor == "postgresql":
        version = divmod(version, 10000)
    return f"{link.vendor} {'.'.join(map(str, version))}"


def schema_of(alias: str) -> tuple[list[list[str]], Any]:
    """The migrations that a database has seen, and the models as they were after them."""
    executor = MigrationExecutor(connections[alias])
    graph = executor.loader.graph
    seen = [key for key in executor.loader.applied_migrations if key in graph.nodes]
    state = executor.loader.project_state(seen)
    return sorted(list(key) for key in seen), state.apps


def mac_of(manifest: dict[str, Any]) -> str:
    """The HMAC of a manifest by the evidence key. KeyError when its key is not known here."""
    said = {key: value for key, value in manifest.items() if key != "mac"}
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return trail.sign(text, str(manifest["evidence_key_id"]))


def _write_table(archive: zipfile.ZipFile, model: Any, alias: str, done: Written) -> dict:
    label = model._meta.label_lower
    with archive.open(f"tables/{label}.jsonl", "w", force_zip64=True) as member:
        count, sha256 = lines.digest(_kept(member, lines.read_lines(model, alias)))
    done.tables += 1
    done.rows += count
    return {
        "label": label,
        "columns": lines.columns_of(model),
        "rows": count,
        "sha256": sha256,
    }


def _kept(member: Any, found: Iterator[bytes]) -> Iterator[bytes]:
    for line in found:
        member.write(line + b"\n")
        yield line


def _paths_of_rows(apps: Any, alias: str) -> Iterator[str]:
    attachment = apps.get_model("core", "Attachment")
    rows = attachment._base_manager.using(alias).values_list("path", flat=True)
    yield from rows.iterator(chunk_size=lines.CHUNK)


def stored_files() -> Iterator[str]:
    """Path of every stored file below the folder of files."""
    base = Path(default_storage.path(""))
    for folder, _folders, names in os.walk(base):
        for name in names:
            yield (Path(folder) / name).relative_to(base).as_posix()


def _write_files(archive: zipfile.ZipFile, wanted: set[str], done: Written) -> dict:
    said, total, kept = hashlib.sha256(), 0, []
    for path in sorted(stored_files()):
        found = _write_file(archive, path)
        if found is None:
            continue  # deleted since the folder was read
        wanted.discard(path)
        line = json.dumps([path, *found], ensure_ascii=False).encode() + b"\n"
        said.update(line)
        kept.append(line)
        total += found[0]
    with archive.open("files.jsonl", "w") as member:
        member.writelines(kept)
    done.files, done.missing = len(kept), len(wanted)
    return {
        "count": len(kept),
        "bytes": total,
        "sha256": said.hexdigest(),
        "missing": sorted(wanted)[:1000],
    }


def _write_file(archive: zipfile.ZipFile, path: str) -> tuple[int, str] | None:
    said, size = hashlib.sha256(), 0
    try:
        stored = default_storage.open(path)
    except FileNotFoundError:
        return None
    entry = zipfile.ZipInfo(f"files/{path}")
    entry.compress_type = zipfile.ZIP_STORED
    with stored, archive.open(entry, "w", force_zip64=True) as member:
        while chunk := stored.read(FILE_CHUNK):
            member.write(chunk)
            said.update(chunk)
            size += len(chunk)
    return size, said.hexdigest()
