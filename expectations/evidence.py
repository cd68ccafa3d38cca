"""Checks the evidence of forms: snapshots against their hash, signatures against their chain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.stored import stored_rows
from expectations import snapshot
from expectations.actions.signing import SIGNED, signature_digest
from expectations.models import ConfirmationForm, FormSignature


def verify() -> Iterator[str]:
    """A sentence for every snapshot or signature that was altered, removed or inserted."""
    hashes: dict[int, str] = {}
    series: dict[int, str] = {}
    signed_states: dict[int, str] = {}
    for row in stored_rows(ConfirmationForm):
        values = row.values
        name = f"form {values.get('code')} v{values.get('version_no')}"
        hashes[row.pk] = str(values.get("snapshot_sha256"))
        series[row.pk] = str(values.get("code"))
        signed_states[row.pk] = str(values.get("status"))
        text = values.get("snapshot")
        if row.damage or not isinstance(text, str):
            yield f"{name}: altered {row.damage}".rstrip()
        elif values.get("sent_at") is not None and snapshot.digest(text) != hashes[row.pk]:
            yield f"{name}: the snapshot does not match its hash"
    sides: dict[int, set[str]] = {}
    yield from _signatures(hashes, series, sides)
    for pk, status in signed_states.items():
        if status in ("effective", "superseded") and len(sides.get(pk, ())) != 2:
            yield f"form {series[pk]} ({pk}): a signature was removed"


def _signatures(
    hashes: dict[int, str], series: dict[int, str], sides: dict[int, set[str]]
) -> Iterator[str]:
    last: dict[str, str] = {}
    for row in sorted(stored_rows(FormSignature), key=lambda row: row.pk):
        values: dict[str, Any] = row.values
        name, form = f"signature {row.pk}", values.get("form_id")
        sides.setdefault(form, set()).add(str(values.get("side")))
        if row.damage or signature_digest([values.get(key) for key in SIGNED]) != values["digest"]:
            yield f"{name}: altered {row.damage}".rstrip()
            last[series.get(form, "")] = str(values.get("digest"))
            continue
        if values["document_sha256"] != hashes.get(form):
            yield f"{name}: signs another document than its form"
        if values["previous"] != last.get(series.get(form, ""), ""):
            yield f"{name}: the signature before it was removed or changed"
        last[series.get(form, "")] = values["digest"]
