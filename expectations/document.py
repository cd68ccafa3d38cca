"""The form as a document: every word of it, for the page and for the PDF alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from expectations import terms
from expectations.choices import PriorityClass

CLASS_KEYS = {"must": "must", "negotiable": "nego", "deferred": "no"}
NUMERALS = "一二三四五六七八九十"


def document_of(
    content: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]], *, sha256: str
) -> dict[str, Any]:
    """Words and tables of a snapshot in its own language; only text, lists and flags.

    `signatures`: side, name, title, when (text), method (text), digest, open (codes).
    """
    with translation.override(content.get("language") or "zh-hans"):
        items = [_item(item) for item in content.get("items", ())]
        parts = {
            "findings": [_finding(row) for row in content.get("findings", ())],
            "options": content.get("options") or {},
            "items": items,
            "deferred": [_deferred(row) for row in content.get("items", ()) if _is_deferred(row)],
            "terms": list(content.get("terms", ())),
        }
        return {
            "language": content.get("language", "zh-hans"),
            "title": _("Confirmation of customer needs and expectations"),
            "number": _("%(code)s　version %(version)d　%(day)s")
            % {
                "code": content["code"],
                "version": content["version"],
                "day": _long_day(str(content["dated"])),
            },
            "code": f"{content['code']} v{content['version']}",
            "basics": _basics(content),
            **parts,
            "headings": _headings(parts),
            "columns": _columns(),
            "counts": _counts(content.get("items", ())),
            "nature": terms.nature(),
            "signers": _signers(content, signatures),
            "sha256": sha256,
            "sha256_words": f"SHA-256 {sha256}" if sha256 else "",
            "not_certified": terms.not_certified(),
        }


def _basics(content: Mapping[str, Any]) -> list[list[str]]:
    project = content["project"]["name"]
    if content.get("contract"):
        project = f"{project} · {content['contract']}"
    return [
        [_("Customer"), content["customer"]["name"], _("Project"), project],
        [
            _("Their contact"),
            _person(content.get("customer_signer") or {}),
            _("Our contact"),
            _person(content.get("our_contact") or {}),
        ],
    ]


def _headings(parts: Mapping[str, Any]) -> dict[str, str]:
    names = [
        ("findings", _("Three-dimensional survey of needs"), parts["findings"]),
        ("options", _("Comparison of options"), parts["options"]),
        ("items", _("Expectations, priority and acceptance"), True),
        ("deferred", _("Not in this period, and the alternatives"), parts["deferred"]),
        ("terms", _("Agreement about changes"), parts["terms"]),
        ("sign", _("Confirmation by both sides"), True),
    ]
    shown = [(key, words) for key, words, there in names if there]
    return {key: f"{_ordinal(place)}{words}" for place, (key, words) in enumerate(shown)}


def _ordinal(place: int) -> str:
    if (translation.get_language() or "").startswith("zh"):
        return f"{NUMERALS[place]}、"
    return f"{place + 1}  "


def _columns() -> dict[str, str]:
    return {
        "dimension": _("Dimension"),
        "heard": _("What we heard"),
        "source": _("Source"),
        "compared": _("Compared"),
        "chosen": _("chosen by both sides"),
        "number": _("No."),
        "expectation": _("Expectation"),
        "priority": _("Priority"),
        "acceptance": _("Acceptance"),
        "date": _("Date"),
        "page": _("Page"),
    }


def _finding(row: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "business": _("Business needs"),
        "technical": _("Technical needs"),
        "implicit": _("Smooth running"),
    }
    dimension = str(row.get("dimension", ""))
    source = _("several conversations") if dimension == "implicit" else str(row.get("source", ""))
    return {
        "dimension": names.get(dimension, dimension),
        "text": str(row.get("text", "")),
        "source": source,
    }


def _item(item: Mapping[str, Any]) -> dict[str, str]:
    priority = str(item["priority_class"])
    shown = [part for part in (item.get("criterion"), item.get("proof")) if part]
    if _is_deferred(item):
        shown = [_("see the alternative below")] if item.get("alternative") else ["—"]
    return {
        "code": item["code"],
        "statement": item["statement"],
        "key": CLASS_KEYS.get(priority, "no"),
        "priority": customer_class(priority),
        "acceptance": _("; ").join(shown),
        "date": _date(item),
    }


def customer_class(priority: str) -> str:
    """The class in the words for the customer: 本期不含, never 暂不满足."""
    words = {
        PriorityClass.MUST: _("Must"),
        PriorityClass.NEGOTIABLE: _("Negotiable"),
        PriorityClass.DEFERRED: _("Not in this period"),
    }
    return str(words.get(priority, priority))


def _date(item: Mapping[str, Any]) -> str:
    if _is_deferred(item):
        return _("revisited %(day)s") % {"day": item.get("revisit_on") or "—"}
    if item.get("throughout"):
        return _("throughout")
    return str(item.get("due_on") or "—")


def _deferred(item: Mapping[str, Any]) -> dict[str, str]:
    said = item.get("alternative") or _("No alternative is offered in this period.")
    day = item.get("revisit_on")
    again = _("Both sides look at it again on %(day)s.") % {"day": day} if day else ""
    return {"head": f"{item['code']}　{item['statement']}", "text": f"{said} {again}".strip()}


def _counts(items: Sequence[Mapping[str, Any]]) -> str:
    def count(key: str) -> int:
        return sum(1 for item in items if item["priority_class"] == key)

    return _(
        "%(all)d items: %(must)d must, %(negotiable)d negotiable, %(deferred)d not in this period."
    ) % {
        "all": len(items),
        "must": count("must"),
        "negotiable": count("negotiable"),
        "deferred": count("deferred"),
    }


def _signers(
    content: Mapping[str, Any], signatures: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    done = {row["side"]: row for row in signatures}
    ours = _person(content.get("our_signer") or {})
    theirs = _person(content.get("customer_signer") or {})
    return [
        _signer(_("Party A　%(name)s (signs first)") % {"name": content["customer"]["name"]},
                theirs, done.get("customer"), ""),
        _signer(_("Party B　the delivering side (signs second)"), ours, done.get("ours"),
                _("We sign within one working day after you; then the form is effective.")),
    ]  # fmt: skip


def _signer(head: str, person: str, done: Mapping[str, Any] | None, waiting: str) -> dict[str, Any]:
    if done is None:
        return {"head": head, "who": _("Signs: %(name)s") % {"name": person}, "done": False,
                "lines": [_("Name                    Date")], "note": waiting}  # fmt: skip
    lines = [f"{done['name']}　{done['when']}", done["method"]]
    if done["open"]:
        lines.append(_("Left open: %(items)s") % {"items": ", ".join(done["open"])})
    return {
        "head": head,
        "who": _("Signed: %(name)s") % {"name": _person(done)},
        "done": True,
        "lines": lines,
        "note": _("Signature digest %(digest)s") % {"digest": done["digest"][:32]},
    }


def _person(said: Mapping[str, Any]) -> str:
    return _(", ").join(part for part in (said.get("name"), said.get("title")) if part) or "—"


def _is_deferred(item: Mapping[str, Any]) -> bool:
    return item["priority_class"] == PriorityClass.DEFERRED


def _long_day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    if (translation.get_language() or "").startswith("zh"):
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day:%d %B %Y}".lstrip("0")
