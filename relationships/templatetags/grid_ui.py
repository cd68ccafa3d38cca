"""Draws the nine-grid: seat shapes, tokens of the two panels, the 7x7 plane, the months."""

from collections.abc import Sequence
from math import hypot

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import svg
from core.templatetags.ui import initials
from core.wording import signed
from relationships import plane
from relationships.grid import attitude_of
from relationships.plane import Spot, Token

register = template.Library()

KEY_ROLES = ("approver", "decider")
TRAILS = {
    True: ("up", 9, "M5 8.6Q11 7.5 15.5 4", "M20.5 1 13.5 2.4 16.8 7z"),
    False: ("dn", 3, "M5 3.4Q11 4.5 15.5 8", "M20.5 11 13.5 9.6 16.8 5z"),
}
MOST_TRAILS = 15
"""More trails than this hide each other."""
PANEL_RADIUS = {1: 10.0, 2: 11.5, 3: 13.0, 4: 14.5, 5: 16.0}


def _inner(role: str, radius: float, inset: float) -> SafeString:
    """The second outline: of an approver (hexagon) and of a supporter (ring in ring)."""
    if role == "approver":
        return format_html('<path class="in" d="{}"/>', plane.shape(role, radius - inset))
    if role == "supporter":
        return format_html('<circle class="in" r="{}"/>', svg.number(radius - 3))
    return svg.NOTHING


def _css(token: Token) -> str:
    flags = (
        (token.role in KEY_ROLES, " key"),
        (token.selected, " sel"),
        (bool(token.stale), " stale"),
    )
    return "".join(css for on, css in flags if on)


def spoken(token: Token, *, named: bool = True) -> str:
    """What a screen reader hears of a token: name, title, role, weight, both values, staleness."""
    facts = [
        token.name if named else "",
        token.title,
        token.role_label,
        _("weight {weight}").format(weight=token.weight),
        _("support {value}").format(value=signed(token.cell[1])),
        _("intimacy {value}").format(value=signed(token.cell[0])),
    ]
    if token.stale:
        facts.append(_("to re-check"))
    return _(", ").join(fact for fact in facts if fact)


@register.simple_tag
def seat_shape(role: str, filled: bool = False) -> SafeString:
    """The 18 px sign of a seat role, for legends and tables."""
    solid = svg.class_is("fill") if filled or role in KEY_ROLES else svg.NOTHING
    ring = format_html('<circle r="{}"/>', 3.4) if role == "supporter" else svg.NOTHING
    return format_html(
        '<svg class="seat" width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        '<path d="{}"{}/>{}</svg>',
        plane.shape(role, 6.2),
        solid,
        ring,
    )


@register.simple_tag
def ghost_shape(role: str) -> SafeString:
    """The dashed sign of a plan target."""
    return format_html(
        '<svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        '<path class="ghost" d="{}"/></svg>',
        plane.shape(role, 6.2),
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


@register.simple_tag
def panel_token(token: Token) -> SafeString:
    """A person inside a cell of the two panels: sign, name, movement (a link to him)."""
    radius = PANEL_RADIUS[token.weight]
    return format_html(
        '<a class="pt{}" href="{}" id="tok-{}" data-contact="{}" data-x="{}" data-y="{}" '
        'data-move-url="{}" title="{}">'
        '<svg class="ptk{}" viewBox="-20 -20 40 40" aria-hidden="true">'
        '<path class="sh" d="{}"/>{}<text y="{}">{}</text></svg>'
        '<span class="nm">{}</span><span class="vh">{}</span>{}</a>',
        " sel" if token.selected else "",
        token.url or "#",
        token.contact,
        token.contact,
        *token.cell,
        token.move_url,
        _(", ").join(part for part in (token.title, token.role_label) if part),
        _css(token),
        plane.shape(token.role, radius),
        _inner(token.role, radius, 3.5),
        "6.5" if token.role == "influencer" else "4.5",
        initials(token.name)[:1],
        token.name,
        spoken(token, named=False),
        _moved(token),
    )


# the plane -----------------------------------------------------------------------------------


def _ground() -> SafeString:
    cells = format_html_join(
        "",
        '<rect class="cell {}" data-cell="{},{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (cell.css, cell.intimacy, cell.support, cell.x, cell.y, cell.width, cell.height)
            for cell in plane.cells()
        ),
    )
    edge = plane.top(-1)
    return format_html(
        '{}<path class="colsep" d="M{} 0V{}M{} 0V{}"/>'
        '<rect class="frame p" width="{}" height="{}" rx="4"/>'
        '<rect class="frame n" y="{}" width="{}" height="{}" rx="4"/>',
        cells,
        plane.left(0),
        plane.HEIGHT,
        plane.left(1),
        plane.HEIGHT,
        plane.WIDTH,
        edge - 2,
        edge + 2,
        plane.WIDTH,
        plane.HEIGHT - edge - 2,
    )


def _words() -> tuple[list[tuple[float, str]], list[tuple[int, str]]]:
    thirds = [
        (plane.left(0) / 2, pgettext("intimacy", "Distant")),
        (plane.centre(0, 0)[0], pgettext("intimacy", "Even")),
        ((plane.left(1) + plane.WIDTH) / 2, pgettext("intimacy", "Close")),
    ]
    rows = [
        (3, pgettext("plane", "P3 coach")),
        (2, pgettext("plane", "P2 exclusive")),
        (1, pgettext("plane", "P1 supports")),
        (0, pgettext("plane", "P1 neutral")),
        (-1, pgettext("plane", "N1 doubts")),
        (-2, pgettext("plane", "N2 opposes")),
        (-3, pgettext("plane", "N3 blocks")),
    ]
    return thirds, rows


def _scale() -> SafeString:
    thirds, rows = _words()
    foot = plane.HEIGHT + 18
    return format_html(
        '{}{}{}{}<text class="axt" x="{}" y="{}" text-anchor="end">{} →</text>'
        '<text class="axt" transform="translate(-32 {}) rotate(-90)" text-anchor="middle">'
        "{} →</text>",
        format_html_join("", '<text class="col" x="{}" y="-9">{}</text>', thirds),
        format_html_join(
            "",
            '<text class="rowl" x="{}" y="{}">{}</text>',
            ((plane.WIDTH + 8, plane.centre(0, value)[1] + 4, text) for value, text in rows),
        ),
        format_html_join(
            "",
            '<text class="tick" x="{}" y="{}">{}</text>',
            ((plane.centre(value, 0)[0], foot, signed(value)) for value in plane.AXIS),
        ),
        format_html_join(
            "",
            '<text class="tick" x="-14" y="{}">{}</text>',
            ((plane.centre(0, value)[1] + 4, signed(value)) for value in plane.AXIS),
        ),
        plane.WIDTH + 88,
        foot,
        _("Intimacy"),
        plane.centre(0, 0)[1],
        _("Support"),
    )


def _plan(token: Token, spot: Spot, shift: int) -> SafeString:
    x, y = plane.centre(*token.target)
    goal = (x + shift, y)
    line = plane.plan_line((spot.x, spot.y), goal, start_gap=spot.radius + 6, end_gap=15)
    return format_html(
        '<g{}><path class="plan" d="{}"/>'
        '<path class="ghost" transform="translate({} {})" d="{}"/></g>',
        svg.class_is("on") if token.selected else svg.NOTHING,
        line,
        *goal,
        plane.shape(token.role, 11),
    )


def _plans(placed: Sequence[tuple[Token, Spot]]) -> SafeString:
    """Targets as dashed signs; several at one point stand beside each other."""
    taken: dict[tuple[int, int], int] = {}
    drawn = []
    for token, spot in placed:
        if token.target is None:
            continue
        rank = taken.get(token.target, 0)
        taken[token.target] = rank + 1
        shift = (rank + 1) // 2 * 26 * (1 if rank % 2 else -1)
        drawn.append((_plan(token, spot, shift),))
    return format_html_join("", "{}", drawn)


def _foot(token: Token, spot: Spot) -> float:
    """Distance from the middle of a token to its lower edge."""
    return spot.radius * (1.22 if token.role == "decider" else 1.08)


def _shows_move(token: Token, spot: Spot) -> bool:
    return bool(token.move) and spot.radius > 13


def _trail_gap(token: Token, spot: Spot, start: plane.Point) -> float:
    """How far before a token its trail ends: a trail from below leaves room for name and words."""
    if start[1] <= spot.y:
        return spot.radius + 4
    room = 36 if _shows_move(token, spot) else 20
    length = hypot(start[0] - spot.x, start[1] - spot.y)
    return min(_foot(token, spot) + room, max(spot.radius, length - 24))


def _trail(token: Token, spot: Spot) -> SafeString:
    start = plane.centre(*token.previous)
    drawn = plane.trail(start, (spot.x, spot.y), gap=_trail_gap(token, spot, start))
    way = "up" if token.better else "dn"
    return format_html(
        '<circle class="from {}" cx="{}" cy="{}" r="4"/><path class="trail {}" d="{}"/>'
        '<path class="arr-{}" d="{}"/>',
        way,
        *start,
        way,
        drawn.line,
        way,
        drawn.arrow,
    )


def _token(token: Token, spot: Spot, *, first: bool) -> SafeString:
    foot = _foot(token, spot)
    moved = svg.NOTHING
    if _shows_move(token, spot):
        moved = format_html(
            '<text class="w {}" y="{}" text-anchor="middle" aria-hidden="true">{}</text>',
            "up" if token.better else "dn",
            svg.number(foot + 28),
            token.move,
        )
    return format_html(
        '<g class="tok{}" id="tok-{}" data-contact="{}" data-x="{}" data-y="{}" '
        'data-move-url="{}" transform="translate({} {})">'
        '<a class="hit" href="{}" tabindex="{}" aria-label="{}"><path class="halo" d="{}"/>'
        '<path class="sh" d="{}"/>{}<text class="s" y="{}">{}</text></a>'
        '<text class="l" y="{}" aria-hidden="true">{}</text>{}</g>',
        _css(token),
        token.contact,
        token.contact,
        *token.cell,
        token.move_url,
        svg.number(spot.x),
        svg.number(spot.y),
        token.url or "#",
        0 if first else -1,
        spoken(token),
        plane.shape(token.role, spot.radius + 5),
        plane.shape(token.role, spot.radius),
        _inner(token.role, spot.radius, 4),
        "6.5" if token.role == "influencer" else "4.5",
        initials(token.name)[:1],
        svg.number(foot + 13),
        token.name,
        moved,
    )


def _trails_of(tokens: Sequence[Token]) -> list[Token]:
    """Whose trail is drawn: everybody's; in a crowd theirs only who changed sides, and the
    chosen one's. The words stand in panels and table for all."""
    moved = [token for token in tokens if token.previous]
    if len(moved) <= MOST_TRAILS:
        return moved
    return [
        token
        for token in moved
        if token.selected or attitude_of(token.previous[1]) != attitude_of(token.cell[1])
    ]


@register.simple_tag
def grid_plane(tokens: Sequence[Token]) -> SafeString:
    """The whole plane, -3..3 both ways, with targets, trails and people fanned out."""
    placed = plane.place(tokens)
    chosen = next((token for token, _spot in placed if token.selected), None)
    focus = chosen or (placed[0][0] if placed else None)
    drawn = _trails_of(tokens)
    trails = format_html_join("", "{}", ((_trail(t, s),) for t, s in placed if t in drawn))
    people = format_html_join("", "{}", ((_token(t, s, first=t is focus),) for t, s in placed))
    return format_html(
        '<svg class="ng" viewBox="-46 -24 782 {}" role="group" aria-label="{}" data-grid>'
        '<g aria-hidden="true">{}{}</g><g class="lay-plan" aria-hidden="true">{}</g>'
        '<g class="lay-trail" aria-hidden="true">{}</g>{}</svg>',
        plane.HEIGHT + 54,
        _("Intimacy runs across, support runs up, both −3 to +3. The table below says the same."),
        _ground(),
        _scale(),
        _plans(placed),
        trails,
        people,
    )


@register.simple_tag
def month_columns(months: Sequence[Sequence[int]], now: int) -> SafeString:
    """Stacked columns (supporters, neutral, opponents) a month; `now` is the index shown."""
    return svg.columns(months, ("p", "z", "n"), now=now)
