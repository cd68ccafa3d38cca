"""What a handover gave to the successor, and giving it back when it is called off (R-A6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from accounts.models import Handover
from core import duties
from core.actors import Actor
from core.duties import Duty
from core.models import User


@contextmanager
def noted(row: Handover, asked: Iterable[Duty]) -> Iterator[None]:
    """Keep on the handover which rows of these duties come from the predecessor to the successor
    inside; what the successor held before is not among them."""
    known = [duty for duty in asked if duty.scope]
    kept = Handover.objects.select_for_update().values_list("given", flat=True).get(pk=row.pk)
    his, own = _held(row, row.assignment.user, known), _held(row, row.successor, known)
    yield
    now_own = _held(row, row.successor, known)
    for key, ids in now_own.items():
        came = (ids & his[key]) - own[key]
        if came:
            kept[key] = sorted(came | set(kept.get(key, [])))
    Handover.objects.filter(pk=row.pk).update(given=kept)
    row.given = kept


def give_back(row: Handover, to: User, *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """What was given and the successor still holds goes to the account manager; how many rows by
    key of the duty. What the successor has done or given on since stays as it is."""
    kept = Handover.objects.values_list("given", flat=True).get(pk=row.pk)
    if to.pk == row.successor_id:
        return {}
    back = {}
    for duty in duties.declared():
        ids = kept.get(duty.key)
        if not ids:
            continue
        many = duties.give(duty, row.successor, to, by=by, now=now, scope=row.customer, among=ids)
        if many:
            back[duty.key] = many
    return back


def _held(row: Handover, user: User, asked: Iterable[Duty]) -> dict[str, set[int]]:
    return {
        duty.key: set(duty.rows(user, row.customer).order_by().values_list("pk", flat=True))
        for duty in asked
    }
