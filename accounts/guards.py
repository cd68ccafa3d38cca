"""What the database refuses on this floor: a day of account health stays as it was written, and
goes only where a later day of the same month stays that says as much."""

from core.engine_sql import Guard

THINNED = (
    "NOT {old}.is_current AND EXISTS (SELECT 1 FROM accounts_accounthealth later"
    " WHERE later.customer_id = {old}.customer_id AND later.as_of > {old}.as_of"
    " AND substr(CAST(later.as_of AS TEXT), 1, 7) = substr(CAST({old}.as_of AS TEXT), 1, 7)"
    " AND (later.total IS NOT NULL OR {old}.total IS NULL))"
)

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
        unless=THINNED,
    ),
)
