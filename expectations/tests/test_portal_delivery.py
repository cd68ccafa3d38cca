"""What the customer sees: own notices and published reports, nothing internal (W5, d.5)."""

import datetime as dt

import pytest
from django.test import Client

from accounts.choices import PortalRight
from accounts.models import PortalMembership
from accounts.tests import build as people
from core import clock
from core.actors import Actor
from expectations.actions import report as reports
from expectations.tests import build_delivery as build

pytestmark = pytest.mark.django_db
INTERNAL = ("内部先借华南备件", "内部验证", "毛利不够", "电源模块晚到 9 天")


def door(contact, username="guest"):
    user = people.person(username, is_portal=True)
    membership = PortalMembership(
        user=user,
        contact=contact,
        customer=contact.customer,
        rights=list(PortalRight.values),
        status="active",
    )
    membership.stamp(by=people.SYSTEM, now=people.NINE)
    membership.save()
    client = Client()
    client.force_login(user)
    client.cookies["portal"] = client.cookies["session"].value
    return client


def setting():
    cast = people.cast()
    now = clock.now()
    cast.notice = build.sent(cast, now, now + dt.timedelta(days=10))
    cast.project = cast.notice.risk.project
    build.milestone(cast, cast.project, "内部验证", customer_visible=False)
    build.milestone(cast, cast.project, "初验")
    report = reports.draft_report(cast.project, by=Actor.system(), now=now)
    body = {"overall": "amber", "done": "毛利不够", "portal_summary": "本周到货推迟"}
    reports.edit_report(report, body, by=Actor.of(cast.fang), now=now)
    reports.submit(report, by=Actor.of(cast.fang), now=now)
    cast.report = report
    return cast


def test_the_customer_reads_chooses_and_sees_nothing_internal():
    cast = setting()
    client = door(cast.ruochuan)
    url = f"/portal/notices/{cast.notice.pk}/"
    offer = cast.notice.alternatives.get()

    pages = [client.get(each).content.decode() for each in ("/portal/notices/", url)]
    client.post(f"{url}acknowledge/", {"alternative": offer.pk})

    offer.refresh_from_db()
    cast.notice.refresh_from_db()
    assert "先用借用机" in pages[1]
    assert not [word for word in INTERNAL for page in pages if word in page]
    assert (offer.status, cast.notice.acknowledged_by) == ("chosen", cast.ruochuan)


def test_a_report_reaches_the_customer_only_when_published():
    cast = setting()
    client = door(cast.ruochuan)
    url = f"/portal/weekly-reports/{cast.report.pk}/"

    before = client.get(url).status_code
    reports.publish(cast.report, by=Actor.of(cast.lin), now=clock.now())
    page = client.get(url).content.decode()
    reports.withdraw(cast.report, by=Actor.of(cast.lin), now=clock.now())
    after = client.get(url).content.decode()

    assert before == 404
    assert "本周到货推迟" in page and "初验" in page
    assert not [word for word in INTERNAL if word in page]
    assert "本周到货推迟" not in after and "已撤回" in after


def test_a_draft_notice_is_not_there_and_another_customer_sees_nothing():
    cast = setting()
    pending = build.notice(cast, clock.now(), clock.now() + dt.timedelta(days=10))
    other = people.contact(people.customer(cast.office, "朔原电信"), "外人")

    assert door(cast.ruochuan).get(f"/portal/notices/{pending.pk}/").status_code == 404
    stranger = door(other, "outsider")
    assert stranger.get(f"/portal/notices/{cast.notice.pk}/").status_code == 404
    assert stranger.post(f"/portal/notices/{cast.notice.pk}/acknowledge/").status_code == 404
