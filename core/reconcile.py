"""Recomputes from the facts which timers must stand, and compares.

EXPECTED_TIMERS of the registry names functions that yield (kind, about_label, about_id, due_at). A
kind counts as covered when it is yielded, or named in EXPECTED_KINDS of that function's module:
then an armed timer that nobody expects is a difference too. RECONCILE names further functions
`function(now, repair) -> list of sentences` for caches of the floors above.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from django.db import transaction

from core import events, registry, timers
from core.models import Timer


@dataclass(frozen=True)
class Difference:
    """One timer that is not as the facts say; None: must not stand (or does not stand)."""

    kind: str
    about_label: str
    about_id: int
    expected: dt.datetime | None
    found: dt.datetime | None

    def __str__(self) -> str:
        wanted = self.expected.isoformat() if self.expected else "none"
        stands = self.found.isoformat() if self.found else "none"
        return f"{self.kind} {self.about_label}:{self.about_id}: expected {wanted}, found {stands}"


def differences(now: dt.datetime) -> list[Difference]:
    """Every timer that is missing, at another time, or armed without a reason.

    A timer that has fired (or is dead, which the admin shows) at the expected time is in order.
    """
    wanted, covered = _expected(now)
    standing = {
        (row.kind, row.about_label, row.about_id): row.due_at
        for row in Timer.objects.armed().filter(kind__in=covered).iterator()
    }
    done = set(
        Timer.objects.filter(
            kind__in=covered, state__in=[Timer.State.FIRED, Timer.State.DEAD]
        ).values_list("kind", "about_label", "about_id", "due_at")
    )
    return list(_compare(wanted, standing, done))


def _expected(now: dt.datetime) -> tuple[dict[tuple[str, str, int], dt.datetime], set[str]]:
    wanted: dict[tuple[str, str, int], dt.datetime] = {}
    covered: set[str] = set()
    for path in registry.entry("EXPECTED_TIMERS", []):
        covered.update(getattr(import_module(path.partition(":")[0]), "EXPECTED_KINDS", ()))
        for kind, label, pk, due_at in registry.load(path)(now):
            wanted[(kind, label, pk)] = due_at
            covered.add(kind)
    return wanted, covered


def _compare(wanted: dict, standing: dict, done: set) -> Iterator[Difference]:
    for key in sorted({*wanted, *standing}):
        expected, found = wanted.get(key), standing.get(key)
        if expected != found and not (found is None and (*key, expected) in done):
            yield Difference(*key, expected=expected, found=found)


def repair(found: list[Difference], *, now: dt.datetime) -> int:
    """Arm, re-arm or cancel until the timers say what the facts say; returns how many."""
    for row in found:
        with transaction.atomic():
            timers.arm_many(
                row.kind, {row.about_id: row.expected}, about_label=row.about_label, now=now
            )
    return len(found)


def others(now: dt.datetime, *, repairing: bool) -> list[str]:
    """Events that a consumer never heard of, and what the floors above reconcile themselves."""
    said = [
        f"event {event_id}: {name} never heard of it"
        for event_id, name in events.unheard(now, repairing=repairing)
    ]
    for path in registry.entry("RECONCILE", []):
        said += [str(line) for line in registry.load(path)(now, repairing)]
    return said
