"""`make check`: lint, format, types, order of the house, migrations, translations, deployment.

The pieces run side by side; each prints one line, and its output only when it fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from huaweicrm.testing.source import BASE, FLOORS

PYTHON = sys.executable
RUFF = [PYTHON, "-m", "ruff"]
MANAGE = [PYTHON, "manage.py"]
ORDER = [f"huaweicrm/tests/test_{name}.py" for name in ("architecture", "access", "templates")]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "only-for-this-check-" + "x" * 50,
    "EVIDENCE_KEY": "only-for-this-check-" + "y" * 50,
    "DATABASE_URL": "postgres://crm@127.0.0.1/crm",
    "SITE_URL": "https://crm.example.com",
    "ALLOWED_HOSTS": "crm.example.com",
}


@dataclass(frozen=True)
class Piece:
    """One command of the check."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


PIECES = [
    Piece("types", [PYTHON, "-m", "mypy", "--no-error-summary", *FLOORS, "bench"]),
    Piece("order of the house", [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ORDER]),
    Piece("lint", [*RUFF, "check", "--quiet", "."]),
    Piece("format", [*RUFF, "format", "--check", "--quiet", "."]),
    Piece("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
    Piece("translations", [*MANAGE, "messages", "--check"]),
    Piece("django", [*MANAGE, "check", "--fail-level", "WARNING"]),
    Piece(
        "deployment",
        [*MANAGE, "check", "--deploy", "--tag", "security", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
]


def run(piece: Piece) -> tuple[Piece, int, str, float]:
    """Run one piece; returns it with exit code, output and seconds."""
    started = time.monotonic()
    done = subprocess.run(
        piece.command,
        cwd=BASE,
        env={**os.environ, **piece.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return piece, done.returncode, done.stdout, time.monotonic() - started


def main() -> int:
    """Run all pieces, or those named on the command line; 0 when none failed."""
    started = time.monotonic()
    chosen = [piece for piece in PIECES if not sys.argv[1:] or piece.name in sys.argv[1:]]
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for piece, code, output, seconds in pool.map(run, chosen):
            print(
                f"{'ok    ' if code == 0 else 'FAILED'} {piece.name} ({seconds:.1f} s)", flush=True
            )
            if code:
                failed.append(piece.name)
                print(output, flush=True)
    print(f"check: {len(failed)} of {len(chosen)} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
