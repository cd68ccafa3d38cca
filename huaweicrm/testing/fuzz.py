"""`make fuzz`: the fuzz tests of the suite with more inputs, seed after seed, on both engines.

`--examples` inputs of each operation of the API, `--files` mutated files of imports, for each of
`--seeds` seeds; `--engine sqlite` or `postgres` runs one of the two. Prints what was asked.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack

from huaweicrm.testing.postgres import postgres
from huaweicrm.testing.suite import SETTINGS, migrated

TESTS = [
    "huaweicrm/tests/test_api_fuzz.py",
    "huaweicrm/tests/test_attack_json.py",
    "huaweicrm/tests/test_import_fuzz.py",
]
PYTEST = ["-q", "--tb=short", "-p", "no:cacheprovider", "-p", "huaweicrm.testing.loud"]


def main() -> int:
    """0 when every input got a documented answer."""
    asked = arguments()
    clean = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    failed = []
    with ExitStack() as stack:
        for engine in asked.engine.split():
            there = clean
            if engine == "postgres":
                there = migrated(clean, stack.enter_context(postgres()))
            for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
                began = time.monotonic()
                code = run(asked, there, seed)
                verdict = "passed" if code == 0 else "FAILED"
                spent = f"{time.monotonic() - began:.0f} s"
                print(
                    f"{engine}, seed {seed}: {asked.examples} inputs of each operation, "
                    f"{asked.files} files: {verdict} in {spent}",
                    flush=True,
                )
                failed += [f"{engine} seed {seed}"] if code else []
    print(f"fuzz: {len(failed)} failed {' '.join(failed)}")
    return int(bool(failed))


def arguments() -> argparse.Namespace:
    """The words after `make fuzz`."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--engine", default="sqlite postgres")
    return parser.parse_args()


def run(asked: argparse.Namespace, environment: dict[str, str], seed: int) -> int:
    """One pytest run of one seed; its exit code."""
    told = {
        "FUZZ_EXAMPLES": str(asked.examples),
        "FUZZ_IMPORTS": str(asked.files),
        "FUZZ_SEED": str(seed),
    }
    command = [sys.executable, "-m", "pytest", *PYTEST, *TESTS]
    return subprocess.call(command, env={**environment, **told})


if __name__ == "__main__":
    sys.exit(main())
