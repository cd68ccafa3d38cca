"""A calendar as a value: which seconds count, and the questions clocks ask of it (clocks.md 3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from core.msgid import gettext_noop
from core.worktime import parsing
from core.worktime.errors import CalendarError, NeverReached, WorktimeError
from core.worktime.hours import WHOLE_DAY, Hours, format_hours, total
from core.worktime.index import AlwaysIndex, MonthIndex, WorkIndex
from core.worktime.pauses import Pause, Span, free_between, free_forward, united_seconds
from core.worktime.zones import (
    day_boundary,
    instant_of,
    seconds_of,
    wall_to_instant,
    zone_named,
)

DayKind = Literal["work", "make_up", "special", "weekend", "holiday"]
DAYS = parsing.DAYS
LONGEST_WALK = 40_000
"""Open days that `add_days` steps over at most, in either direction."""


@dataclass(frozen=True, slots=True)
class DayStatus:
    """What one date is: its kind, its hours and, for a holiday, its name."""

    kind: DayKind
    hours: Hours
    name: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the date has any open hours."""
        return bool(self.hours)


@dataclass(frozen=True)
class Calendar:
    """A working calendar. Day status: override > make-up day > holiday > weekly pattern; `always`
    is 24x7 and knows no holidays. Beyond `covered_until` a date is provisional 暂定 (clocks.md 3).

    `week` is indexed by weekday, Monday 0. Instants go in aware and come out in UTC. Build one
    from stored JSON with `calendar_from_dict` and keep it: it caches its months.
    """

    zone: str
    week: tuple[Hours, ...] = ((),) * 7
    holidays: frozenset[date] = frozenset()
    yearly_holidays: frozenset[tuple[int, int]] = frozenset()
    overrides: Mapping[date, Hours] = field(default_factory=dict, hash=False)
    make_up: Mapping[date, Hours] = field(default_factory=dict, hash=False)
    names: Mapping[date, str] = field(default_factory=dict, hash=False)
    always: bool = False
    covered_until: date | None = None
    name: str = ""
    version: str = ""

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if len(self.week) != 7:
            raise CalendarError(gettext_noop("A weekly pattern has seven days, Monday first."))

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone as an object."""
        return zone_named(self.zone)

    @cached_property
    def _index(self) -> WorkIndex:
        if self.always:
            return AlwaysIndex()
        dated = sorted([*self.overrides, *self.make_up, *self.holidays])
        listed = (dated[0], dated[-1]) if dated else None
        return MonthIndex(self.tz, lambda day: self.status(day).hours, listed)

    # -- days ---------------------------------------------------------------------------------

    def status(self, day: date) -> DayStatus:
        """Kind, hours and name of a date (precedence: clocks.md 3)."""
        if self.always:
            return DayStatus("work", WHOLE_DAY)
        if day in self.overrides:
            hours = self.overrides[day]
            return DayStatus("special" if hours else "holiday", hours, self.names.get(day, ""))
        if day in self.make_up:
            return DayStatus("make_up", self.make_up[day], self.names.get(day, ""))
        if day in self.holidays or (day.month, day.day) in self.yearly_holidays:
            return DayStatus("holiday", (), self.names.get(day, ""))
        hours = self.week[day.weekday()]
        return DayStatus("work" if hours else "weekend", hours)

    def local_date(self, instant: datetime) -> date:
        """The date of an instant in the calendar's zone."""
        return instant.astimezone(self.tz).date()

    def is_provisional(self, instant: datetime) -> bool:
        """Whether the instant lies beyond the published schedule 暂定; never for 24x7."""
        if self.always or self.covered_until is None:
            return False
        return self.local_date(instant) > self.covered_until

    @cached_property
    def standard_day_minutes(self) -> int:
        """Minutes of the standard working day, the length of one "bd" target: the most frequent
        length of an open weekday, the earlier in the week on a tie; 1440 for 24x7 (clocks.md 3).
        Raises CalendarError when no day is open."""
        if self.always:
            return 24 * 60
        lengths = [total(hours) for hours in self.week if hours]
        lengths = lengths or [total(hours) for hours in self.make_up.values() if hours]
        lengths = lengths or [total(hours) for hours in self.overrides.values() if hours]
        if not lengths:
            raise CalendarError(gettext_noop("The calendar has no open day, so no standard day."))
        return max(lengths, key=lengths.count) // 60

    # -- instants -----------------------------------------------------------------------------

    def wall_to_instant(self, wall: datetime) -> datetime:
        """The UTC instant of a wall time in the calendar's zone (gap, ambiguity: clocks.md 3)."""
        return wall_to_instant(wall, self.tz)

    def is_open(self, at: datetime) -> bool:
        """Whether the second that begins at `at` counts; a closing instant does not."""
        second = seconds_of(at)
        return self._index.count(second, second + 1) == 1

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when it is open, else the next opening. Raises NeverReached."""
        return instant_of(self._index.next_open(seconds_of(at)))

    def prev_close(self, at: datetime) -> datetime:
        """`at` itself inside hours or at a closing, else the closing before it; an opening
        instant is not inside. Raises NeverReached."""
        return instant_of(self._index.prev_close(seconds_of(at)))

    def segments(
        self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
    ) -> list[tuple[datetime, datetime]]:
        """The counted stretches of [start, end) without the pauses, touching ones joined."""
        spans = united_seconds(pauses)
        return [
            (instant_of(opening), instant_of(closing))
            for begin, until in free_between(spans, seconds_of(start), seconds_of(end))
            for opening, closing in self._index.spans(begin, until)
        ]

    # -- durations ----------------------------------------------------------------------------

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Counted whole seconds from start to end without the pauses; negative when end lies
        before start (clocks.md 7: additive)."""
        begin, until = seconds_of(start), seconds_of(end)
        if until < begin:
            return -self._count(united_seconds(pauses), until, begin)
        return self._count(united_seconds(pauses), begin, until)

    def _count(self, spans: Sequence[Span], start: int, end: int) -> int:
        if not spans:
            return self._index.count(start, end)
        return sum(self._index.count(*stretch) for stretch in free_between(spans, start, end))

    def due(self, start: datetime, target_s: int, pauses: Iterable[Pause] = ()) -> datetime:
        """The first instant, from start on, with elapsed = target seconds; it may be a closing
        instant (clocks.md 3). Raises NeverReached (calendar stays closed, pause without end)."""
        if target_s < 0:
            return self.sub(start, -target_s, pauses, convention="farthest")
        return instant_of(self._due(united_seconds(pauses), seconds_of(start), target_s))

    def _due(self, spans: Sequence[Span], start: int, need: int) -> int:
        if need == 0:
            return start
        for begin, end in free_forward(spans, start):
            if end is None:
                return self._index.forward(begin, need)
            worked = self._index.count(begin, end)
            if worked >= need:
                return self._index.forward(begin, need)
            need -= worked
        raise NeverReached("The clock is paused without an end.")

    def due_latest(
        self, start: datetime, target_s: int, pauses: Iterable[Pause] = ()
    ) -> datetime | None:
        """The last instant that still meets the target: `due` inside hours, else the next counted
        second (next opening, resume). None when no second counts any more. Raises NeverReached."""
        if target_s < 0:
            return self.sub(start, -target_s, pauses, convention="nearest")
        spans = united_seconds(pauses)
        return self._resumes(spans, self._due(spans, seconds_of(start), target_s))

    def _resumes(self, spans: Sequence[Span], at: int) -> datetime | None:
        try:
            for begin, end in free_forward(spans, at):
                opens = self._index.next_open(begin)
                if end is None or opens < end:
                    return instant_of(opens)
        except NeverReached:
            return None
        return None

    def add(
        self,
        start: datetime,
        duration_s: int,
        pauses: Iterable[Pause] = (),
        *,
        convention: str = "earliest",
    ) -> datetime:
        """start + counted seconds: `earliest` is `due`, `latest` the next opening where that is
        a closing. Raises NeverReached."""
        if convention == "earliest":
            return self.due(start, duration_s, pauses)
        if convention != "latest":
            raise WorktimeError(f"“{convention}” is neither earliest nor latest.")
        latest = self.due_latest(start, duration_s, pauses)
        if latest is None:
            raise NeverReached("No second counts after that: there is no latest instant.")
        return latest

    def sub(
        self,
        end: datetime,
        duration_s: int,
        pauses: Iterable[Pause] = (),
        *,
        convention: str = "nearest",
    ) -> datetime:
        """end - counted seconds: `nearest` is the last such instant, `farthest` the closing
        before where that is an opening. Raises NeverReached."""
        if convention not in ("nearest", "farthest"):
            raise WorktimeError(f"“{convention}” is neither nearest nor farthest.")
        spans = united_seconds(pauses)
        at = self._back(spans, seconds_of(end), duration_s)
        return instant_of(at if convention == "nearest" else self._halts(spans, at))

    def _back(self, spans: Sequence[Span], end: int, need: int) -> int:
        if need < 0:
            return self._due(spans, end, -need)
        if need == 0:
            return end
        for begin, until in _free_backward(spans, end):
            worked = need if begin is None else self._index.count(begin, until)
            if worked >= need:
                return self._index.backward(until, need)
            need -= worked
        raise NeverReached("The pauses leave no time before that instant.")

    def _halts(self, spans: Sequence[Span], at: int) -> int:
        for begin, until in _free_backward(spans, at):
            closes = self._index.prev_close(until)
            if begin is None or closes > begin:
                return closes
        raise NeverReached("The pauses leave no time before that instant.")

    def thresholds(
        self,
        start: datetime,
        target_s: int,
        pauses: Iterable[Pause] = (),
        pcts: Iterable[int | float | str] = (50, 75, 90, 100),
    ) -> dict[str, datetime]:
        """The first instant at which each percentage of the target has elapsed, by its text; a
        share that is no whole second counts from the next one (clocks.md 5)."""
        pauses = tuple(pauses)
        return {str(pct): self.due(start, share(target_s, pct), pauses) for pct in pcts}

    # -- working days ---------------------------------------------------------------------------

    def add_days(
        self, start: datetime | date, days: int, mode: str = "end_of_day"
    ) -> datetime | date:
        """The date `days` open days on (back when negative); a closed start first rolls forward.

        mode `date` gives the date, `same_time` the start's wall time on it, `end_of_day` its last
        closing (clocks.md 3). Raises NeverReached when no further day is open."""
        wall = self._wall(start)
        day = self._walk(wall.date(), days)
        if mode == "date":
            return day
        if mode == "same_time":
            return self.wall_to_instant(datetime.combine(day, wall.time()))
        if mode == "end_of_day":
            return instant_of(day_boundary(day, self.status(day).hours[-1][1], self.tz))
        raise WorktimeError(f"“{mode}” is none of same_time, end_of_day and date.")

    def _wall(self, start: datetime | date) -> datetime:
        if not isinstance(start, datetime):
            return datetime.combine(start, time())
        seconds_of(start)
        return start.astimezone(self.tz).replace(tzinfo=None, microsecond=0)

    def _walk(self, day: date, days: int) -> date:
        day = self._open_day(day, 1)
        step = 1 if days > 0 else -1
        for _ in range(abs(days)):
            day = self._open_day(day + timedelta(days=step), step)
        return day

    def _open_day(self, day: date, step: int) -> date:
        for _ in range(LONGEST_WALK):
            if self.status(day).is_open:
                return day
            try:
                day += timedelta(days=step)
            except OverflowError:
                break
        raise NeverReached("The calendar has no further open day.")


def _free_backward(spans: Sequence[Span], end: int) -> Iterator[tuple[int | None, int]]:
    position = end
    for begin, until in reversed(spans):
        if begin >= position:
            continue
        if until is not None and until < position:
            yield until, position
        position = begin
    yield None, position


def share(target_s: int, pct: int | float | str) -> int:
    """Whole seconds that make up `pct` percent of the target, rounded up."""
    if isinstance(pct, int):
        return -(-target_s * pct // 100)
    exact = target_s * Fraction(str(pct)) / 100
    return -(-exact.numerator // exact.denominator)


def calendar_from_dict(stored: Mapping, *, name: str = "", version: str = "") -> Calendar:
    """A Calendar of its stored JSON: tz, week, holidays, yearly_holidays, overrides,
    extra_workdays with extra_hours, always; optionally make_up {date: intervals}, names,
    covered_until, name, version.
    Unknown keys are ignored. Raises CalendarError with a sentence."""
    fields = parsing.calendar_fields(stored)
    fields["name"] = name or fields["name"]
    fields["version"] = version or fields["version"]
    return Calendar(**fields)


def _dated(hours_by_day: Mapping[date, Hours]) -> dict[str, list[list[str]]]:
    return {day.isoformat(): format_hours(hours) for day, hours in sorted(hours_by_day.items())}


def calendar_to_dict(calendar: Calendar) -> dict:
    """The JSON of a calendar; `calendar_from_dict` gives an equal one back. Make-up days whose
    hours differ from the first one's go by date under `make_up`."""
    extra = sorted(calendar.make_up)
    extra_hours = calendar.make_up[extra[0]] if extra else ()
    own = {day: hours for day, hours in calendar.make_up.items() if hours != extra_hours}
    return {
        "tz": calendar.zone,
        "always": calendar.always,
        "week": {
            key: format_hours(hours)
            for key, hours in zip(DAYS, calendar.week, strict=True)
            if hours
        },
        "holidays": sorted(day.isoformat() for day in calendar.holidays),
        "yearly_holidays": sorted(f"{m:02}-{d:02}" for m, d in calendar.yearly_holidays),
        "overrides": _dated(calendar.overrides),
        "make_up": _dated(own),
        "extra_workdays": [day.isoformat() for day in extra if day not in own],
        "extra_hours": format_hours(extra_hours),
        "names": {day.isoformat(): text for day, text in sorted(calendar.names.items())},
        "covered_until": calendar.covered_until and calendar.covered_until.isoformat(),
        "name": calendar.name,
        "version": calendar.version,
    }
