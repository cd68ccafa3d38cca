"""OpenAPI: what every operation takes, gives and may answer, written from the resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from core.api.bulk import Bulk, BulkAnswer
from core.api.fields import MAX_ID
from core.api.filters import has_updated_at
from core.api.permissions import scopes_needed
from core.api.problems import KINDS, MEDIA_TYPE
from core.api.shapes import Input, ProblemShape
from core.api.verbs import Verb

_TITLES = {kind.status: kind.title for kind in reversed(KINDS.values())}


class Schema(AutoSchema):
    """Operations of the kernel's resources."""

    @property
    def verb(self) -> Verb | None:
        """The tail behind this operation."""
        return getattr(getattr(self.view, self.action, None), "verb", None)

    @property
    def action(self) -> str:
        """list, retrieve, create, partial_update, bulk or the name of a tail."""
        return getattr(self.view, "action", None) or self.method.lower()

    @property
    def is_one(self) -> bool:
        """True for an address with an id."""
        return "{" in self.path

    def get_summary(self) -> str | None:
        """`List customers`, or the first line of the docstring."""
        words = {
            "list": _("List %(things)s"),
            "retrieve": _("Read one of %(things)s"),
            "create": _("Create, or update by external_ref, one of %(things)s"),
            "partial_update": _("Edit one of %(things)s"),
            "bulk": _("Create or update many %(things)s"),
        }
        if self.action in words and hasattr(self.view, "shape"):
            return str(words[self.action] % {"things": self.get_tags()[0].replace("-", " ")})
        return (self.get_description() or "").split("\n")[0].rstrip(".") or None

    def get_description(self) -> str:  # type: ignore[override]
        """The docstring, the rules and the scopes."""
        method = getattr(self.view, self.action, None)
        words = [(getattr(method, "__doc__", "") or "").strip()]
        if self.verb is not None and self.verb.rules:
            words.append("Rules: " + ", ".join(self.verb.rules) + ".")
        if getattr(self.view, "scope", ""):
            words.append("Scope: " + ", ".join(scopes_needed(self.view, self.method)) + ".")
        if self.verb is not None and self.verb.people_only:
            words.append("Tokens are refused (403): only a person may do this.")
        return "\n\n".join(word for word in words if word)

    def get_request_serializer(self) -> Any:
        """The input of the action."""
        if self.method == "GET":
            return None
        if self.verb is not None:
            return self.verb.input
        if self.action == "bulk":
            return Bulk
        if self.action == "partial_update":
            return (self.view.change_input or self.view.input)(partial=True)
        return getattr(self.view, "input", None) or super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        """The output of the action."""
        verb = self.verb
        shape = getattr(self.view, "shape", None)
        if verb is not None:
            output = verb.output or shape
            return {verb.status: output(many=True) if verb.many else output}
        if self.action == "bulk":
            return {200: BulkAnswer}
        if self.action == "create" and shape is not None:
            return {
                200: OpenApiResponse(shape, _("Updated: the external_ref was known.")),
                201: shape,
            }
        if self.action == "list":
            return {200: shape(many=True)}
        return {200: shape or getattr(self.view, "output", None)}

    def get_override_parameters(self) -> list[Any]:
        """Headers and the parameters that the kernel reads."""
        found = []
        if self.method == "PATCH" or (self.verb is not None and self.method == "POST"):
            text = _('The version you saw, like "3"; `version` in the body does the same.')
            found.append(_header("If-Match", text, pattern='^"[0-9]{1,9}"$'))
        if self.method in {"POST", "PATCH"}:
            text = _("Repeats of a request with the same key have one effect for 24 h.")
            found.append(_header("Idempotency-Key", text, pattern="^[!-~]{1,200}$"))
        if self.action == "list":
            found += self._list_parameters()
        found += [OpenApiParameter(name) for name in getattr(self.view, "parameters", ())]
        return found

    def _list_parameters(self) -> list[OpenApiParameter]:
        found = []
        if getattr(self.view, "search_fields", ()):
            found.append(OpenApiParameter("search", {"type": "string", "maxLength": 200}))
        if has_updated_at(self.view.shape.Meta.model.objects.none()):
            found.append(OpenApiParameter("updated_since", OpenApiTypes.DATETIME))
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict:
        bodies = super()._get_response_bodies(direction)
        ref = self.resolve_serializer(ProblemShape, "response").ref
        for status in self._statuses():
            bodies.setdefault(
                str(status),
                {
                    "description": str(_TITLES[status]),
                    "content": {MEDIA_TYPE: {"schema": ref}},
                },
            )
        return bodies

    def _statuses(self) -> list[int]:
        found = [400, 401, 403, 429, 503]
        if self.is_one:
            found.append(404)
        if self.method in {"POST", "PATCH"}:
            found += [409, 413, 415]
        if self.method == "PATCH":
            found.append(428)
        return sorted(found)


def _header(name: str, text: Any, *, pattern: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "string", "pattern": pattern},
        OpenApiParameter.HEADER,
        description=str(text),
    )


class InputExtension(OpenApiSerializerExtension):
    """An Input takes its fields and `version`, nothing else."""

    target_class = "core.api.shapes.Input"
    match_subclasses = True

    def get_name(self, auto_schema: Any = None, direction: Any = None) -> str:
        """The class name; where two resources use the same one, app and module stand before it."""
        made = self.target if isinstance(self.target, type) else type(self.target)
        if sum(each.__name__ == made.__name__ for each in _inputs(Input)) < 2:
            return made.__name__
        words = made.__module__.replace(".api.", "_").split("_")
        return "".join(word.title() for word in words) + made.__name__

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict:
        """The closed object."""
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        schema["additionalProperties"] = False
        if direction == "request" and "rows" not in schema.get("properties", {}):
            schema.setdefault("properties", {}).setdefault(
                "version",
                {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
            )
        return schema


def _inputs(base: type) -> Iterator[type]:
    for each in base.__subclasses__():
        yield each
        yield from _inputs(each)


class RelatedExtension(OpenApiSerializerFieldExtension):
    """A related row travels as its id."""

    target_class = "core.api.fields.ScopedRelatedField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict:
        """A whole number above 0."""
        return {"type": "integer", "format": "int64", "minimum": 1, "maximum": MAX_ID}


class TokenScheme(OpenApiAuthenticationExtension):
    """Bearer tokens."""

    target_class = "core.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict:
        """Authorization: Bearer …"""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`manage.py create_token USER --scopes customers:read` prints one.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """Sessions of staff."""

    target_class = "core.api.authentication.StaffSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict:
        """The session cookie, with the CSRF token in X-CSRFToken."""
        return {"type": "apiKey", "in": "cookie", "name": "session"}


def only_ours(endpoints: Any) -> Any:
    """Leave the catch-all address out of the schema."""
    return [row for row in endpoints if row[0].endswith("/")]
