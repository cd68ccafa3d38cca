"""Runs workers and kills them with -9: `python -m core.tests.chaos KILLS`, started by the test.

The parent never touches the database; each worker is a fork with its own connection.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import sys
import time

import django
from django.conf import settings

WORKERS = 3
GIVE_UP_S = 30.0


def main(kills: int) -> int:
    """Keep three workers alive, kill one again and again, then let them finish. 0 when done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huaweicrm.settings")
    django.setup()
    settings.HUAWEICRM_REGISTRY = "core.tests.registry"
    alive = {fork(0) for _number in range(WORKERS)}
    done = 0
    while done < kills:
        time.sleep(random.uniform(0.05, 0.25))
        victim = random.choice(sorted(alive))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        alive = (alive - {victim}) | {fork(0)}
        done += 1
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return finish()


def finish() -> int:
    """Two workers on a later clock (leases of the dead have ended) until nothing is left."""
    pids = {fork(600), fork(601)}
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    return max(codes)


def fork(ahead_s: int) -> int:
    """A worker process; its clock runs ahead by so many seconds."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = work(ahead_s)
    finally:
        os._exit(code)


def work(ahead_s: int) -> int:
    """Sweep and deliver until nothing is left; 1 when that takes too long."""
    from django.utils import timezone

    from core import delivery, timers
    from core.models import OutboxMessage, Timer

    until = time.monotonic() + GIVE_UP_S
    while time.monotonic() < until:
        now = timezone.now() + dt.timedelta(seconds=ahead_s)
        timers.sweep(now, limit=10)
        delivery.deliver(now, limit=20)
        armed = Timer.objects.armed().exists()
        if ahead_s and not armed and not OutboxMessage.objects.filter(state="pending").exists():
            return 0
        time.sleep(0.01)
    return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
