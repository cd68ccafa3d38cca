"""`manage.py check_worktime FILE…`: runs worked cases of time and names each that differs."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import registry
from core.vectors import EVALUATORS, Evaluator, Outcome, run_file


class Command(BaseCommand):
    """Prints one JSON object per vector, then the counts; status 1 when one failed."""

    help = "Check working time, notices and alerts against vector files (see core/tests/vectors)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files to check."""
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check every file."""
        counts = {True: 0, False: 0, None: 0}
        evaluators = all_evaluators()
        for name in options["files"]:
            for outcome in run_file(name, read(name), evaluators):
                counts[outcome.ok] += 1
                self.stdout.write(json.dumps(as_line(outcome), ensure_ascii=False))
        self.stdout.write(
            f"{counts[True]} passed, {counts[False]} failed, {counts[None]} unsupported"
        )
        if counts[False]:
            raise SystemExit(1)


def all_evaluators() -> dict[str, Evaluator]:
    """The evaluators of working time and those that upper floors registered by name."""
    registered = registry.entry("VECTOR_KINDS", {})
    return {**EVALUATORS, **{kind: registry.load(path) for kind, path in registered.items()}}


def read(name: str) -> dict[str, Any]:
    """The content of a vector file. Raises CommandError for one that cannot be read."""
    try:
        with open(name, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError) as error:
        raise CommandError(f"{name}: {error}") from None
    if not isinstance(content, dict):
        raise CommandError(f"{name}: not a JSON object with calendars and vectors.")
    return content


def as_line(outcome: Outcome) -> dict[str, Any]:
    """The JSON object printed for one vector."""
    return {
        "file": outcome.file,
        "id": outcome.id,
        "kind": outcome.kind,
        "ok": outcome.ok,
        "got": outcome.got,
    }
