"""Pieces of templates that are rendered once for all who see the same, and kept in the process."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.conf import settings
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.template.loader_tags import BlockNode
from django.urls import get_urlconf
from django.utils.translation import get_language

from core.markup import escaped

register = template.Library()

MOST = 128
"""Renderings that one piece keeps; then it begins anew."""
_HOLE = re.compile("\x00([a-z_]+)\x00")


class KeptNode(Node):
    """A piece that sees nothing but what it names, so nothing else can be in what is kept."""

    def __init__(
        self, body: NodeList, seen: dict[str, FilterExpression], late: dict[str, FilterExpression]
    ) -> None:
        self.nodelist, self.seen, self.late = body, seen, late
        self._kept: dict[Any, list[str]] = {}

    def render(self, context: Context) -> str:
        """The piece, from what is kept where somebody saw the same before."""
        values = {name: said.resolve(context) for name, said in self.seen.items()}
        late = {name: said.resolve(context) for name, said in self.late.items()}
        if settings.DEBUG or any(value in (None, "") for value in late.values()):
            return self.nodelist.render(context.new({**values, **late}))
        key = (get_language(), get_urlconf(settings.ROOT_URLCONF), *values.values(),
               *map(type, values.values()))  # fmt: skip
        parts = self._kept.get(key)
        if parts is None:
            parts = self._rendered(context, values)
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = parts
        if len(parts) == 1:
            return parts[0]
        words = {name: escaped(value) for name, value in late.items()}
        return "".join([words[part] if place % 2 else part for place, part in enumerate(parts)])

    def _rendered(self, context: Context, values: dict[str, Any]) -> list[str]:
        """Text and, at every second place, the name of what is put in afterwards."""
        holes = {name: f"\x00{name}\x00" for name in self.late}
        return _HOLE.split(self.nodelist.render(context.new({**values, **holes})))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept theme items=nav.items late csrf_token here=request.get_full_path %}…{% endkept %}`

    The piece sees what it names (values that can be a key) and the language; its rendering is kept
    for that. What stands after `late` differs each time: it is put in afterwards, escaped, and can
    only be written out, never asked about.
    """
    named: tuple[dict[str, FilterExpression], dict[str, FilterExpression]] = ({}, {})
    place = 0
    for bit in token.split_contents()[1:]:
        if bit == "late":
            place = 1
            continue
        name, _is, said = bit.partition("=")
        named[place][name] = parser.compile_filter(said or name)
    body = parser.parse(("endkept",))
    parser.delete_first_token()
    if body.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError("a block of the page is not seen inside {% kept %}")
    return KeptNode(body, *named)
