"""What the database refuses on this floor: a gift stays as it was entered (R-G3), a judged week as
it was judged, the layers of a month as they were written."""

from core.engine_sql import Guard

GUARDS = (
    Guard(
        "relationships_giftrecord",
        columns=(
            "id",
            "direction",
            "occasion",
            "item",
            "value",
            "recipient_class",
            "purpose",
            "created_at",
            "created_by_id",
        ),
    ),
)
"""Of a migration that names them as they were then: later guards have a name of their own."""
RESULTS = (Guard("relationships_cadenceresult"),)
LAYERS = (Guard("relationships_layersnapshot"),)
