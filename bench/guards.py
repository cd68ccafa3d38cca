"""Every guard of the source that can be taken out: permissions, scopes, re-checks of timers."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from huaweicrm.testing import source
from huaweicrm.testing.source import Module

EDGES = {"api", "views", "filters", "forms", "queries", "desk", "portal", "admin", "findable"}
OF_A_VERB = {"may": "None", "people_only": "False", "confidential": "False"}
OF_A_CLASS = {"confidential", "create_people_only", "change_people_only"}
ASKS = {"ask", "demand_person", "demand_human", "refuse_machine", "refuse_locked"}
SCOPES = {"visible_to", "confidential_to"}
STILL = {"open", "active", "owed"}
"""Questions of query sets that a timer asks before it acts."""
NO_LOOKS = {"pk__in", "clocks__in", "kind", "pk__gt"}
"""Which rows a handler was given, or a page of a sweep begins with: no questions of facts."""
LOOKED_ELSEWHERE = ("expected", "reconcile", "_of_tickets", "_looked", "draft_reports")
"""Functions of timers.py that are no handlers."""


@dataclass(frozen=True)
class Mutant:
    """One guard less: where, what is written instead, and the lines that show who runs it."""

    path: str
    kind: str
    name: str
    begin: tuple[int, int]
    end: tuple[int, int]
    text: str
    lines: tuple[int, int]
    turn: int = 1

    @property
    def key(self) -> str:
        """Its name without lines; of several of one name, the turn."""
        again = f" #{self.turn}" if self.turn > 1 else ""
        return f"{self.path} {self.kind} {self.name}{again}"

    @property
    def app(self) -> str:
        """The floor."""
        return self.path.split("/", 1)[0]

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{self.path}:{self.begin[0]} {self.kind} {self.name}"

    def applied(self, whole: str) -> str:
        """The text of the module without the guard; columns are those of UTF-8 bytes."""
        rows = [row.encode() for row in whole.splitlines(keepends=True)]
        (first, left), (last, right) = self.begin, self.end
        middle = rows[first - 1][:left] + self.text.encode() + rows[last - 1][right:]
        return b"".join([*rows[: first - 1], middle, *rows[last:]]).decode()


def guards() -> list[Mutant]:
    """All of them, in the order of the source."""
    found: list[Mutant] = []
    handled = _called_by_timers()
    for module in source.code():
        if "/demo/" in f"/{module.path}" or "testing" in module.path:
            continue
        for finder in FINDERS:
            found += finder(module)
        if "/actions/" in module.path:
            found += _rechecks(module, handled)
    return _counted(sorted(set(found), key=lambda each: (each.path, each.begin, each.end)))


def _counted(found: list[Mutant]) -> list[Mutant]:
    """Each told which of its name it is."""
    turns: Counter[str] = Counter()
    counted = []
    for each in found:
        turns[each.key] += 1
        counted.append(replace(each, turn=turns[each.key]))
    return counted


def _made(module: Module, kind: str, name: str, at: ast.AST, text: str, within: ast.AST) -> Mutant:
    begin, end = (at.lineno, at.col_offset), (at.end_lineno, at.end_col_offset)
    return Mutant(module.path, kind, name, begin, end, text, _span(within))


def _span(node: ast.AST) -> tuple[int, int]:
    body = getattr(node, "body", None)
    first = body[0].lineno if isinstance(body, list) and body else node.lineno
    return first, node.end_lineno


def _functions(module: Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def _told(module: Module, kind: str, function: ast.FunctionDef, answer: str) -> Mutant:
    """The function answers at once."""
    body = function.body
    spoken = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    start = body[1] if spoken and len(body) > 1 else body[0]
    begin = (start.lineno, start.col_offset)
    text = f"return {answer}\n{' ' * start.col_offset}"
    return Mutant(module.path, kind, function.name, begin, begin, text, _span(function))


def _rules(module: Module) -> Iterator[Mutant]:
    """`may_…` says yes; one condition of an `and` is gone; an early no is gone."""
    ruled = module.room.startswith("rules")
    for function in _functions(module):
        if _says_yes(function):
            continue
        if (ruled and function.name.startswith("may_")) or function.name in {
            "may_create", "may_change", "sees_confidential",
        }:  # fmt: skip
            yield _told(module, "rule", function, "True")
        if ruled:
            yield from _conditions(module, function)


def _says_yes(function: ast.FunctionDef) -> bool:
    return ast.unparse(function.body[-1]) == "return True" and len(function.body) <= 2


def _conditions(module: Module, function: ast.FunctionDef) -> Iterator[Mutant]:
    for node in ast.walk(function):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for gone in node.values:
                if ast.unparse(gone).endswith("is not None"):
                    continue
                kept = [ast.unparse(each) for each in node.values if each is not gone]
                name = f"{function.name} without {ast.unparse(gone)[:50]}"
                yield _made(module, "condition", name, node, f"({' and '.join(kept)})", function)
        if isinstance(node, ast.If) and ast.unparse(node.body[-1]) == "return False":
            yield _made(module, "refusal", function.name, node, "pass", function)


def _questions(module: Module) -> Iterator[Mutant]:
    """`ask(…)` and its like are not said; `raise Forbidden` under an if is not reached."""
    for function in _functions(module):
        for node in ast.walk(function):
            called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if called and source.called(node.value).split(".")[-1] in ASKS:
                yield _made(module, "ask", function.name, node, "pass", function)
            if isinstance(node, ast.If) and not node.orelse and len(node.body) == 1:
                inner = node.body[0]
                if isinstance(inner, ast.Raise) and "Forbidden(" in ast.unparse(inner):
                    yield _made(module, "forbidden", function.name, node, "pass", function)
        for mark in function.decorator_list:
            if ast.unparse(mark) == "recent_auth":
                begin = (mark.lineno, mark.col_offset - 1)
                yield Mutant(
                    module.path, "again", function.name, begin,
                    (mark.end_lineno, mark.end_col_offset), "", _span(function),
                )  # fmt: skip


def _declared(module: Module) -> Iterator[Mutant]:
    """What a verb, a reading or a resource declares about who may."""
    shut = _shut_whole(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            for word in _words_of_verbs(node):
                if word.arg == "confidential" and node in shut:
                    continue
                text = f"{word.arg}={OF_A_VERB[word.arg]}"
                yield _made(module, word.arg, _tail(word, node), word, text, node)
        if isinstance(node, ast.ClassDef) and "api" in module.path:
            for line in node.body:
                name = _switched_on(line)
                if name in OF_A_CLASS:
                    title = f"{node.name}.{name}"
                    yield _made(module, "class", title, line, f"{name} = False", node)


def _shut_whole(module: Module) -> set[ast.AST]:
    """Methods of classes that are confidential as a whole: their own mark changes nothing."""
    return {
        method
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        if any(_switched_on(line) == "confidential" for line in node.body)
        for method in node.body
    }


def _tail(word: ast.keyword, function: ast.FunctionDef) -> str:
    """The end of the address that a verb answers at."""
    calls = [mark for mark in function.decorator_list if isinstance(mark, ast.Call)]
    words = {
        each.arg: each.value for mark in calls if word in mark.keywords for each in mark.keywords
    }
    path = words.get("path")
    return path.value if isinstance(path, ast.Constant) else function.name


def _words_of_verbs(function: ast.FunctionDef) -> Iterator[ast.keyword]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) in {"verb", "reading"}:
            for word in mark.keywords:
                if word.arg in OF_A_VERB and ast.unparse(word.value) != "False":
                    yield word


def _switched_on(line: ast.stmt) -> str:
    """`name = True` → name."""
    plain = isinstance(line, ast.Assign) and ast.unparse(line.value) == "True"
    return ast.unparse(line.targets[0]) if plain else ""


def _scopes(module: Module) -> Iterator[Mutant]:
    """`visible_to` lets everything through: where it is defined, asked, and handed to a field."""
    parts = set(module.path.removesuffix(".py").split("/"))
    for function in _functions(module):
        if function.name in SCOPES and "models" in parts:
            yield _told(module, "scope", function, "self.all()")
    if not parts & EDGES:
        return
    parents = {
        id(child): node for node in ast.walk(module.tree) for child in ast.iter_child_nodes(node)
    }
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Attribute) and node.attr in SCOPES):
            continue
        parent = parents[id(node)]
        rows = ast.unparse(node.value)
        within = _enclosing(node, parents)
        name = f"{getattr(within, 'name', '')} {rows}"
        if isinstance(parent, ast.Call) and parent.func is node:
            yield _made(module, "visible_to", name, parent, f"{rows}.all()", within)
        elif isinstance(parent, ast.keyword):
            yield _made(module, "field", name, node, f"lambda _user: {rows}.all()", within)


def _enclosing(node: ast.AST, parents: dict[int, ast.AST]) -> ast.AST:
    while not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
        node = parents[id(node)]
    return node


def _timers(module: Module) -> Iterator[Mutant]:
    """A handler believes its timer: a condition of the rows or an `if` is gone."""
    if not module.room.startswith("timers") or module.floor == "core":
        return
    for function in _functions(module):
        if not any(word in function.name for word in LOOKED_ELSEWHERE):
            for node in ast.walk(function):
                yield from _believed(module, function, node)


def _believed(module: Module, function: ast.FunctionDef, node: ast.AST) -> Iterator[Mutant]:
    if isinstance(node, ast.Call) and source.called(node).split(".")[-1] == "filter":
        for word in node.keywords:
            if word.arg not in NO_LOOKS:
                kept = [ast.unparse(each) for each in (*node.args, *node.keywords) if each != word]
                text = f"{ast.unparse(node.func)}({', '.join(kept)})"
                yield _made(module, "recheck", f"{function.name} {word.arg}", node, text, function)
    if isinstance(node, ast.Call) and source.called(node).split(".")[-1] in STILL:
        text = f"{ast.unparse(node.func.value)}.all()"
        name = f"{function.name} {ast.unparse(node)}"
        yield _made(module, "recheck", name, node, text, function)
    if isinstance(node, ast.If) and "in rows" not in ast.unparse(node.test):
        leaves = isinstance(node.body[-1], ast.Continue | ast.Return)
        text = "False" if leaves else "True"
        yield _made(module, "recheck", function.name, node.test, text, function)


def _called_by_timers() -> set[str]:
    """Names of the actions that handlers call."""
    return {
        source.called(node).split(".")[-1]
        for module in source.code()
        if module.room.startswith("timers")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
    }


def _rechecks(module: Module, handled: set[str]) -> Iterator[Mutant]:
    """The first looks of an action that a handler calls: `if …: return` is gone."""
    for function in _functions(module):
        if function.name not in handled - {"next_moment"}:
            continue
        for node in function.body:
            if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Return):
                name = f"{function.name} if {ast.unparse(node.test)[:50]}"
                yield _made(module, "recheck", name, node.test, "False", function)


FINDERS = (_rules, _questions, _declared, _scopes, _timers)
