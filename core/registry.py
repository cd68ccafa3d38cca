"""How the ground floor reaches the floors above: by names in one module, loaded at first use."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings

from core.engine_sql import GUARDED, Guard


def entry(name: str, default: Any = None) -> Any:
    """The attribute of the registry module (settings.HUAWEICRM_REGISTRY), or the default."""
    return getattr(import_module(settings.HUAWEICRM_REGISTRY), name, default)


@lru_cache(maxsize=512)
def load(path: str) -> Callable[..., Any]:
    """The object behind `package.module:name`."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def label_of(obj: Any) -> str:
    """The loose reference label of a model instance or class: `accounts.customer`."""
    return obj._meta.label_lower


def guards() -> tuple[Guard, ...]:
    """What evidence tables refuse: core's own and those named in GUARDED of the registry."""
    found: list[Guard] = [Guard(table) for table in GUARDED]
    for name in entry("GUARDED", ()):
        found += load(name) if ":" in name else [Guard(name)]
    return tuple(found)


def guarded_tables() -> tuple[str, ...]:
    """The names of the tables whose rows are evidence."""
    return tuple(one.table for one in guards())
