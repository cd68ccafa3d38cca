"""Pauses of a clock: united, clipped, and the free stretches between them (clocks.md 2)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from core.worktime.errors import WorktimeError
from core.worktime.zones import instant_of, seconds_of

Pause = tuple[datetime, datetime | None]
"""(from, until) as aware instants, half-open; until None is a pause that still lasts."""

Span = tuple[int, int | None]
"""(from, until) in seconds since 1970; None is without end."""


def united_seconds(pauses: Iterable[Pause]) -> list[Span]:
    """The union of the pauses in order, as seconds; empty ones vanish. Raises WorktimeError for
    a pause that ends before it begins."""
    spans: list[Span] = []
    for begin, end in sorted(map(_span, pauses), key=lambda span: span[0]):
        if end == begin:
            continue
        if spans and (spans[-1][1] is None or begin <= spans[-1][1]):
            spans[-1] = (spans[-1][0], _later(spans[-1][1], end))
        else:
            spans.append((begin, end))
    return spans


def _span(pause: Pause) -> Span:
    begin, end = seconds_of(pause[0]), None if pause[1] is None else seconds_of(pause[1])
    if end is not None and end < begin:
        raise WorktimeError(f"The pause from {pause[0]} ends before it begins.")
    return begin, end


def _later(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else max(first, second)


def unite(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The union of the pauses in order: overlapping and touching ones are one (clocks.md 2)."""
    return tuple(
        (instant_of(begin), None if end is None else instant_of(end))
        for begin, end in united_seconds(pauses)
    )


def free_forward(spans: Sequence[Span], start: int) -> Iterator[Span]:
    """The stretches from `start` on that no pause covers; the last one may have no end."""
    position = start
    for begin, end in spans:
        if end is not None and end <= position:
            continue
        if begin > position:
            yield position, begin
        if end is None:
            return
        position = max(position, end)
    yield position, None


def free_between(spans: Sequence[Span], start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of [start, end) that no pause covers."""
    free = []
    for begin, until in free_forward(spans, start):
        if begin >= end:
            break
        free.append((begin, end if until is None else min(until, end)))
    return free
