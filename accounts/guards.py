"""What the database refuses on this floor: a day of account health stays as it was written."""

from core.engine_sql import Guard

GUARDS = (
    Guard(
        "accounts_accounthealth",
        columns=(
            "id",
            "customer_id",
            "as_of",
            "key_index",
            "universal",
            "organisational",
            "attainment",
            "satisfaction",
            "sla",
            "total",
            "band",
            "lost",
            "facts",
            "created_at",
        ),
    ),
)
