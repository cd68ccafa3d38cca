"""Libraries that most processes never need: loaded by who first asks them for something."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt


class Later:
    """Stands for a module: `typst = Later("typst")`, then `typst.compile(…)` as ever."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


@contextmanager
def missing(*names: str) -> Iterator[None]:
    """Inside, these libraries are not there for who would take them if they were (and does not
    need them); who asks after the end, or has them already, gets them as ever."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def view(path: str, **options: Any) -> Callable[..., HttpResponse]:
    """The class-based API view at a dotted path, loaded by its first request; it must only read:
    no cross-site token is asked for before it refuses a method."""

    @csrf_exempt
    def first_loaded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return import_string(path).as_view(**options)(request, *args, **kwargs)

    return first_loaded
