"""The words of a file in columns of choices, and what each of them means to us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from core.imports.cells import EMPTY, Field
from core.imports.mapping import ColumnMap, cell
from core.imports.reading import Table

MOST_WORDS = 40
"""With more words than this a column holds no choices; its rows are refused one by one."""


def unknown_words(
    table: Table, mapping: ColumnMap, fields: Iterable[Field]
) -> dict[str, dict[str, int]]:
    """{field: {word: rows}} of words that mean nothing to us, whatever the mapping says of them."""
    bare = replace(mapping, values={})
    found: dict[str, dict[str, int]] = {}
    for wanted in fields:
        if wanted.kind != "choice" or wanted.name not in mapping.columns:
            continue
        said = Counter(
            str(cell(bare, wanted.name, dict(zip(table.columns, row, strict=True))) or "").strip()
            for row in table.rows
        )
        words = {
            word: count
            for word, count in said.most_common()
            if word.lower() not in EMPTY and word.lower() not in wanted.choices
        }
        if 0 < len(words) <= MOST_WORDS and max(map(len, words)) <= 200:
            found[wanted.name] = words
    return found


def unanswered(unknown: dict[str, dict[str, int]], mapping: ColumnMap) -> bool:
    """True while a word has no meaning yet."""
    return any(
        "*" not in mapping.values.get(name, {}) and word not in mapping.values.get(name, {})
        for name, words in unknown.items()
        for word in words
    )


def meanings(wanted: Field) -> list[tuple[str, str]]:
    """(a word that we know, all words of the same meaning) for each choice of a field."""
    same: dict[object, list[str]] = {}
    for word, value in wanted.choices.items():
        same.setdefault(value, []).append(word)
    return [(words[0], " / ".join(dict.fromkeys(words))) for words in same.values()]
