"""Where the database is: its address for people, and its absence."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError, connection

from core.logs import code_of

# What SQLite says, word for word, when it is the ground that gives way and not the statement.
SQLITE_GROUND = {
    "unable to open database file",
    "attempt to write a readonly database",
    "database or disk is full",
    "disk I/O error",
}
# Connection lost, too many of them, the server is starting or going. Who is not let in, or finds
# nobody there, has no code.
POSTGRES_AWAY = ("08", "53300", "57P")


def address(there: dict[str, Any] | None = None) -> str:
    """The path of an SQLite file, or `user@host:port/name`; never a password."""
    there = connection.settings_dict if there is None else there
    if there["ENGINE"].endswith("sqlite3"):
        return str(there["NAME"])
    place = f"{there['HOST'] or 'localhost'}:{there['PORT'] or 5432}"
    return f"{there['USER']}@{place}/{there['NAME']}".removeprefix("@")


def trouble(error: OperationalError) -> str:
    """What to tell an operator whose database cannot be had; "" when the error is another one."""
    lines = str(error).splitlines() or [""]
    if connection.vendor == "sqlite":
        return (
            f"The database {address()} cannot be used: {lines[0]}. Its folder must be there, this"
            " user must be allowed to write in it, and its disk must have room."
            if lines[0] in SQLITE_GROUND
            else ""
        )
    if not error.__cause__:
        return ""  # no word of the engine
    code = code_of(error.__cause__)
    if code and not code.startswith(POSTGRES_AWAY):
        return ""
    return (
        f"PostgreSQL at {address()} cannot be had: {lines[0].rstrip('.')}. Start it, or set"
        " DATABASE_URL to where it is."
    )
