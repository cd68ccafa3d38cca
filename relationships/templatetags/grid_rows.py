"""The people of the nine-grid, drawn in Python: sixty stand in the panels and in the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core import clock, svg
from core.markup import format_html, format_html_join
from core.templatetags.ui import mark, moment_when
from core.wording import signed
from relationships.templatetags.grid_ui import ghost_sign, panel_token, seat_sign

if TYPE_CHECKING:
    from relationships.plane import Token
    from relationships.queries import Person
    from relationships.views.panels import CellView, LineView

register = template.Library()

CHOSEN = svg.class_is("on")
CROWD = svg.class_is("many")
Said = Callable[[dt.date], SafeString]


# the table ---------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def grid_rows(context: Context, lines: Sequence[LineView]) -> SafeString:
    """The body of the table: a row a person; each day is put into words once."""
    language, now = get_language(), context.get("now") or clock.now()
    token = CsrfTokenNode().render(context)

    @cache
    def said(day: dt.date) -> SafeString:
        return moment_when(day, now)

    may_move = bool(context.get("may_move"))
    return format_html_join(
        "",
        "\n<tr>"
        '<th scope="row"><a class="nm" href="{}">{}</a></th><td>{}</td>'
        '<td class="nowrap">{}{}</td><td class="r num">{}</td>'
        '<td class="nowrap">{}{}</td><td>{}</td><td class="r num">{}</td>'
        '<td class="r num">{}</td><td>{}</td>{}'
        '<td class="num nowrap">{}</td><td class="r">{}</td></tr>\n',
        (
            (
                line.token.url,
                line.token.name,
                line.token.title,
                seat_sign(line.token.role),
                line.token.role_label,
                line.token.weight,
                line.cell,
                _apart(language) if line.token.apart else svg.NOTHING,
                line.attitude,
                signed(line.token.cell[1]),
                signed(line.token.cell[0]),
                _change(line.token, language),
                _target(line, language),
                _checked(line.person, said, language),
                _steps(line, token, language) if may_move else svg.NOTHING,
            )
            for line in lines
        ),
    )


@lru_cache(maxsize=8)
def _apart(language: str) -> SafeString:
    return format_html(' <span class="meta">{}</span>', _("in general"))


def _change(token: Token, language: str) -> SafeString:
    if not token.move:
        return _unchanged(language)
    return mark("ok", token.move, "up") if token.better else mark("risk", token.move, "dn")


@lru_cache(maxsize=8)
def _unchanged(language: str) -> SafeString:
    return format_html('<span class="meta">{}</span>', _("unchanged"))


def _target(line: LineView, language: str) -> SafeString:
    if not line.target:
        return _no_target(bool(line.person.plan_late), language)
    return format_html(
        '<td class="nowrap"><a class="lk" href="/relationship-plans/{}/">{}</a>'
        ' <span class="meta num">{}</span></td>',
        line.person.plan.pk if line.person.plan else "",
        line.target,
        line.token.target_on,
    )


@lru_cache(maxsize=16)
def _no_target(late: bool, language: str) -> SafeString:
    if late:
        return format_html('<td class="st-b" data-s="risk">{}</td>', _("no plan"))
    return format_html('<td class="meta">{}</td>', pgettext("grid", "hold"))


def _checked(person: Person, said: Said, language: str) -> SafeString:
    """When somebody last looked, and that it is too long ago."""
    row = person.row
    if row is None:
        return svg.NOTHING
    day = said(row.checked_on or row.assessed_on)
    if not person.stale_days:
        return day
    return format_html(
        '<span class="mark" data-s="watch">{}{} {}</span>',
        svg.icon("s-watch"),
        day,
        _words(language)[0],
    )


def _steps(line: LineView, token: str, language: str) -> SafeString:
    """No change, where it is time to look again; a move."""
    _late, same, move = _words(language)
    name = line.token.name
    kept = svg.NOTHING
    if line.person.stale_days and line.person.row is not None:
        kept = format_html(
            '<form method="post" action="/grid-assessments/{}/revalidate/">{}'
            '<button class="btn quiet sm">{}<span class="vh"> {}</span></button></form>',
            line.person.row.pk,
            token,
            same,
            name,
        )
    return format_html(
        '{}<a class="btn quiet sm" href="{}" data-dialog>{}<span class="vh"> {}</span></a>',
        kept,
        line.token.move_url,
        move,
        name,
    )


@lru_cache(maxsize=8)
def _words(language: str) -> tuple[str, str, str]:
    """What rows say, looked up once a language."""
    return pgettext("grid", "to re-check"), _("No change"), _("Move…")


# the panels --------------------------------------------------------------------------------------


@register.simple_tag
def panel_cell(cell: CellView) -> SafeString:
    """One of the 18 cells: who stands in it, and who is planned to come."""
    return format_html(
        '<td class="{}" data-cell="{}"><div class="ngc"><p class="cap">'
        '<span class="grow">{}</span>{}</p>\n      {}{}</div></td>',
        cell.css,
        cell.point,
        cell.name,
        format_html('<b class="num">{}</b>', len(cell.tokens)) if cell.tokens else svg.NOTHING,
        _people(cell) if cell.tokens else svg.NOTHING,
        _coming(cell) if cell.coming else svg.NOTHING,
    )


def _people(cell: CellView) -> SafeString:
    folded = cell.folded
    return format_html(
        "<ul{}>{}</ul>{}",
        CROWD if cell.is_crowded else svg.NOTHING,
        _drawn(cell.shown),
        format_html(
            '<details class="fold"><summary class="meta">{}</summary>'
            '<ul class="many">{}</ul></details>',
            _more(len(folded)),
            _drawn(folded),
        )
        if folded
        else svg.NOTHING,
    )


def _drawn(tokens: Sequence[Token]) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((panel_token(token),) for token in tokens))


def _more(number: int) -> str:
    return _("%(n)s more") % {"n": number}


def _coming(cell: CellView) -> SafeString:
    more = cell.more_ghosts
    return format_html(
        '<ul class="gh">{}{}</ul>',
        format_html_join(
            "",
            '<li{}>{}<span>{}</span><span class="d num">{}</span></li>',
            (
                (
                    CHOSEN if token.selected else svg.NOTHING,
                    ghost_sign(token.role),
                    token.name,
                    token.target_on,
                )
                for token in cell.ghosts
            ),
        ),
        format_html("<li>{}</li>", _more(more)) if more else svg.NOTHING,
    )
