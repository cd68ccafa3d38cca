"""One look at a list: which view, columns and order are asked for, and the page that follows."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import registry
from core.cached import remembered
from core.errors import Invalid
from core.kept import NEVER
from core.lists.extras import extra_columns, with_extras
from core.lists.spec import Asker, Column, ListSpec
from core.models import SavedView
from core.paging import Page, ordering_of, page_of, plain_page_of, size_of

MOST = 30
"""Views that stand above a list."""
STEERING = ("view", "edited", "columns", "ordering", "cursor", "page_size")


@dataclass(frozen=True)
class ViewLine:
    """A saved view as the list shows it."""

    pk: int
    name: str
    query: str
    is_mine: bool
    is_default: bool


@dataclass
class Listing:
    """A list as one person sees it now."""

    spec: ListSpec
    asker: Asker
    asked: QueryDict
    views: Sequence[ViewLine]
    view: ViewLine | None
    all_columns: Sequence[Column]
    columns: Sequence[Column]
    filter: Any
    ordering: str
    request: Any
    page: Page | None = None
    lines: Sequence[Any] = field(default=())

    @property
    def is_narrowed(self) -> bool:
        """Filters hide something."""
        return bool(set(self.asked) - set(STEERING))

    @property
    def sortable(self) -> dict[str, Column]:
        """Columns by the field that they sort by."""
        return {one.ordering: one for one in self.columns if one.ordering and not one.locked}

    @property
    def query(self) -> str:
        """What an address needs to say the same: filters, order, columns."""
        kept = self.asked.copy()
        for name in ("cursor", "view", "edited", "csrfmiddlewaretoken"):
            kept.pop(name, None)
        for name in [name for name in kept if not any(kept.getlist(name))]:
            kept.pop(name)
        return kept.urlencode()

    @property
    def keys(self) -> set[str]:
        """The columns that stand there."""
        return {column.key for column in self.columns}

    @cached_property
    def rows(self) -> models.QuerySet:
        """Every row that the filters leave of what is in sight."""
        return self.spec.narrow(self.filter.qs, self.asked, self.asker)

    def read(self, *, cursor: str, size: str, count: int | None = None) -> Listing:
        """Fetch the page and make its lines; `count` where somebody knows how many there are."""
        plain = self.spec.alike and not (size or self.is_narrowed)
        self.page = self._plain(cursor) if plain and "columns" not in self.asked else None
        if self.page is None:
            rows = self.spec.lean(self.rows, self.keys)
            self.page = page_of(
                rows, ordering=self.ordering, cursor=cursor, size=size_of(size), count=count
            )
        self.lines = self.lines_of(self.page.rows)
        return self

    def _plain(self, cursor: str) -> Page | None:
        """A page of a list that nobody narrowed, as all who are alike ask for it."""
        spec, keys, showing = self.spec, self.keys, self.asker.presenting

        def make(somebody: Any) -> models.QuerySet:
            request = copy.copy(self.request)  # nothing of the person goes into what is kept
            request.user = somebody
            asker = Asker(somebody, NEVER, showing)
            filter = filtered(spec, request, self.asked, asker)
            return spec.lean(spec.narrow(filter.qs, self.asked, asker), keys)

        what = f"list:{spec.key}:{int(showing)}:{sorted(keys)}"
        return plain_page_of(
            what,
            self.asker.user,
            make,
            model=self.spec.model,
            ordering=self.ordering,
            cursor=cursor,
        )

    def lines_of(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Rows as the columns read them."""
        with_extras(self.spec.entity, rows, self.keys)
        return self.spec.prepare(rows, self.keys, self.asker)


def views_of(key: str, user: Any) -> Sequence[ViewLine]:
    """The saved views of a list for a person, kept between requests: own first."""

    def ask() -> list[ViewLine]:
        units = registry.entry("VIEW_UNITS")
        held = registry.load(units)(user) if units else ()
        rows = SavedView.objects.visible_to(user, held).filter(listing=key).with_default(user)[:200]
        return [
            ViewLine(row.pk, row.name, row.query, row.owner_id == user.pk, row.is_default)
            for row in sorted(rows, key=lambda row: (row.owner_id != user.pk, row.name))[:MOST]
        ]

    return remembered("views", f"{key}:{user.pk}", ask)


def listing_of(
    spec: ListSpec,
    request: Any,
    asker: Asker,
    *,
    params: QueryDict | None = None,
    exporting: bool = False,
) -> Listing:
    """Judge the parameters: which view, filters, columns and order. Raises Invalid (400).

    While presenting, locked and internal columns are not even asked for; an export never holds
    locked ones.
    """
    given = request.GET if params is None else params
    views = views_of(spec.key, asker.user)
    view = _view(views, given.get("view", ""))
    asked = _asked(given, view)
    declared = [*spec.columns(asker), *extra_columns(spec)]
    every = [
        column
        for column in declared
        if not (asker.presenting and (column.locked or column.internal))
        and not (exporting and column.locked)
    ]
    columns = _chosen(every, asked)
    filter = filtered(spec, request, asked, asker)
    ordering = _ordering(spec, declared, columns, asked, presenting=asker.presenting)
    return Listing(
        spec, asker, asked, views, view, every, columns, filter, ordering, request
    )  # fmt: skip


def filtered(spec: ListSpec, request: Any, asked: QueryDict, asker: Asker) -> Any:
    """The FilterSet of a list over the rows in sight."""
    known = set(asked) - set(STEERING)
    data: Any = asked
    if not known:
        assumed = spec.assume(asked, asker)
        if assumed:
            data = QueryDict(mutable=True)
            data.update(assumed)
    return spec.filterset(data, queryset=spec.rows(asker.user), request=request)


def _view(views: Sequence[ViewLine], wish: str) -> ViewLine | None:
    if not wish.isdecimal() or len(wish) > 18 or wish == "0":
        return None
    return next((view for view in views if view.pk == int(wish)), None)


def _asked(given: QueryDict, view: ViewLine | None) -> QueryDict:
    """The parameters of the view below those of the address, unless its filters were edited."""
    if view is None or "edited" in given:
        return given
    merged = QueryDict(view.query, mutable=True)
    for name in given:
        merged.setlist(name, given.getlist(name))
    return merged


def _chosen(every: Sequence[Column], asked: QueryDict) -> list[Column]:
    wished = [key for part in asked.getlist("columns") for key in part.split(",") if key]
    known = {column.key: column for column in every}
    heads = [column for column in every if column.head]
    picked = [known[key] for key in dict.fromkeys(wished) if key in known]
    if not picked:
        return [column for column in every if column.head or column.default]
    return [*heads, *(column for column in picked if not column.head)]


def _ordering(
    spec: ListSpec,
    every: Sequence[Column],
    columns: Sequence[Column],
    asked: QueryDict,
    *,
    presenting: bool,
) -> str:
    """The order that is asked for; one by a column that does not stand there is refused."""
    wish = asked.get("ordering", "")
    shown = {column.key for column in columns}
    hidden = {
        one.ordering for one in every if one.ordering and (one.locked or one.key not in shown)
    }
    allowed = [one for one in spec.orderings if one.lstrip("-") not in hidden]
    if presenting and wish and wish not in allowed:
        wish = ""
    if wish and wish.lstrip("-") in hidden and wish in spec.orderings:
        raise Invalid(
            _("The list is ordered by a column that is not shown. Show the column first."),
            fields={"ordering": [_("Show the column first.")]},
        )
    return ordering_of(wish, allowed or spec.orderings)
