"""Draws the nine-grid: seat shapes, tokens of the two panels, the months."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import svg
from core.markup import format_html, format_html_join
from core.templatetags.ui import initials
from core.wording import signed
from relationships import plane
from relationships.plane import Token

register = template.Library()

KEY_ROLES = ("approver", "decider")
TRAILS = {
    True: ("up", 9, "M5 8.6Q11 7.5 15.5 4", "M20.5 1 13.5 2.4 16.8 7z"),
    False: ("dn", 3, "M5 3.4Q11 4.5 15.5 8", "M20.5 11 13.5 9.6 16.8 5z"),
}
SIGN = 6.2
"""Radius of the signs in legends, tables and lists."""
PANEL_RADIUS = {1: 10.0, 2: 11.5, 3: 13.0, 4: 14.5, 5: 16.0}


def inner(role: str, radius: float, inset: float) -> SafeString:
    """The second outline: of an approver (hexagon) and of a supporter (ring in ring)."""
    if role == "approver":
        return format_html('<path class="in" d="{}"/>', plane.shape(role, radius - inset))
    if role == "supporter":
        return format_html('<circle class="in" r="{}"/>', svg.number(radius - 3))
    return svg.NOTHING


def css_of(token: Token) -> str:
    """Classes of a token: key seat, chosen, not re-checked, not of the deal shown."""
    flags = (
        (token.role in KEY_ROLES, " key"),
        (token.selected, " sel"),
        (bool(token.stale), " stale"),
        (token.apart, " apart"),
    )
    return "".join(css for on, css in flags if on)


def outline(role: str, radius: float) -> str:
    """The id under which `shapes` draws the outline of a seat role at a radius."""
    return f"{role[:2]}{radius * 10:.0f}"


def shapes(wanted: Iterable[tuple[str, float]]) -> SafeString:
    """Outlines that tokens point at: each pair of role and radius is drawn once a page."""
    return format_html(
        "<defs>{}</defs>",
        format_html_join(
            "",
            '<path id="{}" d="{}"/>',
            ((outline(*each), plane.shape(*each)) for each in sorted(set(wanted))),
        ),
    )


@register.simple_tag
def panel_shapes(tokens: Sequence[Token]) -> SafeString:
    """The outlines of everybody in the panels."""
    wanted = [(str(token.role), PANEL_RADIUS[token.weight]) for token in tokens]
    wanted += [(str(token.role), SIGN) for token in tokens if token.target]
    return format_html('<svg class="sprite" aria-hidden="true">{}</svg>', shapes(wanted))


def spoken(token: Token, *, named: bool = True) -> str:
    """What a screen reader hears of a token: name, title, role, weight, both values, staleness."""
    between, figures = _figures(token.weight, token.cell, bool(token.stale), get_language())
    rest = _("in general, not for this opportunity") if token.apart else ""
    facts = [token.name if named else "", token.title, token.role_label, figures, rest]
    return between.join([fact for fact in facts if fact])


@lru_cache(maxsize=1024)
def _figures(
    weight: int, cell: tuple[int, int], stale: bool, language: str | None
) -> tuple[str, str]:
    """What stands between two facts, and the facts that are figures: few differ."""
    facts = [
        _("weight {weight}").format(weight=weight),
        _("support {value}").format(value=signed(cell[1])),
        _("intimacy {value}").format(value=signed(cell[0])),
    ]
    if stale:
        facts.append(_("to re-check"))
    return _(", "), _(", ").join(facts)


def _ring(role: str) -> SafeString:
    return format_html('<circle r="{}"/>', 3.4) if role == "supporter" else svg.NOTHING


@register.simple_tag
def seat_shape(role: str, filled: bool = False) -> SafeString:
    """The 18 px sign of a seat role, for legends and tables."""
    solid = svg.class_is("fill") if filled or role in KEY_ROLES else svg.NOTHING
    return format_html(
        '<svg class="seat" width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        '<path d="{}"{}/>{}</svg>',
        plane.shape(role, SIGN),
        solid,
        _ring(role),
    )


@register.simple_tag
def seat_symbols(roles: Iterable[str]) -> SafeString:
    """The sign of each seat role once a page, for `seat_sign`."""
    drawn = (
        (
            role[:2],
            plane.shape(role, SIGN),
            svg.class_is("fill") if role in KEY_ROLES else svg.NOTHING,
            _ring(role),
        )
        for role in map(str, roles)
    )
    return format_html(
        '<svg class="sprite" aria-hidden="true">{}</svg>',
        format_html_join(
            "", '<symbol id="s-{}" viewBox="-9 -9 18 18"><path d="{}"{}/>{}</symbol>', drawn
        ),
    )


@register.simple_tag
@lru_cache(maxsize=32)
def seat_sign(role: str) -> SafeString:
    """The sign of a seat role where there are many: points at `seat_symbols`."""
    return format_html('<svg class="seat" aria-hidden="true"><use href="#s-{}"/></svg>', role[:2])


@register.simple_tag
def ghost_shape(role: str) -> SafeString:
    """The dashed sign of a plan target."""
    return format_html(
        '<svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        '<path class="ghost" d="{}"/></svg>',
        plane.shape(role, SIGN),
    )


@register.simple_tag
def ghost_sign(role: str) -> SafeString:
    """The same where there are many: points at `panel_shapes`."""
    return format_html(
        '<svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        '<use class="ghost" href="#{}"/></svg>',
        outline(role, SIGN),
    )


@register.simple_tag
def trail_icon(better: bool) -> SafeString:
    """The small trail that stands before the words of a move."""
    way, start, line, head = TRAILS[better]
    return format_html(
        '<svg class="tri-m" viewBox="0 0 22 12" aria-hidden="true">'
        '<circle class="from {}" cx="3" cy="{}" r="2"/><path class="trail {}" d="{}"/>'
        '<path class="arr-{}" d="{}"/></svg>',
        way,
        start,
        way,
        line,
        way,
        head,
    )


def _moved(token: Token) -> SafeString:
    if token.move:
        return format_html(
            '<span class="mvm" data-s="{}">{}{}</span>',
            "ok" if token.better else "risk",
            trail_icon(token.better),
            token.move,
        )
    if token.stale:
        words = _("{days} days unchecked").format(days=token.stale)
        return format_html('<span class="mvm old">{}</span>', words)
    return svg.NOTHING


@lru_cache(maxsize=64)
def _panel_sign(role: str, weight: int) -> SafeString:
    radius = PANEL_RADIUS[weight]
    return format_html(
        '<use class="sh" href="#{}"/>{}', outline(role, radius), inner(role, radius, 3.5)
    )


@register.simple_tag
def panel_token(token: Token) -> SafeString:
    """A person inside a cell of the two panels: sign, name, movement (a link to him)."""
    between, _figures_of = _figures(token.weight, token.cell, bool(token.stale), get_language())
    return format_html(
        '<a class="pt{}" href="{}" data-contact="{}" data-x="{}" data-y="{}" title="{}">'
        '<svg class="ptk{}" viewBox="-20 -20 40 40" aria-hidden="true">'
        '{}<text y="{}">{}</text></svg>'
        '<span class="nm">{}</span><span class="vh">{}</span>{}</a>',
        " sel" if token.selected else "",
        token.url or "#",
        token.contact,
        *token.cell,
        between.join([part for part in (token.title, token.role_label) if part]),
        css_of(token),
        _panel_sign(str(token.role), token.weight),
        "6.5" if token.role == "influencer" else "4.5",
        initials(token.name)[:1],
        token.name,
        spoken(token, named=False),
        _moved(token),
    )


@register.simple_tag
def month_columns(months: Sequence[Sequence[int]], now: int) -> SafeString:
    """Stacked columns (supporters, neutral, opponents) a month; `now` is the index shown."""
    return svg.columns(months, ("p", "z", "n"), now=now)
