"""Rows of the permission table of the roof: desk and portal."""

from core.tests.permission_rows import HEADS, STAFF, TEAM, Row

IMPORTERS = TEAM | HEADS | {"qm", "adm", "stranger"}

ROWS = [
    Row("styleguide/", get=STAFF),
    Row("styleguide/form/", get=STAFF, post=STAFF),
    Row("styleguide/confirmation/", get=STAFF, post=STAFF),
    Row("customers/import/", get=IMPORTERS, post=IMPORTERS),
]
