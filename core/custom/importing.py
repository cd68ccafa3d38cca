"""Own fields in a file that is imported: a column each, typed and demanded as forms do."""

from __future__ import annotations

from collections.abc import Iterable

from core.custom.actions import filled_in, lacking
from core.custom.kinds import WrongValue, canonical
from core.custom.reading import fields_of
from core.imports.cells import Field
from core.imports.plan import PlannedRow

OWN = "custom_"


def own_columns(entity: str) -> tuple[Field, ...]:
    """A column for each own field of an entity."""
    return tuple(
        Field(f"{OWN}{one.key}", one.name, max_length=500, aliases=(one.name, one.key))
        for one in fields_of(entity)
    )


def read_own(entity: str, rows: Iterable[PlannedRow]) -> None:
    """Type what the columns hold; `_own` of a row keeps what is given."""
    known = {one.key: one for one in fields_of(entity)}
    for row in rows:
        own: dict[str, str] = {}
        for key, one in known.items():
            raw = row.values.get(f"{OWN}{key}")
            if raw is None:
                continue
            try:
                own[key] = canonical(one, raw)
            except WrongValue as error:
                row.refuse(f"{OWN}{key}", error)
        row.values["_own"] = own


def demand_own(entity: str, row: PlannedRow) -> bool:
    """Refuse a row that would be made without what must be filled in; False then."""
    missing = lacking(entity, row.values.get("_own", {}))
    for one in missing:
        row.refuse(f"{OWN}{one.key}", filled_in(one))
    return not missing
