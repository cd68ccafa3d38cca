"""Only administrators see the outbox; dead and held messages can be sent on."""

import pytest

from core import delivery, outbox
from core.models import OutboxMessage
from core.tests.build import NINE, person

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def admin(client):
    client.force_login(person("root", is_superuser=True, is_staff=True))
    return client


def posted(number: int = 1, **more) -> OutboxMessage:
    outbox.post("email", f"a{number}@example.com", once=f"k{number}", subject=f"Subject {number}",
                body="<b>text</b>", now=NINE, **more)  # fmt: skip
    return OutboxMessage.objects.get(once=f"k{number}")


def test_staff_is_refused_and_guests_sign_in(client):
    row = posted()
    assert client.get("/outbox/").status_code == 302

    client.force_login(person())

    assert client.get("/outbox/").status_code == 403
    assert client.get(f"/outbox/{row.pk}/").status_code == 403
    assert client.post(f"/outbox/{row.pk}/retry/").status_code == 403


def test_the_list_shows_messages_and_costs_the_same_for_many(admin, django_assert_max_num_queries):
    posted()
    assert "Subject 1" in admin.get("/outbox/").content.decode()

    for number in range(2, 32):
        posted(number)
    with django_assert_max_num_queries(8):
        admin.get("/outbox/?state=pending")


def test_a_text_is_shown_and_never_rendered(admin):
    page = admin.get(f"/outbox/{posted().pk}/").content.decode()

    assert "&lt;b&gt;text&lt;/b&gt;" in page


def test_a_held_message_is_released(admin):
    row = posted(to_customer=True)
    delivery.deliver(NINE)

    assert admin.get(f"/outbox/{row.pk}/release/").status_code == 405
    assert admin.post(f"/outbox/{row.pk}/release/").status_code == 302

    row.refresh_from_db()
    assert row.state == "pending"
    assert row.released_at is not None
    assert admin.post(f"/outbox/{row.pk}/release/").status_code == 409
    assert admin.post("/outbox/999999/release/").status_code == 404
