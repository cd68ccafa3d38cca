"""One JSON line per log record: ids, never names, tokens, bodies, addresses or query strings.

Our own records say a constant word and give ids as extras. Of everyone else's records only the
template and its numbers are kept: what a library puts into a text may be anything. Of an error
the type, the places and the code of the database are kept, never its message.
"""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OURS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
BASE = f"{Path(__file__).resolve().parent.parent}/"
FRAMES = 12
_STANDARD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_CODE = re.compile(r"[A-Z0-9_]{2,40}")
_PLACE = re.compile(r"%(\(\w+\))?[-#0 +]*[\d*]*(\.[\d*]+)?[a-zA-Z]")


class LineFormatter(logging.Formatter):
    """Formats a record with its extras as one line of JSON; times are UTC."""

    converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        ours = record.name.split(".")[0] in OURS
        line: dict[str, Any] = {
            "at": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if ours and not record.args else foreign_text(record),
        }
        if ours:
            line |= extras(record)
        elif isinstance(status := getattr(record, "status_code", None), int):
            line["status"] = status
        if record.exc_info and record.exc_info[1]:
            line |= trace_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=type_of)


def type_of(value: Any) -> str:
    """What stands for a value that is no JSON: its type."""
    return type(value).__name__


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """The plain extras of a record."""
    return {
        key: value
        for key, value in record.__dict__.items()
        if key not in _STANDARD and isinstance(value, str | int | float | bool)
    }


def foreign_text(record: logging.LogRecord) -> str:
    """The template of a text with its numbers; everything else becomes `…`.

    A text without a place for values may have been put together before: only its origin is said.
    """
    template = record.msg if isinstance(record.msg, str) else ""
    if not _PLACE.search(template):
        return f"{record.module}:{record.lineno}"
    given = record.args
    if isinstance(given, dict):
        named = given
        return _PLACE.sub(lambda at: number(named.get((at[1] or "()")[1:-1])), template)
    waiting = iter(given if isinstance(given, tuple) else (given,))
    return _PLACE.sub(lambda at: number(next(waiting, None)), template)


def number(value: Any) -> str:
    """A number as it is, anything else as `…`."""
    return str(value) if isinstance(value, int | float) and abs(value) < 1e9 else "…"


def trace_of(error: BaseException) -> dict[str, Any]:
    """Type and places of an error and of what caused it, innermost last; and what the database
    calls it, which tells a full disk from a lock."""
    kinds, places, codes = [], [], []
    for each in chain(error):
        kinds.append(type(each).__name__)
        codes.append(code_of(each))
        for frame in traceback.extract_tb(each.__traceback__)[-FRAMES:]:
            name = frame.filename.removeprefix(BASE).rpartition("site-packages/")[2]
            places.append(f"{name}:{frame.lineno} {frame.name}")
    code = next(filter(None, codes), "")
    return {"error": " < ".join(kinds), **({"code": code} if code else {}), "trace": places}


def code_of(error: BaseException) -> str:
    """The constant by which a database knows an error: `SQLITE_FULL`, `55P03` of
    PostgreSQL; else ""."""
    for name in ("sqlite_errorname", "pgcode", "sqlstate"):
        code = getattr(error, name, None)
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
    return ""


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, then its cause or what it happened in, at most five."""
    for _number in range(5):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
