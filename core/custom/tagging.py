"""Writes of tags: those of a row, one on or off, retiring a word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import registry, trail
from core.actors import Actor
from core.cached import forget
from core.custom.reading import scope_of
from core.errors import Invalid, Refused
from core.models import Tag, Tagging
from core.text import tidy

MOST_TAGS = 20


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
