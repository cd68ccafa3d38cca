"""`make bench`: the product beside bare floors, on the same server in the same run.

`make bench ARGS="--rows P1,P3"` measures some rows; `--database URL` takes a database that is
filled already and writes into it (sessions, tokens, tickets): never one that is in use.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django

from bench.lines import Line, number, table
from bench.stage import BASE, Stage
from huaweicrm.testing.postgres import postgres
from huaweicrm.testing.valkey import valkey

DOCUMENT = BASE / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def known() -> list[str]:
    """The rows there are, in their order: P1, P2 …"""
    return [f"P{int(path.stem[1:])}" for path in sorted((BASE / "bench/rows").glob("p??.py"))]


def arguments(words: list[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    sizes = ["small", "medium", "large", "xlarge"]
    parser.add_argument("--size", choices=sizes, default="large")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", default="", help="P1,P3 (default: all)")
    parser.add_argument("--database", default="", help="a filled database; it is written to")
    parser.add_argument("--write", action="store_true", help="put the table into docs/")
    chosen = parser.parse_args(words)
    chosen.rows = [row.strip().upper() for row in chosen.rows.split(",") if row.strip()] or known()
    unknown = sorted(set(chosen.rows) - set(known()))
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(known())}")
    return chosen


@contextmanager
def staged(chosen: argparse.Namespace) -> Iterator[Stage]:
    """A stage on the given database, or on one of our own that is filled first."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huaweicrm-bench-")))
        redis = stack.enter_context(valkey())
        url = chosen.database or stack.enter_context(postgres())
        stage = stack.enter_context(
            Stage(url, folder, size=chosen.size, seed=chosen.seed, redis_url=redis)
        )
        stage.manage("messages")
        stage.manage("migrate", "-v0")
        if not chosen.database:
            print(f"Filling a database ({chosen.size}); large takes some minutes …", flush=True)
            print(stage.manage("demo", "--size", chosen.size, "--seed", str(chosen.seed)))
        os.environ.update(stage.environment)
        django.setup()
        yield stage


def measure(stage: Stage, rows: list[str], found: list[Line]) -> None:
    """Add every line of the rows, printed as they come."""
    for row in rows:
        module = importlib.import_module(f"bench.rows.p{int(row[1:]):02d}")
        if module.NEEDS_SERVER:
            stage.serve()
        print(f"{row} … ({stage.load()})", flush=True)
        lines = module.measure(stage)
        for line in lines:
            figure = f"{number(line.figure)} {line.unit}".strip()
            print(f"  {line.verdict:<8} {line.work}: {line.measured} {figure} {line.note}")
        found += lines


def machine() -> str:
    """The machine, in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


def write(text: str) -> None:
    """Put the table between the marks of docs/performance.md."""
    old = DOCUMENT.read_text(encoding="utf-8")
    head, rest = old.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    DOCUMENT.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def main(words: list[str]) -> int:
    """Measure, print, write; 1 when something is missed."""
    chosen, lines = arguments(words), list[Line]()
    with staged(chosen) as stage:
        before = stage.load()
        try:
            measure(stage, chosen.rows, lines)
        finally:  # what was measured is said even when a later row breaks
            head = (
                f"`--size {chosen.size} --seed {chosen.seed}` on {machine()}; {before} before,"
                f" {stage.load()} after."
            )
            text = f"{head}\n\n{table(lines)}"
            print(f"\n{text}")
    if chosen.write:
        write(text)
    return 1 if any(line.verdict == "MISSED" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
