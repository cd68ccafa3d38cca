"""How long people are kept after they left."""

import datetime as dt

import pytest

from accounts.actions import contacts, erasure, personal
from accounts.choices import Role
from accounts.models import Contact, PersonalDetail
from accounts.tests.build import NINE, cast, person
from core.actors import Actor
from core.models import Notification, TrailEntry
from huaweicrm.privacy import retention
from relationships.tests.build import met

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LONG = 36 * 30 * DAY


@pytest.fixture
def made():
    made = cast()
    made.cmp = person("cmp", made.company, Role.CMP)
    made.by = Actor.of(made.lin)
    values = {"basis": "consent", "purpose": "问候", "interests": "围棋"}
    personal.create(made.ruochuan, values, by=made.by, now=NINE)
    contacts.mark_left(made.ruochuan, by=made.by, now=NINE)
    return made


@pytest.mark.parametrize(("wait", "kept"), [(180 * DAY, 1), (181 * DAY, 0)])
def test_details_go_half_a_year_after_somebody_left(made, wait, kept):
    retention.run(now=NINE + wait)
    retention.run(now=NINE + wait)

    assert PersonalDetail.objects.count() == kept
    assert TrailEntry.objects.filter(verb="personal.removed").count() == 1 - kept


@pytest.mark.parametrize(("wait", "proposed"), [(LONG, 0), (LONG + DAY, 1)])
def test_somebody_who_left_is_proposed_after_three_years(made, wait, proposed):
    rows = retention.proposed_to(made.cmp, NINE + wait)

    assert len(rows) == proposed
    assert retention.proposed_to(made.stranger, NINE + wait) == []


def test_compliance_is_told_once_a_month_and_by_number_only(made):
    then = NINE + LONG + DAY
    for days in (0, 1, 2):
        retention.run(now=then + days * DAY)

    told = Notification.objects.filter(kind="retention")
    assert [(one.user, one.params) for one in told] == [(made.cmp, {"count": 1})]


def test_whoever_was_met_or_asked_about_is_not_proposed(made):
    then = NINE + LONG + DAY
    asked = Contact.objects.get(pk=made.ruochuan.pk)
    met(made.ruochuan, made.lin, NINE + 30 * DAY)
    after_meeting = retention.kept_long_enough(then).count()
    later = then + 60 * DAY
    erasure.request(
        asked, origin="retention", received_on=later.date(), by=Actor.of(made.cmp), now=later
    )

    assert (after_meeting, retention.kept_long_enough(later).count()) == (0, 0)


def test_the_page_offers_them_to_compliance(client, made, settings):
    settings.DEMO_NOW = (NINE + LONG + DAY).isoformat()
    client.force_login(made.cmp)

    said = client.get("/erasure-requests/").content.decode()

    assert f"/contacts/{made.ruochuan.pk}/erase/" in said
