"""Reads the forms of a page and fills them as a careless or hostile person would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

TYPED = {"text", "search", "url", "email", "tel", ""}


@dataclass
class Form:
    """One POST form: where it goes, and its fields as (name, kind, value, longest)."""

    action: str
    fields: list[tuple[str, str, str, int]] = field(default_factory=list)

    def filled(self, text: Callable[[str], str]) -> dict[str, Any]:
        """Values for every field; `text(kind)` gives what is typed into a line or a box."""
        made: dict[str, Any] = {}
        for name, kind, value, longest in self.fields:
            if kind in {"line", "box"}:
                made[name] = text(kind)[: longest or None]
            else:
                made.setdefault(name, value)
        return made


class _Reader(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.forms = here, []
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            post = said.get("method", "").lower() == "post"
            self.form = Form(said.get("action") or self.here) if post else None
        if self.form is None:
            return
        name, longest = said.get("name", ""), int(said.get("maxlength") or 0)
        if tag == "textarea" and name:
            self.form.fields.append((name, "box", "", longest))
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select and said.get("value"):
            self.form.fields.append((self.select, "pick", said["value"], 0))
            self.select = self.select if "multiple" in said else ""
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            self._input(name, said, longest)

    def _input(self, name: str, said: dict[str, str], longest: int) -> None:
        kind = said.get("type", "").lower()
        value = said.get("value", "")
        if kind in TYPED and not value.replace("-", "").replace(".", "").isdigit():
            self.form.fields.append((name, "line", value, longest))  # type: ignore[union-attr]
        elif kind in {"checkbox", "radio"}:
            self.form.fields.append((name, "pick", value or "on", 0))  # type: ignore[union-attr]
        elif kind != "file":
            fallback = {"number": "3", "date": "2026-12-01", "time": "10:00"}
            fallback["datetime-local"] = "2026-12-01T10:00"
            value = value or fallback.get(kind, "")
            self.form.fields.append((name, "pick", value, 0))  # type: ignore[union-attr]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            self.forms.append(self.form)
            self.form = None
        elif tag == "select":
            self.select = ""


def forms_of(html: str, here: str) -> list[Form]:
    """The POST forms of a page at an address."""
    reader = _Reader(here)
    reader.feed(html)
    return reader.forms
