"""Libraries that most processes never need: loaded by who first asks them for something."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module: `typst = Later("typst")`, then `typst.compile(…)` as ever."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)
