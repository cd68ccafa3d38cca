"""The outbox: held, sent once, retried, given up, merged, folded."""

import datetime as dt
import time

import pytest
from django.core import mail
from django.db import connection

from core import channels, chat_rates, delivery, notify, outbox, policy, timers
from core.actors import Actor
from core.errors import Refused
from core.models import NotificationChannel, OutboxMessage, PolicyValue, TrailEntry
from core.tests import registry
from core.tests.build import NINE, SYSTEM, after, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.HUAWEICRM_REGISTRY = "core.tests.registry"
    settings.EMAIL_URL = "smtp://mail.example.com"
    registry.SENT.clear()
    registry.BROKEN.clear()


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("state", flat=True))


def allow(key: str) -> None:
    PolicyValue.objects.create(key=key, value=True, valid_from=NINE, reason="test")
    policy.forget()


def test_a_mail_is_sent_once_with_a_stable_key():
    outbox.post("email", "a@example.com", once="k1", subject="one\nline", body="b", now=NINE)
    outbox.post("email", "a@example.com", once="k1", subject="again", body="b", now=NINE)

    assert delivery.deliver(NINE).sent == 1
    assert delivery.deliver(NINE).sent == 0
    assert states() == ["sent"]
    assert [letter.subject for letter in mail.outbox] == ["one line"]
    assert mail.outbox[0].extra_headers["Idempotency-Key"] == "k1"
    assert mail.outbox[0].extra_headers["Message-ID"] == channels.message_id("k1")


def test_without_a_mail_server_the_row_is_the_outbox_page(settings):
    settings.EMAIL_URL, settings.EMBEDDED = "", True
    outbox.post("email", "a@example.com", once="k1", subject="s", body="b", now=NINE)

    delivery.deliver(NINE)

    assert states() == ["sent"]
    assert mail.outbox == []


def test_mail_to_customers_is_held_until_released():
    outbox.post("email", "c@customer.cn", once="k1", body="b", to_customer=True, now=NINE)

    assert delivery.deliver(NINE).held == 1
    assert states() == ["held"]

    message = OutboxMessage.objects.get()
    outbox.release(message, by=Actor.of(person()), now=after(days=3))
    delivery.deliver(after(days=3))

    assert states() == ["sent"]
    assert TrailEntry.objects.get().verb == "outbox.released"
    with pytest.raises(Refused):
        outbox.release(message, by=SYSTEM, now=after(days=3))


def test_mail_to_customers_is_held_when_it_falls_due_while_a_round_goes_on():
    soon = after(seconds=0.1)
    outbox.post("test", "slow", once="s", now=NINE)
    outbox.post("email", "c@customer.cn", once="k1", body="b", to_customer=True, now=soon)
    outbox.post("webhook", "https://example.com/", once="k2", body="b", now=soon)
    outbox.post("test", "up", once="k3", now=soon)

    done = delivery.deliver(NINE)

    assert (done.sent, done.held, mail.outbox) == (2, 2, [])
    assert states() == ["sent", "held", "held", "sent"]


def test_what_is_written_between_holding_and_leasing_stays_too():
    done = delivery.Delivered()
    staying = delivery._prepare(NINE, done)
    outbox.post("email", "c@customer.cn", once="k1", to_customer=True, now=NINE)
    outbox.post("test", "up", once="k2", now=NINE)

    assert [row.once for row in delivery._lease(NINE, NINE, 10, staying)] == ["k2"]
    assert delivery.deliver(after(seconds=delivery.SEAT_S)).held == 1


def test_mail_to_customers_goes_when_the_policy_is_on():
    allow("outbound.customer_mail")
    outbox.post("email", "c@customer.cn", once="k1", body="b", to_customer=True, now=NINE)

    assert delivery.deliver(NINE).sent == 1


def test_a_failure_is_retried_with_back_off_and_dead_after_a_day():
    registry.BROKEN.add("down")
    outbox.post("test", "down", once="k1", now=NINE)
    outbox.post("test", "up", once="k2", now=NINE)

    done = delivery.deliver(NINE)

    assert (done.sent, done.failed, done.dead) == (1, 1, 0)
    row = OutboxMessage.objects.get(once="k1")
    assert dt.timedelta(seconds=8) <= row.due_at - NINE <= dt.timedelta(seconds=13)
    assert row.last_error == "OSError: the line is down"

    delivery.deliver(after(hours=23, minutes=59))
    assert OutboxMessage.objects.get(once="k1").state == "pending"
    OutboxMessage.objects.filter(once="k1").update(attempts=delivery.DEAD_TRIES - 1)
    delivery.deliver(after(hours=25))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("dead", 8)

    registry.BROKEN.clear()
    outbox.retry(row, by=SYSTEM, now=after(hours=26))
    delivery.deliver(after(hours=26))
    assert states() == ["sent", "sent"]


def test_a_leased_row_is_left_alone_until_the_lease_ends():
    outbox.post("test", "up", once="k1", now=NINE)
    OutboxMessage.objects.update(lease_token="other", lease_until=after(seconds=60))

    assert delivery.deliver(after(seconds=59)).sent == 0
    assert delivery.deliver(after(seconds=61)).sent == 1


def test_a_day_without_tries_gives_nothing_up():
    registry.BROKEN.add("down")
    outbox.post("test", "down", once="k1", now=NINE)

    delivery.deliver(NINE)
    delivery.deliver(after(days=4))

    assert states() == ["pending"]


def test_a_lease_of_a_clock_that_has_gone_back_does_not_hold():
    outbox.post("test", "up", once="k1", now=NINE)
    OutboxMessage.objects.update(lease_token="other", lease_until=after(hours=1))

    assert delivery.deliver(NINE).sent == 1


def test_a_deliverer_that_lost_its_lease_marks_nothing():
    outbox.post("test", "up", once="k1", now=NINE)
    [row] = delivery._lease(NINE, NINE, 10, delivery.Q(pk__in=[]))
    OutboxMessage.objects.update(lease_token="other")

    done = delivery.Delivered()
    delivery._mark_sent([(row, {})], NINE, done)

    assert (done.sent, states()) == (0, ["pending"])


def test_a_process_that_stood_still_past_its_lease_sends_nothing():
    outbox.post("test", "up", once="k1", now=NINE)
    [row] = delivery._lease(NINE, NINE, 10, delivery.Q(pk__in=[]))

    with channels.Channels() as lines, delivery.ThreadPoolExecutor(1) as pool:
        run = delivery._Round(lines, pool, delivery._Clock(NINE), delivery.Delivered())
        run.start([row], until=time.monotonic() - 1)
        run.settle()

    assert (registry.SENT, states(), run.done.failed) == ([], ["pending"], 0)


def test_a_round_for_which_there_is_no_seat_leaves_its_place_to_others():
    lease = NINE + dt.timedelta(seconds=delivery.LEASE_S)
    for number in range(delivery.seats()):
        outbox.post("test", "up", once=f"k{number}", now=NINE)
        OutboxMessage.objects.filter(once=f"k{number}").update(
            lease_token=f"{number:016}{number:016}", lease_until=lease
        )
    outbox.post("test", "up", once="waits", now=NINE)

    assert delivery.deliver(NINE).sent == 0
    assert delivery.deliver(NINE + dt.timedelta(seconds=delivery.SEAT_S)).sent == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one seat")
def test_several_leases_of_a_round_are_one_seat():
    lease = NINE + dt.timedelta(seconds=delivery.LEASE_S)
    for number in range(3):
        outbox.post("test", "up", once=f"k{number}", now=NINE)
        OutboxMessage.objects.filter(once=f"k{number}").update(
            lease_token=f"{7:016}{number:016}", lease_until=lease
        )
    outbox.post("test", "up", once="goes", now=NINE)

    assert delivery.deliver(NINE).sent == 1


def test_what_comes_before_the_end_of_a_round_is_taken_along():
    clock, done = delivery._Clock(NINE), delivery.Delivered()
    taking = delivery._Taking(clock, done, NINE, delivery._prepare(NINE, done))
    outbox.post("test", "up", once="k1", now=after(seconds=0.01))
    time.sleep(0.02)

    assert taking.lease(5) == []
    assert [row.once for row in taking.last(5)] == ["k1"]
    assert taking.last(5) == []


def test_what_comes_back_from_the_wires_is_written_down_together(django_assert_num_queries):
    for number in range(10):
        outbox.post("test", "up", once=f"k{number}", now=NINE)
    rows = delivery._lease(NINE, NINE, 10, delivery.Q(pk__in=[]))

    with channels.Channels() as lines, delivery.ThreadPoolExecutor(1) as pool:
        run = delivery._Round(lines, pool, delivery._Clock(NINE), delivery.Delivered())
        run.alone = False
        run.start(rows, until=time.monotonic() + 5)
        pool.shutdown()
        for left in (6, 2, 0):
            with django_assert_num_queries(3):  # one statement in a transaction of its own
                run.settle()
            assert run.sending == left

    assert run.done.sent == 10


def test_where_one_writes_at_a_time_few_are_out_and_not_written_down(monkeypatch):
    """A kill sends them again: a round that waits for its turn to write sends no further ones."""
    out, settle = [], delivery._Round.settle

    def late(run):
        time.sleep(0.05)
        out.append(len(registry.SENT) - run.done.sent)
        settle(run)

    monkeypatch.setattr(delivery._Round, "settle", late)
    for number in range(30):
        outbox.post("test", "up", once=f"k{number:02}", now=NINE)

    assert delivery.deliver(NINE).sent == 30
    assert max(out) <= delivery.OPEN_ALONE or delivery.seats() > 1


def test_a_receiver_that_hangs_holds_up_no_other(settings):
    for number in range(5):
        outbox.post("test", "slow", once=f"s{number}", now=NINE)
    for number in range(10):
        outbox.post("test", "up", once=f"k{number}", now=after(seconds=1))

    done = delivery.deliver(after(seconds=1))

    assert done.sent == 15
    assert [once[0] for once, _count in registry.SENT][:10] == ["k"] * 10


def test_a_round_ends_when_the_clock_jumps_under_it(monkeypatch):
    monkeypatch.setenv("DEMO_NOW", "")
    outbox.post("test", "jump", once="j", now=NINE)
    for number in range(60):
        outbox.post("test", "up", once=f"k{number:02}", now=after(seconds=1))

    done = delivery.deliver(after(seconds=1))

    assert 1 <= done.sent <= 2 * delivery.BATCH
    assert states().count("pending") == 61 - done.sent


def test_an_unknown_channel_is_dead_at_once():
    outbox.post("pigeon", "roof", once="k1", now=NINE)

    assert delivery.deliver(NINE).dead == 1


def test_idle_delivery_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        delivery.deliver(NINE)


@pytest.mark.parametrize("address", ["json://10.0.0.1/x", "file:///etc/passwd", "http://a/b"])
def test_chat_schemes_are_a_closed_list(address):
    outbox.post("apprise", address, once="k1", subject="s", body="b", now=NINE)

    assert delivery.deliver(NINE).dead == 1


def test_messages_to_one_robot_within_thirty_seconds_wait_and_are_merged():
    address = "dingtalk://abcdefghijklmnop"
    outbox.post("apprise", address, once="k0", subject="s", body="b", now=NINE)
    OutboxMessage.objects.update(state="sent", sent_at=NINE)
    for number in (1, 2):
        outbox.post("apprise", address, once=f"k{number}", body=f"b{number}", now=after(seconds=5))

    assert delivery.deliver(after(seconds=5)).later == 2
    waiting = list(OutboxMessage.objects.filter(state="pending").order_by("id"))
    assert {row.due_at for row in waiting} == {after(seconds=30)}
    assert channels.merged(waiting) == (" (+1)", "b1\n\nb2")
    assert chat_rates.next_slot(address, waiting, after(seconds=30)) is None


def test_a_robot_is_never_called_above_its_rate():
    address = "dingtalk://abcdefghijklmnop"
    for number in range(20):
        outbox.post("apprise", address, once=f"k{number}", now=NINE)
        OutboxMessage.objects.filter(once=f"k{number}").update(
            state="sent", sent_at=after(seconds=number)
        )
    outbox.post("apprise", address, once="page:1", now=NINE)
    rows = list(OutboxMessage.objects.filter(state="pending"))

    assert chat_rates.next_slot(address, rows, after(seconds=21)) == after(seconds=61)


def test_a_flood_for_one_person_becomes_one_digest():
    lin, wei = person(), person("wei")
    for number in range(21):
        notify.tell([lin], kind="x", title="late %(n)s", params={"n": number}, once=f"n{number}",
                    now=NINE)  # fmt: skip
    for number in range(20):
        notify.tell([wei], kind="x", title="late", once=f"n{number}", now=NINE)

    done = delivery.deliver(NINE)

    assert (done.digests, done.sent) == (1, 21)
    letters = [letter for letter in mail.outbox if letter.to == ["lin@example.com"]]
    assert len(letters) == 1
    assert letters[0].body.count("late ") == 21


def test_notices_wait_until_the_sweep_has_caught_up(settings):
    lin = person()
    timers.arm("test.note", lin, NINE, now=NINE)
    notify.tell([lin], kind="x", title="late", once="n1", now=after(hours=1))

    assert delivery.deliver(after(hours=1)).sent == 0

    timers.sweep(after(hours=1))

    assert OutboxMessage.objects.get(channel="email").state == "pending"
    assert delivery.deliver(after(hours=1)).sent == 2


def test_quiet_hours_hold_a_notice_but_not_a_page():
    lin = person(quiet_from=dt.time(20), quiet_until=dt.time(8))
    night = after(hours=12)  # 21:00 in Shanghai
    notify.tell([lin], kind="x", title="quiet note", once="n1", now=night)
    notify.tell(
        [lin], kind="x", title="loud call", once="n2", urgency=notify.Urgency.PAGE, now=night
    )

    due = dict(OutboxMessage.objects.values_list("subject", "due_at"))

    assert due == {"quiet note": after(hours=23), "loud call": night}


def test_a_daily_digest_is_one_mail_in_the_morning():
    lin = person(digest=True)
    for number in range(3):
        notify.tell([lin], kind="x", title="note", once=f"n{number}", now=NINE)

    assert delivery.deliver(NINE).sent == 0
    assert delivery.deliver(after(hours=23)).digests == 1
    assert len(mail.outbox) == 1


def test_a_daily_digest_is_one_mail_when_its_hour_comes_while_a_round_goes_on():
    lin = person(digest=True)
    for number in range(3):
        notify.tell([lin], kind="x", title="note", once=f"n{number}", now=NINE)
    morning = OutboxMessage.objects.earliest("due_at").due_at
    before = morning - dt.timedelta(seconds=0.1)
    outbox.post("test", "slow", once="s", now=before)

    done = delivery.deliver(before)

    assert (done.digests, done.sent, len(mail.outbox)) == (1, 2, 1)


def test_a_chat_address_follows_the_urgency_and_a_portal_user_is_a_customer():
    lin, guest = person(), person("guest", is_portal=True)
    NotificationChannel.objects.create(user=lin, name="钉钉", address="dingtalk://abcdefghijklmnop")
    notify.tell([lin], kind="x", title="quiet", once="n1", now=NINE)
    notify.tell([lin, guest], kind="x", title="loud", once="n2", urgency=2, now=NINE)

    rows = OutboxMessage.objects.order_by("id").values_list("channel", "subject", "to_customer")

    assert sorted(rows) == [
        ("apprise", "loud", False),
        ("email", "loud", False),
        ("email", "loud", True),
        ("email", "quiet", False),
    ]


def test_telling_twice_is_telling_once():
    lin = person()

    assert len(notify.tell([lin, lin], kind="x", title="a", once="n" * 300, now=NINE)) == 1
    assert notify.tell([lin], kind="x", title="a", once="n" * 300, now=NINE) == []
    assert OutboxMessage.objects.count() == 1
