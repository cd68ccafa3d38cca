"""Which token may call which view: `scope = "customers"` asks customers:read or customers:write."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission

from core.api.problems import MissingScope
from core.errors import Forbidden

CONFIDENTIAL = "relationships:confidential"


def has_scope(request: Any, scope: str) -> bool:
    """True for a session (the person's rights decide) and for a token that carries the scope."""
    token = request.auth
    return token is None or scope in token.scopes


def may_see_confidential(request: Any) -> bool:
    """True unless a token without `relationships:confidential` asks (domain.md 0.2.2)."""
    return has_scope(request, CONFIDENTIAL)


def demand_person(request: Any, sentence: Any, *, rule: str = "0.2.4") -> None:
    """Machines may write facts, never approve, sign, score, acknowledge or waive: 403."""
    if request.auth is not None:
        raise Forbidden(sentence, rule=rule)


class ScopePermission(BasePermission):
    """Signed in, and a token holds the scope of the view; a view without scope refuses tokens."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """False: nobody is signed in (401). Raises MissingScope (403)."""
        if not request.user.is_authenticated or request.user.is_portal:
            return False
        if request.auth is None:
            return True
        for scope in scopes_needed(view, request.method):
            if not has_scope(request, scope):
                raise MissingScope(scope)
        return True


def scopes_needed(view: Any, method: str) -> list[str]:
    """The scopes that a token needs for a method of a view."""
    scope = getattr(view, "scope", None) or "(none)"
    needed = [f"{scope}:{'read' if method in SAFE_METHODS else 'write'}"]
    handler = getattr(view, getattr(view, "action", None) or "", None)
    verb = getattr(handler, "verb", None)
    if getattr(view, "confidential", False) or getattr(verb, "confidential", False):
        needed.append(CONFIDENTIAL)
    return needed
