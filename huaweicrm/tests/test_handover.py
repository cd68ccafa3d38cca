"""Handing an account over across the floors: what goes stale, the pages, the pack, the metric."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import handovers, team
from accounts.models import AccountAssignment, ActionItem, Contact, Customer, Handover, OrgUnit
from accounts.tests import build
from accounts.tests.build import NINE
from accounts.timers import expected as expected_here
from core import clock
from core.actors import Actor
from core.errors import Refused
from core.models import TrailEntry
from expectations.tests import build_delivery
from huaweicrm.desk.handover.views import tone_of
from relationships.actions import assessments
from relationships.models import GridAssessment
from relationships.queries.handed import support_kept
from relationships.tests.build import CANARY, met, placed
from relationships.timers import expected

DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db):
    made = build.cast()
    made.qin = build.person("qin", made.office, "ar", full_name="秦越")
    made.seat = AccountAssignment.objects.get(customer=made.lanhai, role="ar")
    made.head = Actor.of(made.boss)
    return made


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_overlap_is_over_when_its_last_day_is_over_at_the_unit():
    last = dt.date(2026, 3, 2)
    row = Handover(
        status="in_overlap",
        overlap_to=last,
        customer=Customer(owning_unit=OrgUnit(timezone="Asia/Shanghai")),
    )
    before = dt.datetime(2026, 3, 2, 15, 59, tzinfo=dt.UTC)

    assert tone_of(row, before) == "watch"
    assert tone_of(row, before + dt.timedelta(minutes=1)) == "risk"


def test_intimacy_goes_stale_and_support_carries_over(cast):
    row = placed(cast.ruochuan, cast.lin, cast.boss, (2, 1))
    other = placed(build.contact(cast.lanhai, "方总"), cast.wei, cast.boss, (1, 1))

    team.hand_over(cast.seat, cast.qin, by=cast.head, now=NINE + DAY)

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.status, row.intimacy, row.support) == ("stale", 2, 1)
    assert other.status == "confirmed", "wei is still here"
    item = ActionItem.objects.get(owner=cast.qin)
    assert (item.due_at, item.customer) == (NINE + 61 * DAY, cast.lanhai)
    armed = {about for _kind, label, about, _due in expected(NINE) if "grid" in label}
    assert armed == {other.pk}
    assert list(expected_here(NINE))


def test_inherited_intimacy_is_not_waved_through(cast):
    row = placed(cast.ruochuan, cast.lin, cast.boss, (2, 1))
    team.hand_over(cast.seat, cast.qin, by=cast.head, now=NINE + DAY)
    row.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        assessments.revalidate(row, by=Actor.of(cast.qin), now=NINE + 2 * DAY)
    assert refusal.value.rule == "R-A6"
    assert assessments.revalidate_batch([row], by=Actor.of(cast.qin), now=NINE + 2 * DAY) == []

    anew = placed(cast.ruochuan, cast.qin, cast.boss, (0, 1), NINE + 3 * DAY)
    assert (anew.counterpart, anew.status) == (cast.qin, "confirmed")
    assert assessments.revalidate(anew, by=Actor.of(cast.qin), now=NINE + 4 * DAY)


def test_support_kept_compares_each_person_with_the_day_of_the_handover(cast):
    second = build.contact(cast.lanhai, "方总")
    placed(cast.ruochuan, cast.lin, cast.boss, (0, 1))
    placed(second, cast.lin, cast.boss, (0, 1))
    at = NINE + DAY
    placed(second, cast.wei, cast.boss, (0, 0), NINE + 10 * DAY)

    soon = support_kept(cast.lanhai.pk, at=at, until=NINE + 9 * DAY)
    late = support_kept(cast.lanhai.pk, at=at, until=NINE + 90 * DAY)

    assert [(kept.people, kept.kept, kept.percent) for kept in (soon, late)] == [
        (2, 2, 100), (2, 1, 50),
    ]  # fmt: skip


@pytest.fixture
def running(cast):
    """A handover in its overlap, and something of each kind for the pack."""
    now = clock.now()
    contact = cast.ruochuan
    Contact.objects.filter(pk=contact.pk).update(relationship_owner=cast.lin)
    placed(contact, cast.lin, cast.boss, (0, -1), now - 2 * DAY)
    met(contact, cast.lin, now - DAY, summary="先把电源的事说清楚")
    within = build_delivery.project(cast, now)
    build_delivery.promise(cast, within, now, now + DAY, owner=cast.lin, text="报价单")
    today = handovers.today_of(cast.lanhai, now)
    row = handovers.plan(
        cast.seat, cast.qin, overlap_from=today, overlap_to=today + 30 * DAY, letter="先见林总",
        by=cast.head, now=now,
    )  # fmt: skip
    return handovers.begin(row, by=cast.head, now=now)


def test_an_account_changes_hands_through_the_pages(cast, running):
    boss, lin, qin = signed_in(cast.boss), signed_in(cast.lin), signed_in(cast.qin)
    url = running.get_absolute_url()

    page = boss.get(url).content.decode()
    assert "报价单" not in page and 'action="/handovers/' in page
    assert boss.post(f"{url}complete/").status_code == 409
    assert lin.post(f"{url}complete/").status_code == 403
    assert qin.post(f"{url}give/").status_code == 302
    assert qin.post(f"{url}introduce/", {"contacts": [cast.ruochuan.pk]}).status_code == 302
    Handover.objects.update(reason="reorganisation")
    assert boss.post(f"{url}complete/").status_code == 302

    running.refresh_from_db()
    assert running.status == "completed"
    assert AccountAssignment.objects.active().get(customer=cast.lanhai, role="ar").user == cast.qin
    assert GridAssessment.objects.get().status == "stale"
    assert "100%" in boss.get(url).content.decode()
    assert url in qin.get("/handovers/?closed=1").content.decode()
    assert lin.get(url).status_code == 404, "the confidential class is the successor's now"


def test_the_pack_tells_the_successor_whom_to_see_and_is_noted(cast, running):
    qin = signed_in(cast.qin)
    page = qin.get(f"{running.get_absolute_url()}pack/").content.decode()
    paper = qin.get(f"{running.get_absolute_url()}pack/pdf/")

    for words in ("先见林总", "林若川", "先把电源的事说清楚", "报价单"):
        assert words in page, words
    assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    seen = TrailEntry.objects.filter(actor=cast.qin, scope_id=cast.lanhai.pk, klass="confidential")
    assert seen.count() == 2


def test_no_paper_of_the_pack_while_presenting(cast, running):
    qin = signed_in(cast.qin)
    qin.post("/preferences/presenting/", {"value": "on"})

    paper = qin.get(f"{running.get_absolute_url()}pack/pdf/")

    assert paper.status_code == 403
    assert not TrailEntry.objects.filter(actor=cast.qin, klass="confidential").exists()


@pytest.mark.parametrize("tail", ["", "pack/", "pack/pdf/"])
def test_a_handover_is_of_the_confidential_class(cast, running, tail):
    qm = build.person("qm", cast.company, "qm")
    for who in (qm, cast.stranger):
        answer = signed_in(who).get(f"{running.get_absolute_url()}{tail}")
        assert answer.status_code == 404
        assert CANARY not in answer.content.decode()


def more(cast):
    """Five seats without a handover, five handovers, five people."""
    now = clock.now()
    day = handovers.today_of(cast.lanhai, now)
    for number in range(5):
        late = build.assign(build.customer(cast.office, f"第{number}家"), cast.lin, "ar")
        AccountAssignment.objects.filter(pk=late.pk).update(since=NINE - 1100 * DAY)
        build.contact(cast.lanhai, f"联系人{number}")
        seat = build.assign(build.customer(cast.office, f"另{number}"), cast.wei, "ar")
        handovers.plan(
            seat, cast.qin, overlap_from=day, overlap_to=day + 30 * DAY, by=cast.head, now=now
        )


def test_pages_cost_the_same_with_more_rows(cast, running):
    client, own = signed_in(cast.boss), running.get_absolute_url()
    costs = []
    for round_ in range(2):
        for url in ("/handovers/", own, f"{own}pack/"):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            costs.append(len(asked))
        if not round_:
            more(cast)
    assert costs[:3] == costs[3:]
    assert costs[0] <= 8 and max(costs) <= 15


def test_an_administrator_who_planned_a_handover_ends_it_without_reading_it(cast):
    keeper = build.person("keeper", cast.company, "adm")
    client, now = signed_in(keeper), clock.now()
    today = handovers.today_of(cast.lanhai, now)
    row = handovers.plan(
        cast.seat, cast.qin, by=Actor.of(keeper), now=now, reason="rotation",
        overlap_from=today, overlap_to=today + 30 * DAY,
    )  # fmt: skip
    home, team_page = f"/handovers/{row.pk}/", f"/customers/{cast.lanhai.pk}/team/"

    read = client.get(home)
    shown = client.get(team_page).content.decode()
    begun = client.post(f"{home}begin/")
    refused = client.post(f"{home}complete/")
    ended = client.post(f"{home}cancel/", {"note": "先不换"})

    assert read.status_code == 404
    assert f"{home}begin/" in shown and f'href="{home}"' not in shown
    assert (begun.status_code, begun["Location"]) == (302, team_page)
    assert (refused.status_code, ended.status_code) == (409, 302)
    assert signed_in(cast.stranger).post(f"{home}begin/").status_code == 404


def test_an_administrator_decides_in_rest_as_on_the_pages_and_reads_as_little(cast):
    keeper = build.person("keeper", cast.company, "adm")
    client, now = signed_in(keeper), clock.now()
    today = handovers.today_of(cast.lanhai, now)
    row = handovers.plan(
        cast.seat, cast.qin, by=cast.head, now=now, reason="rotation", letter="信里的话",
        overlap_from=today, overlap_to=today + 30 * DAY,
    )  # fmt: skip
    home, rest = f"/api/v1/handovers/{row.pk}/", "application/json"

    read = client.get(home), client.get(f"{home}checklist/"), client.post(f"{home}give/")
    stale = client.post(f"{home}begin/", {"version": 99}, rest)
    begun = client.post(f"{home}begin/", {}, rest)
    refused = client.post(f"{home}complete/", {}, rest)
    ended = client.post(f"{home}cancel/", {"note": "先不换"}, rest)
    head = signed_in(cast.boss).get(home).json()

    assert [answer.status_code for answer in read] == [404] * 3
    assert [stale.status_code, begun.status_code, refused.status_code, ended.status_code] == [
        409, 200, 409, 200,
    ]  # fmt: skip
    assert set(begun.json()) == set(ended.json()) == {
        "id", "customer", "completed_at", "status", "updated_at", "version",
    }  # fmt: skip
    said = b"".join(answer.content for answer in (stale, begun, refused, ended)).decode()
    assert "信里的话" not in said and "先不换" not in said
    assert (head["letter"], head["note"], head["status"]) == ("信里的话", "先不换", "cancelled")
    assert signed_in(cast.stranger).post(f"{home}begin/", {}, rest).status_code == 404
