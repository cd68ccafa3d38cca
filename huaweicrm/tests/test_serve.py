"""The running process: starts, beats, answers, drains; and the same jobs over a real broker."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from waitress import wasyncore

from huaweicrm import embedded, prepare
from huaweicrm.management.commands import serve
from huaweicrm.testing import database, hammer, processes, turns


def environment(folder, **more):
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    clean = {k: v for k, v in clean.items() if k not in {"DATABASE_URL", "REDIS_URL", "DEMO_NOW"}}
    return {**clean, "DATA_DIR": str(folder), **more}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A migrated data folder; each worker begins with the tables that the run has already."""
    folder = tmp_path_factory.mktemp("installed")
    kept = database.template(settings.BASE_DIR)
    if kept.exists():
        database.copy(kept, folder / "huaweicrm.sqlite3")
        return folder
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=settings.BASE_DIR,
        env=environment(folder),
        check=True,
    )
    return folder


def beats(folder):
    with sqlite3.connect(folder / "huaweicrm.sqlite3") as database:
        return dict(database.execute("SELECT name, beat_at FROM core_heartbeat"))


def wait_for(question, seconds=50):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.2)
    return False


def test_serve_answers_beats_and_drains_within_twenty_seconds(installed, tmp_path):
    port, log = processes.free_port(), tmp_path / "log"
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    server = processes.spawn(command, log=log, cwd=settings.BASE_DIR, env=environment(installed))

    assert wait_for(lambda: "Ready" in log.read_text()), log.read_text()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as answer:
        assert answer.status == 200
    assert wait_for(lambda: "sweep" in beats(installed)), log.read_text()
    started = time.monotonic()
    assert processes.stop(server, signal.SIGTERM) == 0, log.read_text()
    assert time.monotonic() - started < 20


@pytest.mark.skipif(not turns.today(), reason="asked every third day in make test")
def test_serve_starts_and_answers_while_the_broker_is_away(installed, tmp_path):
    port, log = processes.free_port(), tmp_path / "log"
    env = environment(installed, REDIS_URL="redis://127.0.0.1:1/0", PORT=str(port))
    place = {"cwd": settings.BASE_DIR, "env": env, "log": log}
    server = processes.spawn([sys.executable, "manage.py", "serve"], **place)

    assert wait_for(lambda: "Ready" in log.read_text()), log.read_text()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as answer:
        assert answer.status == 200
    assert processes.stop(server, signal.SIGTERM) == 0, log.read_text()


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ.get("HTTP_X_FORWARDED_PROTO", "-").encode()]


@pytest.mark.parametrize(("trusted", "heard"), [("1", "https"), ("0", "-")])
def test_what_a_proxy_says_arrives_only_when_it_is_trusted(monkeypatch, trusted, heard):
    monkeypatch.setenv("TRUSTED_PROXY", trusted)
    sock = serve.listen("127.0.0.1", 0)
    web = embedded.Embedded(echo, sock).server
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{sock.getsockname()[1]}/"
    asked = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(asked) as answer:
        said = answer.read().decode()
    web.trigger.pull_trigger(lambda: wasyncore.close_all(web._map))
    thread.join(5)

    assert said == heard


def test_the_demo_is_not_shown_to_the_world(settings):
    settings.SECURE = True

    with pytest.raises(CommandError, match="make serve"):
        call_command("serve", "--demo")


GUNICORN = ["-m", "gunicorn"]
SERVE = ["manage.py", "serve"]


@pytest.mark.parametrize("command", [GUNICORN, SERVE], ids=["gunicorn", "serve"])
def test_sigterm_under_load_drops_no_request_and_drains(installed, tmp_path, command):
    port, log = processes.free_port(), tmp_path / "log"
    env = environment(installed, PORT=str(port), DEBUG="1", TMPDIR=str(tmp_path))
    place = {"cwd": settings.BASE_DIR, "env": env, "log": log}
    server = processes.spawn([sys.executable, *command], **place)
    assert wait_for(lambda: processes.answers(port)), log.read_text()
    clients = hammer.Hammer(port, "/accounts/login/")

    clients.start()
    assert wait_for(lambda: clients.counts["answered"] > 40), log.read_text()
    counted = list(tmp_path.glob("huaweicrm-metrics-*/*.db"))
    started = time.monotonic()
    server.send_signal(signal.SIGTERM)
    code = server.wait(25)
    took = time.monotonic() - started
    clients.wait()

    assert clients.said == []
    assert (code, clients.counts["dropped"], clients.counts["failed"]) == (0, 0, 0)
    assert took < 20
    assert bool(counted) is (command is GUNICORN)
    assert not list(tmp_path.glob("huaweicrm-metrics-*"))


FIRST_REQUEST = """
import sys
from huaweicrm.wsgi import application
from django.db import connection
from django.test import Client
assert connection.connection is None, "a connection must not be shared by forks"
before = set(sys.modules)
assert Client().get("/accounts/login/", SERVER_NAME="localhost").status_code == 200
ours = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
print("late", len([name for name in set(sys.modules) - before if name.split(".")[0] in ours]))
"""


def test_a_process_is_warm_before_its_first_request(installed):
    done = subprocess.run(
        [sys.executable, "-c", FIRST_REQUEST],
        cwd=settings.BASE_DIR,
        env=environment(installed, DEBUG="1"),
        capture_output=True,
        text=True,
    )

    assert int(done.stdout.split()[-1]) <= 5, done.stdout + done.stderr


def test_how_to_sign_in_is_kept_for_the_owner_only(tmp_path):
    prepare.write_private(tmp_path / "sign-in.txt", "lin …")

    assert (tmp_path / "sign-in.txt").read_text() == "lin …"
    assert (tmp_path / "sign-in.txt").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_said_in_a_sentence(installed):
    port = processes.free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=environment(installed),
            capture_output=True,
            text=True,
        )

    assert done.returncode == 1
    assert "Choose another with PORT=8001" in done.stderr


def test_worker_and_beat_over_a_real_broker_run_the_same_jobs(installed, broker, tmp_path):
    before = beats(installed).get("sweep")
    celery = [sys.executable, "-m", "celery", "-A", "huaweicrm"]
    env = environment(installed, REDIS_URL=broker)
    place = {"cwd": settings.BASE_DIR, "env": env, "log": tmp_path / "log"}
    worker = processes.spawn([*celery, "worker", "-P", "solo", "-l", "warning"], **place)
    beat = processes.spawn([*celery, "beat", "-l", "warning", "-s", tmp_path / "schedule"], **place)

    assert wait_for(lambda: beats(installed).get("sweep") != before), (tmp_path / "log").read_text()
    assert [processes.stop(beat), processes.stop(worker)] == [0, 0]
