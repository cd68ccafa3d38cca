"""Writes of own fields: define, change, retire, delete; the values of a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import registry, trail
from core.actors import Actor
from core.cached import forget
from core.custom.kinds import KEY, FieldDef, WrongValue, canonical, typed, wrong_options
from core.custom.reading import entities, fields_of, scope_of
from core.errors import Invalid, Refused
from core.models import CustomField, CustomValue
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, stale

MOST_FIELDS = 40
EDITABLE = ("name", "options", "help", "required", "position")


@transaction.atomic
def define(values: Mapping[str, Any], *, by: Actor, now: dt.datetime) -> CustomField:
    """A new own field. Invalid when it would shadow a real one or its key exists."""
    row = CustomField(**values)
    row.name, row.key = tidy(row.name), row.key.strip()
    check(row)
    if CustomField.objects.live().filter(entity=row.entity).count() >= MOST_FIELDS:
        raise Refused(_("There are %(most)d own fields already.") % {"most": MOST_FIELDS})
    insert(row, by=by, now=now)
    facts = {"entity": row.entity, "key": row.key, "name": row.name, "kind": row.kind}
    trail.record(row, "customfield.created", by=by, now=now, facts=facts)
    forget("custom")
    return row


@transaction.atomic
def change(
    row: CustomField, values: Mapping[str, Any], *, by: Actor, now: dt.datetime, version: int | None
) -> CustomField:
    """Another name, help, order or set of choices; entity, key and kind stay."""
    changes = {name: value for name, value in values.items() if name in EDITABLE}
    for name, value in changes.items():
        setattr(row, name, value)
    check(row)
    _check_used(row)
    fresh = CustomField.objects.get(pk=row.pk)
    differs = edit_row(fresh, changes, by=by, now=now, version=version)
    if differs:
        trail.record(fresh, "customfield.changed", by=by, now=now, facts={"changed": differs})
    forget("custom")
    return fresh


@transaction.atomic
def retire(row: CustomField, *, by: Actor, now: dt.datetime) -> CustomField:
    """Take a field out of forms, lists and API; its values wait until it is brought back."""
    edit_row(row, {"retired_at": now}, by=by, now=now)
    trail.record(row, "customfield.retired", by=by, now=now, facts={"key": row.key})
    forget("custom")
    return row


@transaction.atomic
def reinstate(row: CustomField, *, by: Actor, now: dt.datetime) -> CustomField:
    """Bring a field back with its values. Refused when a real field bears its key by now."""
    check(row)
    edit_row(row, {"retired_at": None}, by=by, now=now)
    trail.record(row, "customfield.reinstated", by=by, now=now, facts={"key": row.key})
    forget("custom")
    return row


@transaction.atomic
def delete(row: CustomField, *, by: Actor, now: dt.datetime) -> None:
    """Delete a retired field for good; the trail keeps every value that stood in it."""
    if row.retired_at is None:
        raise Refused(_("Retire the field first; then it can be deleted for good."))
    model = apps.get_model(row.entity)
    values = list(CustomValue.objects.filter(field=row))
    entries = []
    for start in range(0, len(values), 500):
        part = values[start : start + 500]
        known = model._base_manager.in_bulk([value.about_id for value in part])
        for value in part:
            about = known.get(value.about_id)
            if about is not None:
                facts = {"custom": {row.key: [value.text, ""]}, "names": {row.key: row.name}}
                entries.append(
                    trail.entry_for(about, "custom.changed", by=by, now=now, facts=facts,
                                    scope=scope_of(about))
                )  # fmt: skip
    trail.record_many(entries)
    facts = {"entity": row.entity, "key": row.key, "name": row.name, "values": len(values)}
    trail.record(row, "customfield.deleted", by=by, now=now, facts=facts)
    row.delete()
    forget("custom")


@transaction.atomic
def write(
    obj: models.Model,
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> dict[str, list[str]]:
    """Set own values of a row by key; None or "" empties one. Returns {key: [before, after]}.

    Raises Invalid with a sentence per key (`custom.key`), Stale when somebody saved since
    `version`. The version of the row grows, once a request is enough: see `written_with`.
    """
    entity = registry.label_of(obj)
    texts = checked_values(entity, values)
    known = {one.key: one for one in fields_of(entity)}
    held = {
        value.field.key: value
        for value in CustomValue.objects.filter(
            about_id=obj.pk, field__entity=entity, field__key__in=texts
        ).select_related("field")
    }
    before = {key: held[key].text if key in held else "" for key in texts}
    differs = {key: [before[key], text] for key, text in texts.items() if before[key] != text}
    if not differs:
        return {}
    _bump(obj, by, now, version)
    for key, (_old, text) in differs.items():
        _store(known[key], obj.pk, text)
    facts = {"custom": differs, "names": {key: known[key].name for key in differs}}
    trail.record(obj, "custom.changed", by=by, now=now, scope=scope_of(obj), facts=facts)
    return differs


def write_beside(
    obj: Any, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> dict[str, list[str]]:
    """Own values of a row that the same transaction has just made or edited."""
    if not values:
        return {}
    obj.refresh_from_db(fields=["version"])
    return write(obj, values, by=by, now=now)


def checked_values(entity: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Canonical texts by key; Invalid names each key that does not exist or cannot be."""
    known = {one.key: one for one in fields_of(entity)}
    texts: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    for key, value in values.items():
        if key not in known:
            wrong[f"custom.{key}"] = [_("There is no own field of this key.")]
            continue
        try:
            texts[key] = canonical(known[key], value)
        except WrongValue as error:
            wrong[f"custom.{key}"] = [str(error)]
        else:
            if known[key].required and not texts[key]:
                wrong[f"custom.{key}"] = [filled_in(known[key])]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return texts


def filled_in(one: FieldDef) -> str:
    """What is said of a field that must not stay empty."""
    return _("%(name)s must be filled in.") % {"name": one.name}


def lacking(entity: str, values: Mapping[str, Any]) -> list[FieldDef]:
    """The own fields that a new row must hold and that nobody has filled in."""
    return [
        one
        for one in fields_of(entity)
        if one.required and not str(values[one.key] if values.get(one.key) is not None else "")
    ]


def demand(entity: str, values: Mapping[str, Any]) -> None:
    """Invalid that names each own field which a row that is made must hold and does not."""
    wrong = {f"custom.{one.key}": [filled_in(one)] for one in lacking(entity, values)}
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)


@transaction.atomic
def write_many(
    rows: Sequence[tuple[models.Model, Mapping[str, Any]]], *, by: Actor, now: dt.datetime
) -> int:
    """Own values of many rows of one entity (an import): SQL by batch; the versions stay."""
    if not rows:
        return 0
    known = {one.key: one for one in fields_of(registry.label_of(rows[0][0]))}
    fresh: list[CustomValue] = []
    entries = []
    for obj, said in rows:
        texts = checked_values(registry.label_of(obj), said)
        fresh += [_value(known[key], obj.pk, text) for key, text in texts.items() if text]
        facts = {"custom": texts, "names": {key: known[key].name for key in texts}}
        entries.append(
            trail.entry_for(obj, "custom.changed", by=by, now=now, scope=scope_of(obj), facts=facts)
        )
    CustomValue.objects.bulk_create(
        fresh,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["field", "about_id"],
        update_fields=["text", "number", "date"],
    )
    trail.record_many(entries)
    return len(fresh)


def drop_values(entity: str, ids: Sequence[int]) -> None:
    """The values of rows that are taken away themselves (an import that is undone)."""
    CustomValue.objects.filter(field__entity=entity, about_id__in=ids).delete()


def shadowed(entity: str, key: str, name: str) -> str:
    """The real field that an own field would hide, "" for none: by its key or by its name."""
    model = apps.get_model(entity)
    for field in model._meta.get_fields():
        names = {field.name, getattr(field, "attname", field.name)}
        if key in names:
            return field.name
        if not hasattr(field, "verbose_name"):
            continue
        for language in ("en", "zh-hans"):
            with override(language):
                if name.casefold() in {str(field.verbose_name).casefold(), field.name}:
                    return field.name
    reserved = {"id", "pk", "custom", "tags", "version", "search", "ordering", "cursor"}
    return key if key in reserved else ""


def check(row: CustomField) -> None:
    """Invalid with a sentence per field when a definition cannot be."""
    wrong: dict[str, list[str]] = {}
    if row.entity not in entities():
        wrong["entity"] = [_("Own fields cannot be added here.")]
    elif not KEY.match(row.key):
        wrong["key"] = [
            _("A key begins with a lower-case letter and holds letters, digits and _ only.")
        ]
    else:
        real = shadowed(row.entity, row.key, row.name)
        if real:
            sentence = _(
                "“%(real)s” is a real field of this entity; an own field must not shadow it. "
                "Take another key and name."
            ) % {"real": real}
            wrong["key"] = [sentence]
    options = wrong_options(row.kind, row.options)
    if options:
        wrong["options"] = [options]
    if not row.name:
        wrong["name"] = [_("Give the field a name.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], rule="b.1", fields=wrong)


def _check_used(row: CustomField) -> None:
    """A choice that rows hold cannot be dropped."""
    if row.kind != "choice":
        return
    used = CustomValue.objects.filter(field=row).exclude(text__in=row.options)
    lost = used.values_list("text", flat=True).first()
    if lost is not None:
        sentence = _("“%(choice)s” stands on rows; change those first.") % {"choice": lost}
        raise Invalid(sentence, fields={"options": [sentence]})


def _bump(obj: Any, by: Actor, now: dt.datetime, version: int | None) -> None:
    seen = obj.version if version is None else version
    hits = (
        type(obj)
        ._base_manager.filter(pk=obj.pk, version=seen)
        .update(version=F("version") + 1, updated_at=now, updated_by_id=by.user_id)
    )
    if not hits:
        raise stale(type(obj), obj.pk, {})
    obj.version, obj.updated_at, obj.updated_by_id = seen + 1, now, by.user_id


def _value(field: FieldDef, pk: int, text: str) -> CustomValue:
    value = typed(field, text)
    return CustomValue(
        field_id=field.pk,
        about_id=pk,
        text=text,
        number=value if field.kind == "number" else None,
        date=value if field.kind == "date" else None,
    )


def _store(field: FieldDef, pk: int, text: str) -> None:
    rows = CustomValue.objects.filter(field_id=field.pk, about_id=pk)
    if not text:
        rows.delete()
        return
    made = _value(field, pk, text)
    if not rows.update(text=made.text, number=made.number, date=made.date):
        made.save(force_insert=True)
