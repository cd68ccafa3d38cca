"""The registry of the ground floor's own tests: real channels, handlers, consumers."""

from __future__ import annotations

import datetime as dt
import os
import time

from core import clock
from core.models import Event, Notification, OutboxMessage, Timer, User

TIMERS = {
    "test.note": "core.tests.registry:note",
    "test.picky": "core.tests.registry:picky",
    "test.cancels": "core.tests.registry:cancels",
    "test.repeats": "core.tests.registry:repeats",
    "test.slow": "core.tests.registry:slow",
    "test.touch": "core.tests.registry:touch",
}
CONSUMERS = {
    "test.counter": (("thing.made",), "core.tests.registry:count"),
    "webhooks": (("*",), "core.webhooks:fan_out", "core.webhooks:are_on"),
}
CHANNELS = {"test": "core.tests.registry:sink"}
POLICIES = ["core.policies"]
EXPECTED_TIMERS = ["core.tests.registry:expected"]
EXPECTED_KINDS = ("test.note",)
VISIBLE = {"core.user": "core.tests.registry:sees"}
FILE_ACCESS = {"core.user": "core.tests.registry:reads"}

SENT: list[tuple[str, int]] = []
BROKEN: set[str] = set()


def sink(messages: list[OutboxMessage], *, now: dt.datetime) -> dict:
    """A channel that fails on demand: addresses in BROKEN."""
    if messages[0].address in BROKEN:
        raise OSError("the line is down")
    if messages[0].address == "jump":
        os.environ["DEMO_NOW"] = (clock.now() - dt.timedelta(hours=1)).isoformat()
    if messages[0].address == "slow":
        time.sleep(0.5)
    SENT.append((messages[0].once, len(messages)))
    if "CHAOS_LOG" in os.environ:
        with open(os.environ["CHAOS_LOG"], "a") as log:
            log.write(f"{messages[0].once}\n")
    return {"sink": True}


def note(timers: list[Timer], *, now: dt.datetime) -> None:
    """A real effect: a notification and an outgoing message per timer, without their own guard."""
    user = User.objects.order_by("pk").first()
    Notification.objects.bulk_create(
        Notification(
            user=user, kind=row.kind, title="x", once=f"{row.pk}:{os.urandom(6).hex()}",
            about_label="core.timer", about_id=row.pk, created_at=now,
        )
        for row in timers
    )  # fmt: skip
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            channel="test", address="a", once=f"{row.pk}:{os.urandom(6).hex()}",
            about_label="core.timer", about_id=row.pk, created_at=now, due_at=now,
        )
        for row in timers
    )  # fmt: skip


def slow(timers: list[Timer], *, now: dt.datetime) -> None:
    """The same, and slow enough to be killed in the middle."""
    for row in timers:
        note([row], now=now)
        time.sleep(0.008)


def touch(timers: list[Timer], *, now: dt.datetime) -> None:
    """Writes the row that the timer is about."""
    User.objects.filter(pk__in=[row.about_id for row in timers]).update(full_name="touched")


def picky(timers: list[Timer], *, now: dt.datetime) -> None:
    """Fails for rows whose facts say so; one of them breaks inside the database."""
    note(timers, now=now)
    for row in timers:
        if row.facts.get("broken"):
            Timer.objects.create(
                kind=row.kind, about_label=row.about_label, about_id=row.about_id,
                epoch=row.epoch, due_at=now, next_try_at=now, armed_at=now,
            )  # fmt: skip


def cancels(timers: list[Timer], *, now: dt.datetime) -> None:
    """Cancels every other timer about the same rows."""
    Timer.objects.armed().filter(
        about_label=timers[0].about_label, about_id__in=[row.about_id for row in timers]
    ).exclude(kind="test.cancels").update(state=Timer.State.CANCELLED)


def repeats(timers: list[Timer], *, now: dt.datetime) -> None:
    """Arms itself again an hour later."""
    from core import timers as machine

    for row in timers:
        user = User.objects.get(pk=row.about_id)
        machine.arm(row.kind, user, row.due_at + dt.timedelta(hours=1), now=now)


def expected(now):
    """Every active user has a note timer an hour after joining."""
    for pk, joined in User.objects.filter(is_active=True).values_list("pk", "date_joined"):
        yield "test.note", "core.user", pk, joined + dt.timedelta(hours=1)


def count(event: Event, *, now: dt.datetime) -> None:
    """One notification per event, or a failure on demand."""
    note([Timer(pk=event.pk, kind="event")], now=now)
    if event.facts.get("broken"):
        raise ValueError("cannot hear this")


def sees(user: User, scope_id: int) -> bool:
    """A person sees only themself."""
    return user.pk == scope_id


def reads(user: User, attachment) -> bool:
    """Only the person the file is about."""
    return user.pk == attachment.about_id
