"""Mappings that come with the product: offered for a file whose columns they fit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from core.errors import Invalid
from core.imports.cells import Field
from core.imports.mapping import ColumnMap, check, from_toml

FOLDER = Path(settings.BASE_DIR, "docs", "mappings")


def ready_for(kind: str, columns: Iterable[str], fields: Iterable[Field]) -> dict[str, ColumnMap]:
    """{name: mapping} of those of a kind that find all their columns in a file."""
    have, wanted = list(columns), list(fields)
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        mapping = from_toml(path.read_text(encoding="utf-8"))
        if mapping.kind != kind:
            continue
        try:
            check(mapping, have, wanted)
        except Invalid:
            continue
        found[path.stem] = mapping
    return found
