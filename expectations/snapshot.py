"""The frozen content of a form: canonical JSON, its SHA-256, what changed between two (F5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.trail import canonical

SCHEMA = 1
COMPARED = ("statement", "criterion", "proof", "due_on", "throughout", "priority_class")


@dataclass(frozen=True)
class Change:
    """One difference between two versions: kind {added, removed, changed}, what, from, to."""

    kind: str
    code: str
    statement: str
    part: str = ""
    before: str = ""
    after: str = ""


def freeze(content: Mapping[str, Any]) -> tuple[str, str]:
    """Canonical text (sorted keys, NFC, decimals and days as text) and its SHA-256 in hex.

    The same content gives the same text on every machine. Floats are refused with TypeError:
    they have no canonical text.
    """
    _refuse_floats(content)
    text = canonical({**content, "schema": SCHEMA})
    return text, digest(text)


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 text, 64 hex characters."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> dict[str, Any]:
    """The content of a snapshot; an empty dict for a form without one."""
    return json.loads(text) if text else {}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What changed for the customer between two versions: items, terms, options compared."""
    old = {item["id"]: item for item in before.get("items", ())}
    new = {item["id"]: item for item in after.get("items", ())}
    found = []
    for pk, item in new.items():
        if pk not in old:
            found.append(Change("added", item["code"], item["statement"]))
            continue
        found.extend(_changed(old[pk], item))
    for pk, item in old.items():
        if pk not in new:
            found.append(Change("removed", item["code"], item["statement"]))
    if list(before.get("terms", ())) != list(after.get("terms", ())):
        found.append(Change("changed", "", "", part="terms"))
    if (before.get("options") or {}) != (after.get("options") or {}):
        found.append(Change("changed", "", "", part="options"))
    return found


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    return [
        Change(
            "changed",
            new["code"],
            new["statement"],
            part=part,
            before=str(old.get(part) or ""),
            after=str(new.get(part) or ""),
        )
        for part in COMPARED
        if old.get(part) != new.get(part)
    ]


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a snapshot holds no floats; write a decimal as text")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
