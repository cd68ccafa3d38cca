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
from accounts.models import Contact, Customer, private_to
from core import trail
from core.actors import Actor
from core.models import CustomValue, TrailEntry, TrailPersonal

CONTACT = Contact._meta.label_lower
JUDGED = (
    "relationships.cadenceresult",
    "relationships.competitorstance",
    "relationships.gridassessment",
    "relationships.powerseat",
    "relationships.ratinground",
    "relationships.relationshipplan",
)
"""How we judge somebody: opened to the team and its heads, not to compliance (domain.md 0.2)."""
INNER = ("journal",)
"""What undoing a merge reads: it names rows of tables of judgements."""


def bundle(contact: Contact, *, by: Actor, now: dt.datetime) -> bytes:
    """A zip: manifest with hashes, one JSON file a table, the trail, a page to read.

    Contacts that are the same person out of the sight of who asks are a number in it.
    """
    sights = [private_to(by.user)] if by.user is not None else []
    people, apart = erasure.within(contact, *sights)
    judged = _judged(people, by)
    shut = left_out([one for one in people if one not in judged])
    files = {f"tables/{label}.json": _json(rows) for label, rows in tables(people, judged)}
    files["trail.json"] = _json(entries(people))
    files["read-me.txt"] = (summary(people, files, now, apart=len(apart)) + _said(shut)).encode()
    manifest = {
        "person": contact.pk,
        "contacts": [one.pk for one in people],
        "elsewhere": {"contacts": len(apart), "handled_by": "their own compliance"},
        "left_out": {"tables": shut, "given_out_by": "the regional head of the customer"},
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


def left_out(people: list[Contact]) -> list[str]:
    """The tables that hold judgements of these people, for who may not read them."""
    models_of = [(label, apps.get_model(label)) for label in JUDGED]
    return [
        label
        for label, model in models_of
        if model._base_manager.filter(_of(model, people)).exists()
    ]


def _judged(people: list[Contact], by: Actor) -> list[Contact]:
    """Those of them whose judgements who asks may read; the product itself reads all."""
    if by.user is None:
        return people
    mine = Customer.objects.confidential_to(by.user).filter(contacts__in=people)
    known = set(mine.values_list("pk", flat=True))
    return [one for one in people if one.customer_id in known]


def tables(
    people: list[Contact], judged: list[Contact]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(label, rows) of every table with rows of this person: found by their relations, so that a
    table that comes later is not forgotten. Judgements are given of `judged` only."""
    yield CONTACT, list(Contact.objects.filter(pk__in=[one.pk for one in people]).values())
    for model in apps.get_models(include_auto_created=True):
        if model is Contact or not _pointing(model):
            continue
        wish = _of(model, judged if model._meta.label_lower in JUDGED else people)
        names = [one.attname for one in model._meta.concrete_fields if one.name not in INNER]
        rows = list(model._base_manager.filter(wish).order_by("pk").values(*names))
        if rows:
            yield model._meta.label_lower, rows
    values = CustomValue.objects.filter(
        field__entity=CONTACT, about_id__in=[one.pk for one in people]
    )
    if values:
        yield "core.customvalue", list(values.values("field__key", "text"))


def _of(model: type[models.Model], people: list[Contact]) -> models.Q:
    wish = models.Q()
    for field in _pointing(model):
        wish |= models.Q(**{f"{field.name}__in": people})
    return wish


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


def _said(shut: list[str]) -> str:
    if not shut:
        return ""
    said = _("What we judge of them is kept too; the regional head of the customer gives it out.")
    return f"{said}\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()
