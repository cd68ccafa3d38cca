"""P4: search by two Chinese characters, pinyin, initials and code, in a million names."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from accounts import findable
from accounts.models import Customer
from bench import clockwork
from bench.lines import Line
from bench.people import person
from bench.stage import Stage
from core import engine_sql
from core.models import SearchEntry, User

NEEDS_SERVER = False
ROUNDS, EACH = 5, 10
MILLION = 1_000_000


def measure(stage: Stage) -> list[Line]:
    """What PostgreSQL spends on a search, for who sees all and who sees a few."""
    lines = []
    asked = _queries()
    with transaction.atomic():
        for number, must, stretch in ((0, 2.0, None), (MILLION, 15.0, 0.5)):
            with _filled(number) as names:
                lines += _lines(asked, names, must, stretch)
        transaction.set_rollback(True)
    return lines


def _queries() -> dict[str, str]:
    """What is typed: taken from a customer in the middle of the data."""
    row = Customer.objects.order_by("pk")[Customer.objects.count() // 2]
    entry = SearchEntry.objects.get(label=findable.CUSTOMER, about_id=row.pk)
    readings = entry.haystack.split()
    return {
        "2 characters": row.name[:2],
        "3 characters": row.name[:3],
        "2 characters of every name": "公司",
        "pinyin": next(part for part in readings if part.isascii() and len(part) > 6)[:8],
        "initials": next(part for part in readings if part.isascii() and len(part) < 12)[:4],
        "code": row.code,
    }


@contextmanager
def _filled(number: int) -> Iterator[int]:
    """So many names, copies of those that there are, under an index built anew."""
    have = SearchEntry.objects.count()
    if number > have:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("DROP INDEX core_search_grams")
            cursor.execute(
                "INSERT INTO core_searchentry (label, about_id, scope_id, title, subtitle, url,"
                " codes, haystack, grams) SELECT label, about_id + copy * 10000000, scope_id,"
                " title, subtitle, url, codes, haystack, grams"
                " FROM core_searchentry, generate_series(1, %s) copy",
                [number // have],
            )
            for statement in engine_sql.search_statements("postgresql"):
                cursor.execute(statement)
            cursor.execute("ANALYZE core_searchentry")
    yield SearchEntry.objects.count()


def _lines(asked: dict[str, str], names: int, must: float, stretch: float | None) -> Iterator[Line]:
    size = "1 M" if names > 500_000 else "100 k"
    for who in ("admin", "shen"):
        took = {kind: _took(person(who), typed) for kind, typed in asked.items()}
        for kind, (ms, hits) in took.items():
            note = f"{names:,} names, {who}, {hits} hits"
            yield Line(
                "P4", f"search: {kind}", f"CPU of SQL, {size}", ms, "ms", must, stretch, note
            )
        ratio = took["2 characters"][0] / max(took["3 characters"][0], 0.001)
        yield Line("P4", "search", f"2 characters / 3 at {size}", ratio, "×", 2.0, None, who)


def _took(user: User, typed: str) -> tuple[float, int]:
    """Processor time of PostgreSQL a search in ms, and how much was found."""
    times, hits = [], 0
    for _round in range(ROUNDS):
        with clockwork.costing() as cost:
            for _each in range(EACH):
                hits = len(findable.find(user, typed, 20))
        times.append(cost.database * 1000 / EACH)
    return statistics.median(times), hits
