"""Pages of projects, expectations, forms and the portal, through the client."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import PortalMembership
from accounts.tests.build import SYSTEM, person
from core.actors import Actor
from core.errors import Invalid
from core.models import OutboxMessage
from expectations.actions import project as actions
from expectations.actions import signing
from expectations.models import ConfirmationForm, ExpectationItem, Project, SigningLink
from expectations.tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def team():
    return build.cast()


@pytest.fixture
def now():
    return timezone.now()


def client_of(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def guest(team, **fields):
    user = person("guest", is_portal=True)
    row = PortalMembership(
        user=user, contact=team.ruochuan, customer=team.lanhai, status="active",
        rights=["view", "sign"], **fields,
    )  # fmt: skip
    row.stamp(by=SYSTEM, now=build.NINE)
    row.save()
    client = Client()
    client.post("/portal/sign-in/", {"login": "guest", "password": "guest password"})
    return client


def test_lin_opens_a_project_and_pastes_expectations(team):
    client = client_of(team.lin)

    answer = client.post(
        "/projects/new/", {"customer": team.lanhai.pk, "name": "5G 专网", "currency": "CNY"}
    )
    project = Project.objects.get()
    assert answer.status_code == 302
    assert project.members.filter(is_lead=True, status="active").count() == 3

    block = (
        "年中断≤26分钟,网管统计,12-31前\n回退=0,记录,12-31\n网管大屏\t标准模板\t12月30日\t可协商"
    )
    answer = client.post(f"/projects/{project.pk}/items/add/", {"text": block})
    assert answer.status_code == 200
    targets = ExpectationItem.objects.order_by("number").values_list("target", "priority_class")
    assert [(t and int(t), c) for t, c in targets] == [(26, ""), (None, ""), (None, "negotiable")]
    assert client.get(f"/projects/{project.pk}/").status_code == 200
    assert client.get(f"/projects/{project.pk}/matrix/").status_code == 200


@pytest.mark.parametrize("path", ["/projects/", "/expectation-items/", "/confirmation-forms/"])
def test_lists_cost_the_same_for_one_and_three_rows(team, path, django_assert_max_num_queries):
    client = client_of(team.lin)
    build.draft(team)
    client.get(path)
    with django_assert_max_num_queries(100) as one:
        assert client.get(path).status_code == 200
    for number in range(2):
        build.draft(team, project=build.project(team, name=f"项目 {number}"))
    with django_assert_max_num_queries(100) as three:
        assert client.get(path).status_code == 200

    assert len(three) == len(one) <= 10


def test_a_stranger_sees_nothing(team):
    form = build.draft(team)
    client = client_of(team.stranger)

    for path in (
        f"/projects/{form.project_id}/",
        form.get_absolute_url(),
        form.get_absolute_url() + "pdf/",
        "/expectation-items/1/",
    ):
        assert client.get(path).status_code == 404
    assert form.code not in client.get("/confirmation-forms/").content.decode()


def test_an_item_keeps_what_was_typed_when_refused(team):
    form = build.draft(team)
    item = form.project.items.get(number=2)
    client = client_of(team.lin)
    values = {
        "version": item.version,
        "statement": "大屏二",
        "operator": "lte",
        "target": "0",
        "dimension": "business",
        "priority_class": "negotiable",
    }

    answer = client.post(item.get_absolute_url(), values)

    assert answer.status_code == 422
    assert "大屏二" in answer.content.decode()
    item.refresh_from_db()
    assert item.statement == "网管大屏"

    assert client.post(item.get_absolute_url(), values | {"target": "3"}).status_code == 302
    item.refresh_from_db()
    assert item.statement == "大屏二"


def test_the_whole_way_through_pages_and_the_link(team, now):
    lin, wei = client_of(team.lin), client_of(team.wei)
    form = build.draft(team, project=build.project(team))
    ExpectationItem.objects.update(verdict_at=now, due_on=(now.date().replace(day=1)))
    here = form.get_absolute_url()
    assert lin.get(here).status_code == 200
    lin.post(here + "submit/")
    wei.post(here + "approve/")
    assert lin.get(here + "send/").status_code == 200
    lin.post(here + "send/")
    mail = OutboxMessage.objects.get(once__startswith="form-link")
    path = re.search(r"/portal/sign/\S+/", mail.body)[0]
    outside = Client()

    for _look in range(3):
        assert outside.get(path).status_code == 200
    assert outside.post(path, {"do": "sign", "agree": "1", "code": "123456"}).status_code == 422
    assert outside.post(path, {"do": "code"}).status_code == 302
    code = build.code_of(SigningLink.objects.get())
    wrong = "111111" if code != "111111" else "222222"
    refused = outside.post(path, {"do": "sign", "agree": "1", "code": wrong, "excepted": "E-2"})
    assert refused.status_code == 422
    assert SigningLink.objects.get().tries_left == 4
    assert (
        outside.post(
            path, {"do": "sign", "agree": "1", "code": code, "excepted": "E-2"}
        ).status_code
        == 302
    )
    assert outside.get(path + "pdf/").content[:4] == b"%PDF"
    form.refresh_from_db()
    assert (form.status, form.excepted) == ("partly_signed", ["E-2"])

    asked = lin.post(here + "countersign/")
    assert asked.status_code == 302 and "reauthenticate" in asked["Location"]
    signing.countersign(form, by=Actor.of(team.lin), now=now)
    assert lin.get(here).status_code == 200
    assert lin.get(here + "pdf/").content[:4] == b"%PDF"


def test_the_portal_shows_own_forms_only_when_sent(team, now):
    draft = build.draft(team)
    client = guest(team)

    assert client.get(f"/portal/forms/{draft.pk}/").status_code == 404
    build.sent(team, form=draft, now=build.NINE)
    page = client.get("/portal/").content.decode()
    assert draft.code in page
    assert client.get(f"/portal/forms/{draft.pk}/").status_code == 200
    assert client.get(draft.get_absolute_url()).status_code == 302


def test_the_portal_never_shows_scores_notes_or_sources(team):
    project = build.project(team)
    build.item(project, team, internal_note="底价三折", raw_words="老周说的")
    form, _link, path = build.sent(
        team, form=build.forms.draft_form(
            project, by=Actor.of(team.lin), now=build.NINE, contact=team.ruochuan,
            findings=[{"dimension": "implicit", "text": "夜间可定", "source": "值班员老周"}],
        )
    )  # fmt: skip
    page = Client().get(path).content.decode()

    assert "夜间可定" in page
    for hidden in ("底价三折", "老周"):
        assert hidden not in page


def test_a_replaced_link_says_so(team):
    form, _link, path = build.sent(team)
    build.forms.withdraw(form, reason="改期", by=Actor.of(team.lin), now=build.NINE)

    assert Client().get(path).status_code == 410
    assert Client().get("/portal/sign/none/").status_code == 404


def test_anybody_verifies_a_hash_without_contents(team):
    form = build.effective(team)

    page = Client().get(f"/verify/{form.snapshot_sha256[:16]}/").content.decode()
    assert form.code in page
    assert team.lanhai.name not in page
    assert Client().get(f"/verify/{form.code}/").status_code == 200
    assert Client().get("/verify/deadbeefdeadbeef/").status_code == 404


def test_a_red_bar_stands_on_a_project_started_early(team):
    from expectations.actions.project import start_early

    project = build.project(team)
    start_early(project, reason="机房窗口只在 11 月", by=Actor.of(team.boss), now=build.NINE)

    for path in (project.get_absolute_url(), f"/projects/{project.pk}/matrix/"):
        assert "机房窗口只在 11 月" in client_of(team.lin).get(path).content.decode()


def test_forms_are_one_per_project_on_the_way(team):
    form = build.draft(team)
    client_of(team.lin).post(f"/projects/{form.project_id}/form/")

    assert ConfirmationForm.objects.count() == 1


def test_two_tabs_of_a_project_the_second_sees_both_texts(team):
    client = client_of(team.lin)
    client.post("/projects/new/", {"customer": team.lanhai.pk, "name": "5G", "currency": "CNY"})
    project = Project.objects.get()
    typed = {"currency": "CNY", "expectation_owner": team.lin.pk, "version": project.version}
    url = f"{project.get_absolute_url()}edit/"

    first = client.post(url, typed | {"name": "first tab"})
    second = client.post(url, typed | {"name": "second tab"})
    unsaid = client.post(url, typed | {"name": "no version", "version": ""})

    project.refresh_from_db()
    assert (first.status_code, second.status_code, unsaid.status_code) == (302, 409, 409)
    assert project.name == "first tab"
    assert "first tab" in second.text and "second tab" in second.text


def test_a_superscript_is_no_commitment(team):
    client = client_of(team.lin)
    client.post("/projects/new/", {"customer": team.lanhai.pk, "name": "5G", "currency": "CNY"})

    answer = client.get(f"{Project.objects.get().get_absolute_url()}risks/new/?commitment=²")

    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["two\nlines", "zero\u200bwidth", "turned\u202eround"])
def test_a_project_name_is_one_plain_line(team, now, name):
    with pytest.raises(Invalid):
        actions.open_project(team.lanhai, leads={}, name=name, by=Actor.of(team.lin), now=now)
