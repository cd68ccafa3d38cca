"""Edges fetch through visible_to, serializers list their fields, related ids are scoped."""

import ast

from huaweicrm.testing import source
from huaweicrm.testing.source import listed

# Fetches that may do without visible_to: file -> why.
OPEN = {
    "core/api/authentication.py": "looks a token up by its digest",
    "core/api/idempotency.py": "records of the caller's own key",
    "core/api/routes.py": "kernel resources filter by their scope: own rows, or visible customers",
    "expectations/views/verify.py": "the public page that checks a form by its code and hash",
    "huaweicrm/portal/access.py": "the portal's own door: what the membership opens",
    "core/imports/views.py": "imports of the person who made them",
}
FETCHES = {"get", "filter", "all", "exclude", "order_by", "values", "values_list", "first", "last"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
SCOPES = ("visible_to(", "confidential_to(", "request.user", "self.user", "scope.user", "user=user")
# Reference tables that all staff may read.
SHARED = {"Calendar", "User", "OrgUnit", "InteractionType"}


def edges():
    return [
        module
        for module in source.code()
        if {"views", "api"} & set(module.name.split(".")[1:])
        or module.path.startswith(("huaweicrm/desk/", "huaweicrm/portal/"))
    ]


def chains(tree):
    """Each call chain once, as its outermost dotted name with a line."""
    inner = {
        id(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id(node) not in inner:
            yield names(node), node


def is_parent(word):
    """`customer=customer` and `ticket__in=tickets`: rows at hand, never ids from outside."""
    if not word.arg or word.arg in {"pk", "id", "pk__in", "id__in"} or word.arg.endswith("_id"):
        return False
    outside = isinstance(word.value, ast.Attribute) and ast.unparse(word.value).startswith(
        ("request.", "self.")
    )
    at_hand = isinstance(word.value, ast.Name | ast.Attribute) and not outside
    return word.arg.endswith("__in") or at_hand


def is_limited(node):
    """By visible_to, by the person, or to the parents that were fetched already."""
    parents = {
        word.arg
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if is_parent(word)
    }
    return bool(parents) or any(scope in ast.unparse(node) for scope in SCOPES)


def names(node):
    found = []
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute):
            found.append(node.attr)
            node = node.value
        else:
            node = node.func
    if isinstance(node, ast.Name):
        found.append(node.id)
    return found[::-1]


def test_views_and_api_fetch_only_through_visible_to():
    found = []
    for module in edges():
        for chain, node in chains(module.tree):
            fetches = "objects" in chain[1:] and FETCHES & set(chain) and chain[0] not in SHARED
            if (fetches and not is_limited(node)) or SHORTCUTS & set(chain):
                found.append(f"{module.path}:{node.lineno} {'.'.join(chain)}")

    left = [line for line in found if line.split(":")[0] not in OPEN]
    assert left == [], listed(left)


def test_serializers_and_filtersets_list_their_fields():
    found = [
        f"{module.path}:{node.lineno}"
        for module in source.code()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign)
        and any(
            isinstance(t, ast.Name) and t.id in {"fields", "ordering_fields"} for t in node.targets
        )
        and isinstance(node.value, ast.Constant)
        and node.value.value == "__all__"
    ]

    assert found == [], listed(found)


def test_related_ids_in_a_body_use_the_scoped_field():
    plain = {"PrimaryKeyRelatedField", "SlugRelatedField", "HyperlinkedRelatedField"}
    found = [
        f"{module.path}:{node.lineno}"
        for module in source.code()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and source.called(node).split(".")[-1] in plain
        if "read_only=True" not in ast.unparse(node)
    ]

    assert found == [], listed(found)
