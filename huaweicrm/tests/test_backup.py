"""Backup = restore: every table and file, on both engines and across them; or nothing at all."""

import datetime as dt
import io
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from functools import partial

import pytest
from django.apps import apps
from django.conf import settings as house
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import override_settings

from core import files, sealing, search, sequences, timers
from core.models import (
    EventConsumer,
    Notification,
    OutboxMessage,
    Sequence,
    Timer,
    TrailEntry,
    User,
)
from core.tests.build import NINE, SYSTEM, after, person
from huaweicrm.backup import lines
from huaweicrm.backup.archive import ArchiveRefused, opened
from huaweicrm.backup.restoring import SEEDED
from huaweicrm.backup.snapshot import BackupRefused
from huaweicrm.backup.writing import mac_of, write_backup
from huaweicrm.testing import database, turns

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A data folder of our own."""
    settings.DATA_DIR = tmp_path / "data"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "data" / "files")},
        },
    }
    return tmp_path


def manifest(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def content(path):
    """What must be equal: rows, hashes and last numbers of tables, and files."""
    said = manifest(path)
    return said["tables"], said["sequences"], said["files"]


def empty():
    """An installation as a migration leaves it, files included."""
    call_command("flush", verbosity=0, interactive=False)
    shutil.rmtree(default_storage.path(""), ignore_errors=True)


def restore(path, *options):
    out = io.StringIO()
    call_command("restore", str(path), *options, stdout=out)
    return out.getvalue()


RUN = (
    "import sys, json, django; django.setup(); from django.core.management import call_command\n"
    "for words in json.loads(sys.argv[1]): call_command(*words)"
)


def manage(folder, *commands):
    """Commands, one after the other, in an installation of its own on SQLite."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    env |= {
        "DATABASE_URL": "", "DATA_DIR": str(folder), "EVIDENCE_KEY": house.EVIDENCE_KEY,
        "EVIDENCE_KEY_ID": house.EVIDENCE_KEY_ID, "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "huaweicrm.settings",
    }  # fmt: skip
    words = json.dumps([list(map(str, command)) for command in commands])
    done = subprocess.run(
        [sys.executable, "-c", RUN, words],
        cwd=house.BASE_DIR, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def some_rows():
    """A person with a file, a sealed trail, a search entry, and a number given back."""
    lin = person("lin", full_name="林若川")
    files.store(PNG, name="a.png", about=lin, by=SYSTEM, now=NINE)
    search.index("core.user", lin.pk, scope_id=lin.pk, title="林若川")
    sequences.reserve("CUS", 41)
    sealing.seal(after(hours=1))
    gone = person("gone")
    last = gone.pk
    gone.delete()
    return lin, last


@committed
def test_every_table_and_file_comes_back_and_numbers_continue(folder):
    _lin, last = some_rows()
    before = write_backup(folder / "a.zip", now=NINE)
    (said,) = default_storage.listdir("2026/03")[1]
    empty()

    told = restore(folder / "a.zip")
    write_backup(folder / "b.zip", now=NINE)

    assert "equals the backup" in told
    assert content(folder / "a.zip") == content(folder / "b.zip")
    assert (before.files, before.missing) == (1, 0)
    assert default_storage.open(f"2026/03/{said}").read() == PNG
    assert os.stat(default_storage.path(f"2026/03/{said}")).st_mode & 0o777 == 0o600
    assert sealing.verify().problems == []
    assert [hit.title for hit in search.find("若川")] == ["林若川"]
    assert sequences.next_code("CUS") == "CUS-000042"
    assert person("next").pk > last


@committed
@pytest.mark.postgres
@pytest.mark.timeout(300)
@pytest.mark.skipif(not turns.today(), reason="asked every third day in make test")
def test_the_demo_travels_from_sqlite_to_this_engine_and_back(folder):
    one, two = folder / "one", folder / "two"
    one.mkdir()
    if database.template(house.BASE_DIR).exists():
        database.copy(database.template(house.BASE_DIR), one / "huaweicrm.sqlite3")
    backup = ("backup", folder / "a.zip")
    manage(one, ("migrate", "-v0"), ("demo",), ("sweep", "--only", "seal"), backup)

    restore(folder / "a.zip")
    write_backup(folder / "b.zip", now=NINE)
    told = manage(two, ("restore", folder / "b.zip"), ("verify_evidence",))

    first, second = manifest(folder / "a.zip"), manifest(folder / "b.zip")
    assert first["tables"] == second["tables"]
    assert first["engine"].startswith("sqlite")
    assert second["engine"].startswith(connection.vendor)
    assert sealing.verify().problems == []
    assert "Restored: every table and file equals the backup." in told
    assert told.endswith("0 problems\n")


@committed
def test_a_pending_timer_fires_once_after_the_restore(folder):
    lin = person()
    timers.arm("test.note", lin, after(hours=1), now=NINE)
    fired = timers.arm("test.picky", lin, after(minutes=1), now=NINE)
    with override_settings(HUAWEICRM_REGISTRY="core.tests.registry"):
        timers.sweep(after(minutes=2))
    write_backup(folder / "a.zip", now=after(minutes=3))
    empty()
    restore(folder / "a.zip")

    with override_settings(HUAWEICRM_REGISTRY="core.tests.registry"):
        rounds = [timers.sweep(after(hours=hours)).fired for hours in (0, 1, 1, 2)]

    assert rounds == [0, 1, 0, 0]
    assert Timer.objects.get(pk=fired.pk).state == "fired"
    assert Notification.objects.count() == OutboxMessage.objects.count() == 2


@committed
def test_a_backup_while_others_write_is_of_one_moment(folder):
    stop, made = threading.Event(), []

    def write():
        with closing(connections["default"]):
            for number in range(2000):
                if stop.is_set():
                    return
                with transaction.atomic():
                    EventConsumer.objects.create(name=f"n{number}")
                    Sequence.objects.create(series=f"n{number}")
                made.append(number)

    def wait_for(count):
        until = time.monotonic() + 20
        while len(made) < count and time.monotonic() < until:
            time.sleep(0.01)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    wait_for(20)
    write_backup(folder / "a.zip", now=NINE)
    wait_for(len(made) + 5)
    stop.set()
    writer.join(20)

    with opened(folder / "a.zip") as archive:
        one = {json.loads(line)[1] for line in archive.lines("core.eventconsumer")}
        two = {json.loads(line)[1] for line in archive.lines("core.sequence")}
    assert one == two
    assert 20 <= len(one) < len(made)


@committed
def test_a_database_in_use_and_a_folder_with_files_are_refused(folder):
    some_rows()
    write_backup(folder / "a.zip", now=NINE)

    with pytest.raises(CommandError, match="folder of files is not empty|not empty: there are"):
        restore(folder / "a.zip")
    User.objects.update(full_name="after the backup")
    with pytest.raises(CommandError, match="the database is not empty: there are rows in"):
        restore(folder / "a.zip")
    assert User.objects.get().full_name == "after the backup"

    empty()
    default_storage.save("2026/04/other.png", ContentFile(b"other"))
    with pytest.raises(CommandError, match="folder of files is not empty"):
        restore(folder / "a.zip")
    assert not User.objects.exists()


def rewritten(source, target, label, changes):
    """An archive whose hashes and key are right, and one table of which is not."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        said = json.loads(old.read("manifest.json"))
        for name in old.namelist():
            if name == f"tables/{label}.jsonl":
                (table,) = (one for one in said["tables"] if one["label"] == label)
                names = table["columns"]
                rows = [
                    [changes.get(names[at], cell) for at, cell in enumerate(json.loads(line))]
                    for line in old.read(name).splitlines()
                ]
                form = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
                kept = [json.dumps(row, **form).encode() for row in rows]
                new.writestr(name, b"".join(line + b"\n" for line in kept))
                table["rows"], table["sha256"] = lines.digest(kept)
            elif name != "manifest.json":
                new.writestr(name, old.read(name))
        said["mac"] = mac_of(said)
        new.writestr("manifest.json", json.dumps(said))


@committed
@pytest.mark.parametrize(
    ("column", "value"), [("actor_id", 987654321), ("recorded_at", "no time"), ("facts", None)]
)
def test_rows_that_the_database_refuses_leave_nothing_behind(folder, column, value):
    some_rows()
    write_backup(folder / "a.zip", now=NINE)
    rewritten(folder / "a.zip", folder / "b.zip", "core.trailentry", {column: value})
    empty()

    with pytest.raises(CommandError, match="was not restored: the database did not take it"):
        restore(folder / "b.zip")

    assert not User.objects.exists()
    assert not TrailEntry.objects.exists()
    assert not list((folder / "data" / "files").rglob("*.png"))
    restore(folder / "a.zip")
    assert User.objects.get().username == "lin"


@pytest.fixture
def whole(transactional_db, folder):
    """A backup of a person and a file."""
    files.store(PNG, name="a.png", about=person(), by=SYSTEM, now=NINE)
    write_backup(folder / "a.zip", now=NINE)
    return folder / "a.zip"


def test_an_archive_that_was_cut_off_or_altered_is_refused_in_a_sentence(whole, folder):
    raw, chance = whole.read_bytes(), random.Random(7)
    bad = folder / "bad.zip"
    right = content(whole)
    refused = 0
    cuts = [raw[: int(len(raw) * part)] for part in (0, 0.1, 0.5, 0.9, 0.999)]
    flips = []
    for _number in range(60):
        at = chance.randrange(len(raw))
        flips.append(raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(8))]) + raw[at + 1 :])

    for wrong in [*cuts, *flips]:
        bad.write_bytes(wrong)
        try:
            restore(bad, "--verify")
        except CommandError as error:
            refused += 1
            assert str(error).startswith(f"{bad} was not restored: ")
        else:
            assert content(bad) == right  # a byte that nobody reads, such as a time in the ZIP

    assert refused > len(cuts) + 30


def test_a_manifest_that_was_written_anew_without_the_key_is_refused(whole, folder, settings):
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(folder / "b.zip", "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == "manifest.json":
                raw = raw.replace(b'"rows": 1,', b'"rows": 2,')
            new.writestr(name, raw)

    with pytest.raises(CommandError, match="its manifest was altered"):
        restore(folder / "b.zip", "--verify")
    settings.EVIDENCE_KEY = "another"
    with pytest.raises(CommandError, match="--without-key restores all the same"):
        restore(whole, "--verify")
    assert "A whole backup of 2026-03-02T01:00:00+00:00" in restore(
        whole, "--verify", "--without-key"
    )


def test_a_backup_goes_into_a_folder_and_never_over_another(whole, folder):
    made = write_backup(folder, now=NINE)

    assert made.path.name == "huaweicrm-20260302-010000.zip"
    assert made.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(made.path))
    with pytest.raises(BackupRefused, match="exists already"):
        write_backup(folder, now=NINE)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", str(folder / "no" / "such.zip"))
    assert not list(folder.rglob("*.part*"))


@pytest.mark.parametrize("name", ["none/", "none", "none.zip/", "huaweicrm-1.2", "taken", "taken/"])
def test_a_folder_that_is_not_there_is_never_taken_for_a_file(folder, name):
    (folder / "taken").write_text("the file that a mistaken backup once was")
    given = f"{folder}/{name}"

    with pytest.raises(CommandError) as refused:
        call_command("backup", given)

    assert str(refused.value) == (
        f"{given} is no folder. Make it first (`mkdir -p {given}`), or name a new file that ends"
        " in .zip."
    )
    assert [path.name for path in folder.iterdir()] == ["taken"]


def on_sqlite(folder, *words, most=None):
    """`manage.py` in an installation of its own, whose files may have so many bytes at most."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    env |= {"DATABASE_URL": "", "DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"}
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most)) if most else None
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=house.BASE_DIR, env=env, capture_output=True, text=True, preexec_fn=limit,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_backup_where_there_is_no_database_says_so_and_makes_none(folder):
    there = folder / "data"
    there.mkdir()
    assert on_sqlite(there, "backup", folder / "a.zip") == (
        1,
        f"There is nothing in DATA_DIR {there} yet. Is it the right folder?\n",
    )
    (there / "static").mkdir()
    assert on_sqlite(there, "backup", folder / "a.zip") == (
        1,
        f"CommandError: There is no database of huaweicrm at {there}/huaweicrm.sqlite3 yet."
        " Is DATA_DIR (or DATABASE_URL) the right one?\n",
    )
    assert {path.name for path in there.iterdir()} == {"static", ".secret_key", ".evidence_key"}
    assert not list(folder.glob("a.zip*"))


def test_a_copy_that_finds_no_room_is_said_in_a_sentence_and_leaves_nothing(folder):
    there = folder / "data"
    there.mkdir()
    with closing(sqlite3.connect(there / "huaweicrm.sqlite3")) as made, made:
        made.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        made.execute("INSERT INTO django_migrations VALUES (1, 'a', zeroblob(300000), '')")

    said = on_sqlite(there, "backup", folder / "a.zip", most=100_000)

    assert said == (
        1,
        f"CommandError: The database cannot be copied in {there}: disk I/O error. SQLite needs room"
        " there for a whole copy of it, and a folder that can be written.\n",
    )
    assert not [*there.glob(".backup*"), *folder.glob("a.zip*")]


@pytest.mark.django_db
def test_a_folder_of_data_that_cannot_be_written_is_not_laid_at_the_target(folder, settings):
    if connection.vendor != "sqlite":
        return
    settings.DATA_DIR = folder / "file"
    settings.DATA_DIR.write_text("no folder")

    with pytest.raises(CommandError, match=f"cannot be copied in {folder}/file: File exists."):
        call_command("backup", str(folder / "a.zip"))

    assert not list(folder.glob("a.zip*"))


def test_what_is_no_backup_is_refused(folder):
    for raw in (b"", b"%PDF-1.7", b"PK\x05\x06" + b"\0" * 18):
        (folder / "x.zip").write_bytes(raw)
        with pytest.raises(ArchiveRefused), opened(folder / "x.zip"):
            pass
    with pytest.raises(ArchiveRefused, match="No such file"), opened(folder / "none.zip"):
        pass


def test_a_line_and_back_is_the_same_row(db):
    row = Timer(
        id=7, kind="k", about_label="a.b", about_id=1, due_at=NINE, next_try_at=NINE,
        armed_at=NINE + dt.timedelta(microseconds=1), facts={"名": [1.5, None, "é"]},
    )  # fmt: skip
    row.save(force_insert=True)
    (line,) = lines.read_lines(Timer, "default")

    back = lines.row_of(Timer, line)

    assert {n: getattr(back, n) for n in lines.columns_of(Timer)} == {
        n: getattr(row, n) for n in lines.columns_of(Timer)
    }
    with pytest.raises(ValueError, match="number of columns"):
        lines.row_of(Timer, b"[1]")


def test_only_tables_that_migrations_fill_may_hold_rows_before_a_restore(db):
    filled = {m._meta.label_lower for m in lines.tables_of(apps) if m._base_manager.exists()}

    assert filled <= SEEDED
    assert SEEDED - filled <= {"core.heartbeat", "core.eventconsumer"}
