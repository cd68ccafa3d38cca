"""Pages of risks and notices: the deadline at once, nothing typed is lost, who receives what."""

import datetime as dt

import pytest
from django.test import Client

from accounts.tests import build as people
from core import clock
from core.models import OutboxMessage
from expectations.models import CustomerNotice, Risk
from expectations.tests import build_delivery as build

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
HOUR = dt.timedelta(hours=1)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def setting():
    cast = people.cast()
    cast.now = clock.now()
    cast.project = build.project(cast, cast.now)
    due = cast.now + dt.timedelta(days=10)
    cast.promise = build.promise(cast, cast.project, cast.now, due)
    return cast


def risk_body(cast, **more):
    return {
        "title": "电源模块晚到 9 天",
        "category": "supply_delay",
        "commitments": [cast.promise.pk],
        "probability": 4,
        "impact": 5,
        "contingency": "借华南备件",
        "owner": cast.fang.pk,
        **more,
    }


def test_a_risk_without_contingency_is_refused_and_keeps_what_was_typed():
    cast = setting()
    client = signed_in(cast.fang)

    answer = client.post(
        f"/projects/{cast.project.pk}/risks/new/", risk_body(cast, contingency=" ")
    )

    assert answer.status_code == 422
    assert "电源模块晚到 9 天" in answer.content.decode()
    assert "contingency" in answer.context["form"].errors
    assert not Risk.objects.exists()


def test_another_impact_beside_a_promise_is_refused_not_overlooked():
    cast = setting()
    client = signed_in(cast.fang)
    url = f"/projects/{cast.project.pk}/risks/new/"
    other = f"{cast.now + dt.timedelta(days=2):%Y-%m-%dT%H:%M}"

    answer = client.post(url, risk_body(cast, impact_at=other))

    assert answer.status_code == 422
    assert "impact_at" in answer.context["form"].errors
    assert not Risk.objects.exists()


def test_the_bar_of_an_early_start_stands_on_every_page_of_the_project():
    cast = setting()
    project, client = cast.project, signed_in(cast.fang)
    type(project).objects.filter(pk=project.pk).update(
        early_until=cast.now + dt.timedelta(days=9), early_by=cast.boss, early_reason="客户催得急"
    )
    client.post(f"/projects/{project.pk}/risks/new/", risk_body(cast))
    risk = Risk.objects.get()
    notice = risk.notice

    for path in (
        project.get_absolute_url(),
        f"/projects/{project.pk}/edit/",
        f"/projects/{project.pk}/items/add/",
        f"/projects/{project.pk}/matrix/",
        f"/projects/{project.pk}/milestones/new/",
        f"/projects/{project.pk}/risks/new/",
        risk.get_absolute_url(),
        f"/risks/{risk.pk}/close/",
        notice.get_absolute_url(),
        f"/customer-notices/{notice.pk}/draft/",
        f"/customer-notices/{notice.pk}/told-by-phone/",
        cast.promise.get_absolute_url(),
        f"/commitments/{cast.promise.pk}/move/",
    ):
        assert 'class="early"' in client.get(path).text, path


def test_the_deadline_is_shown_while_promises_are_ticked():
    cast = setting()
    client = signed_in(cast.fang)

    url = f"/projects/{cast.project.pk}/risks/preview/?commitments={cast.promise.pk}"
    preview = client.get(url).context["preview"]

    assert preview["deadline"] == cast.promise.due_at - 72 * HOUR
    assert preview["promise"] == cast.promise


def test_from_the_risk_to_the_customer():
    cast = setting()
    fang, lin = signed_in(cast.fang), signed_in(cast.lin)

    answer = fang.post(f"/projects/{cast.project.pk}/risks/new/", risk_body(cast))
    notice = CustomerNotice.objects.get()
    assert answer["Location"] == f"/risks/{notice.risk_id}/"
    body = {
        "version": notice.version,
        "what": "电源模块晚到",
        "effect": "A 区上电顺延",
        "expected_at": f"{cast.now + dt.timedelta(days=19):%Y-%m-%dT%H:%M}",
        "recipients": [cast.ruochuan.pk],
        "offers-TOTAL_FORMS": 2,
        "offers-INITIAL_FORMS": 2,
        "offers-0-kind": "loan_equipment",
        "offers-0-text": "先用借用机",
        "offers-0-owner": cast.fang.pk,
        "offers-0-due_at": f"{cast.now + dt.timedelta(days=3):%Y-%m-%dT%H:%M}",
        "offers-1-kind": "resequence",
        "offers-1-text": "",
    }
    assert fang.post(f"/customer-notices/{notice.pk}/draft/", body).status_code == 302
    stale = fang.post(f"/customer-notices/{notice.pk}/draft/", body | {"what": "另一句"})
    notice.refresh_from_db()
    assert stale.status_code == 409
    assert "另一句" in stale.text and "电源模块晚到" in stale.text
    assert f'name="version" value="{notice.version}"' in stale.text
    assert fang.post(f"/customer-notices/{notice.pk}/approve/").status_code == 403
    lin.post(f"/customer-notices/{notice.pk}/approve/")
    dialog = lin.get(f"/customer-notices/{notice.pk}/send/")
    assert dialog.context["receivers"] == ["林若川：邮件 ruochuan@lanhai.example"]
    lin.post(f"/customer-notices/{notice.pk}/send/")

    notice.refresh_from_db()
    assert (notice.status, notice.verdict) == ("sent", "on_time")
    assert OutboxMessage.objects.filter(to_customer=True).count() == 1
    for page in ("", "verdict/", "verdict/?format=json"):
        assert lin.get(f"/customer-notices/{notice.pk}/{page}").status_code == 200
    assert lin.get(f"/risks/{notice.risk_id}/").status_code == 200


def test_a_stranger_sees_nothing():
    cast = setting()
    notice = build.notice(cast, cast.now, cast.promise.due_at)
    stranger = signed_in(cast.stranger)

    for url in (f"/risks/{notice.risk_id}/", f"/customer-notices/{notice.pk}/"):
        assert stranger.get(url).status_code == 404


@pytest.mark.parametrize("url", ["/risks/", "/customer-notices/"])
def test_lists_ask_the_same_for_one_and_thirty(url, django_assert_max_num_queries):
    cast = setting()
    client = signed_in(cast.lin)

    def asked(many):
        for place in range(many):
            promise = build.promise(cast, cast.project, cast.now, cast.promise.due_at)
            build.risk(cast, cast.project, [promise], cast.now, title=f"风险 {place}")
        with django_assert_max_num_queries(16) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    asked(1)
    assert asked(1) == asked(8)
