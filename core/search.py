"""Finds objects by name, pinyin, initials, code, phone or mail: the same on both engines.

A writer calls `index(...)` in the action that saves a name and `unindex(...)` when the object is
archived, merged away or erased; lists of many go through `index_many`. `find` takes the ids of
the scopes that the person may see:

    search.index("accounts.customer", customer.pk, scope_id=customer.pk, title=customer.name,
                 subtitle=customer.region, url=f"/customers/{customer.pk}/",
                 texts=[customer.short_name], codes=[customer.code])
    search.index("accounts.contact", contact.pk, scope_id=contact.customer_id, title=contact.name,
                 texts=[contact.title], codes=[contact.phone, contact.email])
    search.find("lanhai", scope_filter=Customer.objects.visible_to(user).values("pk"))

An index over grams (GIN on an array, FTS5 over spaced words) yields candidates; a plain
"contains" on the haystack decides, so that both engines answer alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connections, models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.expressions import RawSQL

from core.models import SearchEntry
from core.pinyin import read, readings
from core.surnames import COMPOUND, SURNAMES

EDGE = 8
MAX_CHARS = 200
MAX_TERMS = 8
CONSIDERED = 300
"""Rows that are ranked: of a word that thousands have, as many as the index comes to first."""
_HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is, its name, a second line and where it lives."""

    label: str
    id: int
    title: str
    subtitle: str = ""
    url: str = ""


def index(label: str, about_id: int, *, scope_id: int | None, title: str, **more: object) -> None:
    """Make one object findable, or refresh it: keywords as `entry_for`. One statement."""
    index_many([entry_for(label, about_id, scope_id=scope_id, title=title, **more)])  # type: ignore[arg-type]


def entry_for(
    label: str,
    about_id: int,
    *,
    scope_id: int | None,
    title: str,
    subtitle: str = "",
    url: str = "",
    texts: Iterable[str] = (),
    codes: Iterable[str] = (),
) -> SearchEntry:
    """An unsaved entry for `index_many`.

    `scope_id` is the customer whose visibility decides (None: everyone on the staff). `texts` are
    further names (with pinyin); `codes` are codes, phones and addresses (no pinyin).
    """
    names = [text[:MAX_CHARS] for text in [title, *texts] if text]
    given = [part for code in codes if code for part in (code, *code.split("@")[1:])]
    keys = [key for key in (fold(code)[:60] for code in given) if key]
    parts, grams = [], set()
    for name in names:
        parts += _readings(name, grams)
    for key in keys:
        parts.append(key)
        grams |= _code_grams(key)
    return SearchEntry(
        label=label,
        about_id=about_id,
        scope_id=scope_id,
        title=title[:200],
        subtitle=subtitle[:300],
        url=url[:300],
        codes=f" {' '.join(keys)} "[:300],
        haystack=" ".join(dict.fromkeys(parts)),
        grams=" ".join(sorted(grams)),
    )


def index_many(entries: list[SearchEntry]) -> None:
    """Write entries in batches; an object that was indexed before is refreshed."""
    latest = {(entry.label, entry.about_id): entry for entry in entries}
    SearchEntry.objects.bulk_create(
        list(latest.values()),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["label", "about_id"],
        update_fields=["scope_id", "title", "subtitle", "url", "codes", "haystack", "grams"],
    )


def unindex(label: str, *about_ids: int) -> None:
    """Forget these objects."""
    SearchEntry.objects.filter(label=label, about_id__in=about_ids).delete()


def find(
    query: str,
    limit: int = 20,
    scope_filter: models.QuerySet | Iterable[int] | None = None,
    labels: Iterable[str] | None = None,
) -> list[Hit]:
    """The best hits for what somebody typed: all terms must match; exact codes and names first.

    `scope_filter`: ids (or a one-column queryset) of the scopes the person sees; None means all
    and is for the system only. An empty or unusable query finds nothing.
    """
    terms = [fold(word) for word in query[:MAX_CHARS].split()[:MAX_TERMS]]
    terms = [term for term in terms if term]
    if not terms:
        return []
    rows = candidates(SearchEntry.objects.all(), terms)
    if scope_filter is not None:
        rows = rows.filter(_within(scope_filter) | Q(scope_id=None))
    if labels is not None:
        rows = rows.filter(label__in=list(labels))
    found = rows.values("label", "about_id", "title", "subtitle", "url", "codes", "haystack", "id")
    whole, typed = "".join(terms), query.strip()
    best = sorted(found[: max(CONSIDERED, limit)], key=lambda row: _rank(row, whole, typed))
    return [
        Hit(row["label"], row["about_id"], row["title"], row["subtitle"], row["url"])
        for row in best[:limit]
    ]


def _within(scopes: models.QuerySet | Iterable[int]) -> Q | Exists:
    """The scope of a row is one of these: asked row by row, so that nobody reads them all."""
    if isinstance(scopes, models.QuerySet) and not scopes.query.combinator:
        return Exists(scopes.filter(pk=OuterRef("scope_id")))
    return Q(scope_id__in=scopes)


def _rank(row: dict[str, Any], whole: str, typed: str) -> tuple[int, int, int]:
    """An exact code first, then an exact name, a beginning, anything; the shorter, the older."""
    if f" {whole} " in row["codes"]:
        step = 0
    elif row["title"] == typed:
        step = 1
    else:
        step = 2 if row["haystack"].startswith(whole) else 3
    return step, len(row["title"]), row["id"]


def candidates(rows: models.QuerySet, terms: Iterable[str]) -> models.QuerySet:
    """Rows that contain every folded term: by the engine's index, then checked on the text."""
    grams: set[str] = set()
    for term in terms:
        for run in _runs(term):
            grams |= _query_grams(run)
            rows = rows.filter(haystack__contains=run)
    wanted = sorted(grams)
    if connections[rows.db].vendor == "postgresql":
        held = models.Func(models.F("grams"), Value(" "), function="string_to_array")
        return rows.filter(
            models.Func(
                held,
                RawSQL("%s::text[]", [wanted]),
                template="%(expressions)s",
                arg_joiner=" @> ",
                output_field=models.BooleanField(),
            )
        )
    asked = " ".join(f'"{gram}"' for gram in wanted)
    hits = RawSQL("SELECT rowid FROM core_search_fts WHERE core_search_fts MATCH %s", [asked])
    return rows.filter(pk__in=hits)


def fold(text: str) -> str:
    """Letters and digits only, full-width made half, lower case, without accents."""
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", "".join(char for char in wide if char.isalnum()))


def learn() -> None:
    """Read how names are read now: processes that are forked afterwards share it."""
    readings()


def pinyin(text: str) -> list[list[str]]:
    """The readings of a text, as lists of syllables; a second one when it starts with a surname."""
    plain = [fold(part) for part in read(text)]
    readings = [[part for part in plain if part]]
    head = text[:2]
    if head in COMPOUND:
        readings.append(COMPOUND[head] + [fold(part) for part in read(text[2:])])
    elif text[:1] in SURNAMES:
        readings.append([SURNAMES[text[0]]] + [fold(part) for part in read(text[1:]) if fold(part)])
    return readings


def _readings(name: str, grams: set[str]) -> list[str]:
    """Every text under which a name can be found; adds their grams."""
    parts = [fold(name), *(fold(word) for word in name.split())]
    for run in (run for part in parts for run in _runs(part)):
        grams |= _edges(run) if not _is_han(run[0]) else _bigrams(run) | set(run)
    if any(_is_han(char) for char in name):
        for syllables in pinyin(name):
            initials = "".join(part[0] for part in syllables if part)
            parts += ["".join(syllables), initials]
            for start in range(len(syllables)):
                grams |= _edges("".join(syllables[start : start + EDGE]))
                grams |= _edges(initials[start:])
    return [part for part in parts if part]


def _code_grams(key: str) -> set[str]:
    """From its beginning, from its number, and its last 4, 8 and 11 characters (phones)."""
    grams: set[str] = set()
    for run in _runs(key):
        grams |= _bigrams(run) | set(run) if _is_han(run[0]) else set()
        tail = run.lstrip("abcdefghijklmnopqrstuvwxyz")
        for part in (run, tail, tail.lstrip("0"), run[-4:], run[-8:], run[-11:]):
            grams |= _edges(part)
    return grams


def _query_grams(run: str) -> set[str]:
    if not _is_han(run[0]):
        return {run[:EDGE]}
    return _bigrams(run) if len(run) > 1 else {run}


def _edges(text: str) -> set[str]:
    return {text[:size] for size in range(1, min(len(text), EDGE) + 1)}


def _bigrams(run: str) -> set[str]:
    return {run[at : at + 2] for at in range(len(run) - 1)}


def _runs(text: str) -> list[str]:
    return ["".join(chars) for _kind, chars in groupby(text, key=_is_han)]


def _is_han(char: str) -> bool:
    return any(low <= ord(char) <= high for low, high in _HAN)
