"""How a row of the permission table is written; the runner is huaweicrm/tests/test_permissions.py.

An app lists its rows in `<app>/tests/permissions.py` as ROWS. Actors are names of the world
(huaweicrm/tests/world.py). A method that a row does not give is not offered: 405.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

TEAM = frozenset({"lin", "wei", "fang"})
HEADS = frozenset({"boss", "exe"})
CENTRAL = frozenset({"qm", "cmp", "adm"})
SEE = TEAM | HEADS | CENTRAL
"""Who sees the customer `lanhai`: its team, the heads above it, and the central roles."""
STAFF = SEE | {"stranger"}
TOKEN = frozenset({"token"})
"""A token of lin with every scope but the confidential one."""
PORTAL = frozenset({"portal"})
NOBODY: frozenset[str] = frozenset()
ACTORS = ("anonymous", *sorted(STAFF), "token", "portal", "outsider")
"""`portal` is a portal user of lanhai, `outsider` one of another customer."""


@dataclass(frozen=True)
class Row:
    """One address: who may use which method.

    `path` is the route with `<pk>` for ids. `own` builds the object in the world and returns it,
    its id, or a dict of path values; without it the address has no object. `sees`: who sees that
    object, all others get 404. get/post/patch: who may; the others who see it get 403.
    `door`: staff, portal, public (anybody reaches it), or again (a fresh password comes first).
    """

    path: str
    own: Callable[[Any], Any] | None = None
    sees: frozenset[str] = SEE | TOKEN
    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    patch: frozenset[str] | None = None
    body: Callable[[Any], Mapping[str, Any]] | None = None
    door: str = "staff"
    query: str = ""
    absent: bool = True
    note: str = field(default="", compare=False)

    @property
    def is_api(self) -> bool:
        """An address of the API."""
        return self.path.startswith("api/")


def page(path: str, own: Any = None, **more: Any) -> Row:
    """A page: GET for whoever sees it, unless `get=` says otherwise."""
    sees = more.get("sees", SEE if own else STAFF)
    more.setdefault("get", sees)
    return Row(path, own, **{**more, "sees": sees})


def step(path: str, own: Any, may: frozenset[str], **more: Any) -> Row:
    """A POST-only verb of a page."""
    return Row(path, own, post=may, **{"sees": SEE, **more})


def resource(
    name: str,
    own: Any,
    *,
    sees: frozenset[str] = SEE | TOKEN,
    lists: frozenset[str] = STAFF | TOKEN,
    create: frozenset[str] | None = None,
    change: frozenset[str] | None = None,
    bulk: frozenset[str] = STAFF | TOKEN,
    verbs: Mapping[str, frozenset[str]] | None = None,
    readings: Mapping[str, frozenset[str]] | None = None,
    body: Callable[[Any], Mapping[str, Any]] | None = None,
) -> list[Row]:
    """Every row of an API resource: list, one, bulk, verbs (POST tails), readings (GET tails).

    `body` makes a right body of a create, so that whoever may not is 403 and not 400.
    """
    base = f"api/v1/{name}/"
    rows = [
        Row(base, get=lists, post=create, body=body),
        Row(f"{base}<pk>/", own, sees=sees, get=sees, patch=change),
    ]
    if create is not None and bulk:
        rows.append(Row(f"{base}bulk/", post=bulk, note="each row asks by itself"))
    for tail, may in (verbs or {}).items():
        rows.append(Row(f"{base}<pk>/{tail}/", own, sees=sees, post=may))
    for tail, may in (readings or {}).items():
        rows.append(Row(f"{base}<pk>/{tail}/", own, sees=sees, get=may))
    return rows
