"""The admin: everything can be searched, history cannot be changed, changes leave a trail."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from core import outbox, policies, policy, timers
from core.models import (
    Calendar,
    OutboxMessage,
    PolicyValue,
    Timer,
    TrailEntry,
    User,
    WebhookEndpoint,
)
from core.tests.build import NINE, person

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
MODELS = [
    model for model in apps.get_app_config("core").get_models() if model in admin.site._registry
]


@pytest.fixture
def root(client):
    client.force_login(person("root", is_superuser=True, is_staff=True))
    return client


def test_every_model_of_the_ground_floor_is_there():
    assert set(apps.get_app_config("core").get_models()) == set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_opens_and_can_be_searched(root, model):
    address = reverse(f"admin:core_{model._meta.model_name}_changelist")

    assert admin.site._registry[model].search_fields
    assert root.get(address).status_code == 200
    assert root.get(address, {"q": "澜海"}).status_code == 200
    assert root.get(address, {"q": "7"}).status_code == 200


@pytest.mark.parametrize("name", ["trailentry", "timer", "outboxmessage", "attachment", "event"])
def test_history_is_neither_added_nor_changed_nor_deleted(root, name):
    lin = person()
    timers.arm("test.note", lin, NINE, now=NINE)
    assert root.get(f"/admin/core/{name}/add/").status_code == 403
    timer = Timer.objects.get()

    assert root.post(f"/admin/core/timer/{timer.pk}/change/", {"state": "dead"}).status_code == 403
    assert root.post(f"/admin/core/timer/{timer.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Timer.objects.get().state == "armed"


def test_a_dead_timer_is_retried(root):
    timers.arm("test.note", person(), NINE, now=NINE)
    Timer.objects.update(state="dead")
    chosen = {"action": "retry_dead", "_selected_action": [Timer.objects.get().pk]}

    assert root.post("/admin/core/timer/", chosen).status_code == 302
    assert Timer.objects.get().state == "armed"
    assert TrailEntry.objects.get().channel == "admin"


def test_a_held_message_is_released(root):
    outbox.post("email", "a@example.com", once="k", to_customer=True, now=NINE)
    OutboxMessage.objects.update(state="held")
    row = OutboxMessage.objects.get()
    root.post("/admin/core/outboxmessage/", {"action": "release_held", "_selected_action": row.pk})

    assert OutboxMessage.objects.get().state == "pending"


def test_a_policy_is_set_with_a_reason_and_never_rewritten(root):
    said = {"key": "notify.digest_above", "scope": "", "value": "30", "reason": ""}
    address = "/admin/core/policyvalue/add/"
    assert root.post(address, said).status_code == 200
    assert root.post(address, {**said, "value": "900", "reason": "x"}).status_code == 200
    assert root.post(address, {**said, "value": '"x"', "reason": "x"}).status_code == 200
    assert PolicyValue.objects.count() == 0

    assert root.post(address, {**said, "reason": "quieter"}).status_code == 302

    row = PolicyValue.objects.get()
    assert (row.value, row.reason, row.set_by.username) == (30, "quieter", "root")
    later = row.valid_from + dt.timedelta(seconds=1)
    assert policy.get(policies.DIGEST_ABOVE, at=later) == 30
    assert root.post(f"/admin/core/policyvalue/{row.pk}/change/", said).status_code == 403
    assert root.post(f"/admin/core/policyvalue/{row.pk}/delete/", {"post": 1}).status_code == 403


def test_the_declared_policies_are_listed_in_both_languages(root):
    page = root.get("/admin/core/policyvalue/declared/").content.decode()

    assert "notify.digest_above" in page
    assert "More waiting notices than this for one person are sent as one digest." in page


def test_a_changed_user_leaves_a_trail_without_names(root):
    made = {
        "username": "neu", "full_name": "林大明", "email": "n@example.com",
        "usable_password": "true", "password1": "a very long one 1",
        "password2": "a very long one 1",
    }  # fmt: skip
    assert root.post("/admin/core/user/add/", made).status_code == 302

    user = User.objects.get(username="neu")
    entry = TrailEntry.objects.get()
    assert (entry.verb, entry.about_id) == ("user.created", user.pk)
    assert "林大明" not in entry.facts
    assert root.post(f"/admin/core/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_webhook_to_a_private_address_is_refused(root):
    said = {"url": "https://10.0.0.1/x", "secret": "s", "events": "[]",
            "user": User.objects.get().pk}  # fmt: skip
    assert root.post("/admin/core/webhookendpoint/add/", said).status_code == 200
    assert WebhookEndpoint.objects.count() == 0

    said["url"] = "https://8.8.8.8/x"
    assert root.post("/admin/core/webhookendpoint/add/", said).status_code == 302
    assert '"***"' in TrailEntry.objects.get().facts


def test_saving_a_calendar_publishes_a_version(root):
    calendar = Calendar.objects.create(code="t-x", name="x", week={"mon": [["09:00", "18:00"]]})
    said = {
        "code": "t-x", "name": "y", "zone": "Asia/Shanghai",
        "week": '{"mon": [["09:00", "17:00"]]}',
        "extra_hours": "[]", "exceptions-TOTAL_FORMS": 0, "exceptions-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert root.post(f"/admin/core/calendar/{calendar.pk}/change/", said).status_code == 302

    calendar.refresh_from_db()
    assert (calendar.version, calendar.versions.count()) == (2, 1)
    assert set(TrailEntry.objects.values_list("verb", flat=True)) == {
        "calendar.changed", "calendar.published"
    }  # fmt: skip
