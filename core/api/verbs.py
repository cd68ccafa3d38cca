"""Tails of a resource: `@verb` for POST (one action), `@reading` for GET."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.decorators import action

from core.api.shapes import Nothing


@dataclass(frozen=True)
class Verb:
    """What a tail takes, gives and asks; read by the view and by the schema."""

    input: type = Nothing
    output: type | None = None
    may: Callable[[Any, Any], bool] | None = None
    sentence: Any = ""
    rules: tuple[str, ...] = ()
    people_only: bool = False
    confidential: bool = False
    many: bool = False
    orderings: tuple[str, ...] = ("-id",)
    status: int = 200


def verb(
    *,
    input: type = Nothing,
    output: type | None = None,
    may: Callable[[Any, Any], bool] | None = None,
    sentence: Any = "",
    rule: str = "",
    rules: tuple[str, ...] = (),
    people_only: bool = False,
    confidential: bool = False,
    status: int = 200,
    path: str = "",
) -> Callable[[Callable], Callable]:
    """A POST tail of one row: `def hand_over(self, row, values, *, by, now)` → `…/7/hand-over/`.

    The kernel fetches `row` through `rows(user)` (404), asks `may(user, row)` (403 with `rule`),
    refuses tokens when `people_only`, reads the body with `input`, honours If-Match and
    Idempotency-Key, and runs the method in one transaction. It answers with the resource's shape
    of the row, or with `output` of what the method returns. `rules` are named in the schema.
    """
    made = Verb(
        input=input,
        output=output,
        may=may,
        sentence=sentence,
        rules=rules or ((rule,) if rule else ()),
        people_only=people_only,
        confidential=confidential,
        status=status,
    )

    def wrap(method: Callable) -> Callable:
        @functools.wraps(method)
        def handler(self: Any, request: Any, pk: Any = None, **_kwargs: Any) -> Any:
            return self.run_verb(request, made, functools.partial(method, self))

        return _tail(handler, method, made, "post", path)

    return wrap


def reading(
    *,
    output: type,
    rule: str = "",
    confidential: bool = False,
    many: bool = False,
    orderings: tuple[str, ...] = ("-id",),
    path: str = "",
) -> Callable[[Callable], Callable]:
    """A GET tail of one row: `def timeline(self, row)`; `many`: a QuerySet, paged."""
    made = Verb(
        output=output,
        rules=(rule,) if rule else (),
        confidential=confidential,
        many=many,
        orderings=orderings,
    )

    def wrap(method: Callable) -> Callable:
        @functools.wraps(method)
        def handler(self: Any, request: Any, pk: Any = None, **_kwargs: Any) -> Any:
            return self.run_reading(request, made, functools.partial(method, self))

        return _tail(handler, method, made, "get", path)

    return wrap


def _tail(handler: Callable, method: Callable, made: Verb, http: str, path: str) -> Callable:
    name = path or method.__name__.replace("_", "-")
    tail: Any = action(detail=True, methods=[http], url_path=name, url_name=name)(handler)
    tail.verb = made
    return tail
