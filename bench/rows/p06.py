"""P6: one customer on one page, the grid of 60 people, the day: with little and with much."""

from __future__ import annotations

from bench import scenes
from bench.lines import Line
from bench.load import Call, Seen, side_by_side
from bench.people import person, session
from bench.stage import Stage

NEEDS_SERVER = True
MANY = 1000


def measure(stage: Stage) -> list[Line]:
    """CPU and SQL, and how both grow from one ticket or contact to a thousand."""
    office = person("shen").profile.unit_id
    calls: dict[str, Call] = {}
    made = []
    for words, number in (("with one", 1), ("with a thousand", MANY)):
        reader = scenes.member("ar", office)
        cookie = session(reader)
        full = scenes.customer(contacts=number, tickets=number, reader=reader)
        made.append(full)
        calls[f"customer {words}"] = Call(f"/customers/{full.pk}/", cookie)
        calls[f"today {words}"] = Call("/", cookie)
    reader = scenes.member("ar", office)
    crowd = scenes.customer(placed=60, contacts=60, reader=reader)
    made.append(crowd)
    calls["grid of 60"] = Call(f"/customers/{crowd.pk}/grid/", session(reader))
    calls["grid of 60, plane"] = Call(f"/customers/{crowd.pk}/grid/?view=plane", session(reader))
    scenes.analyse()
    seen = side_by_side(stage, calls)
    scenes.clear(made)
    return [
        *_judged(seen),
        *(line for name, each in seen.items() for line in each.facts("P6", name)),
    ]


def _judged(seen: dict[str, Seen]) -> list[Line]:
    lines = []
    for work in ("customer", "today"):
        few, many = seen[f"{work} with one"], seen[f"{work} with a thousand"]
        grown = many.ratio(few)
        name = f"{work} with {MANY} tickets and contacts"
        lines += [
            Line("P6", name, "CPU", many.cpu_ms, "ms", 20, 10),
            Line("P6", name, "CPU / with one", grown, "×", 1.15),
            Line("P6", name, "SQL queries", many.sql, "", 15, 10),
            Line("P6", name, "SQL more than with one", many.sql - few.sql, "", 0),
        ]
    for name in ("grid of 60", "grid of 60, plane"):
        lines += [
            Line("P6", name, "CPU", seen[name].cpu_ms, "ms", 20, 10),
            Line("P6", name, "SQL queries", seen[name].sql, "", 15, 10),
        ]
    return lines
