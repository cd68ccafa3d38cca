"""Rows with what a page says of them, and no more."""

from __future__ import annotations

from typing import Any

CUSTOMER, PERSON = ("name", "short_name", "tier"), ("full_name", "username")
"""What a row says of its customer and of people."""


def lean(rows: Any, said: str, **beside: tuple[str, ...]) -> Any:
    """The rows with what a page says of them: `said` are their columns, `beside` those of others.

    A ticket has sixty columns, a customer forty; to write and read them all takes a third of a
    page. What is left out would be read when somebody asks for it after all, by a query a row.
    """
    names = [f"{name}__{column}" for name, columns in beside.items() for column in columns]
    return rows.select_related(*beside).only(*said.split(), *beside, *names)
