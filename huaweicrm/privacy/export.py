"""Gives out whole what is kept of a person, for people and for machines."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _

from accounts import readings
from accounts.actions import erasure
from accounts.models import Contact, private_to
from core import trail
from core.actors import Actor
from core.models import CustomValue, TrailEntry, TrailPersonal

CONTACT = Contact._meta.label_lower


def bundle(contact: Contact, *, by: Actor, now: dt.datetime) -> bytes:
    """A zip: manifest with hashes, one JSON file a table, the trail, a page to read.

    Contacts that are the same person out of the sight of who asks are a number in it.
    """
    sights = [private_to(by.user)] if by.user is not None else []
    people, apart = erasure.within(contact, *sights)
    files = {f"tables/{label}.json": _json(rows) for label, rows in tables(people)}
    files["trail.json"] = _json(entries(people))
    files["read-me.txt"] = summary(people, files, now, apart=len(apart)).encode()
    manifest = {
        "person": contact.pk,
        "contacts": [one.pk for one in people],
        "elsewhere": {"contacts": len(apart), "handled_by": "their own compliance"},
        "made_at": now.isoformat(),
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        },
    }
    for one in people:
        trail.record(one, "person.exported", by=by, now=now, scope=one.customer, confidential=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in [("manifest.json", _json(manifest)), *files.items()]:
            target.writestr(name, content)
    return packed.getvalue()


def tables(people: list[Contact]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(label, rows) of every table with rows of this person: found by their relations, so that a
    table that comes later is not forgotten."""
    yield CONTACT, list(Contact.objects.filter(pk__in=[one.pk for one in people]).values())
    for model in apps.get_models(include_auto_created=True):
        names = [field.name for field in _pointing(model)]
        if not names or model is Contact:
            continue
        wish = models.Q()
        for name in names:
            wish |= models.Q(**{f"{name}__in": people})
        rows = list(model._base_manager.filter(wish).order_by("pk").values())
        if rows:
            yield model._meta.label_lower, rows
    values = CustomValue.objects.filter(
        field__entity=CONTACT, about_id__in=[one.pk for one in people]
    )
    if values:
        yield "core.customvalue", list(values.values("field__key", "text"))


def _pointing(model: type[models.Model]) -> list[models.Field]:
    fields = model._meta.local_concrete_fields
    return [one for one in fields if one.is_relation and one.related_model is Contact]


def entries(people: list[Contact]) -> list[dict[str, Any]]:
    """What the trail says about them, with the values that it keeps, and who read what."""
    ids = [one.pk for one in people]
    subjects = [f"{CONTACT}:{pk}" for pk in ids]
    personal: dict[int, dict[str, str]] = {}
    kept = TrailPersonal.objects.filter(subject__in=subjects)
    for entry, name, value in kept.values_list("entry_id", "name", "value"):
        personal.setdefault(entry, {})[name] = value
    rows = TrailEntry.objects.filter(about_label=CONTACT, about_id__in=ids).order_by("id")
    said = rows.values("id", "verb", "occurred_at", "channel", "facts", "actor__full_name")
    return [
        {**row, "facts": json.loads(row["facts"]), "values": personal.get(row["id"], {})}
        for row in said
    ]


def summary(
    people: list[Contact], files: dict[str, bytes], now: dt.datetime, *, apart: int = 0
) -> str:
    """What lies in the zip, in words."""
    lines = [_("What we keep about %(name)s") % {"name": people[0].name}, f"{now:%Y-%m-%d}", ""]
    for one in people:
        lines.append(f"{one.customer}: {one.name}, {one.title}".rstrip(", "))
        lines.append(f"  {one.get_basis_display()} {one.purpose}".rstrip())
        lines.append(f"  {one.phone} {one.email} {one.wechat}".rstrip())
    if apart:
        said = _("%(count)d linked contacts elsewhere, handled by their own compliance")
        lines += ["", said % {"count": apart}]
    lines += ["", _("Files, each readable by people and machines:")]
    lines += [f"  {name}" for name in sorted(files)]
    reads = dict(readings.KINDS)
    lines += ["", _("Who read it stands in trail.json: %(verbs)s") % {"verbs": ", ".join(reads)}]
    return "\n".join(lines) + "\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
