"""Every verb that an action records is said in words on a timeline."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.conf import settings

from huaweicrm.desk.words import WORDS

FLOORS = ("accounts", "relationships", "expectations", "service")
VERB = re.compile(r"[a-z_]+\.[a-z_]+")
RECORDS = {"record", "entry_for"}


def recorded(path: Path) -> set[str]:
    """The verbs that a module hands to the trail, as texts or by the name of a constant."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    found = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in RECORDS:
            continue
        if not isinstance(call.func.value, ast.Name) or call.func.value.id != "trail":
            continue
        for given in call.args[1:2]:
            said = getattr(given, "value", None)
            said = named.get(given.id) if isinstance(given, ast.Name) else said
            if isinstance(said, str) and VERB.fullmatch(said):
                found.add(said)
    return found


def test_every_recorded_verb_has_words():
    base = Path(settings.BASE_DIR)
    found = {
        verb
        for floor in FLOORS
        for path in sorted((base / floor).rglob("*.py"))
        if "tests" not in path.parts
        for verb in recorded(path)
    }
    assert len(found) > 60
    assert sorted(found - set(WORDS)) == []
