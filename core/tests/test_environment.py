"""What is read from the environment and refused; limits of the database by who asks."""

import os
import runpy
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from core import checks, clock, environment, local_disk
from huaweicrm.testing import turns

BASE = Path(settings.BASE_DIR)
PASSWORD = "; / @ : # ? % in a password are %2F %40 %3A %23 %3F %25."
DATABASE = (
    "DATABASE_URL: must look like postgres://user:password@host:5432/name,"
    " sqlite:////absolute/path or sqlite:///relative/path" + PASSWORD
)
MAIL = (
    "EMAIL_URL: must look like smtp://user:password@host:587/?tls=1"
    " or smtps://user:password@host:465" + PASSWORD
)
BROKER = (
    "REDIS_URL: must look like redis://:password@host:6379/0"
    " or rediss://:password@host:6379/0" + PASSWORD
)
SITE = "SITE_URL: must look like https://crm.example.com or http://127.0.0.1:8000."
NO_HOST = "is not a name like crm.example.com, without https:// and port."
NO_FLAG = "is neither 1, true, yes, on nor 0, false, no, off."
LEVELS = "DEBUG, INFO, WARNING, ERROR, CRITICAL"
NO_ZONE = "is not a time zone like Asia/Shanghai."
NO_TIME = "is not a time like 2026-11-19T15:12:00+08:00."


@pytest.fixture
def read(monkeypatch, tmp_path):
    """The settings as a process with these variables reads them."""
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEMO_NOW", "DEBUG", "LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def settings_with(**said):
        for name, value in said.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(BASE / "huaweicrm/settings.py"))

    return settings_with


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LOG_LEVEL", "LOUD", f"LOG_LEVEL: 'LOUD' is not known; use one of {LEVELS}."),
        ("LANGUAGE_CODE", "xx", "LANGUAGE_CODE: 'xx' is not known; use one of zh-hans, en."),
        ("TIME_ZONE", "Asia/Bejing", f"TIME_ZONE: 'Asia/Bejing' {NO_ZONE}"),
        ("TIME_ZONE", "Asia", f"TIME_ZONE: 'Asia' {NO_ZONE}"),
        ("SWEEP_S", "abc", "SWEEP_S: 'abc' is not a whole number like 5."),
        ("PORT", "abc", "PORT: 'abc' is not a whole number like 8000."),
        ("PORT", "99999", "PORT: 99999 is too large; 65535 is the most."),
        ("PORT", "-1", "PORT: -1 is too small; 0 is the least."),
        ("DEMO_NOW", "tomorrow", f"DEMO_NOW: 'tomorrow' {NO_TIME}"),
        ("DEMO_NOW", "2026-13-01T09:00", f"DEMO_NOW: '2026-13-01T09:00' {NO_TIME}"),
        ("DATABASE_URL", "mysql://crm@db/crm", DATABASE),
        ("DATABASE_URL", "postgres://h:abc/x", DATABASE),
        ("DATABASE_URL", "postgres://crm:s3cr/et@db/crm", DATABASE),
        ("DATABASE_URL", "postgres://crm:42/et@db/crm", DATABASE),
        ("DATABASE_URL", "postgres://crm:42?et@db/crm", DATABASE),
        ("DATABASE_URL", "postgres://crm:42#et@db/crm", DATABASE),
        ("DATABASE_URL", "postgres://crm:s[cret@db/crm", DATABASE),
        ("DATABASE_URL", "postgres://crm:42?a=b@db/crm", DATABASE),
        ("DATABASE_URL", "postgres://u:p@h:1", DATABASE),
        ("DATABASE_URL", "postgres://u:p@h:1/?sslmode=require", DATABASE),
        ("DATABASE_URL", "/tmp/x.db", DATABASE),
        ("DATABASE_URL", "sqlite://tmp/x.db", DATABASE),
        ("DATABASE_URL", "sqlite:///", DATABASE),
        ("EMAIL_URL", "http://mail.example.com", MAIL),
        ("EMAIL_URL", "smtp://h:abc", MAIL),
        ("EMAIL_URL", "mail.example.com:587", MAIL),
        ("REDIS_URL", "foo://x", BROKER),
        ("REDIS_URL", "redis://h:abc/0", BROKER),
        ("SITE_URL", "crm.example.com", SITE),
        ("SITE_URL", "https:///crm", SITE),
        ("SITE_URL", "https://crm.example.com:abc", SITE),
        ("ALLOWED_HOSTS", "a.b,https://b.b", f"ALLOWED_HOSTS: 'https://b.b' {NO_HOST}"),
        ("ALLOWED_HOSTS", "b.b:8000", f"ALLOWED_HOSTS: 'b.b:8000' {NO_HOST}"),
        ("DEBUG", "ja", f"DEBUG: 'ja' {NO_FLAG}"),
        ("TWO_STEP_FORCED", "2", f"TWO_STEP_FORCED: '2' {NO_FLAG}"),
    ],
)  # fmt: skip
def test_a_wrong_setting_ends_the_start_with_a_sentence_that_names_it(read, name, value, sentence):
    with pytest.raises(environment.WrongSetting) as refused:
        read(**{name: value})

    assert refused.value.code == sentence


def test_gunicorn_is_refused_no_processes(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "0")

    with pytest.raises(environment.WrongSetting) as refused:
        environment.number("WEB_CONCURRENCY", 2, least=1)

    assert refused.value.code == "WEB_CONCURRENCY: 0 is too small; 1 is the least."


def test_a_statement_timeout_in_words_is_refused(monkeypatch):
    monkeypatch.setenv("STATEMENT_TIMEOUT", "15s")

    with pytest.raises(environment.WrongSetting, match="STATEMENT_TIMEOUT: '15s' is not a whole"):
        environment.statement_timeout([])


def test_a_data_folder_that_cannot_be_made_is_named(read, tmp_path):
    (tmp_path / "file").touch()
    there = tmp_path / "file" / "data"

    with pytest.raises(environment.WrongSetting) as refused:
        read(DATA_DIR=str(there), SECRET_KEY="", EVIDENCE_KEY="")

    assert refused.value.code == (
        f"DATA_DIR: {there} must be a folder that this user may write"
        f" ({there / '.secret_key'}: Not a directory)."
    )


def test_an_empty_variable_is_not_set(read):
    names = ("DATA_DIR", "PORT", "SITE_URL", "ALLOWED_HOSTS", "LANGUAGE_CODE", "TIME_ZONE")
    more = ("LOG_LEVEL", "SWEEP_S", "PRODUCT_NAME", "PREPARED_STATEMENTS", "EVIDENCE_KEY_ID")
    keys = {"SECRET_KEY": "s" * 50, "EVIDENCE_KEY": "e" * 50}

    found = read(**dict.fromkeys((*names, *more), ""), **keys)

    assert found["DATA_DIR"] == BASE / "var"
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]", "testserver"]
    assert (found["LANGUAGE_CODE"], found["TIME_ZONE"]) == ("zh-hans", "Asia/Shanghai")
    assert (found["LOGGING"]["root"]["level"], found["SWEEP_S"]) == ("INFO", 5)
    assert (found["PRODUCT_NAME"], found["EVIDENCE_KEY_ID"]) == ("huaweicrm", "k1")
    assert found["PREPARED_STATEMENTS"] is True


def test_no_broker_no_mail_and_the_real_clock_are_said_by_nothing(read):
    found = read(REDIS_URL="", EMAIL_URL="", DEMO_NOW="", DATABASE_URL="", METRICS_TOKEN="")

    assert (found["REDIS_URL"], found["DEMO_NOW"], found["METRICS_TOKEN"]) == ("", "", "")
    assert "EMAIL_HOST" not in found
    assert found["DATABASES"]["default"]["NAME"] == found["DATA_DIR"] / "huaweicrm.sqlite3"


@pytest.mark.parametrize(
    ("value", "meant"),
    [("1", True), ("True", True), ("YES", True), ("on", True), ("", None)]
    + [("0", False), ("False", False), ("NO", False), ("off", False)],
)
def test_a_flag_is_yes_no_or_not_set(monkeypatch, value, meant):
    monkeypatch.setenv("ASKED", value)

    for default in (True, False):
        assert environment.flag("ASKED", default=default) is (default if meant is None else meant)


def test_settings_that_are_right_are_taken_as_they_are_meant(read):
    found = read(
        LOG_LEVEL="debug", LANGUAGE_CODE="EN", DEMO_NOW="2026-11-19T15:12:00+08:00",
        DATABASE_URL="postgresql://crm:s3cr%2Fet%40@db:5433/crm?sslmode=require",
        REDIS_URL="rediss://:p%40ss@h:6380/1", SITE_URL="https://crm.example.com/",
        ALLOWED_HOSTS="crm.example.com, .example.org,[::1],*",
    )  # fmt: skip

    place = found["DATABASES"]["default"]
    assert (found["LOGGING"]["root"]["level"], found["LANGUAGE_CODE"]) == ("DEBUG", "en")
    assert found["DEMO_NOW"] == "2026-11-19T15:12:00+08:00"
    assert (place["PASSWORD"], place["PORT"], place["NAME"]) == ("s3cr/et@", "5433", "crm")
    assert place["OPTIONS"]["sslmode"] == "require"
    assert found["REDIS_URL"] == "rediss://:p%40ss@h:6380/1"
    assert found["SITE_URL"] == "https://crm.example.com"
    assert found["ALLOWED_HOSTS"] == ["crm.example.com", ".example.org", "[::1]", "*"]


@pytest.mark.parametrize(
    ("name", "value", "setting", "meant"),
    [
        ("REDIS_URL", "redis://h/0?password=a@b", "REDIS_URL", "redis://h/0?password=a@b"),
        ("REDIS_URL", " REDIS://Broker/0 ", "REDIS_URL", "redis://Broker/0"),
        ("EMAIL_URL", "SMTPS://h/?from=a@b", "EMAIL_USE_SSL", True),
        ("SITE_URL", "HTTPS://crm.example.com:8443/a", "SITE_URL", "https://crm.example.com:8443/a"),
        ("SITE_URL", "http://[::1]:8000", "SITE_URL", "http://[::1]:8000"),
        ("TIME_ZONE", " Asia/Shanghai ", "TIME_ZONE", "Asia/Shanghai"),
        ("SWEEP_S", "-1", "SWEEP_S", -1),
        ("PORT", " 8001 ", "SITE_URL", "http://127.0.0.1:8001"),
        ("SECRET_KEY", " a b ", "SECRET_KEY", " a b "),
    ],
)  # fmt: skip
def test_blanks_around_case_of_a_scheme_and_an_at_in_a_query_do_no_harm(
    read, name, value, setting, meant
):
    assert read(**{name: value})[setting] == meant


@pytest.mark.parametrize(
    ("url", "name", "options"),
    [
        ("POSTGRES://h/crm?application_name=crm@web", "crm", {"application_name": "crm@web"}),
        ("postgres:///?service=crm", "", {"service": "crm"}),
    ],
)
def test_postgresql_is_named_in_the_path_or_by_a_service(read, url, name, options):
    found = read(DATABASE_URL=url, SECRET_KEY="s" * 50)

    place = found["DATABASES"]["default"]
    assert (found["EMBEDDED"], place["NAME"]) == (False, name)
    assert options.items() <= place["OPTIONS"].items()


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:////srv/crm.db", Path("/srv/crm.db")), ("sqlite:///crm.db", Path("crm.db"))]
    + [("sqlite:///:memory:", ":memory:")],
)
def test_a_fourth_slash_makes_a_path_absolute(tmp_path, url, path):
    assert environment.database(url, tmp_path)["NAME"] == path


def test_a_clock_that_is_moved_while_it_runs_says_the_same(monkeypatch):
    monkeypatch.setenv("DEMO_NOW", "tomorrow")

    with pytest.raises(ValueError, match="'tomorrow' is not a time like 2026-11-19T15:12:00"):
        clock.now()


@pytest.mark.parametrize("words", [["manage.py", "check"], ["-m", "gunicorn"]])
def test_a_process_ends_with_one_line_that_hides_the_password(tmp_path, words):
    there = {**os.environ, "DEBUG": "1", "DATA_DIR": str(tmp_path), "PORT": "0"}
    there["DATABASE_URL"] = "postgres://crm:s3cr/et@db:5432/crm"

    done = subprocess.run(
        [sys.executable, *words], cwd=BASE, env=there, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (1, "", DATABASE + "\n")


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
