"""What the fuzz of the API stands on: the schema, rows that exist, and requests that go deep.

A random id is a 404 and a random caller a 403: both end at the door. So the permission table
lends the object of each address in the state that its verb wants, and somebody who may use it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import schemathesis
from django.apps import apps
from django.db import models
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from core.tests.permission_rows import Row
from huaweicrm.tests import permission_table
from huaweicrm.tests.world import clients

SCHEMA = json.loads(
    json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
)
OPERATIONS = {
    result.ok().label: result.ok()
    for result in schemathesis.openapi.from_dict(SCHEMA).get_all_operations()
}
OURS = {"cookie", "authorization", "content-type"}
"""Headers that the client sets itself."""
ROWS = {row.path: row for row in permission_table.rows() if row.is_api}


def documented(operation: Any) -> set[str]:
    """The status codes that the schema names for an operation."""
    return set(SCHEMA["paths"][operation.path][operation.method.lower()]["responses"])


def row_of(operation: Any) -> Row:
    """The line of the permission table for an operation."""
    return ROWS[operation.path.lstrip("/").replace("{id}", "<pk>")]


class Ground:
    """A world, a client for each actor, and ids of rows that exist, by the names of fields."""

    def __init__(self, world: SimpleNamespace) -> None:
        self.world = world
        self.clients: dict[str, Client] = clients(world)
        self.related = dict(_relations())

    def stand(self, operation: Any) -> tuple[str, Client, Client]:
        """The address of an existing object, a client who may, and the token."""
        row = row_of(operation)
        may = getattr(row, operation.method.lower()) or frozenset({"token"})
        # An administrator may on paper; a member of the team gets further in the rules.
        actor = next((name for name in ("lin", "wei", "boss", "portal") if name in may), "")
        address = permission_table.address_of(row, self.world).partition("?")[0]
        return address, self.clients[actor or min(may)], self.clients["token"]

    def grounded(self, value: Any, luck: int, name: str = "") -> Any:
        """The same body with ids of existing rows where it has ids."""
        if isinstance(value, dict):
            return {key: self.grounded(each, luck, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.grounded(each, luck + place, name) for place, each in enumerate(value)]
        model = self.related.get(name)
        if model is None or isinstance(value, bool) or not isinstance(value, int):
            return value
        ids = list(model._default_manager.order_by("pk").values_list("pk", flat=True)[:5])
        return ids[luck % len(ids)] if ids else value


def _relations() -> Iterator[tuple[str, type[models.Model]]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.related_model and not field.auto_created and field.name != "content_type":
                yield field.name, field.related_model  # type: ignore[misc]
                yield f"{field.name}s", field.related_model  # type: ignore[misc]


def sender(client: Client, operation: Any, address: str) -> Callable[[Any, Any], Any]:
    """A function that sends a generated case to an address with a body."""

    def send(case: Any, body: Any) -> Any:
        headers = {
            name: str(value)
            for name, value in (case.headers or {}).items()
            if "\n" not in str(value) and name.lower() not in OURS
        }
        if operation.method.upper() == "PATCH":
            headers["If-Match"] = f'"{version_of(client, address)}"'
            body = {k: v for k, v in body.items() if k != "version"} if _is_map(body) else body
        return client.generic(
            case.method,
            address,
            _raw(body),
            content_type="application/json",
            query_params=dict(case.query or {}),
            headers=headers,
        )

    return send


def _raw(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if type(body).__name__ == "NotSet" else json.dumps(body).encode()


def _is_map(body: Any) -> bool:
    return isinstance(body, dict)


def version_of(client: Client, address: str) -> int:
    """The version of the row behind an address, 1 without."""
    said = client.get(address)
    return said.json().get("version", 1) if said.status_code == 200 else 1
