"""The steps of a buying decision as people type them: one a line, `step | who | days` (C091).

No table, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

DAYS, STEPS, NAME, WHO = 1000, 20, 80, 120
"""The longest step, the most steps, and the longest texts of one."""
_BARS = re.compile(r"\s*[|｜\t]\s*")
_DAYS = re.compile(r"\s*(\d{1,6})\s*(天|日|d|days?)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """What is decided, who takes part, how many days it usually takes (None: not known)."""

    name: str
    roles: str = ""
    usual_days: int | None = None


@dataclass(frozen=True)
class Mistake:
    """A line (from 1) that cannot be a step, and why: name, parts, days, many, long."""

    line: int
    why: str


def parse(text: str) -> tuple[list[Step], list[Mistake]]:
    """The steps in their order, and what is wrong; empty lines do not count."""
    steps, mistakes = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        step = _step(line.strip())
        why = step if isinstance(step, str) else wrong(step)
        if why:
            mistakes.append(Mistake(number, why))
        elif not isinstance(step, str):
            steps.append(step)
    if len(steps) > STEPS:
        mistakes.append(Mistake(STEPS + 1, "many"))
    return steps, mistakes


def wrong(step: Step) -> str:
    """Why a step cannot be; "" when it can."""
    if not step.name.strip():
        return "name"
    if len(step.name) > NAME or len(step.roles) > WHO:
        return "long"
    if step.usual_days is not None and not 0 <= step.usual_days <= DAYS:
        return "days"
    return ""


def written(steps: Iterable[Step]) -> str:
    """As one types them."""
    return "\n".join(
        " | ".join(
            [step.name, step.roles, "" if step.usual_days is None else str(step.usual_days)]
        ).rstrip(" |")
        for step in steps
    )


def total_days(steps: Iterable[Step]) -> int | None:
    """Usual days from the first step to the last; None while one of them is not known."""
    days = [step.usual_days for step in steps]
    known = [each for each in days if each is not None]
    return sum(known) if known and len(known) == len(days) else None


def _step(line: str) -> Step | str:
    parts = _BARS.split(line)
    if len(parts) > 3:
        return "parts"
    name, roles, days = [*parts, "", ""][:3]
    if not days:
        return Step(name, roles)
    found = _DAYS.fullmatch(days)
    return Step(name, roles, int(found.group(1))) if found else "days"
