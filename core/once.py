"""What a page asks again and again is asked once: answers kept for one reading request.

Only GET and HEAD keep: at most a line of a log is written while one of them runs, never what such
an answer says, so it cannot grow old.
Everywhere else (posts, the API's writes, workers, tests of rules) every question is asked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

Answer = TypeVar("Answer")
READING = {"GET", "HEAD"}
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


def once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question named by `key`, from this request where it was asked before.

    The key holds everything that the answer hangs on, the person included.
    """
    kept = _kept.get()
    if kept is None:
        return ask()
    if key not in kept:
        kept[key] = ask()
    return kept[key]


class OnceMiddleware:
    """Keeps answers while a page is read, and forgets them with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _kept.set({} if request.method in READING else None)
        try:
            return self.get_response(request)
        finally:
            _kept.reset(token)
