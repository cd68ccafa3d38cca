"""Finding a person in texts, and putting a tombstone there.

No table, no clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

LEAST = {"name": 2, "phone": 5, "email": 5, "wechat": 4}
"""Shorter values say too little to be looked for in texts."""


def needles(values: Iterable[tuple[str, str]]) -> list[str]:
    """What to look for, longest first: (kind, value) pairs of a person."""
    found = {value.strip() for kind, value in values if len(value.strip()) >= LEAST[kind]}
    return sorted(found, key=lambda one: (-len(one), one))


def covered(text: str, words: Iterable[str], stone: str, spared: Iterable[str] = ()) -> str:
    """A text with each mention replaced, whatever its case; “Li” is not found in “delivery”, nor
    anybody in the spared, which are longer names of others."""
    for word in words:
        longer = [re.escape(one) for one in spared if word.lower() in one.lower()]
        wish = f"({'|'.join(longer) or '(?!)'})|{_whole(word)}"
        text = re.sub(wish, lambda hit: hit[1] or stone, text, flags=re.I)
    return text


def _whole(word: str) -> str:
    """A pattern: Latin letters do not go on before or after; Chinese is written without gaps."""
    before = "(?<![A-Za-z])" if re.match("[A-Za-z]", word) else ""
    after = "(?![A-Za-z])" if re.search(r"[A-Za-z]\Z", word) else ""
    return f"{before}{re.escape(word)}{after}"


def covered_value(value: Any, words: list[str], stone: str, spared: Iterable[str] = ()) -> Any:
    """The same through lists and mappings, keys included."""
    if isinstance(value, str):
        return covered(value, words, stone, spared)
    if isinstance(value, list):
        return [covered_value(one, words, stone, spared) for one in value]
    if isinstance(value, dict):
        return {
            covered(str(key), words, stone, spared): covered_value(one, words, stone, spared)
            for key, one in value.items()
        }
    return value


def spelt(word: str) -> set[str]:
    """How a word stands in stored JSON: as it is, and escaped."""
    return {word, json.dumps(word)[1:-1]}
