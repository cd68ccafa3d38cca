"""Why a due time is what it is: a span cut into stretches with one reason each (clocks.md 5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.worktime.calendar import Calendar, DayStatus
from core.worktime.pauses import Pause, united_seconds
from core.worktime.zones import day_boundary, instant_of, seconds_of

REASONS = ("work", "make_up", "special", "lunch", "night", "weekend", "holiday", "pause", "change")
COUNTED = frozenset({"work", "make_up", "special"})
FOREVER = 1 << 62

_Piece = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one reason; `name` is the holiday's. Only counted ones move the clock."""

    start: datetime
    end: datetime
    reason: str
    name: str = ""

    @property
    def counted(self) -> bool:
        """Whether these seconds move the clock."""
        return self.reason in COUNTED

    @property
    def seconds(self) -> int:
        """Physical seconds of the stretch."""
        return seconds_of(self.end) - seconds_of(self.start)


def explain(
    calendar: Calendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> list[Stretch]:
    """[start, end) without gaps, as stretches of work, make_up, special, lunch, night, weekend,
    holiday or pause (only the paused part of open hours is `pause`; clocks.md 2)."""
    begin, until = seconds_of(start), seconds_of(end)
    paused = [(a, FOREVER if b is None else b) for a, b in united_seconds(pauses)]
    pieces = (part for piece in _days(calendar, begin, until) for part in _paused(piece, paused))
    return [
        Stretch(instant_of(a), instant_of(b), reason, name)
        for a, b, reason, name in _joined(pieces)
    ]


def _days(calendar: Calendar, begin: int, until: int) -> Iterator[_Piece]:
    day = calendar.local_date(instant_of(begin)) - timedelta(days=1)
    while (midnight := day_boundary(day, 0, calendar.tz)) < until:
        following = day_boundary(day, 86_400, calendar.tz)
        for a, b, reason, name in _day(calendar, calendar.status(day), day, midnight, following):
            if max(a, begin) < min(b, until):
                yield max(a, begin), min(b, until), reason, name
        day += timedelta(days=1)


def _day(
    calendar: Calendar, status: DayStatus, day: date, midnight: int, following: int
) -> Iterator[_Piece]:
    if not status.hours:
        yield midnight, following, status.kind, status.name
        return
    position, reason = midnight, "night"
    for opening, closing in status.hours:
        opens = day_boundary(day, opening, calendar.tz)
        closes = day_boundary(day, closing, calendar.tz)
        yield position, opens, reason, ""
        yield opens, closes, status.kind, status.name
        position, reason = closes, "lunch"
    yield position, following, "night", ""


def _paused(piece: _Piece, paused: list[tuple[int, int]]) -> Iterator[_Piece]:
    begin, until, reason, name = piece
    if reason not in COUNTED:
        yield piece
        return
    for start, end in paused:
        if end <= begin or start >= until:
            continue
        yield begin, start, reason, name
        yield max(begin, start), min(until, end), "pause", ""
        begin = min(until, end)
    yield begin, until, reason, name


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    held: _Piece | None = None
    for piece in pieces:
        if piece[0] >= piece[1]:
            continue
        if held and held[2:] == piece[2:]:
            held = (held[0], piece[1], *held[2:])
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held
