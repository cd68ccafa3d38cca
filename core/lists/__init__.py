"""Lists as people want them: columns, saved views, export, bulk; each list is declared once."""
