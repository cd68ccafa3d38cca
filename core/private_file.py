"""Makes the file of SQLite readable by its owner only, whichever command is the first."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any


class PrivateConnection(sqlite3.Connection):
    """SQLite gives -wal and -shm the mode of the file; a file that is there is left as it is."""

    def __init__(self, database: Any, *args: Any, **options: Any) -> None:
        """Make the missing file first: SQLite would let everybody read it."""
        if isinstance(database, Path):
            try:
                os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except OSError:
                pass  # it is there, or cannot be: then SQLite says why
        super().__init__(database, *args, **options)
