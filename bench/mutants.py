"""`make mutants`: takes one guard away at a time and asks whether the tests notice.

The guards are found in the source (bench/guards.py). A copy of the working tree is made; in it
every mutant of the sample meets the tests that come near its lines (bench/reach.py: callers of
callers); the first failure ends it, and counts when the same test passes with all guards in place.
What survives is printed, with the share that was killed.

    make mutants ARGS="--sample 120 --seed 1 --app service --kind recheck --list --only TEXT"
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))

from bench.equivalents import EQUIVALENT  # noqa: E402
from bench.guards import Mutant, guards  # noqa: E402
from bench.reach import near, swept  # noqa: E402
from huaweicrm.testing.source import FLOORS  # noqa: E402

TESTS = [*(f"{floor}/tests" for floor in FLOORS)]
NEVER = (
    "test_architecture", "test_axe", "test_journey", "test_demo", "test_chaos", "test_api_fuzz",
    "test_serve", "test_vectors", "test_templates", "test_catalogue", "test_browser", "test_xss",
    "test_attack_json", "test_attack_races", "test_backup", "test_bench", "test_costs", "test_demo",
    "test_deploy", "test_fuzz", "test_import_fuzz", "test_plain_text", "test_plans",
    "test_sweepers", "test_today_counts",
)  # fmt: skip
"""Tests that look at the source, drive a browser, take long or are about other things."""
CHOSEN = "not browser and not broker"
LONGEST = 600
FELL = 1
"""What pytest says when tests fail."""


def main() -> int:
    """Print each mutant and what became of it; 0 when at least 95 of 100 were killed."""
    words = _words()
    known = [each.key for each in guards()]
    print(*(f"equivalent: {key}: {why}" for key, why in EQUIVALENT.items()), sep="\n")
    if gone := EQUIVALENT.keys() - set(known):
        raise SystemExit(f"not in the source any more: {sorted(gone)}")
    mutants = sample(words)
    if words.list:
        print(*(each.title for each in mutants), sep="\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = copied(Path(folder) / "tree")
        survivors = survivors_of(mutants, copy)
    dead = len(mutants) - len(survivors)
    share = 100 * dead / max(1, len(mutants))
    print(f"\n{len(known)} guards, {len(EQUIVALENT)} of them equivalent")
    print(f"seed {words.seed}: {len(mutants)} mutants, {dead} killed, {share:.1f} %")
    print(*(f"  survived: {each.title}" for each in survivors), sep="\n")
    return 0 if share >= 95 else 1


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=120, help="how many; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--app", choices=FLOORS)
    parser.add_argument("--kind")
    parser.add_argument("--only", default="", help="mutants whose line matches this pattern")
    parser.add_argument("--list", action="store_true", help="print them and stop")
    return parser.parse_args()


def sample(words: argparse.Namespace) -> list[Mutant]:
    """Every app and every kind in turn, chosen by the seed, until there are enough."""
    found = [
        each
        for each in guards()
        if each.key not in EQUIVALENT
        if words.app in (None, each.app) and words.kind in (None, each.kind)
        if re.search(words.only, each.title)
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


def survivors_of(mutants: list[Mutant], copy: Path) -> list[Mutant]:
    """Those that no test noticed; what cannot be patched in memory is patched in the file."""
    jobs = [job_of(each, copy) for each in mutants]
    (copy / "jobs.json").write_text(json.dumps(jobs))
    words = ["-m", "bench.mutant_session", "jobs.json", *collected(), "-m", CHOSEN]
    said: dict[str, str] = {}
    with subprocess.Popen(
        [sys.executable, *words], cwd=copy, env=environment(), stdout=subprocess.PIPE, text=True
    ) as session:
        for line in session.stdout:
            word, _, title = line.partition(" tests  ")
            if title:
                said[title.partition("  <- ")[0].strip()] = word.split()[0]
                print(line, end="", flush=True)
    for each in mutants:
        if said.get(each.title, "unable") == "unable":
            said[each.title] = by_file(each, copy)
    return [each for each in mutants if said[each.title] == "survived"]


def job_of(mutant: Mutant, copy: Path) -> dict[str, Any]:
    """What the session needs to know of a mutant."""
    scope = mutant.kind == "scope"
    return {
        "title": mutant.title,
        "kind": mutant.kind,
        "name": mutant.name,
        "path": mutant.path,
        "line": mutant.begin[0],
        "mutated": mutant.applied((copy / mutant.path).read_text()),
        "near": near(mutant.path, mutant.begin[0], asked=mutant.name if scope else ""),
        "swept": swept(mutant.path) if mutant.kind == "recheck" else [],
    }


def by_file(mutant: Mutant, copy: Path) -> str:
    """What cannot be exchanged in memory, in the file: the tests of its app, from a fresh start."""
    path = copy / mutant.path
    whole = path.read_text()
    path.write_text(mutant.applied(whole))
    words = ["-x", f"{mutant.app}/tests", "-m", CHOSEN]
    try:
        code = pytest(copy, [*words, *ignored()], limit=LONGEST)
    finally:
        path.write_text(whole)
    said = "killed" if code == FELL else "survived"
    print(f"{said:9} by the file  {mutant.title}", flush=True)
    return said


def ignored() -> list[str]:
    """What pytest is told not to collect."""
    return [f"--ignore-glob=*/{name}*" for name in NEVER]


def collected() -> list[str]:
    """What pytest is told to collect."""
    return [*TESTS, *ignored()]


def environment() -> dict[str, str]:
    """SQLite, whatever the caller uses."""
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return {**kept, "THOROUGH": "1"}


def pytest(copy: Path, words: list[str], *, limit: int) -> int:
    """One run in the copy; -1 when it does not end, which proves nothing."""
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run(
            command, cwd=copy, env=environment(), timeout=limit, **quiet
        ).returncode
    except subprocess.TimeoutExpired:
        return -1


if __name__ == "__main__":
    sys.exit(main())
