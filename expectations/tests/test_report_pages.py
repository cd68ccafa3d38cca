"""Pages of weekly reports: sections by person, autosave, side by side, what goes to the group."""

import datetime as dt

import pytest

from accounts.tests import build as people
from core import clock
from core.actors import Actor
from expectations.actions import report as reports
from expectations.models import WeeklyReport
from expectations.tests import build_delivery as build
from expectations.tests.test_notice_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def setting():
    cast = people.cast()
    cast.now = clock.now()
    cast.project = build.project(cast, cast.now)
    build.milestone(cast, cast.project, "内部验证", customer_visible=False)
    build.milestone(cast, cast.project, "初验")
    promise = build.promise(cast, cast.project, cast.now, cast.now + dt.timedelta(days=10))
    build.risk(cast, cast.project, [promise], cast.now)
    cast.report = reports.draft_report(cast.project, by=Actor.system(), now=cast.now)
    return cast


def test_each_corner_writes_its_own_section():
    cast = setting()
    url = f"/weekly-reports/{cast.report.pk}/"
    body = {"version": 1, "sr_section": "方案已评审", "done": "不该写进来"}

    answer = signed_in(cast.wei).post(url, body)

    cast.report.refresh_from_db()
    assert answer.status_code == 302
    assert (cast.report.sr_section, cast.report.done) == ("方案已评审", "")
    assert cast.report.sr_section_at is not None


def test_autosave_answers_with_the_version_and_refuses_a_stale_one():
    cast = setting()
    url = f"/weekly-reports/{cast.report.pk}/autosave/"
    client = signed_in(cast.fang)
    body = {"version": 1, "overall": "amber", "done": "B 区就位", "next": "x"}

    first, second = client.post(url, body), client.post(url, {**body, "done": "y"})

    assert (first.status_code, first.json()["version"]) == (200, 2)
    assert second.status_code == 409


def test_a_stale_report_shows_both_texts_and_saves_the_second_time():
    cast = setting()
    url = f"/weekly-reports/{cast.report.pk}/"
    client = signed_in(cast.fang)
    body = {"version": 1, "overall": "amber", "done": "B 区就位", "next": "x"}

    first, second = client.post(url, body), client.post(url, {**body, "done": "C 区就位"})
    third = client.post(url, {**body, "done": "C 区就位", "version": 2})

    assert (first.status_code, second.status_code, third.status_code) == (302, 409, 302)
    assert "B 区就位" in second.text and "C 区就位" in second.text
    assert 'name="version" value="2"' in second.text


def test_submit_says_what_is_missing_then_goes():
    cast = setting()
    client = signed_in(cast.fang)
    url = f"/weekly-reports/{cast.report.pk}/"

    client.post(f"{url}submit/")
    before = WeeklyReport.objects.get().status
    client.post(url, {"version": 1, "overall": "green", "done": "a", "portal_summary": "本周顺利"})
    client.post(f"{url}submit/")
    text = client.get(f"{url}text/").content.decode()

    assert (before, WeeklyReport.objects.get().status) == ("draft", "submitted")
    assert "本周顺利" in text and "初验" in text
    assert "内部验证" not in text and "借华南备件" not in text
    assert client.get(url).status_code == 200
    assert signed_in(cast.lin).get(f"{url}publish/").status_code == 200


def test_the_list_asks_the_same_for_one_and_thirty(django_assert_max_num_queries):
    cast = setting()
    client = signed_in(cast.lin)

    def asked(many):
        for _place in range(many):
            project = build.project(cast, cast.now)
            reports.draft_report(project, by=Actor.system(), now=cast.now)
        with django_assert_max_num_queries(16) as queries:
            assert client.get("/weekly-reports/").status_code == 200
        return len(queries)

    asked(1)
    assert asked(1) == asked(10)
