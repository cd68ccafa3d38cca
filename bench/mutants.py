"""`make mutants`: takes one guard away at a time and asks whether the tests notice.

The guards are found in the source (bench/guards.py). A copy of the working tree is made; in it the
tests run once, noting which test runs which line; then every mutant of the sample is answered by
the tests of its own lines, the first failure ends it. What survives is printed, with the share
that was killed.

    make mutants ARGS="--sample 120 --seed 1 --app service --kind recheck --list --only TEXT"
"""

from __future__ import annotations

import argparse
import ast
import json
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
from typing import Any

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
MOST = 100
"""How many tests one mutant is shown to."""
LONGEST = 240
LINES = BASE / ".stamps" / "functions.json"
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
        tests_by_function(copy, fresh=words.fresh)
        survivors = survivors_of(mutants, copy)
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
    parser.add_argument("--only", default="", help="mutants whose line matches this pattern")
    parser.add_argument("--list", action="store_true", help="print them and stop")
    parser.add_argument("--fresh", action="store_true", help="map tests to lines again")
    return parser.parse_args()


def sample(words: argparse.Namespace) -> list[Mutant]:
    """Every app and every kind in turn, chosen by the seed, until there are enough."""
    found = [
        each
        for each in guards()
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


def tests_by_function(copy: Path, *, fresh: bool = False) -> dict[str, dict[str, list[str]]]:
    """path → function → tests that run it; made once, kept in `.stamps`, --fresh makes it anew."""
    if fresh or not LINES.exists():
        print("Looking which test runs which function (once) …", flush=True)
        started = time.monotonic()
        covered = [f"--cov={floor}" for floor in FLOORS]
        more = [*covered, "--cov-context=test", "--cov-report=", "-rf", "-m", CHOSEN]
        code = pytest(copy, [*collected(), *more], limit=7200, said=FAILED)
        print(f"  {time.monotonic() - started:.0f} s, pytest said {code}", flush=True)
        LINES.parent.mkdir(exist_ok=True)
        LINES.write_text(json.dumps(_functions_run(copy)))
    return json.loads(LINES.read_text())


def _functions_run(copy: Path) -> dict[str, dict[str, list[str]]]:
    data = coverage.CoverageData(basename=str(copy / ".coverage"))
    data.read()
    found: dict[str, dict[str, list[str]]] = {}
    for name in data.measured_files():
        path = Path(name)
        lines = data.contexts_by_lineno(name)
        runs = found.setdefault(path.relative_to(copy).as_posix(), {})
        for title, (first, last) in functions_of(path.read_text()).items():
            tests = {
                context.split("|")[0]
                for line in range(first, last + 1)
                for context in lines.get(line, [])
                if context
            }
            runs[title] = sorted(tests)
    return found


def functions_of(text: str) -> dict[str, tuple[int, int]]:
    """Qualified name → lines of the body, of every function that lies in no other."""
    found = {}

    def look(node: ast.AST, before: str) -> None:
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{before}{each.name}"] = (each.body[0].lineno, each.end_lineno)
            elif isinstance(each, ast.ClassDef):
                look(each, f"{before}{each.name}.")

    look(ast.parse(text), "")
    return found


def chosen_tests(mutant: Mutant, runs: dict[str, dict[str, list[str]]]) -> list[str]:
    """Tests that run the function: those of the table, of the app, then others; at most MOST."""
    if mutant.kind in DECLARED:
        return _declared(mutant, runs)
    if mutant.kind == "again":
        return _named(mutant, runs)
    spans = functions_of((BASE / mutant.path).read_text())
    line = mutant.begin[0]
    around = [name for name, (first, last) in spans.items() if first - 12 <= line <= last]
    around = sorted(around, key=lambda name: abs(spans[name][0] - line))
    exact = [name for name in around if spans[name][0] <= line]
    name = (exact or around or [""])[0]
    tests = set(runs.get(mutant.path, {}).get(name, ())) - broken()
    ranked = sorted(tests)
    table = [test for test in ranked if "test_permissions" in test]
    own = [test for test in ranked if test.startswith(mutant.app + "/")]
    rest = [test for test in ranked if test not in own and test not in table]
    half = MOST // 2
    found = [*_spread(table, half), *_spread(own, half), *_spread(rest, half)]
    ruled = f"{mutant.app}/tests/test_rules.py"
    more = [ruled] if mutant.kind in RULED and (BASE / ruled).exists() else []
    if mutant.name == "may_create":
        known = {test for each in runs["core/api/resource.py"].values() for test in each}
        more += sorted(test for test in known if re.search(r"says\[api/v1/[a-z-]+/\]$", test))
    return [*more, *found[:MOST], *ALWAYS.get(mutant.kind, ())]


RULED = {"rule", "condition", "refusal", "forbidden"}


ALWAYS = {
    "visible_to": ["huaweicrm/tests/test_attack_canaries.py"],
    "scope": ["huaweicrm/tests/test_attack_canaries.py"],
    "confidential": ["huaweicrm/tests/test_attack_tokens.py"],
    "people_only": [],
    "may": [],
}
"""Shown to mutants of a kind beside the tests of their lines."""


def _declared(mutant: Mutant, runs: dict[str, dict[str, list[str]]]) -> list[str]:
    """What is declared is read at import, and a refusal never comes to the function: the tests
    that name the tail of the address, or for a class and a field those of all bodies and tokens."""
    if mutant.kind in {"class", "field"}:
        names = {"class": "test_attack_tokens", "field": "test_attack_bodies"}
        return [f"huaweicrm/tests/{names[mutant.kind]}.py"]
    tail = f"/{mutant.name.strip('_').replace('_', '-')}/"
    table = {test for tests in runs["core/api/resource.py"].values() for test in tests}
    named = sorted(test for test in table if "test_permissions" in test and tail in test)
    return [*FOR_TOKENS, *_spread(named, MOST), *(ALWAYS[mutant.kind])]


DECLARED = {"may", "people_only", "confidential", "class", "field"}


def _named(mutant: Mutant, runs: dict[str, dict[str, list[str]]]) -> list[str]:
    """Rows of the table whose address holds every word of a view's name."""
    table = {test for tests in runs["core/web.py"].values() for test in tests}
    words = mutant.name.split("_")
    return sorted(
        test
        for test in table
        if "test_permissions" in test and all(word in test.partition("[")[2] for word in words)
    )


TOKENS = "huaweicrm/tests/test_attack_tokens.py"
FOR_TOKENS = [
    f"{TOKENS}::test_what_only_people_do_and_what_is_confidential_is_what_stands_here",
    f"{TOKENS}::test_no_token_does_what_is_a_persons",
]


def broken() -> set[str]:
    """Tests that fail without any mutant."""
    said = FAILED.read_text() if FAILED.exists() else ""
    return set(re.findall(r"^(?:FAILED|ERROR) (\S+::.*?)(?: - |$)", said, re.MULTILINE))


def _spread(tests: list[str], most: int) -> list[str]:
    step = max(1, len(tests) // most)
    return tests[::step][:most]


def survivors_of(mutants: list[Mutant], copy: Path) -> list[Mutant]:
    """Those that no test noticed; what cannot be patched in memory is patched in the file."""
    runs = tests_by_function(copy)
    jobs = [job_of(each, copy, chosen_tests(each, runs)) for each in mutants]
    (copy / "jobs.json").write_text(json.dumps(jobs))
    words = ["-m", "bench.mutant_session", "jobs.json", *collected(), "-m", CHOSEN]
    said: dict[str, str] = {}
    with subprocess.Popen(
        [sys.executable, *words], cwd=copy, env=environment(), stdout=subprocess.PIPE, text=True
    ) as session:
        for line in session.stdout:
            word, _, title = line.partition(" tests  ")
            if title:
                said[title.strip()] = word.split()[0]
                print(line, end="", flush=True)
    unable = [each for each in mutants if said.get(each.title, "unable") == "unable"]
    for each in unable:
        said[each.title] = by_file(each, copy, chosen_tests(each, runs))
    return [each for each in mutants if said[each.title] == "survived"]


def job_of(mutant: Mutant, copy: Path, tests: list[str]) -> dict[str, Any]:
    """What the session needs to know of a mutant."""
    return {
        "title": mutant.title,
        "kind": mutant.kind,
        "name": mutant.name,
        "path": mutant.path,
        "line": mutant.begin[0],
        "mutated": mutant.applied((copy / mutant.path).read_text()),
        "tests": tests,
    }


def by_file(mutant: Mutant, copy: Path, tests: list[str]) -> str:
    """The slow way: write the file, start pytest."""
    path = copy / mutant.path
    whole = path.read_text()
    path.write_text(mutant.applied(whole))
    try:
        code = pytest(copy, ["-x", *tests, "-m", CHOSEN], limit=LONGEST) if tests else 0
    finally:
        path.write_text(whole)
    said = "killed" if code in FELL else "survived"
    print(f"{said:9} file {len(tests):3} tests  {mutant.title}", flush=True)
    return said


def collected() -> list[str]:
    """What pytest is told to collect."""
    return [*TESTS, *(f"--ignore-glob=*/{name}*" for name in NEVER)]


def environment() -> dict[str, str]:
    """SQLite, whatever the caller uses."""
    return {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}


def pytest(copy: Path, words: list[str], *, limit: int, said: Path | None = None) -> int:
    """One run in the copy, its words kept in a file; a run that does not end counts as killed."""
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", *words]
    with open(said or os.devnull, "w") as out:
        try:
            return subprocess.run(
                command, cwd=copy, env=environment(), stdout=out, stderr=out, timeout=limit
            ).returncode
        except subprocess.TimeoutExpired:
            return 9


if __name__ == "__main__":
    sys.exit(main())
