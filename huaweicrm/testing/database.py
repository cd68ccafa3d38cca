"""A migrated test database is made once per set of migrations and copied afterwards.

SQLite: a file in `.stamps/testdb/`, named by a hash over the migrations. PostgreSQL: the template
database that `make test` migrated (TEST_TEMPLATE).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

KEPT = 3


def fingerprint(base: Path) -> str:
    """A hash over everything that shapes a migrated database."""
    hashed = hashlib.sha256()
    files = [
        *base.glob("*/migrations/*.py"),
        base / "core/engine_sql.py",
        base / "requirements.txt",
    ]
    for path in sorted(files):
        hashed.update(path.relative_to(base).as_posix().encode())
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


def template(base: Path) -> Path:
    """Where the migrated SQLite database of these migrations lies, if it was made already."""
    return base / ".stamps" / "testdb" / f"{fingerprint(base)}.sqlite3"


def copy(source: Path, target: Path) -> None:
    """Copy a database through SQLite itself, whole or not at all."""
    half = target.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(half)) as new:
        old.backup(new)
    half.replace(target)


def use_template(settings_dict: dict[str, Any], base: Path, folder: Path) -> None:
    """Point the test database at a copy of the template, made in the folder of this run."""
    if settings_dict["ENGINE"].endswith("postgresql"):
        settings_dict["TEST"]["TEMPLATE"] = os.environ.get("TEST_TEMPLATE") or None
        return
    mine = folder / "test.sqlite3"
    if template(base).exists():
        copy(template(base), mine)
    settings_dict["TEST"]["NAME"] = str(mine)


def keep(settings_dict: dict[str, Any], base: Path) -> None:
    """Keep a freshly migrated SQLite database as the template; only the newest few stay."""
    if not settings_dict["ENGINE"].endswith("postgresql"):
        keep_file(Path(settings_dict["NAME"]), base)


def keep_file(migrated: Path, base: Path) -> None:
    """Make a migrated file the template, unless there is one."""
    made = template(base)
    if made.exists():
        return
    made.parent.mkdir(parents=True, exist_ok=True)
    copy(migrated, made)
    for old in sorted(made.parent.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def main() -> None:
    """Migrate the template of SQLite once, so that no worker of a first run has to."""
    base = Path(__file__).resolve().parent.parent.parent
    if template(base).exists():
        return
    with tempfile.TemporaryDirectory(prefix="huaweicrm-migrate-") as name:
        new = Path(name) / "new.sqlite3"
        there = {"DATABASE_URL": f"sqlite:///{new}", "DATA_DIR": name, "DEBUG": "1"}
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.check_call(migrate, cwd=base, env={**os.environ, **there})
        keep_file(new, base)


if __name__ == "__main__":
    main()
