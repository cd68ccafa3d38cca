"""Everything between a checkout and a page: translations, tables, static files, demo data."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from huaweicrm import catalogue

Say = Callable[[str], object]


def prepare(*, demo: bool, say: Say) -> str:
    """Bring the data folder up to this version; returns the lines that say how to sign in."""
    catalogue.build(settings.BASE_DIR)
    migrate(say)
    collect_static(say)
    return sign_in_lines(demo=demo, say=say)


def pending_migrations() -> int:
    """How many migrations the database has not seen."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate(say: Say) -> None:
    """Apply what is missing; nothing is loaded when nothing is."""
    count = pending_migrations()
    if count:
        say(f"Preparing the database ({count} steps) …")
        call_command("migrate", verbosity=0, interactive=False)


def collect_static(say: Say) -> None:
    """Collect static files when one of them changed since the last start."""
    stamp, now = Path(settings.STATIC_ROOT) / ".stamp", fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    say("Collecting static files …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)


def fingerprint() -> str:
    """A hash over path, size and time of every static file."""
    lines = [str(settings.STORAGES["staticfiles"])]
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            lines.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def sign_in_lines(*, demo: bool, say: Say) -> str:
    """Load demo data into an empty database when asked; what the demo printed is kept."""
    kept = Path(settings.DATA_DIR) / "sign-in.txt"
    empty = not get_user_model().objects.exists()
    if empty and demo and "demo" in get_commands():
        say("Loading demo data …")
        out = io.StringIO()
        call_command("demo", size="small", stdout=out)
        kept.write_text(out.getvalue())
    elif empty:
        return "Nobody can sign in yet: `manage.py createsuperuser` makes the first account."
    return kept.read_text() if kept.exists() else ""
