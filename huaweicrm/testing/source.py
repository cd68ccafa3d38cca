"""The source of the house as syntax trees, for tests that keep its order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
FLOORS = ("core", "accounts", "relationships", "expectations", "service", "huaweicrm")
RANKS = {
    "choices": 0,
    "models": 2,
    "queries": 3,
    "rules": 3,
    "actions": 4,
    "timers": 5,
    "consumers": 5,
    "filters": 6,
    "forms": 6,
    **dict.fromkeys(("views", "api", "admin", "tasks", "urls", "management", "templatetags"), 7),
    **dict.fromkeys(("findable", "duplicates", "listing", "coverage"), 3),
    "frozen": 2,
    "evidence": 5,
    **dict.fromkeys(("imports", "lists", "seeds", "apps", "reconcile"), 7),
}
NOUN = 1


@dataclass(frozen=True)
class Module:
    """One file: path below the root, dotted name, text and tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax; parsed by whoever asks: names alone are wanted more often."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """The dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def floor(self) -> str:
        """The app."""
        return self.path.split("/", 1)[0]

    @property
    def room(self) -> str:
        """The name rooms are known by: `rules` for rules.py, rules_gifts.py and rules/gifts.py."""
        return self.path.split("/")[1].removesuffix(".py")

    @property
    def lines(self) -> int:
        """How long it is."""
        return self.text.count("\n")

    @property
    def is_test(self) -> bool:
        """Tests and what only tests use."""
        return bool({"tests", "testing"} & set(self.path.split("/")))

    def imports(self) -> tuple[tuple[str, int, bool], ...]:
        """(dotted name of what is imported, line, inside a function) of every import."""
        return _imports(self.path)


@cache
def _imports(path: str) -> tuple[tuple[str, int, bool], ...]:
    found: list[tuple[str, int, bool]] = []
    tree = next(module.tree for module in modules() if module.path == path)
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, inner = waiting.pop()
        inner = inner or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno, inner) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (f"{node.module}." if node.module else "")
            found += [(start + alias.name, node.lineno, inner) for alias in node.names]
    return tuple(sorted(found, key=lambda one: one[1]))


def rank(room: str) -> int:
    """How high a room lies inside its app; a name that is no room is a noun: pure rules."""
    return RANKS.get(room, RANKS.get(room.split("_")[0], NOUN))


@lru_cache(maxsize=1)
def modules() -> tuple[Module, ...]:
    """Every Python file of the six floors; no migrations."""
    found = []
    for floor in FLOORS:
        for path in sorted((BASE / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text(encoding="utf-8")
                name = path.relative_to(BASE).as_posix()
                found.append(Module(name, text))
    return tuple(found)


def code() -> list[Module]:
    """Every file that is not a test."""
    return [module for module in modules() if not module.is_test]


def templates() -> list[Path]:
    """Every HTML template."""
    places = [BASE / "templates", *(BASE / floor / "templates" for floor in FLOORS)]
    return [path for place in places for path in sorted(place.rglob("*.html"))]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls: `timezone.now`, `Customer.objects.filter`."""
    parts = []
    node = node.func if isinstance(node, ast.Call) else node
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "()")
    return ".".join(reversed(parts))


def listed(found: list) -> str:
    """What a failing test prints: one finding a line."""
    return "\n" + "\n".join(str(line) for line in found)
