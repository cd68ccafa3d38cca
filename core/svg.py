"""Draws the small pictures of every page (icons, bars, rings, charts) as SVG without styles."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from django.templatetags.static import static
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from core.markup import format_html, format_html_join

Point = tuple[float, float]
NOTHING = mark_safe("")


@cache
def sprite_url() -> str:
    """Address of the icon sprite, looked up once per process."""
    return static("icons.svg")


@lru_cache(maxsize=512)
def icon(name: str, size: str = "") -> SafeString:
    """One 16 px icon of the sprite; `s-…` are states, anything else is looked up as `i-…`."""
    key = name if name.startswith("s-") else f"i-{name}"
    css = f"i {size}" if size else "i"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, sprite_url(), key
    )


def class_is(name: str) -> SafeString:
    """A class attribute with its leading space."""
    return format_html(' class="{}"', name)


def number(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def ring_dashes(hours: float, total: int = 72) -> str:
    """stroke-dasharray of a ring with `hours` left of `total`, cut into day sectors of 24 h."""
    left = hours = max(0.0, min(float(total), float(hours)))
    dashes: list[float] = []
    while left > 0:
        sector = min(24.0, left)
        on = sector - 0.9 if sector > 1.6 else sector * 0.7
        dashes += [on, sector - on]
        left -= sector
    if not dashes:
        return f"0 {total}"
    dashes[-1] += total - hours
    return " ".join(number(dash) for dash in dashes)


def ring(hours: float, total: int = 72) -> SafeString:
    """The drawing of a draining clock: a track of day sectors under what is left of it."""
    return format_html(
        '<svg viewBox="0 0 44 44" aria-hidden="true"><g transform="rotate(-90 22 22)">'
        '<circle class="tr" cx="22" cy="22" r="19" pathLength="{}" stroke-dasharray="{}"/>'
        '<circle class="fg" cx="22" cy="22" r="19" pathLength="{}" stroke-dasharray="{}"/>'
        "</g></svg>",
        total,
        "23.1 .9",
        total,
        ring_dashes(hours, total),
    )


@lru_cache(maxsize=2048)
def bar(percent: float, tone: str = "info", *, size: str = "", hatch: bool = False) -> SafeString:
    """A bar filled to `percent` (0-100); `hatch` is for what is past its limit."""
    width = number(max(0.0, min(100.0, float(percent))))
    fill = class_is("hatch") if hatch else NOTHING
    return format_html(
        '<svg class="bar{}" data-s="{}" aria-hidden="true">'
        '<rect width="{}%" height="100%"{}/></svg>',
        f" {size}" if size else "",
        tone,
        width,
        fill,
    )


def stacked(parts: Sequence[tuple[float, float]], *, tone: str = "info") -> SafeString:
    """One bar of several shares: (amount, opacity 0-1) each, end to end."""
    total = sum(amount for amount, _ in parts) or 1
    left, rects = 0.0, []
    for amount, opacity in parts:
        width = max(0.0, amount / total * 100 - 0.6)
        rects.append((number(left), number(width), number(opacity)))
        left += amount / total * 100
    return format_html(
        '<svg class="bar h6" viewBox="0 0 100 1" preserveAspectRatio="none" data-s="{}" '
        'aria-hidden="true">{}</svg>',
        tone,
        format_html_join(
            "", '<rect x="{}" width="{}" height="1" opacity="{}"/>', (rect for rect in rects)
        ),
    )


@dataclass(frozen=True)
class Frame:
    """The box a series is drawn in: pixels, and the values at its lower and upper edge."""

    width: float
    height: float
    pad: float = 3
    low: float | None = None
    high: float | None = None
    foot: float = 0

    def points(self, values: Sequence[float]) -> list[Point]:
        """Pixel positions of equally spaced values."""
        low = min(values) if self.low is None else self.low
        high = max(values) if self.high is None else self.high
        span = (high - low) or 1
        step = (self.width - 2 * self.pad) / max(1, len(values) - 1)
        room = self.height - self.foot - 2 * self.pad
        bottom = self.height - self.foot - self.pad
        return [
            (round(self.pad + i * step, 1), round(bottom - (v - low) / span * room, 1))
            for i, v in enumerate(values)
        ]


def path(points: Sequence[Point]) -> str:
    """Path data through the points."""
    return "M" + " ".join(f"{number(x)} {number(y)}" for x, y in points)


def spark(values: Sequence[float], tone: str = "none", frame: Frame | None = None) -> SafeString:
    """A word-sized line without axes; nothing for fewer than two values."""
    if len(values) < 2:
        return NOTHING
    frame = frame or Frame(64, 20)
    points = frame.points(values)
    return format_html(
        '<svg class="spark" data-s="{}" viewBox="0 0 {} {}" aria-hidden="true">'
        '<path class="c-line" d="{}"/><circle class="c-dot" cx="{}" cy="{}" r="2.6"/></svg>',
        tone,
        number(frame.width),
        number(frame.height),
        path(points),
        *points[-1],
    )


@dataclass(frozen=True)
class Caption:
    """The words of a chart: sentence for the ear, end ticks, and the label of the last value."""

    sentence: str
    first: str = ""
    last: str = ""
    value: str = ""
    goal: str = ""


def _ticks(frame: Frame, caption: Caption) -> SafeString:
    return format_html(
        '<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>',
        number(frame.pad),
        number(frame.height - 4),
        caption.first,
        number(frame.width - frame.pad),
        number(frame.height - 4),
        caption.last,
    )


def _goal(frame: Frame, y: float, label: str) -> SafeString:
    return format_html(
        '<path class="c-goal" d="M0 {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        number(y),
        number(frame.width),
        number(frame.width),
        number(y - 5),
        label,
    )


def line_chart(
    values: Sequence[float], caption: Caption, *, tone: str = "info", goal: float | None = None
) -> SafeString:
    """A line over a soft area with its last value named; a dashed goal where there is one."""
    if len(values) < 2:
        return NOTHING
    edges = [*values, *([] if goal is None else [goal])]
    spread = (max(edges) - min(edges)) or 1
    frame = Frame(300, 112, 10, min(edges) - spread * 0.15, max(edges) + spread * 0.15, foot=20)
    points = frame.points(values)
    floor = number(frame.height - frame.foot - frame.pad)
    area = f"{path(points)} L{number(points[-1][0])} {floor} L{number(points[0][0])} {floor}Z"
    dashed = NOTHING
    if goal is not None:
        dashed = _goal(frame, frame.points([goal])[0][1], caption.goal)
    return format_html(
        '<svg class="chart" viewBox="0 0 300 112" role="img" aria-label="{}">'
        '<path class="c-grid" d="M0 {}H300"/>{}<g data-s="{}"><path class="c-area" d="{}"/>'
        '<path class="c-line" d="{}"/><circle class="c-dot" cx="{}" cy="{}" r="3.5"/></g>'
        '<text class="lab" x="290" y="{}" text-anchor="end">{}</text>{}</svg>',
        caption.sentence,
        floor,
        dashed,
        tone,
        area,
        path(points),
        *points[-1],
        number(_clear_of(points)),
        caption.value,
        _ticks(frame, caption),
    )


def _clear_of(points: Sequence[Point]) -> float:
    """Height of the last label: above the dot, or below it when the line falls steeply."""
    (_, before), (_, y) = points[-2], points[-1]
    return y + 18 if before < y and y < 70 else max(11, y - 8)


def bar_chart(
    values: Sequence[float], caption: Caption, *, goal: float | None = None
) -> SafeString:
    """Upright bars, the last one in the accent; a dashed goal where there is one."""
    if not values:
        return NOTHING
    top = max([*values, goal or 0]) or 1
    slot = 270 / len(values)
    rects = []
    for i, value in enumerate(values):
        height = value / top * 46
        css = "c-bar on" if i == len(values) - 1 else "c-bar"
        rects.append(
            (css, number(i * slot), number(48 - height), number(slot * 0.62), number(height))
        )
    dashed = NOTHING
    if goal is not None:
        y = number(48 - goal / top * 46)
        dashed = format_html(
            '<path class="c-goal" d="M0 {}H272"/><text x="296" y="{}" text-anchor="end">{}</text>',
            y,
            number(48 - goal / top * 46 + 4),
            caption.goal,
        )
    return format_html(
        '<svg class="chart" viewBox="0 0 296 64" role="img" aria-label="{}">{}{}'
        '<text x="0" y="63">{}</text><text x="270" y="63" text-anchor="end">{}</text></svg>',
        caption.sentence,
        format_html_join(
            "", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>', rects
        ),
        dashed,
        caption.first,
        caption.last,
    )


def columns(months: Sequence[Sequence[float]], keys: Sequence[str], *, now: int) -> SafeString:
    """Stacked columns of one class per key ; `now` is the column at full strength."""
    height, scale = 34, 34 / (max((sum(month) for month in months), default=0) or 1)
    groups = []
    for i, month in enumerate(months):
        top, rects = height - sum(month) * scale, []
        for key, amount in zip(keys, month, strict=True):
            rects.append((key, i * 48 + 8, number(top), number(amount * scale)))
            top += amount * scale
        drawn = format_html_join(
            "", '<rect class="{}" x="{}" y="{}" width="32" height="{}"/>', rects
        )
        groups.append((class_is("now") if i == now else NOTHING, drawn))
    return format_html(
        '<svg class="ngt" viewBox="0 0 {} 34" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>",
        max(1, len(months)) * 48,
        format_html_join("", "<g{}>{}</g>", groups),
    )


@lru_cache(maxsize=64)
def rank_bars(level: int, *, steps: int = 3) -> SafeString:
    """Stacked flat bars, `level` of `steps` inked from below: a rank that needs no colour."""
    rects = ((8 - 4 * k, class_is("off") if k >= level else NOTHING) for k in range(steps))
    return format_html(
        '<svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">{}</svg>',
        format_html_join("", '<rect x="0" y="{}" width="12" height="2.6" rx="1"{}/>', rects),
    )


@lru_cache(maxsize=64)
def stair_bars(level: int, *, steps: int = 5) -> SafeString:
    """Rising bars, `level` of `steps` inked: a score of a few whole numbers."""
    rects = (
        (k * 7, 8 - 2 * k, 4 + 2 * k, class_is("on") if k < level else NOTHING)
        for k in range(steps)
    )
    return format_html(
        '<svg width="34" height="12" viewBox="0 0 34 12" aria-hidden="true">{}</svg>',
        format_html_join("", '<rect x="{}" y="{}" width="5" height="{}" rx="1"{}/>', rects),
    )


def trusted(drawing: str) -> SafeString:
    """A drawing made by a library of ours (never by a person), let through as it is."""
    return (
        mark_safe(drawing)
        if drawing.lstrip().startswith(("<svg", "<?xml"))
        else conditional_escape(drawing)
    )
