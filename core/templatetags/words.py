"""Django's i18n tags, with `{% translate "…" %}` said once per language and place.

The settings put this library under the name `i18n`, so templates load it as they load Django's.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.template.base import FilterExpression, Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class SpokenNode(i18n.TranslateNode):
    """A constant text: looked up and escaped once per language, not at every rendering."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop, node.asvar, node.message_context)
        self._said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The text in the language that is active."""
        language = get_language()
        said = self._said.get(language)
        if said is None or settings.DEBUG:
            said = self._said[language] = super().render(context)
        return said


def _is_constant(node: i18n.TranslateNode) -> bool:
    """A literal without filters and variables."""

    def plain(expression: Any) -> bool:
        if expression is None:
            return True
        return isinstance(expression, FilterExpression) and not (
            expression.filters or getattr(expression.var, "lookups", None)
        )

    return not node.asvar and plain(node.filter_expression) and plain(node.message_context)


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """`{% translate "Save" %}`, with every option that Django's tag has."""
    node = i18n.do_translate(parser, token)
    return SpokenNode(node) if _is_constant(node) else node
