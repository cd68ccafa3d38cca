"""Everything that will happen later is a row; sweeping fires what is due, exactly once.

Registry: TIMERS = {kind: "module:handler"}; a handler is called `handler(timers, now=now)` with a
batch of rows of one kind inside one transaction. It re-checks the facts of each row and acts.
EXPECTED_TIMERS = ["module:function"]; each yields (kind, about_label, about_id, due_at) that must
be armed now: `manage.py reconcile` compares.

Any number of sweepers may run; on PostgreSQL they take turns, batch by batch. Two at once would
hold timers of the same row crosswise and wait for each other. A sweeper that waits for a lock gives
up before PostgreSQL looks for a deadlock, so that the other side, a person, is never its victim.
"""

from __future__ import annotations

import datetime as dt
import gc
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.db import OperationalError, connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core import registry, trail
from core.actors import Actor
from core.errors import Refused
from core.inserts import insert_rows, new_row
from core.models import Timer
from core.updates import update_rows

logger = logging.getLogger("core.timers")
MAX_ATTEMPTS = 8
BACKOFF_S = (5, 15, 60, 180, 600, 1800, 3600, 7200)
UNKNOWN_S = 300
BUSY_S = 2
# A sweep that fired so many looks again after LOOK_S, for at most KEEP_UP_S.
MUCH, LOOK_S, KEEP_UP_S = 50, 0.2, 5.0
KEEPER, KEEPER_S = "sweep:keeper", 3
TURN = 7_210_001
# One statement: is it our turn, how long we wait for a lock, how long we may stand still with it.
TAKE_TURN = (
    f"SELECT pg_try_advisory_xact_lock({TURN}), set_config('lock_timeout', '300ms', true),"
    " set_config('idle_in_transaction_session_timeout', '20s', true)"
)
LOCKED = {"55P03", "40P01"}


@dataclass
class Swept:
    """What one sweep did."""

    fired: int = 0
    failed: int = 0
    dead: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    def add(self, more: Swept) -> None:
        """And what another one did."""
        self.fired += more.fired
        self.failed += more.failed
        self.dead += more.dead
        for kind, count in more.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count


def arm(
    kind: str,
    about: models.Model,
    due_at: dt.datetime,
    *,
    now: dt.datetime,
    facts: dict[str, Any] | None = None,
) -> Timer:
    """Arm (or re-arm with epoch + 1) the timer of this kind about this row.

    Arming again for the same time is a no-op and returns the standing timer. Call it after the
    conditional UPDATE of the row it is about: that lock keeps two callers apart.
    """
    label, facts = registry.label_of(about), facts or {}
    rows = Timer.objects.filter(kind=kind, about_label=label, about_id=about.pk)
    last = rows.order_by("-epoch").first()
    if last is not None and last.state == Timer.State.ARMED:
        if last.due_at == due_at and last.facts == facts:
            return last
        Timer.objects.filter(pk=last.pk, state=Timer.State.ARMED).update(
            state=Timer.State.CANCELLED
        )
    return Timer.objects.create(
        kind=kind,
        about_label=label,
        about_id=about.pk,
        due_at=due_at,
        next_try_at=due_at,
        epoch=last.epoch + 1 if last else 1,
        facts=facts,
        armed_at=now,
    )


def arm_many(
    kind: str,
    wanted: Mapping[int, dt.datetime | None],
    *,
    about_label: str,
    now: dt.datetime,
    fresh: bool = False,
) -> None:
    """One timer of this kind per row id: armed for its time, or cancelled where that is None.

    Three statements however many rows; one for `fresh` rows, which have no timer yet.
    """
    last: dict[int, list] = {}
    if not fresh and wanted:
        rows = Timer.objects.filter(kind=kind, about_label=about_label, about_id__in=wanted)
        said = rows.order_by("epoch").values_list("about_id", "pk", "epoch", "state", "due_at")
        last = {about: row for about, *row in said}
    standing = {about: row for about, row in last.items() if row[2] == Timer.State.ARMED}
    keep = {about for about, row in standing.items() if row[3] == wanted[about]}
    gone = {row[0] for about, row in standing.items() if about not in keep}
    if gone:
        Timer.objects.filter(pk__in=gone, state=Timer.State.ARMED).update(
            state=Timer.State.CANCELLED
        )
    insert_rows(
        [
            new_row(
                Timer,
                kind=kind,
                about_label=about_label,
                about_id=pk,
                due_at=due_at,
                next_try_at=due_at,
                epoch=last[pk][1] + 1 if pk in last else 1,
                armed_at=now,
            )
            for pk, due_at in wanted.items()
            if due_at is not None and pk not in keep
        ]
    )


def cancel(about: models.Model, *kinds: str) -> int:
    """Cancel the armed timers of these kinds (all kinds when none is named) about this row."""
    rows = Timer.objects.armed().filter(about_label=registry.label_of(about), about_id=about.pk)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.update(state=Timer.State.CANCELLED)


def sweep(now: dt.datetime, *, limit: int = 500, budget_s: float = 45.0) -> Swept:
    """Fire due timers in batches until none is due or the time is spent. Any number may run.

    A batch is one transaction: effects, trail, outbox and the timers' state commit together.
    """
    swept, started = Swept(), time.monotonic()
    while time.monotonic() - started < budget_s:
        if not Timer.objects.due(now).exists() or not _sweep_batch(now, limit, swept):
            break
    return swept


def keep_up(now: dt.datetime) -> Swept:
    """The job of the heartbeat: sweep, and while much falls due look again a moment later instead
    of at the next beat. One sweeper of the house does so at a time; it keeps its place by the
    shared cache, which forgets it when it is killed. Not where one process does all jobs."""
    begun, swept = time.monotonic(), sweep(now)
    if connection.vendor != "postgresql" or swept.fired < MUCH:
        return swept
    if not cache.add(KEEPER, True, KEEPER_S):
        return swept
    more, look = swept, begun
    while more.fired + more.failed and look - begun < KEEP_UP_S:
        cache.set(KEEPER, True, KEEPER_S)
        time.sleep(max(0.0, look + LOOK_S - time.monotonic()))
        look = time.monotonic()
        more = sweep(now + dt.timedelta(seconds=look - begun), budget_s=KEEP_UP_S)
        swept.add(more)
    cache.delete(KEEPER)
    return swept


def retry(timer: Timer, *, by: Actor, now: dt.datetime) -> None:
    """Arm a dead timer again; Refused unless it is dead and nothing has replaced it."""
    with transaction.atomic():
        newer = Timer.objects.filter(
            kind=timer.kind, about_label=timer.about_label, about_id=timer.about_id
        ).filter(epoch__gt=timer.epoch)
        dead = Timer.objects.filter(pk=timer.pk, state=Timer.State.DEAD)
        if newer.exists() or not dead.update(
            state=Timer.State.ARMED, attempts=0, next_try_at=now, last_error=""
        ):
            raise Refused(_("This timer has moved on by now. Reload the page."))
        trail.record(timer, "timer.retried", by=by, now=now, facts={"kind": timer.kind})


@contextmanager
def _uncollected() -> Iterator[None]:
    """Whatever a batch makes lives until its end: nobody looks for garbage in between."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sweep_batch(now: dt.datetime, limit: int, swept: Swept) -> int:
    with _uncollected(), transaction.atomic():
        if not _is_our_turn():
            return 0
        rows = _claim(now, limit)
        batches = [
            (kind, list(group))
            for kind, group in groupby(
                sorted(rows, key=lambda row: (row.kind, row.id)), key=lambda row: row.kind
            )
        ]
        for number, (kind, batch) in enumerate(batches):
            _fire_kind(kind, _still_armed(batch) if number else batch, now, swept)
    return len(rows)


def _is_our_turn() -> bool:
    """True when no other sweeper is in a batch; until the end of this transaction."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN)
        return bool(cursor.fetchone()[0])


def _claim(now: dt.datetime, limit: int) -> list[Timer]:
    rows = Timer.objects.due(now).order_by("next_try_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return list(rows[:limit])


def _still_armed(batch: list[Timer]) -> list[Timer]:
    """Without the timers that a handler of this very transaction has cancelled or moved."""
    armed = Timer.objects.armed().filter(pk__in=[row.pk for row in batch])
    standing = dict(armed.values_list("pk", "due_at"))
    return [row for row in batch if standing.get(row.pk) == row.due_at]


def _fire_kind(kind: str, batch: list[Timer], now: dt.datetime, swept: Swept) -> None:
    path = registry.entry("TIMERS", {}).get(kind)
    if path is None:
        _postpone_unknown(kind, batch, now, swept)
        return
    handler = registry.load(path)
    if not batch:
        return
    try:
        with transaction.atomic():
            handler(batch, now=now)
            _mark_fired(batch, now, swept)
    except Exception:  # noqa: BLE001 - the sweep loop: one bad batch is tried row by row
        for row in batch if len(batch) == 1 else _still_armed(batch):
            _fire_one(handler, row, now, swept)


def _fire_one(handler: Any, row: Timer, now: dt.datetime, swept: Swept) -> None:
    try:
        with transaction.atomic():
            if Timer.objects.armed().filter(pk=row.pk).exists():
                handler([row], now=now)
                _mark_fired([row], now, swept)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") not in LOCKED:
            _mark_failed(row, f"{type(error).__name__}: {error}", now, swept)
            return
        logger.info("timer_busy", extra={"timer": row.pk, "kind": row.kind})
        wait = now + dt.timedelta(seconds=BUSY_S)
        Timer.objects.armed().filter(pk=row.pk).update(next_try_at=wait)
    except Exception as error:
        logger.exception("timer_failed", extra={"timer": row.pk, "kind": row.kind})
        _mark_failed(row, f"{type(error).__name__}: {error}", now, swept)


def _mark_fired(batch: Iterable[Timer], now: dt.datetime, swept: Swept) -> None:
    rows = list(batch)
    late: dict[int, list[int]] = {}
    for row in rows:
        row.state, row.fired_at = Timer.State.FIRED, now
        row.late_by_s = max(0, int((now - row.due_at).total_seconds()))
        late.setdefault(row.late_by_s, []).append(row.pk)
    if len(late) <= 3:
        for seconds, ids in late.items():
            Timer.objects.filter(pk__in=ids).update(
                state=Timer.State.FIRED, fired_at=now, late_by_s=seconds
            )
    else:
        update_rows(rows, ["state", "fired_at", "late_by_s"])
    swept.fired += len(rows)
    for row in rows:
        swept.kinds[row.kind] = swept.kinds.get(row.kind, 0) + 1


def _mark_failed(row: Timer, why: str, now: dt.datetime, swept: Swept) -> None:
    """Back off, with a bound; dead after MAX_ATTEMPTS. A row replaced meanwhile stays as it is."""
    dead = row.attempts + 1 >= MAX_ATTEMPTS
    wait = BACKOFF_S[min(row.attempts, len(BACKOFF_S) - 1)]
    swept.failed += 1
    swept.dead += dead
    Timer.objects.armed().filter(pk=row.pk).update(
        attempts=F("attempts") + 1,
        last_error=why[:2000].replace("\x00", ""),
        state=Timer.State.DEAD if dead else Timer.State.ARMED,
        next_try_at=now + dt.timedelta(seconds=wait),
    )


def _postpone_unknown(kind: str, batch: list[Timer], now: dt.datetime, swept: Swept) -> None:
    """A kind that a newer version knows (a rolling update): looked at later, never given up."""
    logger.error("timer_unknown", extra={"kind": kind, "count": len(batch)})
    swept.failed += len(batch)
    Timer.objects.armed().filter(pk__in=[row.pk for row in batch]).update(
        last_error=f"no handler for {kind}", next_try_at=now + dt.timedelta(seconds=UNKNOWN_S)
    )
