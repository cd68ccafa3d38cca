"""The bubble chart of the portfolio, drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.choices import FitTrend, Tier
from accounts.portfolio import HEIGHT, LANES, LEFT, TOP, WIDTH, Bubble
from core import svg
from core.markup import format_html, format_html_join

register = template.Library()
TONES = {FitTrend.CONVERGING: "ok", FitTrend.STABLE: "info", FitTrend.DIVERGING: "risk"}
NAMED, NAME_WIDTH, NAME_HEIGHT = 12, 84, 15
"""So many of the largest bubbles bear their name."""


@register.simple_tag
def bubble_chart(bubbles: Sequence[Bubble]) -> SafeString:
    """Lanes S, A, B, C; height is the fit, area the revenue; each opens the page behind it."""
    return format_html(
        '<svg class="chart wide" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        HEIGHT + 30,
        _("Customers by tier and strategy fit; the table below says the same."),
        _ground(),
        format_html_join("", "{}", ((_bubble(one),) for one in bubbles)),
        format_html_join("", "{}", ((_name(one),) for one in _named(bubbles))),
    )


def _ground() -> SafeString:
    lane = (WIDTH - LEFT) / len(LANES)
    lines = format_html_join(
        "",
        '<path class="c-grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, svg.number(y), WIDTH, LEFT - 6, svg.number(y + 4), fit)
            for fit in (0, 25, 50, 75, 100)
            for y in [TOP + (HEIGHT - TOP) * (1 - fit / 100)]
        ),
    )
    labels = format_html_join(
        "",
        '<text class="lab" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                svg.number(LEFT + lane * (number + 0.5)),
                HEIGHT + 22,
                _("no tier") if tier is None else Tier(tier).label,
            )
            for number, tier in enumerate(LANES)
        ),
    )
    return format_html('<g aria-hidden="true">{}{}</g>', lines, labels)


def _bubble(one: Bubble) -> SafeString:
    return format_html(
        '<a href="/customers/{}/value/" aria-label="{}"><circle class="c-bub{}" data-s="{}" '
        'cx="{}" cy="{}" r="{}"><title>{}</title></circle></a>',
        one.pk,
        _said(one),
        " cash" if one.cash_flow else "",
        TONES.get(FitTrend(one.trend), "none") if one.trend else "none",
        svg.number(one.x),
        svg.number(one.y),
        svg.number(one.radius),
        _said(one),
    )


def _named(bubbles: Sequence[Bubble]) -> list[Bubble]:
    """The largest ones, without those whose name would lie on another one's."""
    found: list[Bubble] = []
    for one in bubbles[:NAMED]:
        foot = one.y + one.radius
        near = (
            abs(one.x - each.x) < NAME_WIDTH and abs(foot - each.y - each.radius) < NAME_HEIGHT
            for each in found
        )
        if not any(near):
            found.append(one)
    return found


def _name(one: Bubble) -> SafeString:
    return format_html(
        '<text aria-hidden="true" x="{}" y="{}" text-anchor="middle">{}</text>',
        svg.number(min(WIDTH - 40, one.x)),
        svg.number(min(HEIGHT - 2, one.y + one.radius + 12)),
        one.name[:8],
    )


def _said(one: Bubble) -> str:
    facts = [
        one.name,
        _("tier {tier}").format(tier=Tier(one.tier).label) if one.tier else _("no tier"),
        _("fit {fit}").format(fit=one.fit),
        _("revenue {amount}").format(amount=f"{one.revenue:,.0f}"),
    ]
    return _(", ").join(facts)
