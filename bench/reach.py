"""Which tests come near a line: callers of callers by name, read from the source."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from huaweicrm.testing import source

Node = tuple[str, str]
"""Path of a module, and its outermost function (`f`, `Class.f`)."""
DEEP = 6


def near(path: str, line: int, *, asked: str = "") -> list[tuple[int, str, str]]:
    """(steps, path, function) of what leads to the function around a line, the nearest first.

    For a scope (`asked`: visible_to, confidential_to) begin with those who ask it of its models.
    """
    starts = _asking(path, line, asked) if asked else [_around(path, line)]
    steps = dict.fromkeys(starts, 0)
    waiting = list(starts)
    for node in waiting:
        for caller in sorted(_callers().get(node, ())):
            if caller not in steps and steps[node] < DEEP:
                steps[caller] = steps[node] + 1
                waiting.append(caller)
    return sorted((far, *node) for node, far in steps.items())


def swept(path: str) -> list[str]:
    """Test modules that import this module of timers, and those of its app that let time pass:
    the sweep finds the handler in a register, which no call shows."""
    module = next(each for each in source.modules() if each.path == path)
    named, timed = [], []
    for test in source.modules():
        known = {each for each, _line, _inside in test.imports()} if test.is_test else set()
        if any(f"{each}.".startswith(f"{module.name}.") for each in known):
            named.append(test.path)
        elif "core.timers" in known and test.floor == module.floor:
            timed.append(test.path)
    return [*named, *timed]


def _around(path: str, line: int) -> Node:
    inside = [
        (first, name)
        for (where, name), (first, last, _names) in _functions().items()
        if where == path and first <= line <= last
    ]
    return path, max(inside, default=(0, ""))[1]


def _asking(path: str, line: int, asked: str) -> list[Node]:
    """Functions with `Model.objects.visible_to` for a model with this query set."""
    module = next(each for each in source.modules() if each.path == path)
    rows = next(
        each.name
        for each in _classes(module)
        if each.lineno <= line <= (each.end_lineno or each.lineno)
    )
    heirs = {rows}
    everywhere = [each for module in source.modules() for each in _classes(module)]
    for each in everywhere * 2:
        if heirs & {base.id for base in each.bases if isinstance(base, ast.Name)}:
            heirs.add(each.name)
    models = {
        each.name for each in everywhere if any(f" = {one}." in ast.unparse(each) for one in heirs)
    }
    return [
        node
        for node, (_first, _last, names) in _functions().items()
        if asked in names and models & names
    ]


def _classes(module: source.Module) -> list[ast.ClassDef]:
    return [node for node in module.tree.body if isinstance(node, ast.ClassDef)]


@cache
def _functions() -> dict[Node, tuple[int, int, frozenset[str]]]:
    """First line with decorators, last line, and every name in it, of each outermost function and
    each table of a module or class."""
    found = {}
    for module in source.modules():
        for name, node in _outermost(module.tree, ""):
            first = min(
                [node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]
            )
            found[module.path, name] = (first, node.end_lineno or first, _names(node))
    return found


def _outermost(node: ast.AST, before: str) -> Iterator[tuple[str, Any]]:
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            yield f"{before}{each.targets[0].id}", each
        if isinstance(each, ast.FunctionDef):
            yield f"{before}{each.name}", each
        elif isinstance(each, ast.ClassDef):
            yield from _outermost(each, f"{before}{each.name}.")


def _names(node: ast.AST) -> frozenset[str]:
    return frozenset(
        each.id if isinstance(each, ast.Name) else each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Name | ast.Attribute)
    )


@cache
def _callers() -> dict[Node, set[Node]]:
    """Function → functions that name it and know its module."""
    by_name = defaultdict(set)
    for path, name in _functions():
        by_name[name.split(".")[-1]].add((path, name))
    knows = {
        module.path: {each for each, _l, _i in module.imports()} for module in source.modules()
    }
    dotted = {module.path: module.name for module in source.modules()}
    found = defaultdict(set)
    for caller, (_first, _last, names) in _functions().items():
        for name in names & by_name.keys():
            for node in by_name[name]:
                known = any(
                    each == dotted[node[0]] or each.startswith(f"{dotted[node[0]]}.")
                    for each in knows[caller[0]]
                )
                if node != caller and (known or node[0] == caller[0]):
                    found[node].add(caller)
    return found
