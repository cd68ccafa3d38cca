"""Examples of every operation, made from the schema itself so that they never go stale."""

from __future__ import annotations

from typing import Any

_BY_NAME = {
    "name": "澜海移动通信",
    "title": "澜海移动通信",
    "full_name": "林晚",
    "email": "lin@example.com",
    "phone": "+86 21 5550 0100",
    "code": "CUS-000001",
    "about_code": "CUS-000001",
    "external_ref": "ERP-1001",
    "currency": "CNY",
    "timezone": "Asia/Shanghai",
    "language": "zh-hans",
    "url": "/customers/7/",
    "rule": "R-E4",
    "version": 3,
    "id": 7,
}
_BY_FORMAT = {
    "date-time": "2026-03-02T09:00:00+08:00",
    "date": "2026-03-02",
    "time": "09:00:00",
    "uri": "https://crm.example.com/api/v1/",
    "email": "lin@example.com",
    "decimal": "12800.00",
    "uuid": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
}
_BY_TYPE = {"boolean": True, "integer": 7, "number": 7.5, "object": {}, "string": "…"}
_DEEPEST = 6


def with_examples(result: dict, generator: Any, request: Any, public: bool) -> dict:
    """A hook of drf-spectacular: an example beside every body that has none."""
    parts = result.get("components", {}).get("schemas", {})
    for path in result.get("paths", {}).values():
        for operation in path.values():
            bodies = [operation.get("requestBody"), *operation.get("responses", {}).items()]
            for body in bodies:
                status, body = body if isinstance(body, tuple) else ("", body)
                _exemplify(body, status, parts)
    return result


def _exemplify(body: Any, status: str, parts: dict) -> None:
    for media, content in (body or {}).get("content", {}).items():
        if "example" in content or "examples" in content:
            continue
        if media == "application/problem+json":
            content["example"] = _problem(int(status), body["description"])
        else:
            content["example"] = sample(content.get("schema", {}), parts)


def _problem(status: int, title: str) -> dict:
    return {
        "type": "https://crm.example.com/api/v1/errors/",
        "title": title,
        "status": status,
        "detail": title,
        "rule": "",
        "errors": {"name": [title]} if status == 400 else {},
        "instance": "9f1c2a7be4d05b66",
    }


def sample(schema: dict, parts: dict, name: str = "", depth: int = 0) -> Any:
    """A value that fits a schema: by declared example, choice, name, format, then type."""
    if depth > _DEEPEST:
        return None
    if "$ref" in schema:
        return sample(parts.get(schema["$ref"].rsplit("/", 1)[-1], {}), parts, name, depth + 1)
    for key in ("allOf", "oneOf", "anyOf"):
        if schema.get(key):
            return sample(schema[key][0], parts, name, depth)
    for key in ("example", "default"):
        if key in schema:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    return _typed(schema, parts, name, depth)


def _typed(schema: dict, parts: dict, name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "array":
        return [sample(schema.get("items", {}), parts, name, depth + 1)]
    if "properties" in schema:
        inner = schema["properties"].items()
        return {key: sample(each, parts, key, depth + 1) for key, each in inner}
    known = _BY_NAME.get(name)
    if known is not None and (kind == "integer") == isinstance(known, int):
        return known[: schema.get("maxLength", 300)] if isinstance(known, str) else known
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(kind or ""))
