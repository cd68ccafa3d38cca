"""Writes of saved views: save, change, remove, bring back, choose as the first one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import trail
from core.actors import Actor
from core.cached import forget
from core.errors import Invalid, Refused
from core.filters import bad_texts
from core.lists.spec import ListSpec
from core.models import Audience, SavedView, ViewDefault
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert

MOST_VIEWS = 50
MOST_QUERY = 2000


def clean_query(spec: ListSpec, query: str, names: set[str]) -> str:
    """The part of an address that a view keeps: known filters, order, columns, page size."""
    if len(query) > MOST_QUERY:
        raise _wrong(_("These filters are too long to be saved."))
    kept = {"ordering", "columns", "page_size", *spec.keeps, *names}
    given = QueryDict(query)
    if bad_texts(given.items()):
        raise _wrong(_("The filters hold forbidden characters."))
    pairs = [
        (name, value)
        for name, values in sorted(given.lists())
        for value in values
        if value and name in kept
    ]  # fmt: skip
    return urlencode(pairs)


@transaction.atomic
def save_view(
    spec: ListSpec, values: Mapping[str, Any], *, query: str, by: Actor, now: dt.datetime
) -> SavedView:
    """A new view of the person: `name`, `audience`, `unit_id`, `is_default`."""
    owner = by.user
    if owner is None:
        raise Refused(_("Only a person saves views."))
    mine = SavedView.objects.filter(owner=owner, listing=spec.key, removed_at=None)
    if mine.count() >= MOST_VIEWS:
        raise Refused(_("%(most)d views are enough; remove one first.") % {"most": MOST_VIEWS})
    row = SavedView(
        listing=spec.key,
        name=tidy(values["name"]),
        owner=owner,
        query=query,
        audience=values.get("audience") or Audience.ME,
        unit_id=values.get("unit_id"),
    )
    insert(row, by=by, now=now)
    _record(row, "savedview.created", by, now)
    if values.get("is_default"):
        _choose(row, by)
    forget("views")
    return row


@transaction.atomic
def change_view(
    row: SavedView, changes: Mapping[str, Any], *, by: Actor, now: dt.datetime, version: int | None
) -> SavedView:
    """Another name, audience or query. Raises Stale when somebody saved in between."""
    fields = {name: one for name, one in changes.items() if name != "is_default"}
    if "name" in fields:
        fields["name"] = tidy(fields["name"])
    if edit_row(row, fields, by=by, now=now, version=version):
        _record(row, "savedview.changed", by, now)
    if "is_default" in changes:
        _choose(row, by) if changes["is_default"] else _unchoose(row, by)
    forget("views")
    return row


@transaction.atomic
def remove_view(row: SavedView, *, by: Actor, now: dt.datetime) -> SavedView:
    """Take a view away from everybody; `bring_back` undoes it."""
    edit_row(row, {"removed_at": now}, by=by, now=now)
    _record(row, "savedview.removed", by, now)
    forget("views")
    return row


@transaction.atomic
def bring_back(row: SavedView, *, by: Actor, now: dt.datetime) -> SavedView:
    """Undo a removal; Refused when another view bears the name by now."""
    edit_row(row, {"removed_at": None}, by=by, now=now)
    _record(row, "savedview.restored", by, now)
    forget("views")
    return row


@transaction.atomic
def choose(row: SavedView, *, by: Actor, now: dt.datetime) -> bool:
    """Let the list open with this view, or no more when it does already; True when it does."""
    on = not ViewDefault.objects.filter(user=by.user, view=row).exists()
    _choose(row, by) if on else _unchoose(row, by)
    trail.record(row, "savedview.chosen", by=by, now=now, facts={"on": on})
    forget("views")
    return on


def _choose(row: SavedView, by: Actor) -> None:
    ViewDefault.objects.update_or_create(user=by.user, listing=row.listing, defaults={"view": row})


def _unchoose(row: SavedView, by: Actor) -> None:
    ViewDefault.objects.filter(user=by.user, view=row).delete()


def _record(row: SavedView, verb: str, by: Actor, now: dt.datetime) -> None:
    facts = {
        "list": row.listing,
        "name": row.name,
        "query": row.query,
        "audience": row.audience,
        "unit": row.unit_id,
    }
    trail.record(row, verb, by=by, now=now, facts=facts)


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"__all__": [sentence]})
