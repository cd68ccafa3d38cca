"""Draws the 7x7 plane: ground, scale, trails, targets, people fanned out, bubbles."""

from collections.abc import Sequence
from functools import cache, lru_cache
from math import hypot

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core import svg
from core.markup import format_html, format_html_join
from core.templatetags.ui import initials
from core.wording import signed
from relationships import plane
from relationships.grid import attitude_of
from relationships.plane import Bubble, Spot, Token
from relationships.templatetags.grid_ui import css_of, inner, outline, shapes, spoken

register = template.Library()

MOST_TRAILS = 15
"""More trails than this hide each other."""
HALO = 5.0
"""Pixels between a token and its ring."""


@cache
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


@lru_cache(maxsize=8)
def _scale(language: str | None) -> SafeString:
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


def _plan(token: Token, spot: Spot, goal: plane.Point, radius: float) -> SafeString:
    line = plane.plan_line((spot.x, spot.y), goal, start_gap=spot.radius + 6, end_gap=radius + 4)
    return format_html(
        '<g{}><path class="plan" d="{}"/>'
        '<path class="ghost" transform="translate({} {})" d="{}"/></g>',
        svg.class_is("on") if token.selected else svg.NOTHING,
        line,
        *goal,
        plane.shape(token.role, radius),
    )


def _plans(placed: Sequence[tuple[Token, Spot]]) -> SafeString:
    """Targets as dashed signs; several at one point stand beside each other, and where somebody
    stands already in the upper left corner of the cell."""
    taken: dict[tuple[int, int], int] = {}
    occupied = {token.cell for token, _spot in placed}
    drawn = []
    for token, spot in placed:
        if token.target is None or token.target == token.cell:
            continue
        rank = taken.get(token.target, 0)
        taken[token.target] = rank + 1
        goal, radius = plane.goal(token.target, rank, is_occupied=token.target in occupied)
        drawn.append((_plan(token, spot, goal, radius),))
    return format_html_join("", "{}", drawn)


def _foot(token: Token, spot: Spot) -> float:
    """Distance from the middle of a token to its lower edge."""
    return spot.radius * (1.22 if token.role == "decider" else 1.08)


def _shows_move(token: Token, spot: Spot) -> bool:
    """Words of a move stand under somebody alone; beside another only of who changed sides."""
    if not token.move or spot.radius <= 13:
        return False
    alone = spot.x == plane.centre(*token.cell)[0]
    before = token.previous or token.cell
    return alone or attitude_of(before[1]) != attitude_of(token.cell[1])


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
        '<g class="tok{}" data-contact="{}" data-x="{}" data-y="{}" transform="translate({} {})">'
        '<a class="hit" href="{}" tabindex="{}" aria-label="{}"><use class="halo" href="#{}"/>'
        '<use class="sh" href="#{}"/>{}<text class="s" y="{}">{}</text></a>'
        '<text class="l" y="{}" aria-hidden="true">{}</text>{}</g>',
        css_of(token),
        token.contact,
        *token.cell,
        svg.number(spot.x),
        svg.number(spot.y),
        token.url or "#",
        0 if first else -1,
        spoken(token),
        outline(token.role, spot.radius + HALO),
        outline(token.role, spot.radius),
        inner(token.role, spot.radius, 4),
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


def _bubbles(tokens: Sequence[Token], keep: str) -> SafeString:
    """“+12” at a crowded point: opens the list of everybody there."""
    return format_html_join(
        "",
        '<a class="more" href="?{}point={},{}&amp;view=list" aria-label="{}">'
        '<circle cx="{}" cy="{}" r="13"/><text x="{}" y="{}">+{}</text></a>',
        (
            (
                keep,
                *each.cell,
                _told(each),
                svg.number(each.x),
                svg.number(each.y),
                svg.number(each.x),
                svg.number(each.y + 4),
                each.count,
            )
            for each in plane.bubbles(tokens)
        ),
    )


def _told(bubble: Bubble) -> str:
    more = _("%(n)s more") % {"n": bubble.count}
    x, y = bubble.cell
    facts = [
        more,
        _("support {value}").format(value=signed(y)),
        _("intimacy {value}").format(value=signed(x)),
    ]
    return _(", ").join(facts)


def _shapes(placed: Sequence[tuple[Token, Spot]]) -> SafeString:
    return shapes(
        (str(token.role), radius)
        for token, spot in placed
        for radius in (spot.radius, spot.radius + HALO)
    )


@register.simple_tag
def grid_plane(tokens: Sequence[Token], keep: str = "", may_move: bool = False) -> SafeString:
    """The whole plane, -3..3 both ways, with targets, trails, people fanned out and bubbles."""
    placed = plane.place(tokens)
    chosen = next((token for token, _spot in placed if token.selected), None)
    focus = chosen or (placed[0][0] if placed else None)
    drawn = {token.contact for token in _trails_of(tokens)}
    trails = format_html_join("", "{}", ((_trail(t, s),) for t, s in placed if t.contact in drawn))
    people = format_html_join("", "{}", ((_token(t, s, first=t is focus),) for t, s in placed))
    return format_html(
        '<svg class="ng" viewBox="-46 -24 782 {}" role="group" aria-label="{}" data-grid{}>{}'
        '<g aria-hidden="true">{}{}</g><g class="lay-plan" aria-hidden="true">{}</g>'
        '<g class="lay-trail" aria-hidden="true">{}</g>{}{}</svg>',
        plane.HEIGHT + 54,
        _("Intimacy runs across, support runs up, both −3 to +3. The table below says the same."),
        " data-movable" if may_move else "",
        _shapes(placed),
        _ground(),
        _scale(get_language()),
        _plans(placed),
        trails,
        people,
        _bubbles(tokens, keep),
    )
