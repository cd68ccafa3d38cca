"""Tickets as a list: the queue, a table as somebody wants it, many at once, and what one says."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.build import contact, person
from accounts.tests.test_pages import signed_in
from core import clock
from core.actors import Actor
from core.custom import actions as own
from core.models import CustomValue, Job, SavedView, TrailEntry
from core.tests.build import NINE
from core.tests.test_own_pages import fresh
from service import rules
from service.actions import change
from service.choices import Severity
from service.models import Ticket
from service.tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
COLUMNS = "columns=severity,restore,next,group,contact,site,custom_alarm,tags,management"


@pytest.fixture
def stage():
    return build.stage()


def opened(stage, count=1, **fields):
    now = clock.now()
    return [build.ticket(stage.lanhai, stage.han, now, **fields) for _number in range(count)]


def alarm(stage, **more):
    values = {"entity": "service.ticket", "key": "alarm", "name": "告警号", "kind": "text"}
    return own.define({**values, "options": [], **more}, by=Actor.of(stage.boss), now=NINE)


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    return len(seen)


@pytest.mark.parametrize("query", ["", f"&{COLUMNS}", "&ordering=severity", "&ordering=-queue_at"])
def test_queue_and_table_cost_the_same_for_one_and_for_many(stage, query):
    alarm(stage)
    opened(stage, contact=stage.ruochuan)
    han, url = signed_in(stage.han), f"/tickets/?scope=all{query}"
    one = cost(han, url)
    opened(stage, 5, contact=stage.ruochuan, severity=Severity.MINOR)

    assert (cost(han, url), one <= 8) == (one, True)


def test_columns_and_another_order_make_a_table_of_the_queue(stage):
    minor, critical = (
        opened(stage, severity=rank, title=f"级别{rank}")[0]
        for rank in (Severity.MINOR, Severity.CRITICAL)
    )
    han = signed_in(stage.han)

    queue = han.get("/tickets/").context
    table = han.get("/tickets/?ordering=severity").context
    chosen = han.get("/tickets/?columns=owner,reported").context["list"]

    assert (queue["is_queue"], table["is_queue"]) == (True, False)
    assert [line.ticket.pk for line in table["list"].lines] == [critical.pk, minor.pk]
    assert [column.key for column in chosen.columns] == ["title", "owner", "reported"]


def test_a_view_keeps_tab_columns_and_order(stage):
    opened(stage)
    han = signed_in(stage.han)

    query = "scope=mine&columns=severity,owner&ordering=severity"
    han.post("/lists/tickets/views/new/", {"name": "我的", "query": query})
    shown = han.get(f"/tickets/?view={SavedView.objects.get().pk}").context

    assert (shown["list"].asked["scope"], shown["list"].lines) == ("mine", [])
    assert [tab["current"] for tab in shown["tabs"]] == [True, False, False, False, False]


def test_of_one_customer_all_tickets_stand_there(stage):
    made, elsewhere = opened(stage)[0], build.cast_customer(stage)
    build.ticket(elsewhere, stage.han, clock.now(), title="别家的")
    lines = signed_in(stage.boss).get(f"/tickets/?customer={stage.lanhai.pk}").context["list"].lines

    assert [line.ticket.pk for line in lines] == [made.pk]


def test_what_one_sees_leaves_as_a_file(stage):
    alarm(stage)
    made, other = opened(stage, 2, title="要导出")
    own.write(made, {"alarm": "A-77"}, by=Actor.of(stage.han), now=NINE)
    Ticket.objects.filter(pk=other.pk).update(owner=stage.han)
    lin = signed_in(stage.lin)
    fresh(lin)

    query = "scope=free&columns=severity,restore,custom_alarm&ordering=severity"
    answer = lin.post(f"/lists/tickets/export/?{query}", {"kind": "csv"})
    text = b"".join(answer.streaming_content).decode().splitlines()

    assert text[0].endswith('"告警号"')
    assert len(text) == 2 and text[1].endswith('"A-77"')


def test_previous_and_next_follow_the_tab(stage):
    first, second, third = opened(stage, 3)
    Ticket.objects.filter(pk=second.pk).update(owner=stage.lin)
    han = signed_in(stage.han)
    han.get("/tickets/?scope=free")

    around = han.get(f"/lists/tickets/around/{first.pk}/").context

    assert around["after"] == third


def given(client, rows, person):
    body = {"verb": "assign", "id": [row.pk for row in rows], "person": person.pk}
    client.post("/lists/tickets/bulk/", body)
    return Job.objects.latest("pk")


def test_many_tickets_are_given_to_an_engineer_and_back(stage):
    rows = opened(stage, 2)
    xu = signed_in(stage.xu)

    job = given(xu, rows, stage.han)
    owners = set(Ticket.objects.values_list("owner", flat=True))
    xu.post(f"/jobs/{job.pk}/undo/")

    assert (job.state, owners) == ("done", {stage.han.pk})
    assert set(Ticket.objects.values_list("owner", flat=True)) == {None}
    assert TrailEntry.objects.filter(verb="ticket.assigned").count() == 4


def test_one_refused_ticket_takes_all_of_them_back_and_says_why(stage):
    near, ended = opened(stage, 2)
    Ticket.objects.filter(pk=ended.pk).update(status="cancelled", cancel_reason="重复")

    job = given(signed_in(stage.xu), [near, ended], stage.han)

    assert job.state == "refused"
    assert {line["id"]: line["state"] for line in job.report} == {
        near.pk: "left", ended.pk: "refused",
    }  # fmt: skip
    assert not Ticket.objects.exclude(owner=None).exists()


def test_an_engineer_of_the_group_or_above_it_may_be_given_a_ticket(stage):
    row = opened(stage)[0]
    above = person("above", stage.east, "eng")
    aside = person("aside", stage.west, "eng")

    assert [rules.serves_group(one, row) for one in (stage.han, above, aside)] == [
        True, True, False,
    ]  # fmt: skip
    job = given(signed_in(stage.xu), [row], aside)
    assert job.state == "refused" and "Aside" in job.report[0]["why"]
    wrong = signed_in(stage.xu).post(
        "/lists/tickets/bulk/", {"verb": "assign", "id": row.pk, "person": stage.lin.pk}
    )
    assert wrong.status_code == 422


def typed(row, **more):
    return {"title": row.title, "text": row.text, "version": row.version, **more}


def test_what_a_ticket_says_is_corrected_and_its_clocks_stay(stage):
    alarm(stage)
    row = opened(stage)[0]
    before = list(row.clocks.order_by("pk").values_list("kind", "due_at"))
    han, url = signed_in(stage.han), f"/tickets/{row.pk}/edit/"

    assert "outage" not in han.get(url).context["form"].fields
    body = typed(row, title="改过的", contact=stage.ruochuan.pk, custom_alarm="A-1")
    answer = han.post(url, body)
    stale = han.post(url, {**body, "title": "晚了"})

    made = Ticket.objects.get(pk=row.pk)
    assert (answer.status_code, stale.status_code) == (302, 409)
    assert (made.title, made.contact, made.kdm_involved) == ("改过的", stage.ruochuan, False)
    assert CustomValue.objects.get().text == "A-1"
    assert list(made.clocks.order_by("pk").values_list("kind", "due_at")) == before
    said = TrailEntry.objects.get(verb="ticket.changed", about_id=row.pk).facts
    assert set(json.loads(said)) == {"code", "title", "contact"}


def test_somebody_of_another_customer_did_not_report_it(stage):
    row = opened(stage)[0]
    foreign = contact(build.cast_customer(stage), "别家的人")
    han = signed_in(stage.han)

    answer = han.post(f"/tickets/{row.pk}/edit/", typed(row, contact=foreign.pk))
    bare = signed_in(stage.han).patch(
        f"/api/v1/tickets/{row.pk}/", {"contact": foreign.pk, "version": row.version},
        content_type="application/json",
    )  # fmt: skip

    assert set(answer.context["form"].errors) == {"contact"}
    assert (bare.status_code, set(bare.json()["errors"])) == (400, {"contact"})


def test_an_ended_ticket_says_what_it_said(stage):
    row = opened(stage)[0]
    Ticket.objects.filter(pk=row.pk).update(status="cancelled", cancel_reason="重复")
    ended = Ticket.objects.get(pk=row.pk)

    answer = signed_in(stage.han).post(f"/tickets/{row.pk}/edit/", typed(ended, title="别的"))

    assert answer.status_code == 409
    change.edit(ended, {"title": "系统的"}, by=Actor.system(), now=clock.now())
    assert Ticket.objects.get(pk=row.pk).title == "系统的"
