"""Limits of the database: by who asks, and for migrations."""

from contextlib import closing

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from core import checks, environment, local_disk
from huaweicrm.testing import turns


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (["/srv/.venv/bin/gunicorn"], "15"),
        (["manage.py", "serve", "--demo"], "15"),
        (["manage.py", "runserver"], "15"),
        (["/srv/.venv/bin/celery", "-A", "huaweicrm", "worker"], "60"),
        (["/site-packages/celery/__main__.py", "-A", "huaweicrm", "worker"], "60"),
        (["manage.py", "sweep", "--forever"], "60"),
        ([], "15"),
    ],
)
def test_people_wait_15_seconds_and_workers_60(monkeypatch, words, seconds):
    monkeypatch.delenv("STATEMENT_TIMEOUT", raising=False)

    assert environment.statement_timeout(words) == seconds
    monkeypatch.setenv("STATEMENT_TIMEOUT", "7")
    assert environment.statement_timeout(words) == "7"


def limits():
    with connection.cursor() as cursor:
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        said = []
        for name in names:
            cursor.execute(f"SHOW {name}")
            said.append(cursor.fetchone()[0])
        return said


@pytest.mark.django_db
def test_every_connection_to_postgresql_is_limited_and_stays_so_after_migrate():
    if connection.vendor != "postgresql":
        assert settings.DATABASES["default"]["OPTIONS"]["timeout"] == 20
        return
    before = limits()

    call_command("migrate", verbosity=0)

    assert before == limits() == ["15s", "10s", "30s"]


@pytest.mark.skipif(not turns.today(at=1), reason="asked every third day in make test")
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_waits_for_a_lock_gives_up_with_a_sentence():
    if connection.vendor != "postgresql":
        return
    call_command("migrate", "core", "0006_lists", verbosity=0)  # and what rests on the next one
    other = connection.copy("other")
    with closing(other):
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE core_timer IN ROW EXCLUSIVE MODE")
        with pytest.raises(CommandError, match="Somebody works on a table"):
            call_command("migrate", verbosity=0)
        other.rollback()

    call_command("migrate", verbosity=0)

    assert limits()[1] == "10s"
    with connection.cursor() as cursor:
        assert "core_timer_dead" in connection.introspection.get_constraints(cursor, "core_timer")


def test_sqlite_on_a_network_disk_fails_every_command(monkeypatch, tmp_path):
    monkeypatch.setitem(
        settings.DATABASES,
        "default",
        {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "a"},
    )
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(local_disk, "MOUNTS", mounts)
    mounts.write_text("/dev/vda / ext4 rw 0 0\n")
    assert checks.sqlite_lies_on_a_local_disk(None) == []

    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nnas:/x {tmp_path} nfs4 rw 0 0\n")
    (found,) = checks.sqlite_lies_on_a_local_disk(None)

    assert (found.id, "nfs4" in found.msg) == ("core.E002", True)
