"""The document of a form: from its snapshot once fixed, else a preview of what it would say."""

from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from typing import Any

from django.utils import translation

from expectations import snapshot
from expectations.document import document_of
from expectations.models import ConfirmationForm
from expectations.queries.form import content_of


def document_for(form: ConfirmationForm, *, now: dt.datetime) -> dict[str, Any]:
    """Words and tables of this version with its signatures: two queries when it is fixed."""
    zone = zoneinfo.ZoneInfo(form.project.expectation_owner.timezone)
    if form.snapshot:
        content = snapshot.read(form.snapshot)
    else:
        text, _sha256 = snapshot.freeze(content_of(form, dated=now.astimezone(zone).date()))
        content = snapshot.read(text)
    return document_of(content, _signatures(form, zone), sha256=form.snapshot_sha256)


def changes_for(form: ConfirmationForm, *, now: dt.datetime) -> list[snapshot.Change]:
    """What differs from the version in force before; empty for the first version."""
    before = form.supersedes
    if before is None or not before.snapshot:
        return []
    if form.snapshot:
        after = snapshot.read(form.snapshot)
    else:
        text, _sha256 = snapshot.freeze(content_of(form, dated=now.date()))
        after = snapshot.read(text)
    return snapshot.differences(snapshot.read(before.snapshot), after)


def _signatures(form: ConfirmationForm, zone: zoneinfo.ZoneInfo) -> list[dict[str, Any]]:
    with translation.override(form.language):
        return [
            {
                "side": row.side,
                "name": row.signer_name,
                "title": row.signer_title,
                "when": row.signed_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z"),
                "method": str(row.get_method_display()),
                "digest": row.digest,
                "open": json.loads(row.excepted),
            }
            for row in form.signatures.all()
        ]
