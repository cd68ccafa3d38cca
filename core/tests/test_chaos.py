"""Workers killed with -9 lose nothing and double nothing in the database, on both engines."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core import timers
from core.models import User
from core.tests.build import person

DUE = 300
KILLS = 15
ROOT = Path(settings.BASE_DIR)


def database_for_workers(folder: Path) -> tuple[str, str]:
    """DATABASE_URL of the rows that this test committed, and the SQLite file if it is one."""
    if connection.vendor == "postgresql":
        given = connection.get_connection_params()
        user = f"{given.get('user', '')}:{given.get('password') or ''}@"
        return f"postgres://{user}{given['host']}:{given['port']}/{given['dbname']}", ""
    path = folder / "chaos.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{path}", str(path)


def rows(path: str, sql: str) -> list[tuple]:
    """What the workers left behind."""
    if not path:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    with sqlite3.connect(path) as opened:
        return opened.execute(sql).fetchall()


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_double_nothing(tmp_path):
    person()
    User.objects.bulk_create(User(username=f"c{n}", full_name="c") for n in range(DUE))
    wanted = {pk: timezone.now() for pk in User.objects.values_list("pk", flat=True)[:DUE]}
    timers.arm_many("test.slow", wanted, about_label="core.user", now=timezone.now())
    url, path = database_for_workers(tmp_path)
    log = tmp_path / "sent"

    done = subprocess.run(
        [sys.executable, "-m", "core.tests.chaos", str(KILLS)],
        cwd=ROOT,
        env={
            **os.environ, "DATABASE_URL": url, "CHAOS_LOG": str(log), "DEBUG": "1",
            "LOG_LEVEL": "ERROR", "DEMO_NOW": "",
        },
        timeout=90,
        capture_output=True,
        text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    assert rows(path, "SELECT state, COUNT(*) FROM core_timer GROUP BY state") == [("fired", DUE)]
    effects = Counter(row[0] for row in rows(path, "SELECT about_id FROM core_notification"))
    assert (len(effects), set(effects.values())) == (DUE, {1})
    assert rows(path, "SELECT state, COUNT(*) FROM core_outboxmessage GROUP BY state") == [
        ("sent", DUE)
    ]
    sends = Counter(log.read_text().split())
    assert len(sends) == DUE
    assert sum(sends.values()) - DUE <= KILLS
    if path:
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]
