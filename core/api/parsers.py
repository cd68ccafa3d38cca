"""Reads request bodies: JSON, bounded in size and depth, unambiguous, no hidden characters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from core.api.problems import TooLarge
from core.text import complaint

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_DIGITS = 40


class BoundedJSONParser(JSONParser):
    """UTF-8 JSON up to 1 MB and 20 levels; NaN, duplicate keys and control characters refused."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The parsed body: an object or a list."""
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise TooLarge
        try:
            _bound_depth(raw)
            body = json.loads(
                raw.decode("utf-8"),
                parse_constant=_no_constant,
                parse_int=_bounded_int,
                object_pairs_hook=_unique,
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON: %(why)s.") % {"why": error}) from error
        wrong = {path: [sentence] for path, sentence in _complaints(body, "")}
        if wrong:
            raise ValidationError(wrong)
        return body


def _bound_depth(raw: bytes) -> None:
    depth, in_text, escaped = 0, False, False
    for byte in raw:
        if in_text:
            in_text = escaped or byte != 0x22
            escaped = not escaped and byte == 0x5C
        elif byte == 0x22:
            in_text = True
        elif byte in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"deeper than {MAX_DEPTH} levels")
        elif byte in b"]}":
            depth -= 1


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _bounded_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _value in pairs if key in seen or seen.add(key))
        raise ValueError(f"the key {twice!r} stands twice")
    return made


def _complaints(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str):
        sentence = complaint(value)
        if sentence is not None:
            yield path or "__all__", sentence
    elif isinstance(value, dict):
        for key, item in value.items():
            if complaint(key) is not None:
                yield path or "__all__", complaint(key)
            else:
                yield from _complaints(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _complaints(item, f"{path}.{index}" if path else str(index))
