"""Pictures of the promise kept: severity, service level, SLA stages, the support line."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core import svg
from core.markup import format_html, format_html_join
from core.templatetags.ui import countdown, mark, state_icon

register = template.Library()

SEVERITY_RANK = {"critical": 1, "major": 2, "minor": 3, "question": 4}
LEVEL_BARS = {"platinum": 3, "gold": 2, "silver": 1, "standard": 0, "warranty": 0, "none": 0}


def _key(value: object) -> str:
    return str(getattr(value, "name", None) or value or "").lower()


@register.simple_tag
def severity(value: object) -> SafeString:
    """The word of a severity (critical, major, minor, question), never its code."""
    return _severity(_key(value), get_language())


@lru_cache(maxsize=32)
def _severity(key: str, language: str) -> SafeString:
    words = {
        "critical": pgettext("severity", "Critical"),
        "major": pgettext("severity", "Major"),
        "minor": pgettext("severity", "Minor"),
        "question": pgettext("severity", "Question"),
    }
    return format_html(
        '<span class="sev" data-p="{}">{}</span>', SEVERITY_RANK.get(key, 4), words.get(key, key)
    )


@register.simple_tag(takes_context=True)
def ticket_lines(context: Context, rows: Sequence[dict[str, Any]]) -> SafeString:
    """Some tickets, a line each: what, until when, whose; a row has a clock and a bar, or `due`."""
    unclaimed = _("unclaimed")
    return format_html_join(
        "",
        '<li data-s="{}">{}<div class="grow"><div class="row">'
        '<a class="t trunc grow" href="{}">{}</a>{}</div>\n'
        '    <div class="row mt1"><span class="meta trunc grow">{} · {}</span>{}</div>\n'
        "    {}</div></li>",
        (_ticket_line(context, row, unclaimed) for row in rows),
    )


def _ticket_line(context: Context, row: dict[str, Any], unclaimed: str) -> tuple[Any, ...]:
    ticket, tone, clock = row["ticket"], row["tone"], row.get("clock")
    due = clock.due_at if clock else row.get("due")
    left = svg.NOTHING
    if clock or due:
        left = format_html('<span class="st-b num">{}</span>', countdown(context, due))
    return (
        tone,
        severity(ticket.severity_key),
        ticket.get_absolute_url(),
        ticket.title,
        left,
        ticket.customer.display_name,
        ticket.owner or unclaimed,
        mark(tone, clock.get_kind_display()) if clock else svg.NOTHING,
        format_html('<div class="mt1">{}</div>', svg.bar(row["percent"], tone, hatch=row["over"]))
        if clock
        else svg.NOTHING,
    )


@register.simple_tag
def service_level(value: object, quiet: bool = False) -> SafeString:
    """Rank bars and the word of a service level; `quiet` keeps the word for the ear only."""
    return _service_level(_key(value), quiet, get_language())


@lru_cache(maxsize=64)
def _service_level(key: str, quiet: bool, language: str) -> SafeString:
    words = {
        "platinum": pgettext("service level", "Platinum"),
        "gold": pgettext("service level", "Gold"),
        "silver": pgettext("service level", "Silver"),
        "standard": pgettext("service level", "Standard"),
        "warranty": pgettext("service level", "Warranty"),
        "none": pgettext("service level", "No commitment"),
    }
    word = words.get(key, key)
    text = format_html('<span class="vh">{}</span>', word) if quiet else word
    return format_html('<span class="svc">{}{}</span>', svg.rank_bars(LEVEL_BARS.get(key, 0)), text)


@register.simple_tag
def sla_cell(state: str, text: str = "", used: float = 0, tone: str = "none", due=None):
    """One SLA stage; state done, now, next, over, paused or none; `used` in per cent of its time.

    `text` is the time already in words; `due` (a moment) lets a running stage tick.
    """
    if state == "none":
        return format_html(
            '<span class="meta" title="{}">{}</span>',
            _("not promised"),
            pgettext("SLA", "none"),
        )
    css = {"now": " now", "over": " now", "done": " done"}.get(state, "")
    return format_html(
        '<div class="sla{}" data-s="{}"><span class="v num">{}{}</span>{}</div>',
        css,
        tone,
        _stage_icon(state, tone),
        _stage_time(state, text, due),
        svg.bar(used, tone, hatch=state == "over"),
    )


def _stage_icon(state: str, tone: str) -> SafeString:
    if state == "done":
        return svg.icon("check")
    if state in ("over", "paused"):
        return state_icon("breach" if state == "over" else "paused")
    return state_icon(tone) if state == "now" and tone in ("risk", "watch") else svg.NOTHING


def _stage_time(state: str, text: str, due) -> SafeString | str:
    if state == "over" and due is None:
        return _("over {time}").format(time=text)
    if due is None or state not in ("now", "over", "next"):
        return text
    return format_html('<time datetime="{}" data-countdown="s">{}</time>', due.isoformat(), text)


@register.simple_tag
def support_line(line: int, words: str) -> SafeString:
    """Steps of the support line (1-3) and who has it."""
    return _support_line(line, words)


@lru_cache(maxsize=2048)
def _support_line(line: int, words: str) -> SafeString:
    steps = svg.format_html_join(
        "", '<i class="{}"></i>', (("on" if k < line else "",) for k in range(3))
    )
    return format_html(
        '<span class="row g1"><span class="esc" aria-hidden="true">{}</span>'
        '<span class="wrap2">{}</span></span>',
        steps,
        words,
    )
