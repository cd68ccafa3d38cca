"""Template tags every page may use: icons, states, people, clocks, dates, charts, list controls."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.forms import BoundField, Select, Widget
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import clock, svg, wording
from core.errors import rule_for
from core.markup import format_html, format_html_join

register = template.Library()

SELECTED = format_html(" {}", "selected")
STATE_ICONS = {"ok", "watch", "risk", "breach", "paused", "info", "none"}


def _now(context: Context) -> datetime:
    return context.get("now") or clock.now()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "plus" %}`, `{% icon "s-risk" "sm" %}`; sizes sm (14), none (16), lg (20)."""
    return svg.icon(name, size)


def state_icon(tone: str) -> SafeString:
    """The icon that goes with a tone."""
    return svg.icon(f"s-{tone if tone in STATE_ICONS else 'none'}")


@register.simple_tag
def badge(tone: str, text: str) -> SafeString:
    """Tinted state of the thing the page is about: icon and word."""
    return format_html('<span class="badge" data-s="{}">{}{}</span>', tone, state_icon(tone), text)


@register.simple_tag
def mark(tone: str, text: str, icon: str = "") -> SafeString:
    """Plain state inside a list: icon and word."""
    drawn = svg.icon(icon) if icon else state_icon(tone)
    return format_html('<span class="mark" data-s="{}">{}{}</span>', tone, drawn, text)


@register.simple_tag
def note(tone: str, text: str) -> SafeString:
    """A sentence on a soft ground."""
    return format_html(
        '<div class="note" data-s="{}">{}<span>{}</span></div>', tone, state_icon(tone), text
    )


def initials(name: str) -> str:
    """What an avatar shows: the family name of a Chinese name, else up to two capitals."""
    name = name.strip()
    if not name:
        return "?"
    if not name[0].isascii():
        return name[0]
    words = name.split()
    return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
@lru_cache(maxsize=4096)
def avatar(name: str, size: str = "", title: str = "") -> SafeString:
    """A round initial, coloured by name; with `title` it is read aloud, without it decoration."""
    css = f"av {size}".rstrip()
    colour = crc32(name.encode()) % 7
    if title:
        return format_html(
            '<span class="{}" data-c="{}" role="img" aria-label="{}" title="{}">{}</span>',
            css,
            colour,
            title,
            title,
            initials(name),
        )
    return format_html(
        '<span class="{}" data-c="{}" aria-hidden="true">{}</span>', css, colour, initials(name)
    )


@register.simple_tag
def bar(percent: float, tone: str = "info", size: str = "", hatch: bool = False) -> SafeString:
    """A bar of 0-100; `size="h6"` is the thicker one; say the number beside it."""
    return svg.bar(percent, tone, size=size, hatch=hatch)


@register.simple_tag
def spark(values: list[float], tone: str = "none", low: float = None, high: float = None):
    """A word-sized line of at least two values."""
    return svg.spark(values, tone, svg.Frame(64, 20, 3, low, high))


@register.simple_tag
def line_chart(
    values, sentence, value="", first="", last="", tone="info", goal=None, goal_label=""
):
    """A line with area; `sentence` is what a screen reader hears, `value` labels the last point."""
    caption = svg.Caption(sentence, first, last, value, goal_label)
    return svg.line_chart(values, caption, tone=tone, goal=goal)


@register.simple_tag
def bar_chart(values, sentence, first="", last="", goal=None, goal_label=""):
    """Upright bars, the last in accent; `goal` draws a dashed line with `goal_label`."""
    return svg.bar_chart(values, svg.Caption(sentence, first, last, "", goal_label), goal=goal)


@register.simple_tag
def dots(done: int, goal: int, label: str) -> SafeString:
    """`done` of `goal` as dots, the next one ringed."""
    marks = svg.format_html_join(
        "",
        '<i class="{}"></i>',
        (("on" if k < done else "now" if k == done else "",) for k in range(max(goal, done))),
    )
    return format_html('<span class="dots" role="img" aria-label="{}">{}</span>', label, marks)


@register.simple_tag
def drawing(text: str) -> SafeString:
    """An SVG made by a library of ours (a QR code), let through unescaped."""
    return svg.trusted(text)


# clocks and dates -----------------------------------------------------------------------------


@register.simple_tag
def ring(hours: float, tone: str, size: str = "", label: str = "", due: datetime = None, total=72):
    """The draining clock: `hours` left of `total`; sizes xs, none, xl; `due` lets it tick."""
    left = max(0.0, float(hours))
    figure, unit = wording.left_number(left * wording.HOUR)
    if size == "xs" and left >= 1:
        figure = str(int(left))
    label = label or _("{time} left").format(time=wording.left_words(left * wording.HOUR))
    shown = "" if size == "xs" else format_html('<span class="u">{}</span>', unit)
    live = format_html(' data-ring="{}" data-due="{}"', total, due.isoformat()) if due else ""
    return format_html(
        '<span class="clk{}" data-s="{}" role="img" aria-label="{}"{}>{}'
        "<span><b>{}</b>{}</span></span>",
        f" {size}" if size else "",
        tone,
        label,
        live,
        svg.ring(left, total),
        figure,
        shown,
    )


@register.simple_tag(takes_context=True)
def countdown(context: Context, due: datetime | None, precise: bool = False) -> SafeString:
    """Time left as a `<time>` that ticks; past its moment it says "over"; nothing without `due`."""
    return svg.NOTHING if due is None else time_left(due, _now(context), precise=precise)


def time_left(due: datetime, now: datetime, *, precise: bool = False) -> SafeString:
    """The same for what draws without a template."""
    return format_html(
        '<time datetime="{}" data-countdown="{}" title="{}">{}</time>',
        due.isoformat(),
        "s" if precise else "m",
        wording.moment_words(due, now),
        wording.due_words(due, now, precise=precise),
    )


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | date | None, zone=None) -> SafeString:
    """A date or moment in words ("tomorrow 09:30", "Fri 12:00", "11-24"); the tooltip is exact."""
    return svg.NOTHING if moment is None else moment_when(moment, _now(context), zone)


def moment_when(moment: datetime | date, now: datetime, zone: Any = None) -> SafeString:
    """The same for what draws without a template."""
    if isinstance(moment, datetime):
        local = wording.localtime(moment, zone)
        words, exact = wording.moment_words(moment, now, zone), f"{local:%Y-%m-%d %H:%M %Z}"
    else:
        words, exact = wording.day_words(moment, wording.localtime(now).date()), moment.isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime | None) -> SafeString:
    """How long ago, with the exact moment in the tooltip."""
    return svg.NOTHING if moment is None else moment_ago(moment, _now(context))


def moment_ago(moment: datetime, now: datetime) -> SafeString:
    """The same for what draws without a template."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        f"{wording.localtime(moment):%Y-%m-%d %H:%M %Z}",
        wording.ago_words(moment, now),
    )


@register.simple_tag(takes_context=True)
def todo_lines(context: Context, todos: list[Any], start: int, end: int) -> SafeString:
    """A part of the things to do, numbered: what, why now, until when, and the way there."""
    return format_html_join(
        "",
        '\n      <li data-s="{}" data-row><b class="no num" aria-hidden="true">{}</b>'
        '<span class="st">{}</span><div class="grow"><a class="t" href="{}">{}</a>'
        '<p class="meta">{}</p></div>{}<a class="btn sm" href="{}">{}<span class="vh"> {}</span>'
        "</a></li>\n      ",
        (
            (each.tone, number, svg.icon(each.icon), each.url, each.title, each.meta,
             format_html('<span class="st-b num due">{}</span>', when(context, each.due_at))
             if each.due_at else svg.NOTHING, each.url, each.verb, each.title)
            for number, each in enumerate(todos[start:end], start + 1)
        ),
    )  # fmt: skip


@register.filter(expects_localtime=True)
def full_day(day: date) -> str:
    """A date with its weekday: 11 月 19 日，周四; a moment gives the day where the reader is."""
    return wording.full_day(day)


@register.filter
def signed(value: float) -> str:
    """+2, 0, −1 (with the true minus sign)."""
    return wording.signed(value)


# lists and forms --------------------------------------------------------------------------------


def _with(context: Context, **changes: str | None) -> str:
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value:
            query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: str | None) -> str:
    """The current address with these parameters set (or dropped when empty); paging starts anew."""
    return _with(context, **{"cursor": None, **changes})


@register.simple_tag(takes_context=True)
def sort_th(context: Context, key: str, label: str, css: str = "", param: str = "ordering"):
    """A `<th>` whose link sorts by `key`, and by `-key` on the second press."""
    current = context["request"].GET.get(param, "")
    up, down = current == key, current == f"-{key}"
    state = "ascending" if up else "descending" if down else ""
    return format_html(
        '<th scope="col"{}{}><a class="lk" href="{}">{}{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', state) if state else "",
        _with(context, cursor=None, **{param: f"-{key}" if up else key}),
        label,
        svg.icon("up" if up else "dn", "sm") if state else "",
    )


def _kind(widget: Widget) -> str:
    if getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "choices"):
        return "check"
    if getattr(widget, "input_type", "") in ("radio", "checkbox"):
        return "choices"
    return "hidden" if widget.is_hidden else "input"


@register.simple_tag
def rule_of(form: Any) -> str:
    """The rule that what was typed breaks: of the refusal, else what the form says (`rule_ids`)."""
    refusal = getattr(form, "refusal", None)
    if refusal is not None:
        return str(refusal.rule)
    wrong = getattr(form, "errors", None)
    return rule_for(getattr(form, "rule_ids", {}), wrong) if wrong else ""


@register.inclusion_tag("parts/_field.html")
def field(bound: BoundField, label: str = "", hint: str = "", **attrs: Any) -> dict[str, Any]:
    """One form field: label, control, hint, error; extra keywords become attributes (`data_x=`)."""
    kind = _kind(bound.field.widget)
    extra = {key.replace("_", "-"): value for key, value in attrs.items()}
    if kind == "input":
        classes = bound.field.widget.attrs.get("class", "")
        extra["class"] = f"input {classes}".rstrip()
        if bound.field.widget.attrs.get("placeholder") == str(bound.label):
            extra["placeholder"] = ""
    return {
        "bound": bound,
        "kind": kind,
        "control": bound.as_widget(attrs=extra),
        "label": label or capfirst(bound.label),
        "hint": hint or bound.help_text,
    }


@register.simple_tag
def filter_field(bound: BoundField) -> SafeString:
    """One control of a filter bar, with its label in sight; a text field named search is wide."""
    kind = _kind(bound.field.widget)
    css = "input"
    if kind == "input" and bound.name in ("search", "q"):
        kind, css = "search", "bare"
    attrs: dict[str, str | bool] = {} if kind in ("check", "choices") else {"class": css}
    control, label = _control(bound, attrs), capfirst(bound.label)
    if kind == "choices":
        return render_to_string("parts/_filter_field.html", {"bound": bound})
    if kind == "check":
        return format_html(
            '<label class="chip" for="{}">{}{}</label>\n', bound.id_for_label, control, label
        )
    if kind == "search":
        return format_html(
            '<label class="search grow-s"><span class="vh">{}</span>{}{}</label>\n',
            bound.label,
            svg.icon("search"),
            control,
        )
    return format_html(
        '<label class="flt" for="{}"><span>{}</span>{}</label>\n',
        bound.id_for_label,
        label,
        control,
    )


def _control(bound: BoundField, attrs: dict[str, str | bool]) -> SafeString:
    """The control of a filter. A plain list of choices is drawn here: Django renders a template
    for every option."""
    widget = bound.field.widget
    if type(widget) is not Select or widget.attrs:
        return bound.as_widget(attrs=attrs)
    chosen = "" if bound.value() is None else str(bound.value())
    options = [
        (value, SELECTED if str(value) == chosen else svg.NOTHING, label)
        for value, label in widget.choices
    ]
    if any(isinstance(label, list | tuple) for _value, _mark, label in options):
        return bound.as_widget(attrs=attrs)
    return format_html(
        '<select name="{}" class="{}" id="{}">{}</select>',
        bound.html_name,
        attrs["class"],
        bound.auto_id,
        format_html_join("", '<option value="{}"{}>{}</option>', options),
    )


@register.filter
def undo_url(message) -> str:
    """The address that a toast's Undo posts to (core.toasts), or nothing."""
    tags = [tag for tag in (message.extra_tags or "").split() if tag.startswith("undo=")]
    return tags[0].removeprefix("undo=") if tags else ""


class InternalNode(Node):
    """What presenting mode leaves out of the page."""

    def __init__(self, body: NodeList) -> None:
        self.nodelist = body

    def render(self, context: Context) -> str:
        return "" if context.get("presenting") else self.nodelist.render(context)


@register.tag
def internal(parser: Parser, token: Token) -> InternalNode:
    """`{% internal %}…{% endinternal %}`: not rendered while presenting; mark it with data-lock."""
    body = parser.parse(("endinternal",))
    parser.delete_first_token()
    return InternalNode(body)
