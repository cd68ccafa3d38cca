"""Tags of rhythm and coverage: how warm a touch is, as a word with a sign."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import pgettext

from core.templatetags.ui import mark
from relationships.cells import Warmth
from relationships.coverage import Heat

register = template.Library()
SIGNS = {
    Warmth.WARM: "check",
    Warmth.COOLING: "s-watch",
    Warmth.COLD: "s-risk",
    Warmth.NEVER: "x",
}


@register.simple_tag
def heat(found: Heat) -> Any:
    """The step in a word, with its sign and tone."""
    words = {
        Warmth.WARM: pgettext("coverage", "met lately"),
        Warmth.COOLING: pgettext("coverage", "cooling"),
        Warmth.COLD: pgettext("coverage", "cold"),
        Warmth.NEVER: pgettext("coverage", "never met"),
    }
    return mark(found.tone, words[found.warmth], icon=SIGNS[found.warmth])
