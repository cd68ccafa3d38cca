"""Reads settings from the environment: every value has one place, one type and one sentence."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

TRUE = {"1", "true", "yes", "on"}


def text(name: str, default: str = "") -> str:
    """The variable as text, or the default."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on in any case."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in TRUE


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def kept_secret(name: str, folder: Path) -> str:
    """A secret from the environment, else one made once and kept in the data folder (0600)."""
    value = text(name)
    if value:
        return value
    path = folder / f".{name.lower()}"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        refuse_to_begin(sys.argv, folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as out:
        out.write(made)
    return made


def refuse_to_begin(words: list[str], folder: Path) -> None:
    """Nobody backs up what has not begun: such a folder is a slip of the pen, and gets no keys."""
    empty = not folder.is_dir() or not any(folder.iterdir())
    if empty and Path((words or [""])[0]).name == "manage.py" and words[1:2] == ["backup"]:
        raise SystemExit(f"There is nothing in DATA_DIR {folder} yet. Is it the right folder?")


def statement_timeout(words: list[str]) -> str:
    """Seconds a statement may take: 15 where people wait, 60 in workers and commands.

    `words` is the command line: `celery …`, `manage.py sweep` and the like are not waited for.
    """
    program = Path(words[0]) if words else Path()
    command = words[1] if len(words) > 1 else ""
    works = "celery" in (program.name, program.parent.name)
    if program.name == "manage.py" and command not in {"serve", "runserver"}:
        works = True
    return text("STATEMENT_TIMEOUT") or ("60" if works else "15")


def database(url: str, folder: Path) -> dict:
    """Django's DATABASES entry for `postgres://user:pass@host:port/name` or `sqlite:///path`.

    Without a URL: SQLite in the data folder, set so that writers queue instead of failing.
    """
    parts = urlparse(url)
    if parts.scheme in {"postgres", "postgresql"}:
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or query.pop("host", "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,  # a new connection reads the catalogue and plans anew
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                **query,
                "options": f"-c statement_timeout={statement_timeout(sys.argv)}s"
                " -c idle_in_transaction_session_timeout=30s -c lock_timeout=10s"
                # of the statements of core.prepared; every other one is planned for its values
                " -c plan_cache_mode=force_generic_plan",
            },
        }
    if parts.scheme not in {"", "sqlite"}:
        raise ValueError(
            f"DATABASE_URL: {parts.scheme}:// is not known; use postgres:// or sqlite:///"
        )
    path = unquote(parts.path)[1:] if parts.path else str(folder / "huaweicrm.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path if path == ":memory:" else Path(path),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
            "PRAGMA busy_timeout=20000;",
        },
    }


def mail(url: str) -> dict:
    """Django's EMAIL_* settings for `smtp://user:pass@host:587/?tls=1` or `smtps://…` (implicit).

    Without a URL mail stays in the outbox page.
    """
    if not url:
        return {}
    parts = urlparse(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError(f"EMAIL_URL: {parts.scheme}:// is not known; use smtp:// or smtps://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "core.letters.Backend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": not implicit and query.get("tls", "").lower() in TRUE,
        "EMAIL_TIMEOUT": 10,
    }
