"""Declared policies: every adjustable number has a key, a type, a default, a rule id and a help.

`get(POLICY, scope, at=now)` resolves overrides: the first scope key with a value valid at that
time wins (most specific first), then the value for everyone, then the declared default.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.errors import Invalid
from core.models import PolicyValue

_DECLARED: dict[str, Policy] = {}
_CACHE: dict[str, Any] = {"at": 0.0, "rows": None}
_TTL_S = 2.0


@dataclass(frozen=True)
class Policy:
    """One declared number or table. `unit` is a word such as h, d, % or CNY."""

    key: str
    type: type
    default: Any
    rule: str
    help: Any
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple = field(default=())

    def check(self, value: Any) -> Any:
        """The value in its type, or Invalid."""
        from django.utils.translation import gettext as _

        try:
            right = value if isinstance(value, self.type) else self.type(value)
        except (TypeError, ValueError) as error:
            raise Invalid(
                _("%(key)s takes a %(type)s.") % {"key": self.key, "type": self.type.__name__}
            ) from error
        low, high = self.minimum, self.maximum
        if (low is not None and right < low) or (high is not None and right > high):
            raise Invalid(
                _("%(key)s lies between %(low)s and %(high)s.")
                % {"key": self.key, "low": low, "high": high}
            )
        return right


def declare(
    key: str, kind: type, default: Any, *, rule: str, help: Any, unit: str = "", **bounds: Any
) -> Policy:
    """Declare a policy at import time of a `policies.py`; a key is declared once."""
    if key in _DECLARED:
        raise ValueError(f"policy {key} is declared twice")
    made = Policy(key=key, type=kind, default=default, rule=rule, help=help, unit=unit, **bounds)
    _DECLARED[key] = made
    return made


def declared() -> dict[str, Policy]:
    """All policies by key; loads the modules that the registry names under POLICIES."""
    from importlib import import_module

    from core import registry

    for module in registry.entry("POLICIES", []):
        import_module(module)
    return dict(sorted(_DECLARED.items()))


def get(policy: Policy, scope: Iterable[str] = (), *, at: dt.datetime) -> Any:
    """The value in force at `at` for the most specific scope that has one."""
    rows = _values().get(policy.key)
    if not rows:
        return policy.default
    for key in [*scope, ""]:
        valid = [row for row in rows.get(key, ()) if row[0] <= at]
        if valid:
            return policy.check(max(valid, key=lambda row: row[:2])[2])
    return policy.default


def forget() -> None:
    """Read the table again at the next question: after a write, and between tests."""
    _CACHE["rows"] = None


def _values() -> dict[str, dict[str, list[tuple]]]:
    if _CACHE["rows"] is None or time.monotonic() - _CACHE["at"] > _TTL_S:
        found: dict[str, dict[str, list[tuple]]] = {}
        for row in PolicyValue.objects.values_list("key", "scope", "valid_from", "id", "value"):
            found.setdefault(row[0], {}).setdefault(row[1], []).append(row[2:])
        _CACHE.update(rows=found, at=time.monotonic())
    return _CACHE["rows"]
