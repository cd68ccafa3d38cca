"""Runs worked cases of time (vectors): the meaning of clocks.md, checked file by file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.worktime import (
    Calendar,
    NeverReached,
    Pause,
    Retarget,
    WorktimeError,
    calendar_from_dict,
    parse_instant,
    retarget,
    unite,
    verdict,
)
from core.worktime.zones import seconds_of, zone_named

Vector = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One vector with the calendars of its file; instants without an offset are wall time in the
    vector's calendar, UTC when it names none."""

    vector: Vector
    calendars: Mapping[str, Calendar]

    @property
    def calendar(self) -> Calendar:
        """The calendar that the vector names. Raises WorktimeError when the file has none."""
        return self.named(self.vector.get("calendar"))

    def named(self, name: str | None) -> Calendar:
        """A calendar of the file by its name. Raises WorktimeError."""
        if name is None or name not in self.calendars:
            raise WorktimeError(f"The file has no calendar “{name}”.")
        return self.calendars[name]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of instants without an offset."""
        calendar = self.calendars.get(str(self.vector.get("calendar")))
        return calendar.tz if calendar else zone_named("UTC")

    def instant(self, text: str | None) -> datetime | None:
        """The UTC instant of an input; None stays None."""
        return None if text is None else parse_instant(text, self.zone)

    def moment(self, text: str) -> datetime:
        """The UTC instant of an input that must be there. Raises WorktimeError."""
        return parse_instant(text, self.zone)

    def required(self, key: str) -> datetime:
        """The UTC instant of an input that must be there. Raises WorktimeError."""
        if self.vector.get(key) is None:
            raise WorktimeError(f"The vector has no “{key}”.")
        return parse_instant(self.vector[key], self.zone)

    @property
    def pauses(self) -> list[Pause]:
        """The pauses; an end of null is a pause that still lasts."""
        return [
            (parse_instant(pause[0], self.zone), self.instant(pause[1] if pause[1:] else None))
            for pause in self.vector.get("pauses") or ()
        ]

    def text(self, at: datetime | None) -> str | None:
        """An output instant as ISO 8601 text in the calendar's zone."""
        return None if at is None else at.astimezone(self.zone).isoformat()


@dataclass(frozen=True)
class Outcome:
    """What one vector gave: ok is None for a kind that nobody evaluates."""

    file: str
    id: str
    kind: str
    ok: bool | None
    got: Any


Evaluator = Callable[[Case], Any]
"""Gives the outputs of a vector: a dict of the keys of `expected`, or a list."""


def add(case: Case) -> dict:
    """Kind add: `due`, and the counted seconds that the pauses took until then."""
    start, pauses = case.required("start"), case.pauses
    convention = case.vector.get("convention") or "earliest"
    due = case.calendar.add(start, case.vector["duration_s"], pauses, convention=convention)
    paused = case.calendar.elapsed(start, due) - case.calendar.elapsed(start, due, pauses)
    return {"due": case.text(due), "pause_calendar_s": paused}


def sub(case: Case) -> dict:
    """Kind sub: `at`."""
    at = case.calendar.sub(
        case.required("start"),
        case.vector["duration_s"],
        case.pauses,
        convention=case.vector.get("convention") or "nearest",
    )
    return {"at": case.text(at)}


def elapsed(case: Case) -> dict:
    """Kind elapsed: signed seconds, 0 at least when clamped."""
    seconds = case.calendar.elapsed(case.required("start"), case.required("end"), case.pauses)
    return {"elapsed_s": max(0, seconds) if case.vector.get("clamp_negative") else seconds}


def is_open(case: Case) -> dict:
    """Kind is_open."""
    return {"open": case.calendar.is_open(case.required("start"))}


def next_open(case: Case) -> dict:
    """Kind next_open."""
    return {"at": case.text(case.calendar.next_open(case.required("start")))}


def prev_close(case: Case) -> dict:
    """Kind prev_close."""
    return {"at": case.text(case.calendar.prev_close(case.required("start")))}


def add_days(case: Case) -> dict:
    """Kind add_days: a date in mode date, else an instant."""
    mode = case.vector.get("mode") or "same_time"
    at = case.calendar.add_days(case.required("start"), case.vector["days"], mode)
    return {"at": case.text(at) if isinstance(at, datetime) else at.isoformat()}


def segments(case: Case) -> dict:
    """Kind segments: counted stretches, touching ones joined."""
    found = case.calendar.segments(case.required("start"), case.required("end"), case.pauses)
    return {"segments": [[case.text(begin), case.text(end)] for begin, end in found]}


def wall_to_instant(case: Case) -> dict:
    """Kind wall_to_instant."""
    return {"at": case.text(case.required("start"))}


def thresholds(case: Case) -> dict:
    """Kind thresholds: due, due_latest and an instant for each percentage; null is never."""
    start, target = case.required("start"), case.vector["duration_s"]
    calendar, pauses = case.calendar, case.pauses
    expected = expected_of(case.vector)
    pcts = case.vector.get("pcts") or list(_member(expected, "thresholds") or ())
    return {
        "due": case.text(_or_never(calendar.due, start, target, pauses)),
        "due_latest": case.text(_or_never(calendar.due_latest, start, target, pauses)),
        "thresholds": {
            str(pct): case.text(_or_never(_threshold, calendar, start, target, pauses, pct))
            for pct in pcts
        },
    }


def _threshold(
    calendar: Calendar, start: datetime, target: int, pauses: list[Pause], pct: int | float | str
) -> datetime:
    return calendar.thresholds(start, target, pauses, [pct])[str(pct)]


def _or_never(question: Callable[..., datetime | None], *args: Any) -> datetime | None:
    try:
        return question(*args)
    except NeverReached:
        return None


def stopped(case: Case) -> dict:
    """Kind verdict: elapsed_s, remaining_s, breached."""
    result = verdict(
        case.calendar,
        case.required("start"),
        case.vector["duration_s"],
        case.required("stop"),
        case.pauses,
    )
    return {
        "elapsed_s": result.elapsed_s,
        "remaining_s": result.remaining_s,
        "breached": result.breached,
    }


def retargeted(case: Case) -> dict:
    """Kind retarget: due after the changes (CARRY)."""
    changes = [
        Retarget(
            case.moment(change["at"]),
            change["duration_s"],
            case.named(change["calendar"]) if change.get("calendar") else None,
        )
        for change in case.vector.get("retargets") or ()
    ]
    start, target = case.required("start"), case.vector["duration_s"]
    due = _or_never(retarget, case.calendar, start, target, unite(case.pauses), changes)
    return {"due": case.text(due)}


EVALUATORS: dict[str, Evaluator] = {
    "add": add,
    "sub": sub,
    "elapsed": elapsed,
    "is_open": is_open,
    "next_open": next_open,
    "prev_close": prev_close,
    "add_days": add_days,
    "segments": segments,
    "wall_to_instant": wall_to_instant,
    "thresholds": thresholds,
    "verdict": stopped,
    "retarget": retargeted,
}


def expected_of(vector: Vector) -> Any:
    """`expected_ours` where present: it replaces `expected`."""
    return vector["expected_ours"] if "expected_ours" in vector else vector.get("expected")


def run_file(
    name: str, content: Mapping[str, Any], evaluators: Mapping[str, Evaluator]
) -> Iterator[Outcome]:
    """The outcomes of a file's vectors, in order. A vector that cannot be evaluated fails, with
    the sentence as what it gave."""
    calendars: dict[str, Calendar] = {}
    broken: dict[str, str] = {}
    for key, stored in (content.get("calendars") or {}).items():
        try:
            calendars[key] = calendar_from_dict(stored, name=key)
        except WorktimeError as refusal:
            broken[key] = str(refusal)
    for vector in content.get("vectors") or ():
        yield _run(name, vector, calendars, broken, evaluators)


def _run(
    name: str,
    vector: Vector,
    calendars: Mapping[str, Calendar],
    broken: Mapping[str, str],
    evaluators: Mapping[str, Evaluator],
) -> Outcome:
    kind, ident = str(vector.get("kind")), str(vector.get("id"))
    if kind not in evaluators:
        return Outcome(name, ident, kind, None, None)
    if vector.get("calendar") in broken:
        return Outcome(name, ident, kind, False, {"error": broken[vector["calendar"]]})
    case = Case(vector, calendars)
    try:
        got = evaluators[kind](case)
    except (WorktimeError, KeyError, TypeError, ValueError, OverflowError) as refusal:
        got = {"error": f"{type(refusal).__name__}: {refusal}"}
    return Outcome(name, ident, kind, same(expected_of(vector), got, case.zone), got)


def same(expected: Any, got: Any, zone: ZoneInfo) -> bool:
    """Whether the result meets the expectation: every expected key, instants as instants, numbers
    within a thousandth of a second, touching segments joined."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(
            key in got and _same_member(key, value, got[key], zone)
            for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(got, list)
            and len(expected) == len(got)
            and all(same(first, second, zone) for first, second in zip(expected, got, strict=True))
        )
    return _same_value(expected, got, zone)


def _same_member(key: str, expected: Any, got: Any, zone: ZoneInfo) -> bool:
    if key == "segments" and isinstance(expected, list) and isinstance(got, list):
        return _joined(expected, zone) == _joined(got, zone)
    return same(expected, got, zone)


def _joined(pairs: list, zone: ZoneInfo) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in pairs:
        first, last = (seconds_of(parse_instant(text, zone)) for text in (begin, end))
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], last)
        elif first < last:
            joined.append((first, last))
    return joined


def _same_value(expected: Any, got: Any, zone: ZoneInfo) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return abs(expected - got) < 1e-6
    if isinstance(expected, str) and isinstance(got, str) and expected != got:
        return _same_instant(expected, got, zone)
    return expected == got


def _same_instant(expected: str, got: str, zone: ZoneInfo) -> bool:
    try:
        if len(expected) <= 10 or len(got) <= 10:
            return date.fromisoformat(expected[:10]) == date.fromisoformat(got[:10])
        return parse_instant(expected, zone) == parse_instant(got, zone)
    except ValueError:
        return False


def _member(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None
