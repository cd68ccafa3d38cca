"""Where the database is, and what an operator hears when it cannot be had."""

import os
import sqlite3
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError

from core import engine_place, environment
from core.private_file import PrivateConnection

POSTGRES = {
    "ENGINE": "django.db.backends.postgresql", "NAME": "crm", "USER": "crm", "PASSWORD": "geheim",
    "HOST": "db", "PORT": "",
}  # fmt: skip


def manage(folder, *words, **more):
    """A command as an operator runs it, in a folder that others may look into."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    env |= {"DATABASE_URL": "", "DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", **more}
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, umask=0o022,
    )  # fmt: skip


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def raised(cause):
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def test_an_address_never_holds_the_password():
    assert engine_place.address(POSTGRES) == "crm@db:5432/crm"
    assert engine_place.address({**POSTGRES, "USER": "", "HOST": "", "PORT": "7"}) == (
        "localhost:7/crm"
    )


@pytest.mark.parametrize("command", [["migrate"], ["backup", "x.zip"]])
def test_postgresql_that_is_away_is_said_in_a_sentence(tmp_path, command):
    url = "postgres://crm:geheim@127.0.0.1:1/crm"
    keys = {"SECRET_KEY": "s", "EVIDENCE_KEY": "e"}

    done = manage(tmp_path, *command, DATABASE_URL=url, **keys)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert done.stderr.startswith("PostgreSQL at crm@127.0.0.1:1/crm cannot be had: ")
    assert done.stderr.endswith("Start it, or set DATABASE_URL to where it is.\n")
    assert "geheim" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_opened_is_said_in_a_sentence(tmp_path):
    there = tmp_path / "missing" / "a.sqlite3"

    done = manage(tmp_path, "serve", "--port=0", DATABASE_URL=f"sqlite:///{there}")

    assert (done.returncode, done.stderr) == (
        1,
        f"The database {there} cannot be used: unable to open database file. Its folder must be"
        " there, this user must be allowed to write in it, and its disk must have room.\n",
    )


def test_a_fault_that_is_not_of_the_ground_keeps_its_trace():
    assert engine_place.trouble(raised(sqlite3.OperationalError("database is locked"))) == ""
    assert engine_place.trouble(OperationalError("said by our own code")) == ""


@pytest.mark.parametrize("words", [["migrate", "--plan"], ["showmigrations", "core"]])
def test_what_a_first_command_makes_is_for_its_owner_only(tmp_path, words):
    folder = tmp_path / "data"

    done = manage(folder, *words)

    assert done.returncode == 0, done.stderr
    made = {path.name: mode(path) for path in folder.iterdir()}
    assert made == dict.fromkeys([".secret_key", ".evidence_key", "huaweicrm.sqlite3"], 0o600)
    assert mode(folder) == 0o700


def test_a_database_that_is_there_keeps_its_mode_and_gives_it_to_its_log(tmp_path):
    new, old = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3"
    old.touch()
    old.chmod(0o640)
    sqlite3.connect(old, factory=PrivateConnection).close()

    kept = sqlite3.connect(new, factory=PrivateConnection)
    kept.execute("PRAGMA journal_mode=WAL")
    kept.execute("CREATE TABLE a (b)")

    assert (mode(new), mode(old)) == (0o600, 0o640)
    assert {mode(path) for path in tmp_path.glob("new.sqlite3-*")} == {0o600}
    kept.close()


@pytest.mark.parametrize("folder", ["data", "data/none"])
def test_a_backup_of_an_empty_folder_makes_no_keys(tmp_path, folder):
    (tmp_path / "data").mkdir()
    there = tmp_path / folder

    with pytest.raises(SystemExit, match="There is nothing in DATA_DIR"):
        environment.refuse_to_begin(["manage.py", "backup", "x.zip"], there)

    environment.refuse_to_begin(["manage.py", "migrate"], there)
    (tmp_path / "data" / "huaweicrm.sqlite3").touch()
    environment.refuse_to_begin(["manage.py", "backup", "x.zip"], tmp_path / "data")


def test_a_stored_file_is_for_its_owner_only(tmp_path):
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": str(tmp_path / "files")}

    name = FileSystemStorage(**options).save("2026/03/a.png", ContentFile(b"a"))

    assert mode(tmp_path / "files" / name) == 0o600
    assert {mode(tmp_path / path) for path in ("files", "files/2026")} == {0o700}
