"""What was made quick says the same as what it replaced."""

import copy
import datetime as dt
import itertools
import threading
from decimal import Decimal

import pytest
from django import forms
from django.core.cache import cache
from django.db import connection, connections
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.template import Context, Template
from django.test import Client
from django.utils import html, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts import queries_alike
from accounts.api.customers import CustomerResource
from accounts.choices import CustomerStatus, Tier
from accounts.filters import CustomerFilter
from accounts.models import Customer, customer
from accounts.tests import build
from core import markup, paging, sequences
from core.api.reading import needs_only_columns, steps_of
from core.api.shapes import Shape
from core.lists.spec import lists, spec_of
from core.widgets import Widgets
from huaweicrm.api import router
from huaweicrm.desk import columns
from huaweicrm.tests import costs
from huaweicrm.tests.world import clients, world
from relationships.tests.build import placed
from service.api.clocks import EventShape
from service.api.tickets import TicketShape


def shapes(kind=Shape):
    for one in kind.__subclasses__():
        yield one
        yield from shapes(one)


@pytest.mark.django_db
def test_shapes_show_what_their_fields_show():
    cast = build.cast()

    for shape in shapes():
        model = getattr(getattr(shape, "Meta", None), "model", None)
        if model is None:
            continue
        row = model._default_manager.first()
        if row is None:
            continue
        plain = serializers.ModelSerializer.to_representation(shape(row), row)
        assert shape(row).to_representation(row) == plain, shape
    assert Customer.objects.filter(pk=cast.lanhai.pk).exists()


def test_a_shape_of_columns_needs_no_join_and_others_do():
    assert needs_only_columns(EventShape)
    assert not needs_only_columns(TicketShape)
    assert not any(isinstance(step, str) for step in steps_of(TicketShape))


def test_a_constant_text_follows_the_language_of_each_rendering():
    page = Template('{% load i18n %}{% translate "Customers" %}')

    said = []
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            said.append(page.render(Context()))

    assert said == ["Customers", "客户", "Customers"]


def test_variables_filters_and_names_stay_with_django():
    page = Template('{% load i18n %}{% translate word %}{% translate "Customers" as x %}[{{ x }}]')

    with translation.override("zh-hans"):
        assert page.render(Context({"word": "Customers"})) == "客户[客户]"


def test_filters_of_two_requests_share_nothing_that_changes():
    one, two = (
        copy.deepcopy(CustomerFilter.base_filters),
        copy.deepcopy(CustomerFilter.base_filters),
    )

    one["search"].extra["max_length"] = 1
    one["search"].parent = "one"

    assert two["search"].extra["max_length"] == 200
    assert not hasattr(two["search"], "parent")
    assert one["search"].filter.f is one["search"]


@pytest.mark.django_db
def test_small_counts_are_exact_at_once_and_large_ones_are_kept(monkeypatch):
    cache.clear()
    build.cast()
    rows = Customer.objects.all()
    number = rows.count()

    assert paging.bounded_count(rows) == number
    Customer.objects.filter(pk=rows.latest("pk").pk).update(is_archived=True)
    assert paging.bounded_count(rows.filter(is_archived=False)) == number - 1

    monkeypatch.setattr(paging, "LARGE", 1)
    assert paging.bounded_count(rows) == number
    kept = rows.filter(is_archived=True)
    assert paging.bounded_count(kept) == 1
    Customer.objects.update(is_archived=True)
    assert paging.bounded_count(kept) == 1


@pytest.mark.django_db
def test_a_count_that_takes_long_is_kept_and_a_page_that_is_alone_counts_itself(monkeypatch):
    cache.clear()
    unit = build.cast().office
    for name in ("岭东电网", "青禾银行"):
        build.customer(unit, name)
    rows = Customer.objects.filter(is_archived=False)
    number = rows.count()
    monkeypatch.setattr(paging, "SLOW_S", 0.0)

    assert paging.page_of(rows, ordering="-id", size=1).count == number
    Customer.objects.filter(pk=rows.latest("pk").pk).update(is_archived=True)

    assert paging.bounded_count(rows) == number
    assert paging.page_of(rows, ordering="-id").count == number - 1
    assert paging.page_of(rows, ordering="-id", size=1).count == number


@pytest.mark.django_db
def test_a_page_that_is_alone_asks_for_no_count(django_assert_num_queries):
    build.cast()
    number = Customer.objects.count()

    with django_assert_num_queries(1):
        assert paging.page_of(Customer.objects.all(), ordering="id").count == number


ALIKE = {
    f"/api/v1/{prefix}/" for prefix, view, _name in router.registry if getattr(view, "alike", False)
} | {spec_of(key).path for key in lists() if spec_of(key).alike}


OF_ALIKE = {f"{url[1:]}<pk>/" for url in ALIKE}


@pytest.mark.django_db
def test_plain_lists_that_are_kept_for_people_alike_show_what_each_sees(monkeypatch):
    """Each after the other, so that what was kept for one is shown to the next; a row a page."""
    monkeypatch.setattr(paging, "SIZE", 1)
    made = world()
    costs.addresses([row for row in costs.readable() if row.path in OF_ALIKE], made)
    asked, people, shown = clients(made), ("lin", "boss", "stranger"), {}
    assert len(ALIKE) > 10

    for sights in (None, (0, 1_000), (0, 0)) if customer.on_postgres() else (None,):
        monkeypatch.setattr(customer, "SIGHTS", sights)
        customer._SIGHTS.clear()
        for url, name in itertools.product(sorted(ALIKE), people):
            kept = walk(asked[name], url)
            with monkeypatch.context() as plainly:
                plainly.setattr("huaweicrm.registry.ALIKE", "")
                assert walk(asked[name], url) == kept, (url, name)
            shown[url, name] = repr(kept)
    customer._SIGHTS.clear()
    for url in ALIKE:
        assert len({shown[url, name] for name in people}) > 1, url


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["tier_rank", "-tier_rank", "name", "-name", "id"])
def test_later_pages_are_the_same_whether_their_sql_is_kept_or_not(monkeypatch, way):
    """A number that knows its bounds would leave a value out that nothing has."""
    monkeypatch.setattr(paging, "SIZE", 1)
    made = world()
    for name, tier in (("甲", Tier.S), ("乙", Tier.A), ("丙", None)):
        row = build.customer(made.lanhai.owning_unit, name)
        build.assign(row, made.lin, "ar")
        Customer.objects.filter(pk=row.pk).update(tier=tier)
    client, url = clients(made)["lin"], f"/customers/?ordering={way}"

    kept = walk(client, url)
    monkeypatch.setattr("huaweicrm.registry.ALIKE", "")

    assert walk(client, url) == kept
    assert len({repr(page["rows"]) for page in kept[:3]}) == 3


@pytest.mark.django_db(transaction=True)
def test_two_alike_who_ask_first_at_the_same_time_see_their_own(monkeypatch):
    """Each waits inside the other's making of the rows; a third asks afterwards."""
    monkeypatch.setattr(queries_alike, "_KEPT", {})
    monkeypatch.setattr(queries_alike, "_COUNTS", {})
    made, out = build.cast(), {}
    people = [build.person(name, made.west, "ar") for name in ("aa", "bb", "cc")]
    for who in people:
        build.assign(build.customer(made.lanhai.owning_unit, f"of {who.username}"), who, "ar")
    inside, left = {"aa": threading.Event(), "bb": threading.Event()}, threading.Event()
    plain, narrowed = CustomerResource.get_queryset, CustomerResource._narrowed_for

    def paused(view):
        me = threading.current_thread().name
        if me in inside and not inside[me].is_set():
            inside[me].set()
            (inside["bb"] if me == "aa" else left).wait(5)
        return plain(view)

    def leaving(view, somebody):
        try:
            return narrowed(view, somebody)
        finally:
            if threading.current_thread().name == "aa":
                left.set()

    def ask(who):
        client = Client()
        client.force_login(who)
        rows = client.get("/api/v1/customers/").json()["results"]
        out[who.username] = [row["name"] for row in rows]
        connections.close_all()

    monkeypatch.setattr(CustomerResource, "get_queryset", paused)
    monkeypatch.setattr(CustomerResource, "_narrowed_for", leaving)
    first, second = (
        threading.Thread(target=ask, args=(who,), name=who.username) for who in people[:2]
    )
    first.start()
    assert inside["aa"].wait(5)
    second.start()
    first.join(10)
    second.join(10)
    ask(people[2])

    assert out == {who.username: [f"of {who.username}"] for who in people}


def walk(client, url):
    """What the first page says, the two after it, and the one before the last of them."""
    pages = [said(client.get(url))]
    for way in ("next", "next", "previous"):
        lead = pages[-1].get(way)
        if not lead:
            break
        mark = "&" if "?" in url else "?"
        pages.append(said(client.get(lead if "/" in lead else f"{url}{mark}cursor={lead}")))
    return pages


def said(response):
    """The rows of a page, their number and what leads on."""
    if response.status_code != 200:
        return {"status": response.status_code}
    if "json" in response["Content-Type"]:
        return response.json()
    page = response.context["page"]
    rows = [row.pk for row in page.rows]
    return {"rows": rows, "count": page.count, "next": page.next, "previous": page.previous}


@pytest.mark.django_db
def test_a_sequence_begins_at_one_and_counts_on():
    assert [sequences.next_number("QUICK") for _each in range(3)] == [1, 2, 3]
    assert sequences.reserve("QUICK", 10) == 4
    assert sequences.next_number("QUICK") == 14


def test_markup_escapes_as_django_does():
    values = ["<&\"'>", SafeString("<b>&</b>"), gettext_lazy("Customers"), 7, None, True, 2.5]
    values += [html.format_html("<i>{}</i>", "&"), CustomerStatus.ACTIVE, Decimal("1.50"), ""]
    form = "<p title='{}'>{}</p>"

    for value in values:
        assert markup.format_html(form, value, "x") == html.format_html(form, value, "x")
        assert markup.format_html("{a}", a=value) == html.format_html("{a}", a=value)
    rows = [(one, two) for one in values for two in values]
    made = markup.format_html_join(" <> ", form, rows)
    assert made == html.format_html_join(" <> ", form, rows)
    assert isinstance(made, SafeString)


class Inputs(forms.Form):
    """One of each plain input, with what an attribute may hold."""

    text = forms.CharField(max_length=9, initial="a<b&\"c'", widget=forms.TextInput({"x": "<&>"}))
    number = forms.IntegerField(min_value=1, initial=1234567, required=False)
    amount = forms.DecimalField(initial=Decimal("1234.50"))
    email = forms.EmailField(disabled=True)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)
    day = forms.DateField(initial=dt.date(2026, 11, 19))
    at = forms.DateTimeField(initial=dt.datetime(2026, 11, 19, 8, 30))
    hour = forms.TimeField(initial=dt.time(8, 30))
    secret = forms.CharField(widget=forms.PasswordInput)
    yes = forms.BooleanField(initial=True, label=gettext_lazy("Customers"))
    no = forms.BooleanField(
        initial=False, widget=forms.CheckboxInput({"data-on": True, "y": False})
    )
    address = forms.URLField(assume_scheme="https")


def test_inputs_say_what_the_templates_of_django_say():
    for form in (Inputs(), Inputs({"text": "<é>", "number": "x", "yes": "on", "day": "2026-1-1"})):
        for bound in form:
            drawn = bound.as_widget()
            form.renderer = DjangoTemplates()
            plain = bound.as_widget()
            form.renderer = get_default_renderer()
            assert drawn == plain, bound.name
            assert isinstance(drawn, SafeString)
    assert isinstance(get_default_renderer(), Widgets)


@pytest.mark.django_db
def test_kept_columns_of_the_floors_above_are_those_written_anew():
    cast = build.cast()
    placed(cast.ruochuan, cast.lin, cast.boss)
    ids = [cast.lanhai.pk, *range(900_001, 900_020)]
    found = {}

    for user in (cast.lin, cast.boss, cast.stranger):
        with connection.cursor() as cursor:
            cursor.execute(*columns._sql(ids, user))
            found[user] = sorted(row[:3] for row in cursor.fetchall())
        for _time in range(3):
            assert sorted(row[:3] for row in columns._rows(ids, user)) == found[user]
            assert columns._rows([900_001], user) == []

    assert (cast.lanhai.pk, "grid:supporter", 1) in found[cast.lin]
    assert [what for _pk, what, _number in found[cast.stranger]] == ["touch"]
