"""Which of the collected tests a mutant is shown, the nearest first."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
SHORT = 3
"""An address so short says nothing."""
SAYING = 15
"""How many tests that ask for a page stand before those that call what the mutant changed."""
MOST = 100
"""How many tests one mutant is shown to, beside those that its kind is always shown."""
TABLE = "huaweicrm/tests/test_permissions.py"
TOKENS = "huaweicrm/tests/test_attack_tokens.py"
BODIES = "huaweicrm/tests/test_attack_bodies.py"
CANARIES = "huaweicrm/tests/test_attack_canaries.py"
READINGS = "huaweicrm/tests/test_attack_readings.py"
ALONE = "huaweicrm/tests/test_attack_rules.py"
MACHINES = "huaweicrm/tests/test_attack_machines.py"
FOR_TOKENS = [
    f"{TOKENS}::test_what_only_people_do_and_what_is_confidential_is_what_stands_here",
    f"{TOKENS}::test_no_token_does_what_is_a_persons",
]
WHOLE = {"class": [TOKENS], "field": [BODIES]}
VERBS = {"may", "people_only", "confidential"}
RULED = {"rule", "condition", "refusal", "forbidden"}


def tests_for(job: dict[str, Any], known: list[str]) -> list[str]:
    """Ids of tests or of files: what is declared is looked up by address, the rest by callers."""
    if job["kind"] in {"class", "field"}:
        return WHOLE[job["kind"]]
    if job["kind"] in VERBS:
        return [*FOR_TOKENS, *_spread(_of_tail(job, known), MOST)]
    app = job["path"].split("/", 1)[0]
    first = [f"{app}/tests/test_rechecks.py"] if job["kind"] == "recheck" else []
    first += job["swept"]
    first += [f"{app}/tests/test_rules.py"] if job["kind"] in RULED else []
    first += [ALONE] if job["name"] in {"may_create", "may_change"} else []
    first += [READINGS] if job["kind"] in {"scope", "visible_to"} else []
    last = [BODIES] if job["kind"] == "visible_to" and "/api/" in job["path"] else []
    last += [MACHINES] if job["kind"] == "forbidden" else []
    last += [TOKENS] if job["path"].startswith("core/api/") else []
    return [*first, *_near(job["near"], known), *last]


def _of_tail(job: dict[str, Any], known: list[str]) -> list[str]:
    tail = f"/{job['name'].strip('_').replace('_', '-')}/"
    return [each for each in known if each.startswith(TABLE) and tail in each]


def _near(near: list[tuple[int, str, str]], known: list[str]) -> list[str]:
    """Rows of the table, what strangers read there, and tests, by how many calls lie between."""
    pages, own = [], []
    names = {each.partition("[")[0] for each in known}
    by_route: dict[str, list[str]] = {}
    for each in known:
        if each.startswith((TABLE, CANARIES)):
            by_route.setdefault(each.partition("[")[2].removesuffix("]"), []).append(each)
    routes = _routes()
    for _far, path, function in near:
        own += [f"{path}::{function}"] if f"{path}::{function}" in names else []
        for route in routes.get((path, function.split(".")[0]), ()):
            pages += by_route.get(route, [])
    if near and near[0][1].startswith(("core/api", "core/web")):
        door = "[api/" if "core/api" in near[0][1] else "["
        pages += _spread([each for each in known if each.startswith(TABLE) and door in each], 60)
        own += ["huaweicrm/tests/test_api_kernel.py", "huaweicrm/tests/test_access.py"]
    asked = {tail for _far, path, function in near for tail in _tails(routes, path, function)}
    saying = [test for test in _saying(asked) if test in names]
    own = [*own[:1], *saying[:SAYING], *own[1:]]
    half = MOST // 2
    return [*dict.fromkeys(pages[:half]), *dict.fromkeys(own[:half])]


def _tails(routes: dict[tuple[str, str], list[str]], path: str, function: str) -> list[str]:
    """What stands behind the row in the addresses of a page: `merge/`."""
    said = routes.get((path, function.split(".")[0]), ())
    tails = [one.rpartition("<pk>/")[2] for one in said if "<pk>/" in one or one.endswith("/new/")]
    return [tail for tail in tails if len(tail) > SHORT]


def _saying(tails: set[str]) -> list[str]:
    """Tests in whose words one of these stands: they ask for the page by its address."""
    said = _sources() if tails else {}
    return [test for test, words in said.items() if any(tail in words for tail in tails)]


@functools.cache
def _sources() -> dict[str, str]:
    """Each test function with its words."""
    found = {}
    for module in sorted(BASE.glob("*/tests/test_*.py")):
        words, path = module.read_text(), str(module.relative_to(BASE))
        for each in ast.parse(words).body:
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                found[f"{path}::{each.name}"] = ast.get_source_segment(words, each) or ""
    return found


def _routes() -> dict[tuple[str, str], list[str]]:
    """(path of a module, name of a view or of a resource) → addresses of the table."""
    from django.urls import URLPattern, get_resolver

    from huaweicrm.api import router
    from huaweicrm.tests.permission_table import plain, rows

    found: dict[tuple[str, str], list[str]] = {}

    def place(thing: Any) -> tuple[str, str]:
        thing = inspect.unwrap(thing)
        return thing.__module__.replace(".", "/") + ".py", thing.__qualname__.split(".")[0]

    def walk(patterns: Any, before: str) -> None:
        for each in patterns:
            route = before + str(each.pattern)
            if not isinstance(each, URLPattern):
                walk(each.url_patterns, route)
            elif callable(each.callback) and (path := plain(route)):
                found.setdefault(place(each.callback), []).append(path)

    walk(get_resolver().url_patterns, "")
    paths = [row.path for row in rows()]
    for prefix, view, _base in router.registry:
        known = [path for path in paths if re.match(f"api/v1/{prefix}/", path)]
        found.setdefault(place(view), []).extend(known)
    return found


def _spread(tests: list[str], most: int) -> list[str]:
    step = max(1, len(tests) // most)
    return tests[::step][:most]
