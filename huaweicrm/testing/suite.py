"""`make test`: the whole suite on SQLite with browser and Valkey, then on PostgreSQL.

`ENGINE=sqlite` or `ENGINE=postgres` runs one of the two. Long tables take turns by date (DAILY);
`make test-all` sets THOROUGH=1 and asks them whole.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from tempfile import NamedTemporaryFile

from huaweicrm.testing import chromium
from huaweicrm.testing.postgres import postgres

WORKERS = (os.cpu_count() or 2) + 1
"""One more than there are cores: a quarter of the time is waiting for browsers and servers."""
PYTEST = ["-n", str(WORKERS), "--maxschedchunk=1", "--durations=8", "-rfEs"]
"""In order and one by one: tests that empty the database come last, on whichever worker is free."""


def main() -> int:
    """Run both engines; 0 when all tests passed. Words on the command line go to pytest."""
    chromium.try_to_install()
    clean = {key: value for key, value in os.environ.items() if key not in {*SETTINGS, *SLOW}}
    clean = {"DAILY": "1", "TURN": str(dt.date.today().toordinal()), **clean}
    wanted = os.environ.get("ENGINE", "sqlite postgres")
    results = {}
    with ExitStack() as servers:
        # Both engines migrate at the same time: each of them keeps one core busy.
        file = subprocess.Popen([sys.executable, "-m", "huaweicrm.testing.database"], env=clean)
        there = on_postgres(clean, servers) if "postgres" in wanted else {}
        if file.wait():
            return 1
        if "sqlite" in wanted:
            results["SQLite"] = run("SQLite, Valkey, browser", clean, "-m", "not postgres")
        if "postgres" in wanted:
            results["PostgreSQL"] = run("PostgreSQL", there, "-m", ON_POSTGRES)
    print(f"\nThe turn of this day: TURN={clean['TURN']}" if "THOROUGH" not in clean else "")
    for name, (code, seconds, failed) in results.items():
        print(f"{name}: {'passed' if code == 0 else 'FAILED'} in {seconds:.0f} s")
        print("".join(f"  FAILED {test}\n" for test in failed), end="")
    if chromium.why_not():
        print(f"\n*** BROWSER TESTS DID NOT RUN: {chromium.why_not()} ***")
    return max(code for code, _seconds, _failed in results.values())


SETTINGS = {"DATABASE_URL", "REDIS_URL", "DEMO_NOW", "DATA_DIR", "SITE_URL", "DEBUG", "EMAIL_URL"}
SLOW = {"PYTHONDONTWRITEBYTECODE"}
"""Else each worker and each server of a test compiles the whole house once more."""
ON_POSTGRES = "database and not broker and not one_engine and (not browser or both_engines)"


def on_postgres(clean: dict[str, str], servers: ExitStack) -> dict[str, str]:
    """The environment of a run on a server of our own, migrated once; each worker clones it."""
    # Its statistics are those that a test asks for: a cleaner sees no row of an open transaction.
    url = servers.enter_context(postgres(autovacuum="off"))
    return migrated({"FUZZ_SEED": "2", **clean}, url)


def migrated(environment: dict[str, str], url: str) -> dict[str, str]:
    """The environment of runs that clone the database behind a URL, migrated here once."""
    there = {**environment, "DATABASE_URL": url, "TEST_TEMPLATE": "crm"}
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.check_call(migrate, env={**there, "DEBUG": "1"})
    return there


def run(title: str, environment: dict[str, str], *more: str) -> tuple[int, float, list[str]]:
    """One pytest run in its own process; returns exit code, seconds and the tests that failed."""
    print(f"\n=== {title} ===", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *PYTEST]
    with NamedTemporaryFile("r") as file:
        there = {**environment, "FAILED_TESTS": file.name}
        code = subprocess.call([*command, *more, *sys.argv[1:]], env=there)
        return code, time.monotonic() - started, file.read().splitlines()


if __name__ == "__main__":
    sys.exit(main())
