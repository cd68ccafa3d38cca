"""Timers fire once, late ones say so, broken ones step aside, and reconcile finds what is off."""

import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection

from core import reconcile, timers
from core.errors import Refused
from core.models import Notification, Timer, TrailEntry, User
from core.tests.build import NINE, SYSTEM, after, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.HUAWEICRM_REGISTRY = "core.tests.registry"


def states(kind: str = "") -> list[str]:
    rows = Timer.objects.filter(kind=kind) if kind else Timer.objects.all()
    return list(rows.order_by("id").values_list("state", flat=True))


def test_a_timer_fires_once_at_its_time_and_not_before():
    lin = person()
    timers.arm("test.note", lin, after(hours=1), now=NINE)

    assert timers.sweep(after(minutes=59, seconds=59)).fired == 0
    assert timers.sweep(after(hours=1)).fired == 1
    assert timers.sweep(after(hours=1)).fired == 0
    assert Notification.objects.count() == 1
    assert Timer.objects.get().late_by_s == 0


def test_a_late_timer_says_how_late():
    timers.arm("test.note", person(), NINE, now=NINE)

    timers.sweep(after(hours=24))

    assert Timer.objects.get().late_by_s == 86400


def test_arming_again_moves_and_the_same_time_changes_nothing():
    lin = person()
    first = timers.arm("test.note", lin, NINE, now=NINE)

    assert timers.arm("test.note", lin, NINE, now=NINE) == first

    second = timers.arm("test.note", lin, after(hours=2), now=NINE)

    assert (second.epoch, states()) == (2, ["cancelled", "armed"])
    assert timers.sweep(after(hours=1)).fired == 0


def test_a_broken_row_backs_off_alone_and_dies_after_eight_tries():
    for number in range(5):
        facts = {"broken": True} if number == 2 else {}
        timers.arm("test.picky", person(f"p{number}"), NINE, now=NINE, facts=facts)

    swept = timers.sweep(NINE)

    assert (swept.fired, swept.failed, Notification.objects.count()) == (4, 1, 4)
    row = Timer.objects.get(state="armed")
    assert row.next_try_at == after(seconds=5)
    assert "IntegrityError" in row.last_error

    for day in range(1, 8):
        timers.sweep(after(days=day))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("dead", 8)

    Timer.objects.filter(pk=row.pk).update(facts={})
    timers.retry(row, by=SYSTEM, now=after(days=9))
    assert timers.sweep(after(days=9)).fired == 1
    assert TrailEntry.objects.get().verb == "timer.retried"
    with pytest.raises(Refused):
        timers.retry(row, by=SYSTEM, now=after(days=9))


def test_what_a_handler_cancels_does_not_fire_in_the_same_sweep():
    lin = person()
    timers.arm("test.cancels", lin, NINE, now=NINE)
    timers.arm("test.note", lin, NINE, now=NINE)

    timers.sweep(NINE)

    assert Notification.objects.count() == 0
    assert states("test.note") == ["cancelled"]


def test_a_handler_may_arm_its_own_kind_again():
    timers.arm("test.repeats", person(), NINE, now=NINE)

    assert timers.sweep(NINE).fired == 1
    assert states() == ["fired", "armed"]
    assert timers.sweep(after(hours=3)).fired == 3


def test_a_kind_of_a_newer_version_waits_and_never_dies():
    timers.arm("test.future", person(), NINE, now=NINE)
    for number in range(20):
        timers.sweep(after(hours=number))

    row = Timer.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("armed", 0, "no handler for test.future")


def test_an_idle_sweep_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        timers.sweep(NINE)


def test_sql_grows_by_batch_not_by_row(django_assert_max_num_queries):
    people = User.objects.bulk_create(User(username=f"u{n}", full_name="u") for n in range(100))
    timers.arm_many("test.note", {user.pk: NINE for user in people}, about_label="core.user",
                    now=NINE)  # fmt: skip

    with django_assert_max_num_queries(16):
        assert timers.sweep(NINE).fired == 100


@pytest.mark.skipif(connection.vendor != "postgresql", reason="one process does all jobs")
@pytest.mark.parametrize(
    ("many", "is_kept", "fired"), [(50, False, 51), (49, False, 49), (50, True, 50)]
)
def test_while_much_falls_due_one_sweeper_looks_again_soon(many, is_kept, fired):
    people = User.objects.bulk_create(
        User(username=f"u{n}", full_name="u") for n in range(many + 1)
    )
    *first, last = (user.pk for user in people)
    wanted = {**dict.fromkeys(first, NINE), last: after(seconds=timers.LOOK_S / 2)}
    timers.arm_many("test.note", wanted, about_label="core.user", now=NINE)
    cache.delete(timers.KEEPER)
    if is_kept:
        cache.set(timers.KEEPER, True, timers.KEEPER_S)

    assert timers.keep_up(NINE).fired == fired
    assert bool(cache.get(timers.KEEPER)) is is_kept
    cache.delete(timers.KEEPER)


def test_reconcile_finds_and_repairs_every_difference():
    joined = dict(date_joined=NINE)
    missing, moved, stale, right = (person(name, **joined) for name in "abcd")
    gone = person("e", is_active=False, **joined)
    for user, hours in ((moved, 2), (right, 1), (gone, 1)):
        timers.arm("test.note", user, after(hours=hours), now=NINE)
    fired = timers.arm("test.note", stale, after(hours=1), now=NINE)
    Timer.objects.filter(pk=fired.pk).update(state="fired")
    out = io.StringIO()

    with pytest.raises(CommandError, match="3 differences"):
        call_command("reconcile", "--check", stdout=out)
    assert {(row.about_id, row.found) for row in reconcile.differences(NINE)} == {
        (missing.pk, None),
        (moved.pk, after(hours=2)),
        (gone.pk, after(hours=1)),
    }

    call_command("reconcile", stdout=out)

    assert reconcile.differences(NINE) == []
    call_command("reconcile", "--check", stdout=out)
    assert "0 differences, 0 dead timers" in out.getvalue()


def test_any_partition_of_sweeps_gives_the_same_effects():
    for number in range(6):
        timers.arm("test.note", person(f"p{number}"), after(minutes=number), now=NINE)
    for step in range(0, 6, 2):
        timers.sweep(NINE + dt.timedelta(minutes=step))
    timers.sweep(after(hours=1))

    assert sorted(Timer.objects.values_list("state", flat=True)) == ["fired"] * 6
    assert Notification.objects.values("about_id").distinct().count() == 6
    assert Notification.objects.count() == 6
