"""Pictures of the customer: tier seal, strategy fit, the iron triangle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core import svg
from core.markup import format_html, format_html_join
from core.templatetags.ui import avatar, initials

if TYPE_CHECKING:
    from accounts.models import Contact

register = template.Library()


@register.simple_tag(takes_context=True)
def tier_seal(context: Context, tier: object, size: str = "") -> SafeString:
    """The seal of a tier; while presenting nobody sees which tier a customer is."""
    return svg.NOTHING if context.get("presenting") else seal(tier, size)


def seal(tier: object, size: str = "", *, language: str = "") -> SafeString:
    """The seal of a tier: its rank 1 to 4, s a b c in either case, or a choice; sizes xs, lg."""
    if isinstance(tier, int) and 1 <= tier <= 4:
        return _seal("SABC"[tier - 1], size, language or get_language())
    letter = str(getattr(tier, "name", None) or tier or "").strip().upper()[:1]
    return _seal(letter, size, language or get_language())


@lru_cache(maxsize=64)
def _seal(letter: str, size: str, language: str) -> SafeString:
    if letter not in "SABC" or not letter:
        return format_html('<span class="tag dash">{}</span>', _("No tier"))
    return format_html(
        '<span class="tier{}" data-t="{}" role="img" aria-label="{}">{}</span>',
        f" {size}" if size else "",
        letter,
        _("Tier {letter}").format(letter=letter),
        letter,
    )


@register.simple_tag
def fit(score: int, of: int = 5) -> SafeString:
    """Strategy fit as rising bars, with its sentence for the ear."""
    return format_html(
        '<span class="fit" role="img" aria-label="{}">{}</span>',
        _("Strategy fit {score} of {of}").format(score=score, of=of),
        svg.stair_bars(score, steps=of),
    )


@register.simple_tag
def contact_lines(contacts: Sequence[Contact]) -> SafeString:
    """Some people of a customer, each a line: name, title, department, and who may sign."""
    signs = format_html('<span class="tag">{}</span>', _("may sign"))
    return format_html_join(
        "",
        '<li>{}<div class="grow"><a class="t trunc" href="{}">{}</a>'
        '<p class="meta trunc">{}{}</p></div>{}</li>',
        (
            (
                avatar(one.name, "sm"),
                one.get_absolute_url(),
                one.name,
                one.title or one.get_level_display(),
                f" · {one.unit}" if one.unit else "",
                signs if one.can_sign else "",
            )
            for one in contacts
        ),
    )


SEATS = ("ar", "sr", "fr")


@lru_cache(maxsize=8)
def _seats_in(language: str) -> dict[str, str]:
    return {
        "ar": pgettext("iron triangle", "Account manager"),
        "sr": pgettext("iron triangle", "Solution"),
        "fr": pgettext("iron triangle", "Delivery"),
    }


def _seats() -> dict[str, str]:
    return _seats_in(get_language())


def _gap(label: str) -> SafeString:
    title = _("{seat} vacant").format(seat=label)
    return format_html(
        '<span class="av gap" role="img" aria-label="{}" title="{}">{}</span>',
        title,
        title,
        pgettext("vacancy", "–"),
    )


@register.simple_tag
def trio(team: Mapping[str, object], language: str = "") -> SafeString:
    """Three avatars in the order AR, SR, FR from `{"ar": person, …}`; a vacancy is never hidden."""
    return _trio(*[str(team.get(key) or "") for key in SEATS], language or get_language())


@lru_cache(maxsize=4096)
def _trio(ar: str, sr: str, fr: str, language: str) -> SafeString:
    team, drawn = {"ar": ar, "sr": sr, "fr": fr}, []
    for key, label in _seats().items():
        person = team[key]
        drawn.append((avatar(str(person), "", f"{label} {person}") if person else _gap(label),))
    return format_html('<span class="trio">{}</span>', format_html_join("", "{}", drawn))


CORNERS = {"ar": (150, 22, "c4"), "sr": (90, 64, "c5"), "fr": (210, 64, "c2")}
NAMES = {"ar": (173, 14, "start"), "sr": (68, 62, "end"), "fr": (232, 62, "start")}


def _corner(key: str, name: str, label: str) -> SafeString:
    x, y, css = CORNERS[key]
    name_x, name_y, anchor = NAMES[key]
    return format_html(
        '<circle class="tri-n {}" cx="{}" cy="{}" r="16"/>'
        '<text class="tri-g" x="{}" y="{}">{}</text>'
        '<text x="{}" y="{}" class="tri-t" text-anchor="{}">{}</text>'
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        css if name else "gap",
        x,
        y,
        x,
        y + 5,
        initials(name) if name else pgettext("vacancy", "–"),
        name_x,
        name_y,
        anchor,
        name or _("vacant"),
        name_x,
        name_y + 15,
        anchor,
        label,
    )


def _spoken(team: Sequence[tuple[str, str]]) -> str:
    parts = [f"{label} {name or _('vacant')}" for label, name in team]
    return _("Iron triangle: {people}").format(people=_(", ").join(parts))


@register.simple_tag
def triangle(team: Mapping[str, object]) -> SafeString:
    """The iron triangle drawn with names, from `{"ar": person, "sr": person, "fr": person}`."""
    people = [(key, label, str(team.get(key) or "")) for key, label in _seats().items()]
    return format_html(
        '<svg class="tri" viewBox="0 0 304 88" role="img" aria-label="{}">'
        '<path class="tri-l" d="M150 22 90 64H210Z"/>{}</svg>',
        _spoken([(label, name) for _key, label, name in people]),
        format_html_join("", "{}", ((_corner(key, name, label),) for key, label, name in people)),
    )


@register.filter
def grouped(amount: Decimal | None) -> str:
    """`1,200,000`; hundredths only where there are any, a dash for none."""
    if amount is None:
        return "–"
    return f"{amount:,.{0 if amount == int(amount) else 2}f}"


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """`CNY 1,200,000`; cents only where there are any, a dash for none."""
    if amount is None:
        return "–"
    digits = 0 if amount == int(amount) else 2
    return f"{currency}\u00a0{amount:,.{digits}f}"
