"""Counts the SQL of a request that asks for it (`X-Bench-Count`), and costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


class Counting:
    """The outermost middleware: answers `X-Bench-SQL: 8` to a request with `X-Bench-Count`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "X-Bench-Count" not in request.headers:
            return self.get_response(request)
        said: list[str] = []

        def note(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
            said.append(sql)
            return execute(sql, params, many, context)

        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(note))
            response = self.get_response(request)
        response["X-Bench-SQL"] = str(len(said))
        return response
