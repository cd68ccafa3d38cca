"""Reads an archive and refuses it, in a sentence, unless every byte is as it was written."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huaweicrm.backup import lines
from huaweicrm.backup.writing import FILE_CHUNK, FORMAT, FORMAT_VERSION, mac_of

UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, TypeError),
    *(ValueError, NotImplementedError, RuntimeError, AttributeError),
)
MANIFEST_MOST = 64 * 1024 * 1024
LINE_MOST = 64 * 1024 * 1024


class ArchiveRefused(Exception):
    """The archive is not whole, not ours, or does not fit; the text says which."""


@dataclass(frozen=True)
class StoredFile:
    """One file of an archive."""

    path: str
    size: int
    sha256: str


class Archive:
    """An opened archive; use `opened`."""

    def __init__(self, source: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self.source = source
        self.manifest = manifest

    @property
    def tables(self) -> list[dict[str, Any]]:
        """Label, columns, count and hash of each table."""
        return self.manifest["tables"]

    def lines(self, label: str) -> Iterator[bytes]:
        """The rows of one table."""
        with self.source.open(f"tables/{label}.jsonl") as member:
            while line := member.readline(LINE_MOST):
                yield line.removesuffix(b"\n")

    def files(self) -> Iterator[StoredFile]:
        """What files there are."""
        with self.source.open("files.jsonl") as member:
            for line in member:
                yield StoredFile(*json.loads(line))

    def content(self, path: str) -> Iterator[bytes]:
        """The bytes of one file, in pieces."""
        with self.source.open(f"files/{path}") as member:
            while chunk := member.read(FILE_CHUNK):
                yield chunk

    def verify(self) -> None:
        """Read everything once. ArchiveRefused names the first part that differs."""
        for table in self.tables:
            found = lines.digest(self.lines(table["label"]))
            if found != (table["rows"], table["sha256"]):
                raise ArchiveRefused(f"table {table['label']} is not as it was written")
        listed, count = hashlib.sha256(), 0
        with self.source.open("files.jsonl") as member:
            for line in member:
                listed.update(line)
                count += 1
        said = self.manifest["files"]
        if (count, listed.hexdigest()) != (said["count"], said["sha256"]):
            raise ArchiveRefused("the list of files is not as it was written")
        for file in self.files():
            self._verify_file(file)

    def _verify_file(self, file: StoredFile) -> None:
        said, size = hashlib.sha256(), 0
        for chunk in self.content(file.path):
            said.update(chunk)
            size += len(chunk)
        if (size, said.hexdigest()) != (file.size, file.sha256):
            raise ArchiveRefused(f"file {file.path} is not as it was written")


@contextmanager
def opened(path: Path, *, without_key: bool = False) -> Iterator[Archive]:
    """Open an archive and check all of it. ArchiveRefused when anything is wrong.

    `without_key` takes an archive whose evidence key is not known here: its hashes still count.
    """
    try:
        source = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise ArchiveRefused(_said(path, error)) from error
    with source:
        try:
            archive = Archive(source, _manifest(source, without_key))
            archive.verify()
        except UNREADABLE as error:
            raise ArchiveRefused(_said(path, error)) from error
        yield archive


def _said(path: Path, error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{path}: {error.strerror}"
    return f"it is damaged or cut off ({type(error).__name__})"


def _manifest(source: zipfile.ZipFile, without_key: bool) -> dict[str, Any]:
    if source.getinfo("manifest.json").file_size > MANIFEST_MOST:
        raise ArchiveRefused("the manifest is too large to be one of ours")
    manifest = json.loads(source.read("manifest.json"))
    if manifest["format"] != FORMAT:
        raise ArchiveRefused("this is no backup of huaweicrm")
    if manifest["format_version"] > FORMAT_VERSION:
        raise ArchiveRefused(f"it was made by a newer version ({manifest['version']})")
    if not without_key:
        _check_key(manifest)
    return manifest


def _check_key(manifest: dict[str, Any]) -> None:
    try:
        right = mac_of(manifest)
    except KeyError as error:
        raise ArchiveRefused(
            f"its evidence key {manifest['evidence_key_id']} is unknown: set EVIDENCE_KEYS_OLD"
        ) from error
    if right != manifest["mac"]:
        raise ArchiveRefused(
            "its manifest was altered, or EVIDENCE_KEY is not the one it was made with. Set the"
            " key of that installation; --without-key restores all the same, but evidence then"
            " does not verify"
        )
