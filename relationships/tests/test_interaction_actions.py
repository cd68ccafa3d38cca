"""Log, plan, hold, cancel: whom, when, and what was promised."""

import datetime as dt

import pytest

from accounts.models import ActionItem
from accounts.tests.build import NINE, cast, contact, customer
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import Event
from relationships.actions import interactions
from relationships.models import InteractionType
from relationships.tests.build import kind, met

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_22_types_are_seeded_in_both_languages():
    rows = InteractionType.objects.all()

    assert (rows.count(), rows.filter(name_zh="").count()) == (22, 0)


def test_a_logged_interaction_is_held_and_told():
    made = cast()

    row = met(made.ruochuan, made.lin)

    assert (row.status, list(row.contacts.all())) == ("held", [made.ruochuan])
    assert list(row.participants.all()) == [made.lin]
    assert Event.objects.get(name="interaction.logged").facts == {"promise": False}


def test_a_promise_becomes_an_action_item_of_the_promiser():
    made = cast()

    row = met(made.ruochuan, made.lin, promise="答复备件", promise_due_at=NINE + DAY)

    item = ActionItem.objects.get()
    assert (item.text, item.owner, item.due_at) == ("答复备件", made.lin, NINE + DAY)
    assert row.promise_item == item
    event = Event.objects.get(name="interaction.logged")
    assert event.facts == {"promise": True}


def test_a_promise_needs_a_date():
    made = cast()

    with pytest.raises(Invalid) as refusal:
        met(made.ruochuan, made.lin, promise="答复备件")

    assert list(refusal.value.fields) == ["promise_due_at"]


def test_only_people_of_this_customer():
    made = cast()
    other = contact(customer(made.office, "朔原电信"), "白屿森")

    with pytest.raises(Invalid):
        interactions.log(
            made.lanhai,
            [other],
            {"type": kind(), "starts_at": NINE},
            by=Actor.of(made.lin),
            now=NINE,
        )


def test_nobody_is_not_an_interaction():
    made = cast()

    with pytest.raises(Invalid):
        interactions.log(
            made.lanhai, [], {"type": kind(), "starts_at": NINE}, by=Actor.of(made.lin), now=NINE
        )


def test_the_future_cannot_be_held():
    made = cast()
    with pytest.raises(Refused):
        met(made.ruochuan, made.lin, NINE + dt.timedelta(seconds=1), now=NINE)
    row = interactions.plan(
        made.lanhai,
        [made.ruochuan],
        {"type": kind(), "starts_at": NINE + DAY},
        by=Actor.of(made.lin),
        now=NINE,
    )

    with pytest.raises(Refused):
        interactions.hold(row, by=Actor.of(made.lin), now=NINE)
    interactions.hold(row, by=Actor.of(made.lin), now=NINE + DAY)

    assert row.status == "held"


def test_holding_needs_somebody_met():
    made = cast()
    row = interactions.plan(
        made.lanhai, [], {"type": kind(), "starts_at": NINE}, by=Actor.of(made.lin), now=NINE
    )

    with pytest.raises(Invalid):
        interactions.hold(row, by=Actor.of(made.lin), now=NINE)
    interactions.hold(row, by=Actor.of(made.lin), now=NINE, contacts=[made.ruochuan])

    assert list(row.contacts.all()) == [made.ruochuan]


def test_a_cancelled_one_is_not_held():
    made = cast()
    row = interactions.plan(
        made.lanhai, [], {"type": kind(), "starts_at": NINE}, by=Actor.of(made.lin), now=NINE
    )
    interactions.cancel(row, by=Actor.of(made.lin), now=NINE, reason="客户改期")

    with pytest.raises(Refused):
        interactions.hold(row, by=Actor.of(made.lin), now=NINE, contacts=[made.ruochuan])


@pytest.mark.parametrize(("late", "flagged"), [(30 * DAY, False), (30 * DAY + DAY, True)])
def test_logged_after_30_days_is_flagged(late, flagged):
    made = cast()

    assert met(made.ruochuan, made.lin, NINE - late, now=NINE).is_backdated is flagged
