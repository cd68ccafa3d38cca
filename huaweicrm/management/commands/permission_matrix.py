"""`manage.py permission_matrix`: docs/permissions.md from every `may_*` and the tested table."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.tests.permission_rows import ACTORS
from huaweicrm.tests import permission_table

TARGET = Path(settings.BASE_DIR) / "docs" / "permissions.md"
SIGNS = {"allowed": "●", "403": "–", "404": "", "sign-in": "⎋"}
HEAD = """# Who may do what

Written by `manage.py permission_matrix`; do not edit. The second part is asked address by address
in `huaweicrm/tests/test_permissions.py`.
"""


class Command(BaseCommand):
    """Writes the matrix, or checks that the written one is right."""

    help = "Write docs/permissions.md; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        """--check."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or fail when the file is not what the code says."""
        text = matrix()
        if not options["check"]:
            TARGET.write_text(text)
        elif not TARGET.exists() or TARGET.read_text() != text:
            self.stderr.write("docs/permissions.md is old: run manage.py permission_matrix")
            raise SystemExit(1)


def matrix() -> str:
    """The whole document."""
    lines = [HEAD, "## Decisions (`may_*`)", "", "| app | decision | who |", "|---|---|---|"]
    lines += [f"| {app} | `{name}` | {words} |" for app, name, words in decisions()]
    lines += [
        "",
        "## Addresses",
        "",
        "● may, – 403, blank: does not see it (404), ⎋ must sign in.",
        "",
    ]
    lines += [f"| address | method | {' | '.join(ACTORS)} |", "|---|---|" + "---|" * len(ACTORS)]
    for row in sorted(permission_table.rows(), key=lambda row: row.path):
        for method in permission_table.METHODS:
            if getattr(row, method) is not None:
                said = [SIGNS[permission_table.expected(row, name, method)] for name in ACTORS]
                lines.append(f"| `/{row.path}` | {method.upper()} | {' | '.join(said)} |")
    return "\n".join(lines) + "\n"


def decisions() -> Iterator[tuple[str, str, str]]:
    """(app, function, first sentence of its docstring) of every `may_*` in every rules module."""
    for app in permission_table.APPS:
        for module in _rules(app):
            for name, rule in sorted(inspect.getmembers(module, inspect.isfunction)):
                if name.startswith("may_") and rule.__module__ == module.__name__:
                    words = (inspect.getdoc(rule) or "").split("\n\n")[0].replace("\n", " ")
                    yield app, name, words.replace("|", "/")


def _rules(app: str) -> Iterator[ModuleType]:
    if find_spec(f"{app}.rules") is None:
        return
    module = import_module(f"{app}.rules")
    yield module
    for part in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield import_module(f"{app}.rules.{part.name}")
