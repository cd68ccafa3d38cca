"""The table of a list and its bars, drawn in Python: a page of rows costs no template each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import svg
from core.custom.reading import custom_values, entities, extras_on, fields_of
from core.lists.extras import chips
from core.lists.reading import Listing
from core.lists.spec import Column, shown
from core.markup import format_html, format_html_join
from core.registry import label_of

register = template.Library()

RIGHT = format_html(' class="{}"', "r num")
RIGHT_HEAD = format_html(' class="{}"', "r")
LOCK = format_html(" data-{}", "lock")
BOX = (
    '<td class="skip-s"><input class="box box16" type="checkbox" name="id" value="{}"'
    ' form="bulk" aria-label="{}"></td>'
)


@register.simple_tag(takes_context=True)
def list_table(context: Context, listing: Listing, hide: str = "") -> SafeString:
    """The whole table of a list, with boxes where something can be done to many rows."""
    boxes = bool(listing.spec.bulk)
    head = format_html_join(
        "", "{}", ((_head(context, listing, column),) for column in listing.columns)
    )
    title = str(listing.spec.title)
    tick = (
        format_html(
            '<th scope="col"><input class="box16" type="checkbox" data-all aria-label="{}"></th>',
            _("Select all on this page"),
        )
        if boxes
        else ""
    )
    return format_html(
        '<div class="tbl-wrap" tabindex="0" role="region" aria-label="{}">'
        '<table class="tbl cards"><thead><tr>{}{}</tr></thead><tbody>{}</tbody></table></div>',
        title,
        tick,
        head,
        _body(listing, boxes=boxes),
    )


def _body(listing: Listing, *, boxes: bool) -> SafeString:
    """The rows: what is the same in all of them is written once, the cells are put into it."""
    now, spec = listing.asker.now, listing.spec
    form = "".join(
        ["<tr{}>", BOX if boxes else "", *map(_cell, listing.columns), "</tr>"],
    )
    shows, words = [column.html for column in listing.columns], _("Select %(name)s")

    def cells(line: Any) -> list[Any]:
        tone = spec.tone(line) if spec.tone else ""
        made = [format_html(' data-s="{}"', tone) if tone else svg.NOTHING]
        if boxes:
            row = spec.row_of(line)
            made += (row.pk, words % {"name": row})
        made += [html(line, now) for html in shows]
        return made

    return format_html_join("\n", form, map(cells, listing.lines))


def _cell(column: Column) -> str:
    """The form of a cell, open where a row speaks."""
    if column.head:
        return '<th scope="row" class="full">{}</th>'
    opened = format_html(
        '<td data-l="{}"{}{}>',
        column.label,
        RIGHT if column.numeric else "",
        LOCK if column.locked or column.internal else "",
    )
    return opened.replace("{", "{{").replace("}", "}}") + "{}</td>"


def _head(context: Context, listing: Listing, column: Column) -> SafeString:
    css = RIGHT_HEAD if column.numeric else ""
    if column.locked:
        label = format_html('<span class="lk">{}{}</span>', svg.icon("lock", "sm"), column.label)
        return format_html('<th scope="col"{} data-lock>{}</th>', css, label)
    lock = LOCK if column.internal else ""
    if not column.ordering:
        return format_html('<th scope="col"{}{}>{}</th>', css, lock, column.label)
    key, now = column.ordering, listing.ordering
    up, down = now == key, now == f"-{key}"
    fresh = key if key in listing.spec.orderings else f"-{key}"
    wish = f"-{key}" if up and f"-{key}" in listing.spec.orderings else fresh
    if down:
        wish = key if key in listing.spec.orderings else f"-{key}"
    state = "ascending" if up else "descending" if down else ""
    return format_html(
        '<th scope="col"{}{}{}><a class="lk" href="{}">{}{}</a></th>',
        css,
        lock,
        format_html(' aria-sort="{}"', state) if state else "",
        _address(context, ordering=wish),
        column.label,
        svg.icon("up" if up else "dn", "sm") if state else "",
    )


def _address(context: Context, **changes: str) -> str:
    query = context["request"].GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("core/lists/_bar.html", takes_context=True)
def list_bar(context: Context, listing: Listing, total: Any = "") -> dict[str, Any]:
    """Filters, more filters, columns, saved views, export."""
    form = listing.filter.form
    bound = list(form.visible_fields())
    asked = context["request"].GET
    # What the filter form does not show it must not lose.
    kept = ["ordering", "page_size", "columns", "view", *listing.spec.keeps]
    names = {field.name for field in bound}
    keep = [(name, one) for name in kept if name not in names for one in asked.getlist(name) if one]
    if listing.view is not None:
        keep.append(("edited", "1"))
    shown_keys = {column.key for column in listing.columns}
    return {
        "list": listing,
        "bar": [field for field in bound if not getattr(field.field, "more", False)],
        "more": [field for field in bound if getattr(field.field, "more", False)],
        "more_on": any(getattr(field.field, "more", False) and field.value() for field in bound),
        "keep": keep,
        "narrowed": listing.is_narrowed,
        "total": total,
        "choices": [
            (column, column.key in shown_keys) for column in listing.all_columns if not column.head
        ],
        "filters_kept": [
            (name, one)
            for name, values in asked.lists()
            if name not in ("columns", "cursor", "ordering")
            for one in values
        ],
        "query": listing.query,
        "request": context["request"],
    }


@register.inclusion_tag("core/lists/_views.html", takes_context=True)
def list_views(context: Context, listing: Listing, tabs: Any = ()) -> dict[str, Any]:
    """The tabs of a list: those that it always has, then the saved views."""
    return {"list": listing, "tabs": tabs, "query": listing.query, "request": context["request"]}


@register.inclusion_tag("core/lists/_bulk.html", takes_context=True)
def list_bulk(context: Context, listing: Listing) -> dict[str, Any]:
    """The bar that appears once a row is ticked."""
    return {"list": listing, "query": listing.query}


@register.inclusion_tag("core/lists/_around.html")
def around(key: str, pk: int) -> dict[str, Any]:
    """Previous and next record within the list that one came from; asked for after the page."""
    return {"url": f"/lists/{key}/around/{pk}/"}


@register.inclusion_tag("core/lists/_extras_later.html")
def extras_later(row: Any) -> dict[str, Any]:
    """The same, asked for after the page: for pages that cost enough already."""
    return {"url": f"/own-fields/{label_of(row)}/{row.pk}/"}


@register.inclusion_tag("core/lists/_extras.html", takes_context=True)
def extras(context: Context, row: Any, may_edit: bool = False) -> dict[str, Any]:
    """Tags and own fields of one row, with the way to change them: one query."""
    entity = label_of(row)
    if entity not in entities():
        return {"off": True}
    held = extras_on(row)
    values = custom_values(entity, held)
    now = context.get("now")
    return {
        "tags": chips(held.tags) if held.tags else "",
        "fields": [
            (one.name, shown(values[one.key], now))
            for one in fields_of(entity)
            if values[one.key] is not None
        ],
        "edit": f"/own-fields/{entity}/{row.pk}/edit/" if may_edit else "",
    }


@register.filter
def with_query(url: str, query: str) -> str:
    """An address with a query."""
    return f"{url}?{query}" if query else url


@register.simple_tag
def export_address(listing: Listing) -> str:
    """Where the list as it stands leaves the house."""
    return f"/lists/{listing.spec.key}/export/?{listing.query}"


@register.simple_tag
def view_address(listing: Listing) -> str:
    """The form that saves what stands here."""
    return f"/lists/{listing.spec.key}/views/new/?{urlencode({'query': listing.query})}"
