"""Declared policies: every adjustable number has a key, a type, a default, a rule id and a help.

`get(POLICY, scope, at=now)` resolves overrides: the first scope key with a value valid at that
time wins (most specific first), then the value for everyone, then the declared default.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import trail
from core.actors import Actor
from core.errors import Invalid
from core.models import PolicyValue
from core.writes import add

logger = logging.getLogger("core.policy")

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
        right = self._typed(value)
        low, high = self.minimum, self.maximum
        if self.choices and right not in self.choices:
            raise Invalid(
                _("%(key)s is one of: %(choices)s.")
                % {"key": self.key, "choices": ", ".join(map(str, self.choices))}
            )
        if (low is not None and right < low) or (high is not None and right > high):
            raise Invalid(
                _("%(key)s lies between %(low)s and %(high)s.")
                % {"key": self.key, "low": low, "high": high}
            )
        return right

    def _typed(self, value: Any) -> Any:
        """Lossless only: 3.7 is no whole number, "yes" is no boolean, true is no number."""
        fits = isinstance(value, self.type) and not (
            isinstance(value, bool) and self.type is not bool
        )
        if fits:
            return value
        try:
            if self.type is bool or isinstance(value, bool):
                raise ValueError(value)
            right = self.type(value)
            if isinstance(value, float) and right != value:
                raise ValueError(value)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise Invalid(
                _("%(key)s takes a %(type)s.") % {"key": self.key, "type": self.type.__name__}
            ) from error
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
    """The value in force at `at` for the most specific scope that has one.

    A stored null means that the scope has no value of its own from then on. A stored value that
    the declaration refuses by now (a newer version narrowed it) is logged and passed over.
    """
    rows = _values().get(policy.key)
    if not rows:
        return policy.default
    for key in [*scope, ""]:
        valid = [row for row in rows.get(key, ()) if row[0] <= at]
        value = max(valid, key=lambda row: row[:2])[2] if valid else None
        if value is None:
            continue
        try:
            return policy.check(value)
        except Invalid:
            logger.error("policy_value_refused", extra={"key": policy.key, "scope": key})
    return policy.default


def set_value(
    policy: Policy,
    value: Any,
    *,
    reason: str,
    by: Actor,
    now: dt.datetime,
    scope: str = "",
    valid_from: dt.datetime | None = None,
) -> PolicyValue:
    """Write a new value (rows are only added); None gives the scope back to the more general one.

    Invalid when type, bounds or reason do not fit, or when it would rewrite the past.
    """
    start = valid_from or now
    if not reason.strip():
        raise Invalid(_("Say why the value changes."), fields={"reason": [_("Say why.")]})
    if start < now - dt.timedelta(minutes=1):
        raise Invalid(_("A policy changes from now on, not backwards."))
    right = None if value is None else policy.check(value)
    with transaction.atomic():
        before = get(policy, (scope,) if scope else (), at=now)
        row = add(PolicyValue(
            key=policy.key, scope=scope, value=right, valid_from=start,
            set_by_id=by.user_id, reason=reason.strip()[:300],
        ))  # fmt: skip
        facts = {"key": policy.key, "scope": scope, "value": [before, right], "from": start}
        trail.record(row, "policy.set", by=by, now=now, facts=facts)
    forget()
    transaction.on_commit(forget)
    return row


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
