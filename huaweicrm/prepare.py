"""Everything between a checkout and a page: translations, tables, static files, demo data.

Migrations, static files and demo data are made by processes of their own: they need up to a hundred
megabytes that the one which serves would never give back.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.core.management import CommandError, get_commands
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from huaweicrm import catalogue

Say = Callable[[str], object]


def prepare(*, demo: bool, say: Say) -> str:
    """Bring the data folder up to this version; returns the lines that say how to sign in."""
    catalogue.build(settings.BASE_DIR)
    migrate(say)
    collect_static(say)
    return sign_in_lines(demo=demo, say=say)


def pending_migrations() -> int:
    """How many migrations the database has not seen, by their names: to load them all and put
    their graph together takes seven megabytes of each process, and time of each `/readyz`."""
    return len(migration_names() - set(MigrationRecorder(connection).applied_migrations()))


@functools.cache
def migration_names() -> frozenset[tuple[str, str]]:
    """App and name of each migration file; what a process was started with does not change."""
    names = set()
    for app in apps.get_app_configs():
        module, _is_explicit = MigrationLoader.migrations_module(app.label)
        found = importlib.util.find_spec(module) if module else None
        for each in pkgutil.iter_modules(found.submodule_search_locations if found else ()):
            if not each.ispkg and each.name[0] not in "_~":
                names.add((app.label, each.name))
    return frozenset(names)


def migrate(say: Say) -> None:
    """Apply what is missing; nothing is loaded when nothing is."""
    count = pending_migrations()
    if count:
        say(f"Preparing the database ({count} steps) …")
        by_child("migrate", "--verbosity=0", "--no-input")


def collect_static(say: Say) -> None:
    """Collect static files when one of them changed since the last start."""
    stamp, now = Path(settings.STATIC_ROOT) / ".stamp", fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    say("Collecting static files …")
    by_child("collectstatic", "--verbosity=0", "--no-input", "--clear")
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
        write_private(kept, by_child("demo", "--size=small"))
    elif empty:
        return "Nobody can sign in yet: `manage.py createsuperuser` makes the first account."
    return kept.read_text() if kept.exists() else ""


def write_private(path: Path, text: str) -> None:
    """A new file that its owner alone may read from its first byte on."""
    path.touch(mode=0o600)
    path.write_text(text)


def by_child(*words: str) -> str:
    """Run a command in a process of its own; what it printed. Its error goes to ours, and when we
    are told to stop it stops with us."""
    connection.close()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            try:
                printed, _none = child.communicate()
            except BaseException:
                child.terminate()
                raise
    finally:
        signal.signal(signal.SIGTERM, before)
    if child.returncode:
        raise CommandError(f"`manage.py {' '.join(words)}` failed; its last words stand above.")
    return printed
