"""One pytest session for many mutants: collected once, forked for each, patched in memory.

A child takes a guard away in the functions that are loaded already (their code is exchanged), or
in what a verb, a field or a class declared, runs the chosen tests and ends with 1 when one failed.
Started by bench/mutants.py in its copy of the tree: `python -m bench.mutant_session JOBS.json`.
"""

from __future__ import annotations

import ast
import gc
import importlib
import itertools
import json
import os
import resource
import shutil
import sys
import time
import types
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection, connections

from bench.choosing import tests_for

LONGEST = 300
"""Seconds of processor time for one mutant: a busy machine makes nobody a survivor or a victim."""
WORKERS = int(os.environ.get("MUTANTS_AT_ONCE", "2"))
NUMBERS = itertools.count(1)
KILLED, SURVIVED, UNABLE = "killed", "survived", "unable"
NOTHING = "control"
"""The kind of a job that takes nothing away."""


class Session:
    """The plugin that replaces the loop of pytest."""

    def __init__(self, jobs: list[dict[str, Any]]) -> None:
        self.jobs = jobs
        self.items: dict[str, list[Any]] = defaultdict(list)
        self.passes: dict[str, bool] = {}
        self.known: list[str] = []

    def pytest_runtestloop(self, session: Any) -> bool:
        """Every mutant in its own child; then what killed it must pass when nothing is missing."""
        gc.unfreeze()  # what is frozen is not found any more, and functions are looked for
        self.known = [item.nodeid for item in session.items]
        for item in session.items:
            module, _, rest = item.nodeid.partition("::")
            for key in {item.nodeid, module, f"{module}::{rest.partition('[')[0]}"}:
                self.items[key].append(item)
        make_database(session.items)
        waiting, running = list(reversed(self.jobs)), []
        while waiting or running:
            while waiting and len(running) < WORKERS:
                job = waiting.pop()
                running.append((job, Child(job, self.tests_of(job))))
            time.sleep(0.05)
            for job, child in [each for each in running if each[1].ended()]:
                running.remove((job, child))
                if child.said == KILLED and not self.innocent(child.by):
                    waiting.append(job)  # again, without the test that fails anyway
                else:
                    tell(job, child)
        return True

    def innocent(self, test: str) -> bool:
        """True when this test passes in a child of its own with all guards in place."""
        if test not in self.passes:
            child = Child({"kind": NOTHING}, self.items[test][:1])
            while not child.ended():
                time.sleep(0.05)
            self.passes[test] = child.said == SURVIVED
        return self.passes[test]

    def tests_of(self, job: dict[str, Any]) -> list[Any]:
        """The items that are chosen for a job, each once."""
        names = job.get("tests") or tests_for(job, self.known)
        found = {item.nodeid: item for name in names for item in self.items[name]}
        return [item for name, item in found.items() if self.passes.get(name, True)]


def tell(job: dict[str, Any], child: Child) -> None:
    """One line about a mutant."""
    took = time.monotonic() - child.started
    line = f"{child.said:9} {took:4.0f} s {len(child.tests):3} tests  {job['title']}"
    print(f"{line}  <- {child.by}", flush=True)


def make_database(items: list[Any]) -> None:
    """One test, as if one of another folder came next: the database stays, and nothing else that
    a child would find standing and take for a test that was not put away. A quick one: what sets a
    page for print begins threads, and a fork that prints would wait for them for ever."""
    quick = (item for item in items if not item.get_closest_marker("timeout"))
    first = next(item for item in quick if item.get_closest_marker("database"))
    top = first.nodeid.partition("/")[0]
    other = next(item for item in items if item.nodeid.partition("/")[0] != top)
    runtestprotocol(first, nextitem=other, log=False)
    connections.close_all()


class Child:
    """A fork of this process with one guard less and a copy of the database."""

    def __init__(self, job: dict[str, Any], tests: list[Any]) -> None:
        self.tests, self.started = tests, time.monotonic()
        self.said, self.by = "", ""
        self.reading, writing = os.pipe()
        whole = Path(connection.settings_dict["NAME"])
        self.copy = whole.with_suffix(f".{next(NUMBERS)}")
        shutil.copy(whole, self.copy)
        self.pid = os.fork()
        if self.pid == 0:
            connection.settings_dict["NAME"] = str(self.copy)
            os._exit(without_guard(job, tests, writing))
        os.close(writing)

    def ended(self) -> bool:
        """True when it has an answer; one that a signal ended shows nothing."""
        done, status = os.waitpid(self.pid, os.WNOHANG)
        if not done:
            return False
        with os.fdopen(self.reading) as told:
            self.by = told.read()
        self.copy.unlink(missing_ok=True)
        code = os.waitstatus_to_exitcode(status)
        self.said = {0: SURVIVED, 1: KILLED}.get(code, UNABLE)
        if code < 0:
            self.said, self.by = SURVIVED, f"ended by signal {-code}"
        return True


def without_guard(job: dict[str, Any], tests: list[Any], writing: int) -> int:
    """0: every test passed; 1: one failed; 3: the guard could not be taken away."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        if not patch(job):
            return 3
    except Exception as error:  # noqa: BLE001 - the reason is told, whatever it is
        os.write(writing, f"{type(error).__name__}: {error}"[:200].encode())
        return 3
    for item, following in zip(tests, [*tests[1:], None], strict=True):
        reports = runtestprotocol(item, nextitem=following, log=False)
        if any(report.failed for report in reports):
            os.write(writing, item.nodeid.encode())
            return 1
    return 0


def patch(job: dict[str, Any]) -> bool:
    """Take the guard away in memory."""
    if job["kind"] == NOTHING:
        return True
    if job["kind"] in {"may", "people_only", "confidential"}:
        return patch_verb(job)
    if job["kind"] == "class":
        return patch_class(job)
    if job["kind"] == "field":
        return patch_field(job)
    if job["kind"] == "again":
        return patch_again(job)
    return patch_code(job)


def module_of(job: dict[str, Any]) -> types.ModuleType:
    """The loaded module."""
    name = job["path"].removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return importlib.import_module(name)


def within(job: dict[str, Any], *kinds: type) -> ast.AST:
    """The innermost node of these kinds around the guard, in the source as it stands."""
    tree = ast.parse(Path(job["path"]).read_text())
    line = job["line"]
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, kinds) and first_line(node) <= line <= node.end_lineno
    ]
    return max(found, key=first_line)


def first_line(node: Any) -> int:
    """With its decorators."""
    return min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))])


def patch_verb(job: dict[str, Any]) -> bool:
    """What a verb declares."""
    holder = within(job, ast.ClassDef).name
    function = within(job, ast.FunctionDef).name
    verb = getattr(getattr(module_of(job), holder), function).verb
    object.__setattr__(verb, job["kind"], None if job["kind"] == "may" else False)
    return True


def patch_class(job: dict[str, Any]) -> bool:
    """What a resource declares."""
    holder, _, name = job["name"].partition(".")
    setattr(getattr(module_of(job), holder), name, False)
    return True


def patch_field(job: dict[str, Any]) -> bool:
    """Whose rows a related field takes."""
    holder = within(job, ast.ClassDef).name
    name = within(job, ast.Assign).targets[0].id
    field = getattr(module_of(job), holder)._declared_fields[name]
    field = field if hasattr(field, "visible") else field.child
    model = field.visible.__self__.model

    def everything(_user: Any) -> Any:
        return model._base_manager.all()

    field.visible = everything
    field._kwargs["queryset"] = everything
    return True


def patch_again(job: dict[str, Any]) -> bool:
    """The page asks for no fresh password: what stands around it passes everybody on."""
    around = getattr(module_of(job), job["name"])
    while around.__code__.co_qualname != "recent_auth.<locals>.page":
        around = around.__wrapped__

    def open_to_all(view: Any) -> Any:
        return lambda request, *args, **kwargs: view(request, *args, **kwargs)

    around.__code__ = open_to_all(around.__wrapped__).__code__
    return True


def patch_code(job: dict[str, Any]) -> bool:
    """Exchange the code of the outermost function around the guard, wherever it is held."""
    mutated = codes(compile(job["mutated"], job["path"], "exec"))
    standing = codes(compile(Path(job["path"]).read_text(), job["path"], "exec"))
    changed = [name for name, code in mutated.items() if code != standing.get(name)]
    # Not isinstance: it would ask a lazy object of an ended request what it is, which raises.
    functions = [each for each in gc.get_objects() if type(each) is types.FunctionType]
    done = 0
    for name in changed:
        for each in functions:
            here = each.__code__
            same = here.co_qualname == name and here.co_filename.endswith("/" + job["path"])
            if same and here.co_freevars == mutated[name].co_freevars:
                each.__code__ = mutated[name]
                done += 1
    return done > 0


def codes(code: types.CodeType) -> dict[str, types.CodeType]:
    """Qualified name → code of every function, without what lies inside functions."""
    found = {}
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            found[each.co_qualname] = each
            if not each.co_flags & 1:  # a class body: its methods too
                found |= codes(each)
    return found


def main() -> int:
    """Collect, then one child for each job."""
    jobs = json.loads(Path(sys.argv[1]).read_text())
    options = ["-q", "-s", "--reuse-db", "--timeout=0", "-p", "no:cacheprovider", *sys.argv[2:]]
    return int(pytest.main(options, plugins=[Session(jobs)]))


if __name__ == "__main__":
    sys.exit(main())
