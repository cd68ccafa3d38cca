"""Refusals: every one carries a sentence for the user, the rule id and an HTTP status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Refused(Exception):
    """The state of things does not allow it: 409, with the rule id of domain.md or clocks.md.

    `sentence` is a (lazily translated) text that says what is wrong and what to do.
    `fields` maps a field name to its sentences where a form or body caused the refusal.
    """

    status = 409
    kind = "refused"

    def __init__(
        self,
        sentence: Any,
        *,
        rule: str = "",
        fields: Mapping[str, Sequence[Any]] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.rule = rule
        self.fields = {key: list(value) for key, value in (fields or {}).items()}
        self.extra = dict(extra or {})


def rule_for(rules: Mapping[str, str], wrong: Iterable[str]) -> str:
    """The rule behind fields that are wrong: that of the first one that names one, else that of
    the whole (the name "")."""
    return next((rules[name] for name in wrong if rules.get(name)), rules.get("", ""))


class Invalid(Refused):
    """What was sent cannot be right, whatever the state: 400 with a sentence per field."""

    status = 400
    kind = "invalid"


class Stale(Refused):
    """Somebody saved first: 409. `extra` holds `current_version` and the current values."""

    kind = "stale-version"


class Forbidden(Refused):
    """Visible, but not allowed to this person: 403 with the rule id."""

    status = 403
    kind = "forbidden"


class PreconditionMissing(Refused):
    """An edit did not state the version it saw: 428."""

    status = 428
    kind = "precondition-required"
