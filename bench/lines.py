"""What a row of the bench says, and the table that all rows make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEADS = ("row", "work", "measured", "figure", "must", "stretch", "verdict", "note")
FACTS = ("CPU", "SQL", "size", "alone", "with 8", "p50", "p95")


@dataclass(frozen=True)
class Line:
    """One figure. Smaller is better unless `must` is smaller than `stretch`.

    A line without `must` is a fact: it is shown, not judged.
    """

    row: str
    work: str
    measured: str
    figure: float
    unit: str
    must: float | None = None
    stretch: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """ "stretch", "must", "MISSED", or "-" for a fact."""
        if self.must is None:
            return "-"
        more = self.stretch is not None and self.stretch > self.must
        sign = -1 if more else 1
        if self.stretch is not None and sign * self.figure <= sign * self.stretch:
            return "stretch"
        return "must" if sign * self.figure <= sign * self.must else "MISSED"


def number(value: float | None) -> str:
    """Short, with as many digits as say something."""
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if value == int(value):
        return f"{int(value)}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def table(lines: Iterable[Line]) -> str:
    """Markdown: what is judged, and below it what requests cost."""
    found = list(lines)
    judged = [line for line in found if line.must is not None or line.measured not in FACTS]
    parts = [_markdown(HEADS, [_judged(line) for line in judged])] if judged else []
    facts = _facts(line for line in found if line.must is None and line.measured in FACTS)
    return "\n\n".join([*parts, *([facts] if facts else [])])


def _judged(line: Line) -> list[str]:
    verdict = f"**{line.verdict}**" if line.verdict == "MISSED" else line.verdict
    return [
        *(line.row, line.work, line.measured, f"{number(line.figure)} {line.unit}".strip()),
        *(number(line.must), number(line.stretch), verdict, line.note),
    ]


def _facts(lines: Iterable[Line]) -> str:
    """One line a request: its facts side by side."""
    found: dict[tuple[str, str], dict[str, Line]] = {}
    for line in lines:
        found.setdefault((line.row, line.work), {})[line.measured] = line
    if not found:
        return ""
    units = {name: line.unit for facts in found.values() for name, line in facts.items()}
    heads = ["row", "request", *(f"{name} {units.get(name, '')}".strip() for name in FACTS)]
    rows = [
        [*key, *(number(facts[name].figure) if name in facts else "" for name in FACTS)]
        for key, facts in found.items()
    ]
    return _markdown(heads, rows)


def _markdown(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *body])
