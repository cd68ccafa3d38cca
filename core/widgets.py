"""Draws the plain inputs of forms without a template each: filter bars are full of them."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates

from core.markup import format_html, format_html_join

_NAMES = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time")
INPUTS = frozenset(f"django/forms/widgets/{name}.html" for name in (*_NAMES, "checkbox"))


class Widgets(DjangoTemplates):
    """Django's renderer; an `<input>` says the same as Django's template of it."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The markup of a widget or form."""
        if template_name not in INPUTS:
            return super().render(template_name, context, request)
        widget = context["widget"]
        value = widget["value"]
        return format_html(
            '<input type="{}" name="{}"{}{}>',
            widget["type"],
            widget["name"],
            "" if value is None else format_html(' value="{}"', value),
            format_html_join("", "{}{}", map(_attribute, widget["attrs"].items())),
        )


def _attribute(pair: tuple[str, Any]) -> tuple[Any, Any]:
    name, value = pair
    if value is False:
        return "", ""
    return format_html(" {}", name), "" if value is True else format_html('="{}"', value)
