"""Fields over long tables: they offer the first rows and take any."""

import pytest
from django import forms

from core import choosing
from core.choosing import ChoiceOfMany
from core.models import Calendar, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(choosing, "OFFERED", 3)


def calendars(number):
    Calendar.objects.all().delete()
    return [Calendar.objects.create(code=f"c{n}", name=f"历{n}", zone="UTC") for n in range(number)]


class CalendarForm(forms.Form):
    where = ChoiceOfMany(queryset=None)

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["where"].queryset = Calendar.objects.order_by("id")


class PersonForm(forms.Form):
    who = ChoiceOfMany(queryset=User.objects.order_by("id"), required=False)


def test_a_short_table_is_a_drop_down(short):
    rows = calendars(3)

    page = str(CalendarForm(initial={"where": rows[1].pk})["where"])

    assert page.startswith("<select") and page.count("<option") == 4
    assert f'value="{rows[1].pk}" selected' in page


def test_a_long_table_with_codes_is_a_line_with_suggestions(short):
    rows = calendars(4)

    page = str(CalendarForm(initial={"where": rows[3].pk})["where"])

    assert page.startswith("<input") and 'value="c3"' in page
    assert page.count("<option") == 3


@pytest.mark.parametrize("rows", [3, 4])
@pytest.mark.parametrize("typed", ["9" * 20, "9" * 5000, "²"])
def test_an_id_that_no_row_can_have_chooses_none(short, rows, typed):
    calendars(rows)
    form = CalendarForm({"where": typed})

    assert not form.is_valid()
    assert "selected" not in str(CalendarForm(initial={"where": typed})["where"])


@pytest.mark.parametrize("typed", ["c3", "历3", " c3 "])
def test_a_code_or_a_whole_name_is_taken(short, typed):
    rows = calendars(4)
    form = CalendarForm({"where": typed})

    assert form.is_valid() and form.cleaned_data["where"] == rows[3]
    assert f'value="{typed}"' in str(form["where"])


def test_an_id_is_taken_whether_it_is_offered_or_not(short):
    rows = calendars(5)

    assert CalendarForm({"where": str(rows[4].pk)}).is_valid()


@pytest.mark.parametrize("typed", ["nobody", "历", "", "987654321"])
def test_what_names_no_row_is_refused(short, typed):
    calendars(4)

    assert not CalendarForm({"where": typed}).is_valid()


def test_a_name_that_two_rows_have_is_refused(short):
    for row in calendars(2):
        Calendar.objects.filter(pk=row.pk).update(name="同名")

    assert not CalendarForm({"where": "同名"}).is_valid()


def test_a_long_table_without_codes_offers_the_first_and_the_chosen(short):
    people = [User.objects.create(username=f"u{n}") for n in range(5)]

    page = str(PersonForm(initial={"who": people[4].pk})["who"])

    assert page.count("<option") == 5  # none, three, and the chosen
    assert f'value="{people[4].pk}" selected' in page


def test_it_costs_three_queries_however_long(short, django_assert_max_num_queries):
    last = calendars(30)[-1]

    with django_assert_max_num_queries(3):
        str(CalendarForm(initial={"where": last.pk})["where"])
