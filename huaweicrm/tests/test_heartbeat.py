"""One list of periodic jobs, whoever runs it."""

import ast
import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from core import heartbeats
from core.clockguard import ClockGuard
from core.local_disk import network_file_system
from core.models import Heartbeat
from huaweicrm import celery, heartbeat

NINE = dt.datetime(2026, 11, 19, 9, tzinfo=dt.timezone.utc)
ROOMS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
MOUNTS = (
    "/dev/vda / ext4 rw 0 0\nnas:/x /mnt/team nfs4 rw 0 0\n/dev/sdb /mnt/team/local xfs rw 0 0\n"
)


def test_beat_runs_exactly_the_jobs_of_the_registry():
    assert set(celery.schedule()) == set(heartbeat.jobs())
    assert {line["args"][0] for line in celery.schedule().values()} == set(heartbeat.jobs())


def test_workers_start_without_a_setting_in_the_environment():
    bare = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    words = [sys.executable, "-c", "import huaweicrm.celery"]

    done = subprocess.run(words, cwd=settings.BASE_DIR, env=bare, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr[-500:]


@pytest.mark.parametrize(("said", "seconds"), [(None, 5), ("1", 1), ("0", 1), ("9", 5)])
def test_the_pace_lies_between_one_and_five_seconds(said, seconds):
    bare = {key: value for key, value in os.environ.items() if key != "SWEEP_S"}
    env = bare if said is None else {**bare, "SWEEP_S": said}
    words = "from huaweicrm.registry import HEARTBEAT as H; print(*(H[n][0] for n in NAMES))"
    names = "NAMES = ('sweep', 'consume', 'deliver', 'jobs'); "

    done = subprocess.run(
        [sys.executable, "-c", names + words],
        cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.split() == [str(seconds)] * 3 + ["5"]


def test_a_worker_whose_clock_is_half_a_minute_ahead_still_takes_every_job():
    lives = [line["options"]["expires"] for line in celery.schedule().values()]

    assert min(lives) > 30


@pytest.mark.django_db
def test_a_run_leaves_a_heartbeat_and_a_job_that_raises_stops_no_other(monkeypatch):
    monkeypatch.setitem(heartbeat.jobs(), "broken", (5, "huaweicrm.tests.test_heartbeat:broken"))

    done = heartbeat.run_all(["broken", "sweep"], lambda: NINE)

    assert isinstance(done["broken"], RuntimeError)
    assert [row.name for row in Heartbeat.objects.all()] == ["sweep"]


def broken(*, now):
    raise RuntimeError("on purpose")


def test_no_task_is_sent_with_an_eta_or_a_countdown():
    found = []
    for room in ROOMS:
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg in {"eta", "countdown"}:
                    found.append(f"{path}:{node.value.lineno}")

    assert found == []


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv/data", ""), ("/mnt/team/crm", "nfs4"), ("/mnt/team/local/crm", ""), ("/mnt/teams", "")],
)
def test_sqlite_is_refused_on_a_network_disk_only(folder, kind):
    assert network_file_system(Path(folder), MOUNTS) == kind


def after(**delta):
    return NINE + dt.timedelta(**delta)


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (after(seconds=60), False),
        (after(days=4), True),
        (after(hours=-1), True),
    ],
)
@pytest.mark.django_db
def test_a_process_that_starts_after_the_jump_holds_too(now, holds, monkeypatch):
    left = {"boot": heartbeat.boot(), "monotonic": time.monotonic() - 60, "holds": False}
    heartbeats.beat("sweep", now=NINE, facts=left)
    guard = ClockGuard()
    monkeypatch.setattr(heartbeat, "GUARD", guard)

    heartbeat.run("seal", now=now)

    assert guard.holds is holds


@pytest.mark.django_db
def test_a_process_that_starts_while_another_holds_waits_with_it(monkeypatch):
    left = {"boot": heartbeat.boot(), "monotonic": time.monotonic() - 1, "holds": True}
    heartbeats.beat("sweep", now=NINE, facts=left)
    guard = ClockGuard()
    monkeypatch.setattr(heartbeat, "GUARD", guard)

    heartbeat.run("seal", now=after(seconds=1))

    assert guard.holds is True


@pytest.mark.django_db
def test_readings_of_another_machine_say_nothing(monkeypatch):
    left = {"boot": "another", "monotonic": 5.0, "holds": True}
    heartbeats.beat("sweep", now=NINE, facts=left)
    guard = ClockGuard()
    monkeypatch.setattr(heartbeat, "GUARD", guard)

    heartbeat.run("seal", now=after(days=4))

    assert guard.holds is False
