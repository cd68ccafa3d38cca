"""Runs a Celery process whose wall clock can be moved while it runs: seconds in a file.

The product's own knob for its clock is used (DEMO_NOW); its monotonic clock runs on, as it does
when a wall clock is set.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
import time
from pathlib import Path

from celery.__main__ import main

from core import clock


def follow(path: Path) -> None:
    """Take over each new offset within a tenth of a second."""
    known = 0.0
    while True:
        offset = float(path.read_text() or 0) if path.exists() else 0.0
        if offset != known:
            known = offset
            there = dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=offset)
            os.environ["DEMO_NOW"] = there.isoformat()
            clock.now()
        time.sleep(0.1)


if __name__ == "__main__":
    threading.Thread(target=follow, args=[Path(os.environ["CLOCK_FILE"])], daemon=True).start()
    sys.exit(main())
