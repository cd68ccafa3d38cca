"""Reads settings from the environment: every value has one place, one type and one sentence."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import sys
import zoneinfo
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.utils.dateparse import parse_datetime

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
DATABASE_FORM = (
    "postgres://user:password@host:5432/name, sqlite:////absolute/path or sqlite:///relative/path"
)
MAIL_FORM = "smtp://user:password@host:587/?tls=1 or smtps://user:password@host:465"
REDIS_FORM = "redis://:password@host:6379/0 or rediss://:password@host:6379/0"
HOST = re.compile(r"\[[\da-fA-F:.]+\]|[^\s/:\[\]]+")
SITE = re.compile(r"https?://(\[[\da-fA-F:.]+\]|[^\s/?#@:\[\]]+)(:[0-9]{1,5})?(/\S*)?")


class WrongSetting(SystemExit):
    """A value that no start goes on with: one line on standard error, exit code 1, no traceback.

    The sentence says what is wanted; it quotes a value only where that can be no secret.
    """

    def __init__(self, name: str, sentence: str) -> None:
        """`name`: the variable."""
        super().__init__(f"{name}: {sentence}")


def text(name: str, default: str = "") -> str:
    """The variable without blanks around it; an empty one is not set, as env files have it."""
    return os.environ.get(name, "").strip() or default


def url(name: str, default: str = "") -> str:
    """An address with its scheme in lower case, or the default."""
    scheme, mark, rest = text(name, default).partition("://")
    return f"{scheme.lower()}{mark}{rest}"


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on in any case, False for 0, false, no, off; else WrongSetting."""
    value = text(name).lower()
    if value not in {*TRUE, *FALSE, ""}:
        raise WrongSetting(name, f"{value!r} is neither 1, true, yes, on nor 0, false, no, off.")
    return value in TRUE if value else default


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def number(name: str, default: int, *, least: int | None = 0, most: int | None = None) -> int:
    """A whole number within the bounds; else WrongSetting."""
    value = text(name, str(default))
    if not re.fullmatch("-?[0-9]{1,9}", value):
        raise WrongSetting(name, f"{value!r} is not a whole number like {default}.")
    found = int(value)
    if least is not None and found < least:
        raise WrongSetting(name, f"{found} is too small; {least} is the least.")
    if most is not None and found > most:
        raise WrongSetting(name, f"{found} is too large; {most} is the most.")
    return found


def port() -> int:
    """Where to listen; 0 is any port that is free."""
    return number("PORT", 8000, most=65535)


def choice(name: str, default: str, known: Sequence[str]) -> str:
    """One of the known words, in their case whatever the case it was written in."""
    value = text(name, default)
    for each in known:
        if each.lower() == value.lower():
            return each
    raise WrongSetting(name, f"{value!r} is not known; use one of {', '.join(known)}.")


def time_zone(name: str, default: str) -> str:
    """The name of a time zone; else WrongSetting."""
    value = text(name, default)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: Asia is a folder
        raise WrongSetting(name, f"{value!r} is not a time zone like Asia/Shanghai.") from None
    return value


def instant(value: str) -> dt.datetime:
    """A time in ISO 8601, naive when it has no offset. ValueError with a sentence if it is none."""
    try:
        found = parse_datetime(value)
    except ValueError:  # the 13th month
        found = None
    if found is None:
        raise ValueError(f"{value!r} is not a time like 2026-11-19T15:12:00+08:00")
    return found


def moment(name: str) -> str:
    """A time in ISO 8601 as it was written, or ""; else WrongSetting."""
    value = text(name)
    if value:
        try:
            instant(value)
        except ValueError as error:
            raise WrongSetting(name, f"{error}.") from None
    return value


def site(name: str, default: str) -> str:
    """The address of a site, without a slash at its end; else WrongSetting."""
    found = url(name, default).rstrip("/")
    if not SITE.fullmatch(found):
        raise WrongSetting(name, "must look like https://crm.example.com or http://127.0.0.1:8000.")
    return found


def hosts(name: str, default: str) -> list[str]:
    """Names of hosts as they stand in the header, without scheme and port; else WrongSetting."""
    found = words(name, default)
    for each in found:
        if not HOST.fullmatch(each):
            raise WrongSetting(
                name, f"{each!r} is not a name like crm.example.com, without https:// and port."
            )
    return found


def server(name: str, there: str, schemes: set[str], form: str) -> SplitResult:
    """The parts of the URL of a server; else WrongSetting, which never quotes it."""
    try:
        parts = urlsplit(there)
        fits = there.partition("://")[0] in schemes and parts.port != 0
    except ValueError:  # a port that is not a number, a bracket that is not closed
        fits = False
    # What ends a host ends it inside a password too: then the @ stands in the path, or where the
    # query has its first name. In a value it is nobody's slip.
    if not fits or "@" in parts.path + parts.query.partition("=")[0] or parts.fragment:
        raise not_like(name, form)
    return parts


def not_like(name: str, form: str) -> WrongSetting:
    """What is said of the URL of a server that does not have its form."""
    return WrongSetting(
        name, f"must look like {form}; / @ : # ? % in a password are %2F %40 %3A %23 %3F %25."
    )


def redis(name: str) -> str:
    """The URL of Redis or Valkey, or "" without one; else WrongSetting."""
    there = url(name)
    if there:
        server(name, there, {"redis", "rediss"}, REDIS_FORM)
    return there


def kept_secret(name: str, folder: Path) -> str:
    """A secret from the environment, else one made once and kept in the data folder (0600)."""
    value = os.environ.get(name, "")
    if value.strip():
        return value  # with its blanks: the trail was sealed with them
    try:
        return _kept(folder / f".{name.lower()}")
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        raise WrongSetting(
            "DATA_DIR", f"{folder} must be a folder that this user may write ({why})."
        ) from None


def _kept(path: Path) -> str:
    """What a file holds; a new secret when there is no file yet."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        refuse_to_begin(sys.argv, path.parent)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    return str(number("STATEMENT_TIMEOUT", 60 if works else 15))


def database(there: str, folder: Path) -> dict:
    """Django's DATABASES entry for `postgres://user:pass@host:port/name` or `sqlite:///path`.

    `sqlite:////srv/crm.sqlite3` has an absolute path, `sqlite:///crm.sqlite3` a relative one.
    Without a URL: SQLite in the data folder, set so that writers queue instead of failing.
    """
    if there and not re.match("sqlite:///.", there):
        parts = server("DATABASE_URL", there, {"postgres", "postgresql"}, DATABASE_FORM)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        name = unquote(parts.path.lstrip("/"))
        if not name and "service" not in query:
            raise not_like("DATABASE_URL", DATABASE_FORM)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
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
    path = unquote(urlsplit(there).path)[1:] if there else str(folder / "huaweicrm.sqlite3")
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


def mail(there: str) -> dict:
    """Django's EMAIL_* settings for `smtp://user:pass@host:587/?tls=1` or `smtps://…` (implicit).

    Without a URL mail stays in the outbox page.
    """
    if not there:
        return {}
    parts = server("EMAIL_URL", there, {"smtp", "smtps"}, MAIL_FORM)
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
