"""Which entries of the trail are readings, and what each of them was.

No table, no clock.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

KINDS: list[tuple[str, Any]] = [
    ("personal.read", pgettext_lazy("reading", "personal details")),
    ("personal.opened", pgettext_lazy("reading", "personal details: the reason")),
    ("person.exported", pgettext_lazy("reading", "all of it, given out")),
    ("grid.read", pgettext_lazy("reading", "nine-grid")),
    ("grid.paper", pgettext_lazy("reading", "nine-grid on paper")),
]
"""Verb of the trail and its words."""
VERBS = tuple(verb for verb, _words in KINDS)
