"""The permission table: every address of the house, and what each actor gets there."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.urls import URLPattern, get_resolver

from core.tests.permission_rows import ACTORS, Row

APPS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
PORTAL_ACTORS = {"portal", "outsider"}
ELSEWHERE = ("admin/", "accounts/", "healthz", "readyz", "portal/sign-out/")
"""Addresses with tests of their own: the admin by model, allauth by name, health."""
ALLOWED = {200, 201, 202, 204, 302, 303, 400, 409, 422, 428}
METHODS = ("get", "post", "patch")


def rows() -> list[Row]:
    """The rows of every app."""
    found: list[Row] = []
    for app in APPS:
        if find_spec(f"{app}.tests.permissions") is not None:
            found += import_module(f"{app}.tests.permissions").ROWS
    return found


def addresses() -> set[str]:
    """Every address that the house serves, ids written as `<pk>`."""
    return {
        path
        for path in map(plain, _routes(get_resolver().url_patterns, ""))
        if path is not None and not path.startswith(ELSEWHERE)
    }


def plain(route: str) -> str | None:
    """A route without converters and regular expressions; None for a catch-all."""
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route)
    route = re.sub(r"<\w+:(\w+)>", r"<\1>", route).replace("^", "").replace("$", "")
    route = route.replace("\\Z", "")
    return None if ".*" in route or route == "api/" else route


def _routes(patterns: Any, prefix: str) -> Iterator[str]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from _routes(each.url_patterns, route)


def address_of(row: Row, world: SimpleNamespace, *, absent: bool = False) -> str:
    """The address of a row's object, or of one that does not exist."""
    path = "/" + row.path
    if absent:
        path = re.sub("<[^>]+>", "987654321", path)
    elif row.own is not None:
        made = row.own(world)
        if isinstance(made, models.Model):
            made = made.pk
        values = made if isinstance(made, dict) else {"pk": made}
        for name, value in values.items():
            path = path.replace(f"<{name}>", str(value))
    return f"{path}?{row.query}" if row.query else path


def expected(row: Row, actor: str, method: str) -> str:
    """allowed, 403, 404, 405, or sign-in."""
    may = getattr(row, method)
    if row.door == "again":
        return "sign-in"
    outside = actor == "anonymous" or (actor in PORTAL_ACTORS) != (row.door == "portal")
    if actor == "token" and not row.is_api:
        outside = True
    if row.door != "public" and outside:
        return "sign-in"
    if may is None:
        return "405"
    if row.door != "public" and row.own is not None and actor not in row.sees:
        return "404"
    return "allowed" if actor in may else "403"


def got(answer: Any) -> str:
    """What an answer means in the words of `expected`."""
    if answer.status_code == 401:
        return "sign-in"
    if answer.status_code in {301, 302, 303}:
        doors = ("/login/", "/sign-in/", "/reauthenticate/")
        return "sign-in" if any(door in answer["Location"] for door in doors) else "allowed"
    return "allowed" if answer.status_code in ALLOWED else str(answer.status_code)


def questions(row: Row) -> Iterator[tuple[str, str]]:
    """(actor, method) pairs to ask: offered methods of everyone, the others of one.

    A page without POST is not asked to refuse it: it reads, whatever the method.
    """
    for method in METHODS:
        if getattr(row, method) is not None:
            for actor in ACTORS:
                yield actor, method
        elif row.door != "public" and (row.is_api or method == "get"):
            actor = "portal" if row.door == "portal" else "lin"
            yield actor, method


def share(asked: Sequence[Any], of: int) -> Sequence[Any]:
    """One in so many, another one every day: what the second engine is asked of a long table."""
    return asked[int(os.environ.get("TURN", "0")) % of :: of]


def opener(row: Row) -> str:
    """The last of those who may read an address, "" when nobody may."""
    may = [name for name in ACTORS if expected(row, name, "get") == "allowed"]
    return may[-1] if may else ""


def turn(row: Row, people: Sequence[Any]) -> int:
    """Whose turn it is at an address: the same each time, another one at the next address."""
    return zlib.crc32(row.path.encode()) % (len(people) or 1)


def one_of_each(row: Row, *, backwards: bool = False) -> Iterator[tuple[str, str]]:
    """Of the questions, one for each answer to a method; who asks takes turns by address.

    `backwards`, for the second engine: the last of those who get an answer asks, not the first.
    """
    asked = list(questions(row))
    first = turn(row, asked)
    asked = [*asked[first:], *asked[:first]]
    known: set[tuple[str, str]] = set()
    for actor, method in reversed(asked) if backwards else asked:
        answer = (method, expected(row, actor, method))
        if answer not in known:
            known.add(answer)
            yield actor, method
