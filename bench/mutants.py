"""`make mutants`: takes one guard away at a time and asks whether the tests notice.

The guards are found in the source (bench/guards.py). A copy of the working tree is made; in it the
tests run once, noting which test runs which line; then every mutant of the sample is answered by
the tests of its own lines, the first failure ends it. What survives is printed, with the share
that was killed.

    make mutants ARGS="--sample 120 --seed 1 --app service --kind recheck --list --only TEXT"
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))

import coverage  # noqa: E402

from bench.guards import Mutant, guards  # noqa: E402
from huaweicrm.testing.source import FLOORS  # noqa: E402

TESTS = [*(f"{floor}/tests" for floor in FLOORS)]
NEVER = (
    "test_architecture", "test_axe", "test_journey", "test_demo", "test_chaos", "test_api_fuzz",
    "test_serve", "test_vectors", "test_templates", "test_catalogue", "test_browser",
)  # fmt: skip
"""Tests that look at the source, drive a browser or take long."""
CHOSEN = "not browser and not broker"
MOST = 40
"""How many tests one mutant is shown to."""
LONGEST = 240
LINES = BASE / ".stamps" / "lines.coverage"
FAILED = BASE / ".stamps" / "lines.failed"
"""Which test runs which line, and which tests failed already: those prove nothing."""
FELL = {1, 2, 9}
"""What pytest says when tests fail, cannot be read, or do not end in time."""


def main() -> int:
    """Print each mutant and what became of it; 0 when at least 95 of 100 were killed."""
    words = _words()
    mutants = sample(words)
    if words.list:
        print(*(each.title for each in mutants), sep="\n")
        return 0
    os.nice(5)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = copied(Path(folder) / "tree")
        runs = tests_by_line(copy, fresh=words.fresh)
        survivors = [each for each in mutants if not killed(each, copy, runs)]
    dead = len(mutants) - len(survivors)
    share = 100 * dead / max(1, len(mutants))
    print(f"\n{len(mutants)} mutants, {dead} killed, {share:.1f} %")
    print(*(f"  survived: {each.title}" for each in survivors), sep="\n")
    return 0 if share >= 95 else 1


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=120, help="how many; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--app", choices=FLOORS)
    parser.add_argument("--kind")
    parser.add_argument("--only", default="", help="mutants whose line holds this text")
    parser.add_argument("--list", action="store_true", help="print them and stop")
    parser.add_argument("--fresh", action="store_true", help="map tests to lines again")
    return parser.parse_args()


def sample(words: argparse.Namespace) -> list[Mutant]:
    """Every app and every kind in turn, chosen by the seed, until there are enough."""
    found = [
        each
        for each in guards()
        if words.app in (None, each.app) and words.kind in (None, each.kind)
        if words.only in each.title
    ]
    groups = defaultdict(list)
    for each in found:
        groups[each.app, each.kind].append(each)
    chance = random.Random(words.seed)
    for group in groups.values():
        chance.shuffle(group)
    chosen: list[Mutant] = []
    while any(groups.values()) and (not words.sample or len(chosen) < words.sample):
        chosen += [group.pop() for group in groups.values() if group]
    chosen = chosen[: words.sample or None]
    return sorted(chosen, key=lambda each: (each.path, each.begin, each.end))


def copied(tree: Path) -> Path:
    """The working tree without what git ignores, and the migrated test database."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=BASE, text=True).split("\0"):
        if name and (BASE / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(BASE / name, tree / name)
    if (BASE / ".stamps" / "testdb").exists():
        shutil.copytree(BASE / ".stamps" / "testdb", tree / ".stamps" / "testdb")
    return tree


def tests_by_line(copy: Path, *, fresh: bool) -> dict[str, dict[int, list[str]]]:
    """path → line → tests that run it; kept in `.stamps` until a source file changes."""
    hashed = hashlib.sha256()
    for path in sorted(copy.glob("*/**/*.py")):
        hashed.update(path.read_bytes())
    kept = LINES
    stamp = kept.with_suffix(".hash")
    if fresh or not kept.exists() or not stamp.exists():
        print("Looking which test runs which line (once) …", flush=True)
        started = time.monotonic()
        covered = [f"--cov={floor}" for floor in FLOORS]
        left_out = [f"--ignore-glob=*/{name}*" for name in NEVER]
        code = pytest(
            copy, [*TESTS, "-m", CHOSEN, *left_out, *covered, "--cov-context=test",
                   "--cov-report=", "-rf"], limit=3600, said=FAILED,
        )  # fmt: skip
        print(f"  {time.monotonic() - started:.0f} s, pytest said {code}", flush=True)
        kept.parent.mkdir(exist_ok=True)
        shutil.copy2(copy / ".coverage", kept)
        stamp.write_text(hashed.hexdigest())
    elif stamp.read_text() != hashed.hexdigest():
        print("The source changed since its lines were looked at; --fresh looks again.")
    return _read(kept)


def _read(kept: Path) -> dict[str, dict[int, list[str]]]:
    data = coverage.CoverageData(basename=str(kept))
    data.read()
    found = {}
    for name in data.measured_files():
        short = name.split("/tree/", 1)[-1]
        found[short] = {
            line: sorted({context.split("|")[0] for context in contexts if context})
            for line, contexts in data.contexts_by_lineno(name).items()
        }
    return found


def chosen_tests(mutant: Mutant, runs: dict[str, dict[int, list[str]]]) -> list[str]:
    """Tests of the guard's own line, else of its function: the table first; at most MOST."""
    if mutant.kind in DECLARED:
        return _declared(mutant, runs)
    lines = runs.get(mutant.path, {})
    first, last = mutant.lines
    tests = set(lines.get(mutant.begin[0], []))
    tests = tests or {test for line in range(first, last + 1) for test in lines.get(line, [])}
    ranked = sorted(tests - broken())
    table = [test for test in ranked if "test_permissions" in test]
    own = [test for test in ranked if test.startswith(mutant.app + "/")]
    rest = [test for test in ranked if test not in own and test not in table]
    half = MOST // 2
    return [*_spread(table, half), *_spread(own, half), *_spread(rest, half)][:MOST]


def _declared(mutant: Mutant, runs: dict[str, dict[int, list[str]]]) -> list[str]:
    """What is declared is read at import, and a refusal never comes to the function: the tests
    that name the tail of the address, or for a class and a field those of all bodies and tokens."""
    if mutant.kind in {"class", "field"}:
        names = {"class": "test_attack_tokens", "field": "test_attack_bodies"}
        return [f"huaweicrm/tests/{names[mutant.kind]}.py"]
    tail = f"/{mutant.name.strip('_').replace('_', '-')}/"
    table = {test for tests in runs["core/web.py"].values() for test in tests}
    table |= {test for tests in runs["core/api/resource.py"].values() for test in tests}
    named = sorted(test for test in table if "test_permissions" in test and tail in test)
    return [*_spread(named, MOST), *FOR_TOKENS]


DECLARED = {"may", "people_only", "confidential", "class", "field"}
FOR_TOKENS = [
    f"huaweicrm/tests/test_attack_tokens.py::{name}"
    for name in ("test_no_token_does_what_is_a_persons",
                 "test_everything_that_only_people_do_is_marked",
                 "test_a_token_opens_nothing_without_the_scope")
]  # fmt: skip


def broken() -> set[str]:
    """Tests that fail without any mutant."""
    said = FAILED.read_text() if FAILED.exists() else ""
    return set(re.findall(r"^(?:FAILED|ERROR) (\S+::.*?)(?: - |$)", said, re.MULTILINE))


def _spread(tests: list[str], most: int) -> list[str]:
    step = max(1, len(tests) // most)
    return tests[::step][:most]


def killed(mutant: Mutant, copy: Path, runs: dict[str, dict[int, list[str]]]) -> bool:
    """Whether a test fails (or nothing can be collected) without the guard."""
    path = copy / mutant.path
    whole = path.read_text()
    tests = chosen_tests(mutant, runs)
    started = time.monotonic()
    path.write_text(mutant.applied(whole))
    try:
        code = pytest(copy, ["-x", *tests, "-m", CHOSEN], limit=LONGEST) if tests else 0
    finally:
        path.write_text(whole)
    said = "killed" if code in FELL else "survived"
    took = time.monotonic() - started
    print(f"{said:9} {took:4.0f} s {len(tests):3} tests  {mutant.title}", flush=True)
    return code in FELL


def pytest(copy: Path, words: list[str], *, limit: int, said: Path | None = None) -> int:
    """One run in the copy, its words kept in a file; a run that does not end counts as killed."""
    clean = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL"}}
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", *words]
    with open(said or os.devnull, "w") as out:
        try:
            return subprocess.run(
                command, cwd=copy, env=clean, stdout=out, stderr=out, timeout=limit
            ).returncode
        except subprocess.TimeoutExpired:
            return 9


if __name__ == "__main__":
    sys.exit(main())
