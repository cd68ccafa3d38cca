"""The counted seconds of a calendar, indexed by month, so that long spans cost little."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from core.worktime.errors import NeverReached
from core.worktime.hours import Hours
from core.worktime.zones import day_boundary, instant_of

EMPTY_MONTHS = 12 * 12
"""So many months without an open second, past every listed date, mean: never."""
FIRST_MONTH, LAST_MONTH = 2 * 12, 9_998 * 12


class WorkIndex(Protocol):
    """What the arithmetic asks of a calendar, in seconds since 1970."""

    def count(self, start: int, end: int) -> int:
        """Counted seconds of [start, end), start <= end."""

    def forward(self, start: int, need: int) -> int:
        """First instant from `start` with `need` > 0 counted seconds in between."""

    def backward(self, end: int, need: int) -> int:
        """Last instant before `end` with `need` > 0 counted seconds in between."""

    def next_open(self, at: int) -> int:
        """`at` itself when it is open, else the next opening."""

    def prev_close(self, at: int) -> int:
        """`at` itself inside hours or at a closing, else the closing before it."""

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open stretches of [start, end), touching ones joined."""


class AlwaysIndex:
    """24x7: every physical second counts."""

    def count(self, start: int, end: int) -> int:
        """Every physical second."""
        return end - start

    def forward(self, start: int, need: int) -> int:
        """`need` seconds later."""
        return start + need

    def backward(self, end: int, need: int) -> int:
        """`need` seconds earlier."""
        return end - need

    def next_open(self, at: int) -> int:
        """Now."""
        return at

    def prev_close(self, at: int) -> int:
        """Now."""
        return at

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """One stretch."""
        if start < end:
            yield start, end


@dataclass(frozen=True, slots=True)
class _Month:
    start: int
    end: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    sums: tuple[int, ...]
    """sums[i] = counted seconds before opens[i]; one more entry than opens: the total."""

    def worked_until(self, at: int) -> int:
        position = bisect_right(self.opens, at) - 1
        if position < 0:
            return 0
        return self.sums[position] + min(at, self.closes[position]) - self.opens[position]

    def instant_after(self, worked: int) -> int:
        """First instant with `worked` > 0 counted seconds of this month behind it."""
        position = bisect_left(self.sums, worked) - 1
        return self.opens[position] + worked - self.sums[position]

    def instant_before(self, worked: int) -> int:
        """Last instant with `worked` < total counted seconds of this month behind it."""
        position = bisect_right(self.sums, worked) - 1
        return self.opens[position] + worked - self.sums[position]


class MonthIndex:
    """The open spans of a calendar, built month by month when first asked for."""

    def __init__(
        self, zone: ZoneInfo, hours_on: Callable[[date], Hours], listed: tuple[date, date] | None
    ) -> None:
        self._zone = zone
        self._hours_on = hours_on
        self._listed = (
            (_month_of(listed[0]), _month_of(listed[1])) if listed else (LAST_MONTH, FIRST_MONTH)
        )
        self._months: dict[int, _Month] = {}
        self._found = (0, -1)

    def _month(self, number: int) -> _Month:
        month = self._months.get(number)
        if month is None:
            month = self._months[number] = self._build(number)
        return month

    def _build(self, number: int) -> _Month:
        year, month = divmod(number, 12)
        opens: list[int] = []
        closes: list[int] = []
        for day in range(1, monthrange(year, month + 1)[1] + 1):
            for opening, closing in self._hours_on(date(year, month + 1, day)):
                begin = day_boundary(date(year, month + 1, day), opening, self._zone)
                end = day_boundary(date(year, month + 1, day), closing, self._zone)
                if closes and begin == closes[-1]:
                    closes[-1] = end
                elif begin < end:
                    opens.append(begin)
                    closes.append(end)
        sums = [0]
        for begin, end in zip(opens, closes, strict=True):
            sums.append(sums[-1] + end - begin)
        start = day_boundary(date(year, month + 1, 1), 0, self._zone)
        following = date(*_year_month(number + 1), 1)
        end = day_boundary(following, 0, self._zone)
        return _Month(start, end, tuple(opens), tuple(closes), tuple(sums))

    def _number_at(self, at: int) -> int:
        """The month of an instant; the last answer is kept, a clock asks about its start often."""
        asked, number = self._found
        if asked == at and number >= 0:
            return number
        number = _month_of(instant_of(at).date())
        while at < self._month(number).start:
            number -= 1
        while at >= self._month(number).end:
            number += 1
        self._found = (at, number)
        return number

    def _ahead(self, number: int) -> Iterator[_Month]:
        empty = 0
        while empty < EMPTY_MONTHS or number <= self._listed[1]:
            if number >= LAST_MONTH:
                break
            month = self._month(number)
            empty = 0 if month.opens else empty + 1
            yield month
            number += 1
        raise NeverReached("The calendar has no further open hours: it would never get there.")

    def _behind(self, number: int) -> Iterator[_Month]:
        empty = 0
        while empty < EMPTY_MONTHS or number >= self._listed[0]:
            if number <= FIRST_MONTH:
                break
            month = self._month(number)
            empty = 0 if month.opens else empty + 1
            yield month
            number -= 1
        raise NeverReached("The calendar has no earlier open hours: it would never get there.")

    def count(self, start: int, end: int) -> int:
        """Counted seconds of [start, end), start <= end."""
        first, last = self._number_at(start), self._number_at(end)
        worked = self._month(last).worked_until(end) - self._month(first).worked_until(start)
        return worked + sum(self._month(number).sums[-1] for number in range(first, last))

    def forward(self, start: int, need: int) -> int:
        """First instant from `start` with `need` > 0 counted seconds in between."""
        first = self._number_at(start)
        need += self._month(first).worked_until(start)
        for month in self._ahead(first):
            if need <= month.sums[-1]:
                return month.instant_after(need)
            need -= month.sums[-1]
        raise AssertionError("unreachable")

    def backward(self, end: int, need: int) -> int:
        """Last instant before `end` with `need` > 0 counted seconds in between."""
        last = self._number_at(end)
        need -= self._month(last).worked_until(end)
        if need <= 0:
            return self._month(last).instant_before(-need)
        for month in self._behind(last - 1):
            if need <= month.sums[-1]:
                return month.instant_before(month.sums[-1] - need)
            need -= month.sums[-1]
        raise AssertionError("unreachable")

    def next_open(self, at: int) -> int:
        """`at` itself when it is open, else the next opening."""
        for month in self._ahead(self._number_at(at)):
            position = bisect_right(month.closes, at)
            if position < len(month.opens):
                return max(at, month.opens[position])
        raise AssertionError("unreachable")

    def prev_close(self, at: int) -> int:
        """`at` itself inside hours or at a closing, else the closing before it."""
        for month in self._behind(self._number_at(at)):
            position = bisect_left(month.opens, at) - 1
            if position >= 0:
                return min(at, month.closes[position])
        raise AssertionError("unreachable")

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open stretches of [start, end), touching ones joined."""
        held: tuple[int, int] | None = None
        for number in range(self._number_at(start), self._number_at(end) + 1):
            month = self._month(number)
            for opening, closing in zip(month.opens, month.closes, strict=True):
                begin, until = max(opening, start), min(closing, end)
                if begin >= until:
                    continue
                if held and held[1] == begin:
                    held = (held[0], until)
                    continue
                if held:
                    yield held
                held = (begin, until)
        if held:
            yield held


def _month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def _year_month(number: int) -> tuple[int, int]:
    """(year, month 1–12) of a month counted from year 0."""
    year, month = divmod(number, 12)
    return year, month + 1
