"""Wall time and instants: the two ends of daylight saving, told apart (clocks.md 3)."""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.msgid import gettext_noop
from core.worktime.errors import CalendarError, WorktimeError

DAY = 86_400
_EPOCH = datetime(1970, 1, 1)
_UTC_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND, _NONE = timedelta(seconds=1), timedelta()


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises CalendarError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise CalendarError(
            gettext_noop("“%(name)s” is not a time zone of the IANA list."), name=name
        ) from None


def seconds_of(instant: datetime) -> int:
    """Whole seconds since 1970 of an aware instant; fractions are cut off."""
    if instant.tzinfo is None:
        raise WorktimeError(f"The instant {instant.isoformat()} has no time zone.")
    return (instant - _UTC_EPOCH) // _SECOND


def instant_of(seconds: int) -> datetime:
    """The UTC instant of whole seconds since 1970."""
    return _UTC_EPOCH + timedelta(seconds=seconds)


def _offset(wall: datetime, zone: ZoneInfo, fold: int) -> int:
    return (wall.replace(tzinfo=zone, fold=fold).utcoffset() or _NONE) // _SECOND


def wall_seconds(wall: datetime, zone: ZoneInfo) -> int:
    """Seconds since 1970 of a wall time. In a gap the offset before it applies (02:30 reads as
    03:30); an ambiguous time is its first occurrence (clocks.md 3)."""
    return (wall - _EPOCH) // _SECOND - _offset(wall, zone, 0)


def boundary_seconds(wall: datetime, zone: ZoneInfo) -> int:
    """Seconds since 1970 of an opening or closing. A boundary in a gap acts at the gap's end; an
    ambiguous one is its first occurrence (clocks.md 3)."""
    before, after = _offset(wall, zone, 0), _offset(wall, zone, 1)
    naive = (wall - _EPOCH) // _SECOND
    if before >= after:
        return naive - before
    low, high = naive - after, naive - before
    while low < high:
        middle = (low + high) // 2
        offset = instant_of(middle).astimezone(zone).utcoffset() or _NONE
        if offset // _SECOND == before:
            low = middle + 1
        else:
            high = middle
    return low


def day_boundary(day: date, second: int, zone: ZoneInfo) -> int:
    """Seconds since 1970 of the boundary `second` seconds of wall time into `day` (86400 is
    24:00, the midnight after it)."""
    wall = datetime.combine(day, time()) + timedelta(seconds=second)
    return boundary_seconds(wall, zone)


def wall_to_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; an aware value keeps its own offset (clocks.md 3)."""
    if wall.tzinfo is not None:
        return wall.astimezone(timezone.utc)
    return instant_of(wall_seconds(wall.replace(microsecond=0), zone))


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """The UTC instant of an ISO 8601 text; without an offset it is wall time in `zone`, a bare
    date is its midnight. Raises WorktimeError for anything else."""
    try:
        return wall_to_instant(datetime.fromisoformat(text.strip().replace("Z", "+00:00")), zone)
    except (ValueError, AttributeError):
        raise WorktimeError(f"“{text}” is not a date and time in ISO 8601 form.") from None
