"""Opening hours of one day: half-open stretches of wall time, "24:00" allowed (clocks.md 3)."""

import re
from collections.abc import Iterable, Sequence

from core.msgid import gettext_noop
from core.worktime.errors import CalendarError
from core.worktime.zones import DAY

Hours = tuple[tuple[int, int], ...]
"""(open, close) in seconds of wall time after midnight, in order, touching ones joined."""

WHOLE_DAY: Hours = ((0, DAY),)
NO_CLOCK = gettext_noop("“%(text)s” is not a time of day between 00:00 and 24:00.")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?\Z")


def parse_clock(text: str) -> int:
    """Seconds after midnight of "HH:MM" or "HH:MM:SS", up to "24:00". Raises CalendarError."""
    match = _CLOCK.match(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise CalendarError(NO_CLOCK, text=text)
    hour, minute, second = (int(part or 0) for part in match.groups())
    seconds = hour * 3600 + minute * 60 + second
    if seconds > DAY:
        raise CalendarError(NO_CLOCK, text=text)
    return seconds


def format_clock(seconds: int) -> str:
    """ "HH:MM", with seconds only where there are any."""
    hour, rest = divmod(seconds, 3600)
    minute, second = divmod(rest, 60)
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")


def parse_hours(intervals: Iterable[Sequence[str]], *, where: str = "this day") -> Hours:
    """Hours of [["09:00", "12:00"], …] in any order. Raises CalendarError when one closes before
    it opens or two overlap; an interval over midnight has to be split in two."""
    parsed = sorted(_parse_interval(interval, where) for interval in intervals)
    joined: list[tuple[int, int]] = []
    for opens, closes in parsed:
        if joined and opens < joined[-1][1]:
            raise CalendarError(
                gettext_noop(
                    "The hours of %(where)s overlap: %(opens)s lies before the closing at "
                    "%(closes)s."
                ),
                where=where,
                opens=format_clock(opens),
                closes=format_clock(joined[-1][1]),
            )
        if joined and opens == joined[-1][1]:
            joined[-1] = (joined[-1][0], closes)
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _parse_interval(interval: Sequence[str], where: str) -> tuple[int, int]:
    if isinstance(interval, str) or len(interval) != 2:
        raise CalendarError(
            gettext_noop("The hours of %(where)s must be pairs of an opening and a closing."),
            where=where,
        )
    opens, closes = parse_clock(interval[0]), parse_clock(interval[1])
    if closes <= opens:
        raise CalendarError(
            gettext_noop(
                "The hours of %(where)s close at %(closes)s, not after they open at %(opens)s; "
                "split an interval over midnight in two."
            ),
            where=where,
            opens=interval[0],
            closes=interval[1],
        )
    return opens, closes


def format_hours(hours: Hours) -> list[list[str]]:
    """The inverse of `parse_hours`."""
    return [[format_clock(opens), format_clock(closes)] for opens, closes in hours]


def total(hours: Hours) -> int:
    """Seconds of wall time that the hours hold."""
    return sum(closes - opens for opens, closes in hours)
