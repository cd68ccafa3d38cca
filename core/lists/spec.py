"""What a list declares: its rows, columns, orderings and filters; the registry names each list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from core import registry
from core.markup import format_html
from core.templatetags.ui import mark
from core.wording import day_words, localtime, moment_words

NOTHING = format_html('<span class="meta">{}</span>', "–")


@dataclass(frozen=True)
class Cell:
    """What a column says about one row: a line, a second line, a tone (ok … breach), a link."""

    text: str
    sub: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Column:
    """A column. `value(line)` is what an export writes; `show(line, now)` what the page shows.

    `ordering` is the field that a press on its head sorts by. `locked`: confidential class; never
    exported, never sorted by, hidden while presenting. `internal`: only hidden while presenting.
    `head`: the first cell of the row, always there. `default`: shown until somebody chooses.
    """

    key: str
    label: Any
    value: Callable[[Any], Any]
    show: Callable[[Any, dt.datetime], Any] | None = None
    ordering: str = ""
    numeric: bool = False
    locked: bool = False
    internal: bool = False
    head: bool = False
    default: bool = True

    def html(self, line: Any, now: dt.datetime) -> Any:
        """The cell of a line."""
        if self.show is not None:
            return self.show(line, now)
        return shown(self.value(line), now)


@dataclass(frozen=True)
class Asker:
    """Who looks at a list, and when."""

    user: Any
    now: dt.datetime
    presenting: bool = False


def _same(row: Any) -> Any:
    return row


def _whole(rows: models.QuerySet, shown: set[str]) -> models.QuerySet:
    return rows


def _as_they_are(rows: Sequence[Any], shown: set[str], asker: Asker) -> Sequence[Any]:
    return rows


def _all(rows: models.QuerySet, asked: Mapping[str, str], asker: Asker) -> models.QuerySet:
    return rows


def _nothing(asked: Mapping[str, str], asker: Asker) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class ListSpec:
    """A list of the product.

    `rows(user)` are the rows in sight, ready to show. `prepare(rows, shown, asker)` turns a page
    of rows into lines with a bounded number of queries (`shown`: keys of the columns); `row_of`
    gives the row of a line. `lean(rows, shown)` leaves out what no line of a page says. `narrow` is
    what tabs add to the filters; `assume` are the filters when none is asked for. `entity`: label
    for own fields and tags, empty for none. `confidential`: the rows are of that class; they never
    leave as a file and have no neighbours while presenting. `alike`: the rows of the plain list
    hang on nothing but the roles, the unit and the id of the person, so its SQL is kept.
    """

    key: str
    title: Any
    path: str
    model: type[models.Model]
    rows: Callable[[Any], models.QuerySet]
    columns: Callable[[Asker], Sequence[Column]]
    filterset: type
    orderings: tuple[str, ...]
    prepare: Callable[[Sequence[Any], set[str], Asker], Sequence[Any]] = _as_they_are
    row_of: Callable[[Any], Any] = _same
    lean: Callable[[models.QuerySet, set[str]], models.QuerySet] = _whole
    narrow: Callable[[models.QuerySet, Mapping[str, str], Asker], models.QuerySet] = _all
    assume: Callable[[Mapping[str, str], Asker], dict[str, str]] = _nothing
    tone: Callable[[Any], str] | None = None
    entity: str = ""
    alike: bool = False
    keeps: tuple[str, ...] = ()
    confidential: bool = False
    bulk: tuple[Any, ...] = field(default=())


def lists() -> dict[str, str]:
    """Key of each list -> "module:SPEC"."""
    return registry.entry("LISTS", {})


def spec_of(key: str) -> ListSpec:
    """The list of a key, or 404."""
    known = lists()
    if key not in known:
        raise Http404
    return registry.load(known[key])  # type: ignore[return-value]


def shown(value: Any, now: dt.datetime) -> Any:
    """A value as a page shows it."""
    if value is None or value == "":
        return NOTHING
    if type(value) is str:
        return value
    if isinstance(value, Cell):
        return cell(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return format_html(
            '<time datetime="{}">{}</time>', value.isoformat(), moment_words(value, now)
        )
    if isinstance(value, dt.date):
        return day_words(value, localtime(now).date())
    return str(value)


def cell(said: Cell) -> Any:
    """A cell with tone, link and second line."""
    if said.tone:
        first = mark(said.tone, said.text)
    elif said.url:
        first = format_html('<a href="{}">{}</a>', said.url, said.text)
    else:
        first = said.text
    if not said.sub:
        return first
    return format_html('{} <span class="meta">{}</span>', first, said.sub)


def headline(row: Any, text: Any, sub: Any = "") -> Any:
    """The first cell: the name as a link, a quiet line below it."""
    link = format_html('<a class="nm" href="{}">{}</a>', row.get_absolute_url(), text)
    if not sub:
        return link
    return format_html('{}<br><span class="meta l2">{}</span>', link, sub)
