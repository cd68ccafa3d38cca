"""What the database refuses on this floor: a gift stays as it was entered (R-G3)."""

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
