"""Writes of own fields and tags: define, change, retire, delete; values and tags of a row."""

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
from core.custom.reading import entities, fields_of
from core.errors import Invalid, Refused
from core.models import CustomField, CustomValue, Tag, Tagging
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, stale

MOST_FIELDS = 40
MOST_TAGS = 20
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
                wrong[f"custom.{key}"] = [
                    _("%(name)s must be filled in.") % {"name": known[key].name}
                ]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return texts


@transaction.atomic
def write_many(
    entity: str, values: Mapping[int, Mapping[str, Any]], *, by: Actor, now: dt.datetime
) -> int:
    """Own values of many rows of an entity (an import): SQL by batch; rows keep their version."""
    known = {one.key: one for one in fields_of(entity)}
    fresh: list[CustomValue] = []
    for pk, said in values.items():
        texts = checked_values(entity, {key: one for key, one in said.items() if one is not None})
        fresh += [_value(known[key], pk, text) for key, text in texts.items() if text]
    CustomValue.objects.bulk_create(
        fresh,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["field", "about_id"],
        update_fields=["text", "number", "date"],
    )
    return len(fresh)


@transaction.atomic
def set_tags(obj: models.Model, names: Sequence[str], *, by: Actor, now: dt.datetime) -> list[str]:
    """Let a row bear exactly these tags; unknown words become tags. Returns the names."""
    wished = [tag_of(name, by=by, now=now) for name in dict.fromkeys(map(tidy, names)) if name]
    if len(wished) > MOST_TAGS:
        raise Invalid(
            _("At most %(most)d tags.") % {"most": MOST_TAGS},
            fields={"tags": [_("At most %(most)d tags.") % {"most": MOST_TAGS}]},
        )
    held = {row.tag_id: row for row in _taggings(obj).select_related("tag")}
    before = sorted(row.tag.name for row in held.values())
    after = sorted({tag.name for tag in wished})
    if before == after:
        return after
    keep = {tag.pk for tag in wished}
    _taggings(obj).exclude(tag__in=keep).delete()
    Tagging.objects.bulk_create(
        [_tagging(obj, tag, by, now) for tag in wished if tag.pk not in held], ignore_conflicts=True
    )
    _record_tags(obj, before, after, by, now)
    return after


@transaction.atomic
def tag(obj: models.Model, name: str, *, by: Actor, now: dt.datetime) -> bool:
    """Put one tag on a row; False when it is there already."""
    word = tag_of(name, by=by, now=now)
    before = sorted(_taggings(obj).values_list("tag__name", flat=True))
    if word.name in before:
        return False
    if len(before) >= MOST_TAGS:
        raise Refused(_("At most %(most)d tags.") % {"most": MOST_TAGS})
    _tagging(obj, word, by, now).save(force_insert=True)
    _record_tags(obj, before, sorted([*before, word.name]), by, now)
    return True


@transaction.atomic
def untag(obj: models.Model, name: str, *, by: Actor, now: dt.datetime) -> bool:
    """Take one tag off a row; False when it is not there."""
    before = sorted(_taggings(obj).values_list("tag__name", flat=True))
    gone, _by_model = _taggings(obj).filter(tag__name__iexact=tidy(name)).delete()
    if not gone:
        return False
    after = [one for one in before if one.casefold() != tidy(name).casefold()]
    _record_tags(obj, before, after, by, now)
    return True


def tag_of(name: str, *, by: Actor, now: dt.datetime) -> Tag:
    """The tag of a word; made when nobody used it before, brought back when it was retired."""
    word = tidy(name)
    if not word or len(word) > 40 or "," in word or "，" in word:
        sentence = _("A tag is a word of up to 40 characters without a comma.")
        raise Invalid(sentence, fields={"tags": [sentence]})
    row = Tag.objects.filter(name__iexact=word).first()
    if row is None:
        row = Tag.objects.create(name=word, created_at=now, created_by_id=by.user_id)
        trail.record(row, "tag.created", by=by, now=now, facts={"name": word})
        forget("tags")
    elif row.retired_at is not None:
        Tag.objects.filter(pk=row.pk).update(retired_at=None)
        trail.record(row, "tag.reinstated", by=by, now=now, facts={"name": row.name})
        forget("tags")
    return row


@transaction.atomic
def retire_tag(row: Tag, *, by: Actor, now: dt.datetime) -> Tag:
    """Offer a tag no more; rows keep it unseen until the word is used again."""
    if not Tag.objects.filter(pk=row.pk, retired_at=None).update(retired_at=now):
        raise Refused(_("It is retired already."))
    trail.record(row, "tag.retired", by=by, now=now, facts={"name": row.name})
    forget("tags")
    return row


def scope_of(obj: models.Model) -> models.Model | None:
    """Whose timeline a row belongs to: its customer, or itself (CUSTOM_SCOPE of the registry)."""
    name = registry.entry("CUSTOM_SCOPE", "")
    if registry.label_of(obj).endswith(f".{name}"):
        return obj
    return getattr(obj, name, None) if name else None


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
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)


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


def _taggings(obj: models.Model) -> models.QuerySet:
    return Tagging.objects.filter(
        about_label=registry.label_of(obj), about_id=obj.pk, tag__retired_at=None
    )


def _tagging(obj: models.Model, word: Tag, by: Actor, now: dt.datetime) -> Tagging:
    return Tagging(
        about_label=registry.label_of(obj),
        about_id=obj.pk,
        tag=word,
        created_at=now,
        created_by_id=by.user_id,
    )


def _record_tags(obj: models.Model, before: list, after: list, by: Actor, now: dt.datetime) -> None:
    facts = {"tags": [before, after]}
    trail.record(obj, "tags.changed", by=by, now=now, scope=scope_of(obj), facts=facts)
