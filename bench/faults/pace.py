"""From due to the channel under load: a process that fills a house, and one that reads the book.

python -m bench.faults.pace fill RATE SECONDS OPEN
python -m bench.faults.pace read BOOK
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import django

PEOPLE = 2000


def fill(rate: int, seconds: int, many: int) -> dt.datetime:
    """So many items due in each second, their people, and timers far ahead. Returns when the first
    is due: some seconds after all are written."""
    from accounts.models import ActionItem
    from bench import clockwork
    from core.inserts import insert_rows, new_row
    from core.models import Timer, User

    now = dt.datetime.now(dt.timezone.utc)
    clockwork.future_timers(many, now + dt.timedelta(days=1))
    people = [
        new_row(User, username=f"p{n}", email=f"p{n}@sink.example", full_name=f"p{n}", password="!")
        for n in range(PEOPLE)
    ]
    insert_rows(people)
    lead = dt.timedelta(seconds=10 + rate * seconds / 1000)
    first = dt.datetime.now(dt.timezone.utc) + lead
    items = [
        new_row(
            ActionItem,
            text=f"item {number}",
            owner_id=people[number % PEOPLE].pk,
            due_at=first + dt.timedelta(seconds=number / rate),
            created_at=first,
            updated_at=first,
        )
        for number in range(rate * seconds)
    ]
    insert_rows(items)
    insert_rows(
        [
            new_row(
                Timer,
                kind="accounts.action_due",
                about_label="accounts.actionitem",
                about_id=item.pk,
                due_at=item.due_at,
                next_try_at=item.due_at,
                armed_at=first,
            )
            for item in items
        ]
    )
    return first


def read(book: Path) -> dict[str, float]:
    """Lateness in seconds at the receiver, what never came and what came twice."""
    from django.db.models import Count

    from accounts.models import ActionItem
    from core import channels
    from core.models import Notification

    came: dict[str, list[float]] = {}
    for line in book.read_text().splitlines():
        said = json.loads(line)
        if said["fate"] == "ok":
            came.setdefault(said["key"], []).append(said["at"])
    late, lost, repeated = [], 0, 0
    for pk, due_at, owner in ActionItem.objects.values_list("pk", "due_at", "owner_id"):
        key = channels.message_id(f"note:action:{pk}:{due_at.isoformat()}:{owner}")
        times = came.get(key, [])
        lost, repeated = lost + (not times), repeated + (len(times) > 1)
        if times:
            late.append(min(times) - due_at.timestamp())
    late.sort()
    told = Notification.objects.filter(kind="action_item.due").values("about_id")
    told = told.annotate(times=Count("pk")).order_by()
    return {
        "p50": late[len(late) // 2] if late else 0.0,
        "p99": late[len(late) * 99 // 100] if late else 0.0,
        "worst": late[-1] if late else 0.0,
        "came": len(late),
        "lost": lost,
        "repeated": repeated,
        "doubled": sum(row["times"] - 1 for row in told),
    }


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "fill":
        print(fill(*map(int, sys.argv[2:5])).isoformat())
    else:
        print(json.dumps(read(Path(sys.argv[2]))))
