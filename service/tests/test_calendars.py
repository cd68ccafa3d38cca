"""Whose working hours count where nobody names a calendar."""

import datetime as dt

import pytest

from accounts.tests import build
from core.calendars import STANDARD
from core.models import Calendar
from service.queries.calendars import refs_for, sites_of
from service.tests.build import china

pytestmark = pytest.mark.django_db
NATIONAL_DAY = dt.date(2026, 10, 1)


def everybody(zone="Asia/Shanghai"):
    """A customer of an office below a region; nobody names a calendar."""
    region = build.unit()
    office = build.unit("Office", "rep_office", parent=region)
    office.timezone = zone
    office.save()
    return build.customer(office), office, region


def refs(customer):
    """(site, team) for one ticket, and the site for a list: they must agree."""
    site, team = refs_for(customer)
    assert sites_of([customer]) == {customer.pk: site}
    return site, team


def test_the_working_days_of_the_country_count_with_their_holidays(django_assert_max_num_queries):
    customer, _office, _region = everybody()
    with django_assert_max_num_queries(2):
        refs_for(customer)

    site, team = refs(customer)

    assert site == team and site.id == Calendar.objects.get(code=STANDARD).pk
    assert not site.value.status(NATIONAL_DAY).is_open


def test_a_unit_abroad_has_a_plain_week_of_its_own_zone():
    customer, _office, _region = everybody("Europe/Berlin")

    site, _team = refs(customer)

    assert (site.id, site.zone) == (None, "Europe/Berlin")
    assert site.value.status(NATIONAL_DAY).is_open


def test_the_nearest_unit_that_names_one_decides_and_the_customer_before_it():
    customer, office, region = everybody()
    region.calendar = china()
    region.save()
    assert refs(customer)[0].id == region.calendar.pk

    office.calendar = Calendar.objects.get(code="24x7")
    office.save()
    assert refs(customer)[0].id == office.calendar.pk

    customer.calendar = region.calendar
    customer.save()
    site, team = refs(customer)
    assert (site.id, team.id) == (region.calendar.pk, office.calendar.pk)


def test_without_any_calendar_it_is_a_plain_week():
    customer, _office, _region = everybody()
    Calendar.objects.filter(code=STANDARD).update(code="gone")

    assert refs(customer)[0].id is None
