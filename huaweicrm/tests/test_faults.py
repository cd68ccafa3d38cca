"""The storm in its short form: processes killed and frozen, servers struck down and emptied."""

import signal
import subprocess
import sys

import pytest
from django.conf import settings

from huaweicrm.testing import processes, turns

SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: (time.sleep(0.3), sys.exit(0)))
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("seconds", "code"), [(0.05, -signal.SIGKILL), (20, 0)])
def test_a_server_may_take_its_time_to_stop_in_order(seconds, code):
    server = subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.PIPE)
    server.stdout.readline()

    assert processes.stop(server, signal.SIGINT, seconds) == code
    server.stdout.close()


@pytest.mark.broker
@pytest.mark.timeout(400)
@pytest.mark.skipif(not turns.today(at=2), reason="asked every third day in make test")
def test_a_storm_loses_nothing_and_doubles_nothing(broker):
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", "--short"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=380,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "HOLDS" in done.stdout
