"""Columns of own fields and tags, for every list whose entity takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.custom.kinds import FieldDef, typed
from core.custom.reading import TagLine, extras_on, fields_of
from core.custom.reading import with_extras as put_extras
from core.lists.spec import NOTHING, Column, ListSpec
from core.markup import format_html_join

TAGS = "tags"
PREFIX = "custom_"


def extra_columns(spec: ListSpec) -> list[Column]:
    """Tags, then each own field; none of them stands there until somebody chooses it."""
    if not spec.entity:
        return []
    row_of = spec.row_of
    tags = Column(
        TAGS,
        _("Tags"),
        lambda line: [tag.name for tag in extras_on(row_of(line)).tags],
        show=lambda line, now: chips(extras_on(row_of(line)).tags),
        default=False,
    )
    return [tags, *(_column(one, row_of) for one in fields_of(spec.entity))]


def _column(one: FieldDef, row_of: Any) -> Column:
    return Column(
        f"{PREFIX}{one.key}",
        one.name,
        lambda line: typed(one, extras_on(row_of(line)).custom.get(one.key, "")),
        numeric=one.kind == "number",
        default=False,
    )


def with_extras(entity: str, rows: Sequence[Any], keys: set[str]) -> None:
    """Fetch values and tags of a page when a column shows them: at most one query."""
    if entity and any(key == TAGS or key.startswith(PREFIX) for key in keys):
        put_extras(entity, rows)


def chips(tags: Sequence[TagLine]) -> Any:
    """Tags as chips."""
    if not tags:
        return NOTHING
    return format_html_join(
        " ", '<span class="tag" data-s="{}">{}</span>', ((tag.tone, tag.name) for tag in tags)
    )
