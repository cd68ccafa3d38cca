"""What is promised in meetings is proposed to the delivery manager, once, and answered there."""

import datetime as dt
from functools import partial

import pytest

from accounts.tests.build import NINE, cast
from core import events
from core.actors import Actor
from core.errors import Refused
from core.models import Notification
from expectations.actions import commitment
from expectations.models import Commitment
from relationships.actions import minutes
from relationships.actions.minutes import Said
from relationships.tests.build import met

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def made():
    return cast()


def promised(made, due=NINE + 9 * HOUR):
    row = met(made.ruochuan, made.lin, promise="答复备件", promise_due_at=due)
    events.consume(NINE + HOUR)
    return row


def test_a_promise_is_proposed_to_the_delivery_manager(made):
    meeting = promised(made)

    row = Commitment.objects.get()
    assert (row.status, row.owner, row.made_by) == ("proposed", made.fang, made.lin)
    assert (row.about_label, row.about_id) == ("relationships.interaction", meeting.pk)
    assert Notification.objects.get(kind="promise.asked").user == made.fang


def test_the_same_words_in_the_minutes_are_no_second_promise(made):
    meeting = promised(made)
    said = [Said("答复备件", due_at=NINE + 9 * HOUR), Said("换备件", due_at=NINE + 72 * HOUR)]
    minutes.submit(meeting.minutes, "", by=Actor.of(made.lin), now=NINE + HOUR, promises=said)

    events.consume(NINE + HOUR)
    events.consume(NINE + 2 * HOUR)

    texts = Commitment.objects.order_by("id").values_list("text", flat=True)
    assert list(texts) == ["答复备件", "换备件"]


def test_a_date_that_has_passed_goes_back_to_the_promiser(made):
    promised(made, due=NINE + HOUR)

    assert Commitment.objects.count() == 0
    assert Notification.objects.get(kind="promise.asked").user == made.lin


def test_yes_makes_it_a_commitment_and_ends_the_duty(made):
    meeting = promised(made)

    commitment.confirm_capacity(Commitment.objects.get(), by=Actor.of(made.fang), now=NINE + HOUR)

    meeting.promise_item.refresh_from_db()
    assert (Commitment.objects.get().status, meeting.promise_item.status) == ("confirmed", "done")


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (commitment.confirm_capacity, "We can keep it: %(text)s"),
        (partial(commitment.withdraw, reason="没有货"), "We cannot keep it: %(text)s"),
        (
            partial(commitment.move_due, due_at=NINE + 72 * HOUR, reason="没有货"),
            "Another date for it, %(at)s: %(text)s",
        ),
    ],
)
def test_the_promiser_hears_the_answer_once(made, answer, title):
    promised(made)

    answer(Commitment.objects.get(), by=Actor.of(made.fang), now=NINE + HOUR)

    told = Notification.objects.get(kind="promise.answered")
    assert (told.user, told.title) == (made.lin, title)


@pytest.mark.parametrize(
    "take_back",
    [commitment.withdraw, partial(commitment.replace, text="别的", due_at=NINE + 72 * HOUR)],
)
def test_a_promise_confirmed_meanwhile_is_not_taken_back_as_if_it_were_not(made, take_back):
    promised(made)
    seen = Commitment.objects.get()
    commitment.confirm_capacity(Commitment.objects.get(), by=Actor.of(made.fang), now=NINE + HOUR)

    with pytest.raises(Refused):
        take_back(seen, reason="没有货", by=Actor.of(made.lin), now=NINE + HOUR)

    assert Commitment.objects.get().status == "confirmed"


def test_delivery_answers_in_the_inbox_and_others_only_look(client, made, settings):
    settings.DEMO_NOW = (NINE + HOUR).isoformat()
    promised(made)
    row = Commitment.objects.get()
    confirm = f"/commitments/{row.pk}/confirm-capacity/"

    client.force_login(made.lin, backend="django.contrib.auth.backends.ModelBackend")
    assert confirm not in client.get("/commitments/inbox/").content.decode()
    client.force_login(made.fang, backend="django.contrib.auth.backends.ModelBackend")
    assert confirm in client.get("/commitments/inbox/").content.decode()
    client.post(f"/commitments/{row.pk}/withdraw/", {"note": "没有货"})

    row.refresh_from_db()
    assert row.status == "withdrawn"
    assert "答复备件" not in client.get("/commitments/inbox/").content.decode()
