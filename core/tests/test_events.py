"""Each consumer hears each event once; webhooks carry only what their user may see."""

import json

import pytest

from core import delivery, events, policy, reconcile, webhooks
from core.channels import signature
from core.models import (
    Event,
    EventDelivery,
    Notification,
    OutboxMessage,
    PolicyValue,
    WebhookEndpoint,
)
from core.tests.build import NINE, SYSTEM, after, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.HUAWEICRM_REGISTRY = "core.tests.registry"
    events._WELCOMED.clear()
    yield
    events._WELCOMED.clear()


def test_a_consumer_hears_an_event_once():
    lin = person()
    events.emit("thing.made", lin, by=SYSTEM, now=NINE, facts={"at": NINE})

    assert events.consume(NINE) == 1
    assert events.consume(NINE) == 0
    assert Notification.objects.count() == 1


def test_a_failing_consumer_leaves_no_effect_and_is_tried_again():
    lin = person()
    events.emit("thing.made", lin, by=SYSTEM, now=NINE, facts={"broken": True})
    events.emit("thing.made", lin, by=SYSTEM, now=NINE)

    assert events.consume(NINE) == 1
    assert Notification.objects.count() == 1

    Event.objects.update(facts={})

    assert events.consume(after(seconds=4)) == 0
    assert events.consume(after(seconds=5)) == 1
    assert Notification.objects.count() == 2


def test_a_consumer_that_fails_for_ever_is_dead_and_visible():
    events.emit("thing.made", person(), by=SYSTEM, now=NINE, facts={"broken": True})
    for day in range(10):
        events.consume(after(days=day))

    row = EventDelivery.objects.get(consumer="test.counter")
    assert (row.state, row.attempts) == ("dead", 8)


def test_a_new_consumer_hears_the_backlog():
    events.emit("thing.made", person(), by=SYSTEM, now=NINE)
    EventDelivery.objects.all().delete()

    events.consume(NINE)

    assert Notification.objects.count() == 1


def test_reconcile_gives_an_unheard_event_to_its_consumer():
    lin = person()
    events.consume(NINE)
    events.emit("thing.made", lin, by=SYSTEM, now=NINE)
    EventDelivery.objects.filter(consumer="test.counter").delete()

    assert len(reconcile.others(NINE, repairing=True)) == 1

    events.consume(NINE)

    assert Notification.objects.count() == 1


def test_duties_of_unknown_consumers_do_not_block_the_others():
    lin = person()
    for _number in range(60):
        event = events.emit("other.thing", lin, by=SYSTEM, now=NINE)
        EventDelivery.objects.create(event=event, consumer="newer.version", next_try_at=NINE)
    events.emit("thing.made", lin, by=SYSTEM, now=after(seconds=1))

    events.consume(after(seconds=1))

    assert Notification.objects.count() == 1


@pytest.fixture
def endpoints():
    lin, wei, root = person(), person("wei"), person("root", is_superuser=True)
    more = {"secret": "s", "is_active": True, "created_at": NINE}
    for number, user in enumerate([lin, wei, root]):
        WebhookEndpoint.objects.create(url=f"https://h{number}.example/", user=user, **more)
    WebhookEndpoint.objects.create(
        url="https://off.example/", user=lin, **{**more, "is_active": False}
    )
    WebhookEndpoint.objects.create(
        url="https://picky.example/", user=lin, events=["other.thing"], **more
    )
    return lin


def test_webhooks_are_off_by_default(endpoints):
    events.emit("thing.made", endpoints, by=SYSTEM, now=NINE, scope=endpoints)
    events.consume(NINE)

    assert OutboxMessage.objects.filter(channel="webhook").count() == 0


def test_only_endpoints_that_may_see_the_scope_hear_of_it(endpoints):
    PolicyValue.objects.create(key="outbound.webhooks", value=True, valid_from=NINE, reason="x")
    policy.forget()
    event = events.emit("thing.made", endpoints, by=SYSTEM, now=NINE, scope=endpoints)
    events.emit("thing.made", endpoints, by=SYSTEM, now=NINE)
    events.consume(NINE)

    rows = OutboxMessage.objects.filter(channel="webhook").order_by("id")
    assert list(rows.values_list("address", flat=True)) == [
        "https://h0.example/",
        "https://h2.example/",
    ]
    assert json.loads(rows[0].body)["object"] == {
        "type": "core.user", "id": endpoints.pk, "code": ""
    }  # fmt: skip

    lin_hook, wei_hook = WebhookEndpoint.objects.order_by("id")[:2]
    assert webhooks.replay(event, wei_hook, by=SYSTEM, now=NINE) is None
    assert webhooks.replay(event, lin_hook, by=SYSTEM, now=NINE).state == "pending"


def test_a_webhook_to_a_private_address_is_dead_at_once(endpoints):
    PolicyValue.objects.create(key="outbound.webhooks", value=True, valid_from=NINE, reason="x")
    policy.forget()
    WebhookEndpoint.objects.update(url="https://127.0.0.1/")
    events.emit("thing.made", endpoints, by=SYSTEM, now=NINE, scope=endpoints)
    events.consume(NINE)
    OutboxMessage.objects.exclude(channel="webhook").delete()

    assert delivery.deliver(NINE).dead == 1
    assert "not public" in OutboxMessage.objects.get().last_error


def test_the_signature_covers_time_and_body():
    assert signature("k", b"{}", 1) != signature("k", b"{}", 2)
    assert signature("k", b"{}", 1) != signature("k", b"{ }", 1)
    assert signature("k", b"{}", 1).startswith("t=1,v1=")
