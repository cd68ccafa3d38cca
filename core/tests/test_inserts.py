"""Rows written in one plain INSERT, beside what Django's own way stores."""

import datetime as dt
import json

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from core import inserts
from core.arrays import kind_of, writer_of
from core.inserts import insert_rows, new_row
from core.models import Calendar, CalendarException, Notification, Timer, TrailEntry, User
from core.updates import update_rows

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=dt.timezone.utc)
OURS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0] in ("core", "accounts", "service")
]
HARD = ["", "it's 100% “ü”", 'a "b", {c}', "NULL", "back\\slash\n\ttab", "{}", ",", " 中 "]


def plain(row):
    """What an object holds, without its state and what is made anew each time."""
    moving = {"_state"} | {
        field.attname
        for field in row._meta.concrete_fields
        if field.has_default()
        and callable(field.default)
        and not isinstance(field.default(), dict | list)
    }
    return {name: value for name, value in vars(row).items() if name not in moving}


@pytest.mark.parametrize("model", OURS)
def test_a_new_row_is_as_the_constructor_makes_it(model):
    assert plain(new_row(model)) == plain(model())
    assert new_row(model)._state.adding and new_row(model).pk is None


def test_documents_of_new_rows_are_their_own():
    first, second = new_row(Timer), new_row(Timer)

    first.facts["n"] = 1

    assert second.facts == {}
    assert new_row(Timer, facts={"n": 2}).facts == {"n": 2}


def notes(user, once):
    return [
        new_row(
            Notification,
            user_id=user.pk,
            kind="k",
            title=text,
            params={"text": text, "more": [None, 1.5, True, {"x": "ü"}]},
            once=f"{once}-{number}",
            created_at=NINE + dt.timedelta(microseconds=number),
            scope_id=number or None,
            read_at=NINE.astimezone(dt.timezone(dt.timedelta(hours=8))) if number else None,
        )
        for number, text in enumerate(HARD)
    ]


def stored(rows, *without):
    """The columns as the database holds them, without those that must differ."""
    model = type(rows[0])
    found = model.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values()
    return [{key: row[key] for key in row if key not in ("id", *without)} for row in found]


def test_stored_as_bulk_create_stores_it():
    user = User.objects.create_user("han")
    mine, theirs = notes(user, "a"), notes(user, "b")

    insert_rows(mine)
    Notification.objects.bulk_create(theirs)

    assert stored(mine, "once") == stored(theirs, "once")
    assert len(stored(mine)) == len(HARD)


def test_ids_follow_the_order_of_the_rows(monkeypatch):
    monkeypatch.setattr(inserts, "BATCH", 3)
    rows = notes(User.objects.create_user("han"), "a")

    insert_rows(rows)

    for row in rows:
        assert Notification.objects.get(pk=row.pk).once == row.once
        assert not row._state.adding and row._state.db == "default"


def test_a_row_that_got_its_id_later_is_pointed_to():
    calendar = Calendar(code="c", name="历", zone="UTC")
    day = new_row(CalendarException, date=NINE.date(), is_open=False, name="休")
    day.calendar = calendar
    calendar.save()

    insert_rows([day])

    found = CalendarException.objects.get(pk=day.pk)
    assert (found.calendar_id, found.date, found.is_open) == (calendar.pk, NINE.date(), False)


def test_a_row_that_points_to_none_that_is_stored_is_refused():
    day = new_row(CalendarException, date=NINE.date(), is_open=False, name="休")
    day.calendar = Calendar(code="c", name="历", zone="UTC")

    with pytest.raises(ValueError, match="not stored"):
        writer_of(CalendarException._meta.get_field("calendar"))([day])


def test_a_place_that_points_to_nobody_stays_empty():
    entry = new_row(TrailEntry)
    entry.actor = None

    assert writer_of(TrailEntry._meta.get_field("actor"))([entry]) == "{NULL}"


def test_known_rows_are_left_out_in_silence():
    user = User.objects.create_user("han")
    insert_rows(notes(user, "a"))
    again = [*notes(user, "a")[:2], *notes(user, "b")[:1]]

    insert_rows(again, skip_known=True)

    assert Notification.objects.count() == len(HARD) + 1
    with pytest.raises(IntegrityError):
        insert_rows(notes(user, "b")[:1])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite knows no lengths")
@pytest.mark.parametrize("way", [insert_rows, lambda rows: update_rows(rows, ["kind"])])
def test_a_text_that_is_too_long_is_refused_not_cut(way):
    row = new_row(Timer, kind="t", about_id=1, due_at=NINE, next_try_at=NINE, armed_at=NINE)
    if way is not insert_rows:
        insert_rows([row])
    row.kind = "k" * (Timer._meta.get_field("kind").max_length + 1)

    with pytest.raises(DataError, match="too long"):
        way([row])


def test_texts_travel_without_their_length():
    assert kind_of(Notification._meta.get_field("title"), connection) == "text"
    assert kind_of(Notification._meta.get_field("user"), connection) != "text"


def test_statements_grow_by_batch(django_assert_num_queries):
    rows = notes(User.objects.create_user("han"), "a")

    with django_assert_num_queries(1):
        insert_rows(rows)
    with django_assert_num_queries(0):
        insert_rows([])


@isolate_apps("core")
def test_what_decides_for_itself_is_refused():
    class Stamped(models.Model):
        at = models.DateTimeField(auto_now=True)

        class Meta:
            app_label = "core"
            managed = False

    with pytest.raises(TypeError, match="bulk_create"):
        writer_of(Stamped._meta.get_field("at"))


def test_a_time_without_a_zone_is_refused():
    row = new_row(Timer, due_at=NINE.replace(tzinfo=None))

    with pytest.raises(ValueError, match="zone"):
        writer_of(Timer._meta.get_field("due_at"))([row])


def test_rows_are_read_as_the_constructor_makes_them():
    rows = notes(User.objects.create_user("han"), "a")
    insert_rows(rows)

    found = Notification.objects.select_related("user").get(pk=rows[1].pk)

    assert plain(found) == plain(rows[1]) | {"user_id": found.user.pk}
    assert not found._state.adding and found._state.db == "default"


def test_a_column_left_out_is_read_when_asked_for(django_assert_num_queries):
    rows = notes(User.objects.create_user("han"), "a")
    insert_rows(rows)

    found = Notification.objects.only("kind").get(pk=rows[2].pk)

    assert found.get_deferred_fields() >= {"title", "params"}
    with django_assert_num_queries(1):
        assert found.title == HARD[2]


@pytest.mark.parametrize("number", [1, 2, 5])
@pytest.mark.parametrize("documents", [[{}], [None], [{"n": 1}], [{}, {"n": None}], [{}, None]])
def test_what_all_rows_share_and_what_they_do_not(number, documents):
    """Said once, as an array or as one document: the same is stored."""

    def rows(kind):
        return [
            new_row(
                Timer,
                kind=kind,
                about_id=place + 1,
                due_at=NINE,
                next_try_at=NINE + dt.timedelta(seconds=place // 2),
                late_by_s=None if place else 7,
                facts=documents[place % len(documents)],
                last_error=HARD[place] if number > 2 else 'a "b" \\',
                armed_at=NINE.astimezone(dt.timezone(dt.timedelta(hours=8))),
            )
            for place in range(number)
        ]

    if None in documents[:number]:
        for way in (insert_rows, Timer.objects.bulk_create):
            with pytest.raises(IntegrityError), transaction.atomic():
                way(rows("k"))
        return
    mine, theirs = rows("mine"), rows("theirs")
    insert_rows(mine)
    Timer.objects.bulk_create(theirs)

    assert stored(mine, "kind") == stored(theirs, "kind")
    assert [row.pk for row in mine] == sorted(row.pk for row in mine)


@isolate_apps("core")
def test_rows_that_are_all_alike_are_as_many_as_they_are():
    class Alike(models.Model):
        facts = models.JSONField(null=True)
        n = models.IntegerField(default=-3)

        class Meta:
            app_label = "core"

    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    kind = "jsonb" if connection.vendor == "postgresql" else "text"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE core_alike (id {key} PRIMARY KEY, facts {kind}, n integer)")
    rows = [new_row(Alike) for _each in range(3)]
    insert_rows(rows)

    assert list(Alike.objects.order_by("pk").values_list("pk", "facts", "n")) == [
        (row.pk, None, -3) for row in rows
    ]
    insert_rows([new_row(Alike, facts=[each]) for each in (0, False, None)])
    last = Alike.objects.order_by("pk").values_list("facts", flat=True)[3:]
    assert [json.dumps(each) for each in last] == ["[0]", "[false]", "[null]"]
