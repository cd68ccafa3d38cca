"""Pages about oneself: profile, notifications, robots, tokens."""

import pytest
from django.test import Client

from core import clock
from core.models import (
    ApiToken,
    Notification,
    NotificationChannel,
    OutboxMessage,
    TrailEntry,
    User,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def lin():
    return User.objects.create_user(
        "lin", "lin@example.com", "lin password", full_name="林晚", language="en"
    )


@pytest.fixture
def client(lin):
    made = Client()
    made.force_login(lin)
    return made


def fresh(client):
    client.post("/accounts/reauthenticate/", {"password": "lin password"})


def note(lin, number=1, **more):
    return Notification.objects.create(
        user=lin,
        kind="sample",
        title="Ticket %(code)s is yours",
        params={"code": f"TKT-{number}"},
        once=f"sample:{number}",
        created_at=clock.now(),
        **more,
    )


def verbs():
    return list(TrailEntry.objects.order_by("id").values_list("verb", flat=True))


def test_the_profile_keeps_what_one_may_change_and_says_so_on_the_trail(client, lin):
    body = {"full_name": "林小晚", "phone": "1", "timezone": "Asia/Tokyo", "is_superuser": "on"}

    assert client.post("/me/", body).status_code == 302

    lin.refresh_from_db()
    assert (lin.full_name, lin.timezone, lin.is_superuser) == ("林小晚", "Asia/Tokyo", False)
    assert verbs() == ["user.own_settings_changed"]


def test_a_hidden_character_in_a_name_is_refused_and_shown_again(client, lin):
    body = {"full_name": "lin\u202e", "phone": "1", "timezone": "Asia/Tokyo"}

    answer = client.post("/me/", body)

    assert answer.status_code == 422
    lin.refresh_from_db()
    assert lin.full_name == "林晚"


def test_quiet_hours_have_two_ends(client, lin):
    one = client.post("/me/notifications/", {"quiet_from": "22:00"})
    both = client.post("/me/notifications/", {"quiet_from": "22:00", "quiet_until": "07:30"})

    assert (one.status_code, both.status_code) == (422, 302)
    lin.refresh_from_db()
    assert str(lin.quiet_until) == "07:30:00"


def test_a_robot_is_added_tested_and_removed_and_its_address_stays_off_the_trail(client, lin):
    body = {"name": "team", "address": "feishu://secret-token", "minimum": "2"}

    assert client.post("/me/notifications/channels/new/", body).status_code == 302
    channel = NotificationChannel.objects.get()
    client.post(f"/me/notifications/channels/{channel.pk}/test/")
    client.post(f"/me/notifications/channels/{channel.pk}/test/")
    assert OutboxMessage.objects.get().address == "feishu://secret-token"
    client.post(f"/me/notifications/channels/{channel.pk}/remove/")

    assert NotificationChannel.objects.count() == 0
    assert all("secret" not in entry.facts for entry in TrailEntry.objects.all())
    assert client.get("/me/notifications/").status_code == 200


@pytest.mark.parametrize("address", ["json://169.254.169.254/", "file:///etc/passwd", "x"])
def test_a_robot_of_another_kind_is_refused(client, address):
    body = {"name": "a", "address": address, "minimum": "2"}

    assert client.post("/me/notifications/channels/new/", body).status_code == 422
    assert NotificationChannel.objects.count() == 0


def test_a_token_asks_the_password_and_shows_itself_once(client, lin):
    body = {"name": "erp", "days": "30", "scopes": ["me:read"]}
    assert client.post("/me/tokens/new/", body).status_code == 302
    assert ApiToken.objects.count() == 0
    fresh(client)

    answer = client.post("/me/tokens/new/", body, follow=True)

    text = next(word for word in answer.content.decode().split("code>") if word[:5] == "hcrm_")
    bearer = Client(headers={"Authorization": f"Bearer {text.removesuffix('</')}"})
    assert bearer.get("/api/v1/me/").json()["scopes"] == ["me:read"]
    assert text not in client.get("/me/tokens/").content.decode()
    client.post(f"/me/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert bearer.get("/api/v1/me/").status_code == 401
    assert verbs() == ["api_token.created", "api_token.revoked"]


def test_a_token_with_unknown_scopes_or_days_is_refused(client):
    fresh(client)

    for body in [
        {"name": "erp", "days": "0", "scopes": ["me:read"]},
        {"name": "erp", "days": "30", "scopes": ["all:write"]},
        {"name": "", "days": "30", "scopes": ["me:read"]},
    ]:
        assert client.post("/me/tokens/new/", body).status_code == 422
    assert ApiToken.objects.count() == 0


def test_reading_a_notification_marks_it_and_leads_there(client, lin):
    row = note(lin, url="/customers/7/")
    page = client.get("/notifications/").content.decode()
    assert "Ticket TKT-1 is yours" in page

    there = client.post(f"/notifications/{row.pk}/read/", {"go": "1"})

    assert there["Location"] == "/customers/7/"
    assert "TKT-1" not in client.get("/notifications/?unread=1").content.decode()


def test_all_notifications_are_marked_at_once_and_foreign_ones_are_not(client, lin):
    other = User.objects.create_user("wei", full_name="魏")
    mine, theirs = note(lin), note(other)

    client.post("/notifications/read/")

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.read_at is None, theirs.read_at is None) == (False, True)
    assert client.post(f"/notifications/{theirs.pk}/read/").status_code == 404


def test_one_notification_and_thirty_cost_the_same_queries(
    client, lin, django_assert_max_num_queries
):
    note(lin)
    client.get("/notifications/")
    with django_assert_max_num_queries(12) as one:
        client.get("/notifications/")
    for number in range(2, 31):
        note(lin, number)
    with django_assert_max_num_queries(12) as thirty:
        client.get("/notifications/")

    assert len(one.captured_queries) == len(thirty.captured_queries)


def test_a_garbled_cursor_leads_to_the_first_page(client):
    assert client.get("/notifications/?cursor=x")["Location"] == "/notifications/"
