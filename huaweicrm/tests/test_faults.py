"""The storm in its short form: processes killed and frozen, servers struck down and emptied."""

import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.broker
@pytest.mark.timeout(400)
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
