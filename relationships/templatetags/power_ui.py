"""Draws a power map: seats as a tree from left to right, ties between them."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import svg
from core.markup import format_html, format_html_join
from core.wording import signed
from relationships import plane, power
from relationships.choices import EdgeKind, SeatState
from relationships.models import InfluenceEdge
from relationships.queries.power import Held, MapView
from relationships.templatetags.grid_ui import KEY_ROLES, inner, outline, shapes

register = template.Library()

LONGEST = 10
"""So many characters of a title fit before the next level begins."""


def tone_of(held: Held) -> str:
    """The class of a seat's ground: p1–p3, n1–n3, z neutral; stale, unknown or vacant."""
    if held.contact is None:
        return "vacant"
    if held.is_stale:
        return "stale"
    if held.support is None:
        return "unknown"
    if held.support == 0:
        return "z"
    return f"{'p' if held.support > 0 else 'n'}{abs(held.support)}"


def sign_of(held: Held) -> str:
    """What stands in the token: the support, a question mark, or nothing where nobody sits."""
    if held.contact is None:
        return ""
    return signed(held.position.support) if held.position is not None else "?"


@register.simple_tag
def power_tree(shown: MapView, chosen: Held | None, may_edit: bool) -> SafeString:
    """The whole drawing; seats are links, and may be moved where `may_edit`."""
    nodes = [power.Node(e.seat.pk, e.seat.reports_to_id, e.weight) for e in shown.held]
    layout = power.lay_out(nodes, plane.RADIUS)
    held = {each.seat.pk: each for each in shown.held}
    return format_html(
        '<svg class="pm" width="{0}" height="{1}" viewBox="0 0 {0} {1}"'
        ' role="group" aria-label="{2}" data-power{3}>{4}{5}{6}{7}</svg>',
        layout.width,
        layout.height,
        _("Seats of the map"),
        svg.NOTHING if not may_edit else format_html(" data-movable"),
        shapes((str(e.seat.role), layout.places[e.seat.pk].radius) for e in shown.held),
        _branches(shown.held, layout),
        _ties(shown.edges, layout),
        _seats([held[pk] for pk in layout.places], layout, chosen),
    )


def _branches(held: Sequence[Held], layout: power.Layout) -> SafeString:
    """Lines of the chart: from above along the name to a spine, from the spine to each below."""
    rows = []
    for each in held:
        place, above = layout.places[each.seat.pk], layout.places.get(each.seat.reports_to_id or 0)
        if above is None:
            continue
        spine = place.x - 32
        css = "br dash" if each.seat.is_hidden else "br"
        path = f"M{above.x + above.radius + 4:.0f} {above.y:.0f}H{spine:.0f}"
        path += f"V{place.y:.0f}H{place.x - place.radius - 3:.0f}"
        rows.append((css, path))
    return format_html_join("", '<path class="{}" d="{}"/>', rows)


def _ties(edges: Sequence[InfluenceEdge], layout: power.Layout) -> SafeString:
    return format_html_join("", "{}", ((_tie(edge, layout),) for edge in edges))


def _tie(edge: InfluenceEdge, layout: power.Layout) -> SafeString:
    start, end = layout.places[edge.from_seat_id], layout.places[edge.to_seat_id]
    drawn = plane.trail((start.x, start.y), (end.x, end.y), gap=end.radius, bend=0.22)
    if edge.kind == EdgeKind.CONFLICTS:
        x, y = (start.x + end.x) / 2, (start.y + end.y) / 2
        dx, dy = end.x - start.x, end.y - start.y
        x, y = x - dy * 0.11, y + dx * 0.11
        return format_html(
            '<g class="tie conflicts k{}"><path d="{}"/><path class="x" d="{}"/></g>',
            edge.strength,
            drawn.line,
            f"M{x - 5:.0f} {y - 5:.0f}l10 10m0-10l-10 10",
        )
    return format_html(
        '<g class="tie {} k{}"><path d="{}"/><path class="a" d="{}"/></g>',
        edge.kind,
        edge.strength,
        drawn.line,
        drawn.arrow,
    )


def _seats(held: Sequence[Held], layout: power.Layout, chosen: Held | None) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (_seat(each, layout.places[each.seat.pk], each is chosen or each == chosen),)
            for each in held
        ),
    )


def _seat(held: Held, place: power.Place, is_chosen: bool) -> SafeString:
    role, tone = str(held.seat.role), tone_of(held)
    css = f"st {tone}{' key' if role in KEY_ROLES else ''}{' sel' if is_chosen else ''}"
    css += " apart" if held.is_apart else ""
    halo = format_html('<circle class="halo" r="{}"/>', svg.number(place.radius + 7))
    return format_html(
        '<a class="{}" href="?seat={}" transform="translate({} {})" data-seat="{}" data-above="{}"'
        ' aria-label="{}"><rect class="tap" x="-24" y="-22" width="168" height="44"/>{}'
        '<use class="sh" href="#{}"/>{}<text class="s" y="4">{}</text>'
        '<text class="nm" x="{}" y="-4">{}</text><text class="ti" x="{}" y="13">{}</text></a>',
        css,
        held.seat.pk,
        svg.number(place.x),
        svg.number(place.y),
        held.seat.pk,
        held.seat.reports_to_id or 0,
        spoken(held),
        halo if is_chosen else svg.NOTHING,
        outline(role, place.radius),
        inner(role, place.radius, 3.5),
        sign_of(held),
        svg.number(place.radius + 8),
        held.contact.name if held.contact else _("vacant"),
        svg.number(place.radius + 8),
        shortened(held.seat.title),
    )


def shortened(title: str) -> str:
    """A title as it fits; Latin letters take half the room."""
    room = LONGEST * 2
    for at, letter in enumerate(title):
        room -= 1 if ord(letter) < 0x2E80 else 2
        if room < 0:
            return title[:at].rstrip() + "…"
    return title


def spoken(held: Held) -> str:
    """What a screen reader hears of a seat."""
    facts = [
        held.contact.name if held.contact else "",
        held.seat.title,
        held.seat.get_role_display(),
        _("weight {weight}").format(weight=held.weight),
        state_words(held),
        _("outside the chart") if held.seat.is_hidden else "",
    ]
    return _(", ").join(fact for fact in facts if fact)


@register.filter
def state_words(held: Held) -> str:
    """Covered with its support, to be re-checked, not assessed, vacant; on a map of an opportunity
    also whether that was judged for it."""
    if held.state == SeatState.COVERED:
        said = _("support {value}").format(value=signed(held.support or 0))
    else:
        said = _("to re-check") if held.is_stale else str(held.state.label)
    if held.is_apart:
        return _("{said} in general, not judged for this opportunity").format(said=said)
    if not held.is_own:
        return said
    if held.general is None:
        return _("{said} in this opportunity").format(said=said)
    general = signed(held.general.support)
    return _("{said} in this opportunity, {value} in general").format(said=said, value=general)


@register.simple_tag
def tie_sign(kind: str) -> SafeString:
    """The sign of a tie in the legend."""
    end = (
        format_html('<path class="x" d="M12 4l8 8m0-8l-8 8"/>')
        if kind == EdgeKind.CONFLICTS
        else format_html('<path class="a" d="M32 8l-7-4v8z"/>')
    )
    return format_html(
        '<svg class="pm" width="34" height="16" viewBox="0 0 34 16" aria-hidden="true">'
        '<g class="tie {} k2"><path d="M1 8H{}"/>{}</g></svg>',
        kind,
        33 if kind == EdgeKind.CONFLICTS else 26,
        end,
    )


@register.simple_tag
def ground_sign(tone: str) -> SafeString:
    """The sign of a seat's ground in the legend."""
    return format_html(
        '<svg class="pm" width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        '<g class="st {}"><circle class="sh" r="7"/></g></svg>',
        tone,
    )
