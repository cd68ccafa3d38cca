"""The declared lists of every floor: their file, order, neighbours, change of many rows."""

import datetime as dt

import pytest

from accounts.models import Contact
from accounts.tests import build
from accounts.tests.test_pages import queries, signed_in
from core.actors import Actor
from core.models import Job, SavedView
from core.tests.build import NINE, after
from core.tests.test_own_pages import fresh
from expectations.models import Commitment, Project, ProjectMember
from expectations.tests.build import project as opened
from expectations.tests.build_delivery import project, promise
from huaweicrm.tests.world import world
from relationships.actions import interactions
from relationships.models import Interaction
from relationships.tests.build import met

pytestmark = pytest.mark.django_db
PAGES = {
    "contacts": ("/contacts/", "name"),
    "interactions": ("/interactions/", "starts_at"),
    "commitments": ("/commitments/?open=true", "-due_at"),
}


def file_of(client, key, query=""):
    answer = client.post(f"/lists/{key}/export/?{query}", {"kind": "csv"})
    return b"".join(answer.streaming_content).decode()


@pytest.fixture
def cast():
    return build.cast()


@pytest.mark.parametrize("key", ["projects", "tickets"])
def test_a_declared_list_leaves_as_a_file(key):
    made = world()
    lin = signed_in(made.lin)
    fresh(lin)

    text = file_of(lin, key)

    assert text.startswith("\ufeff") and "编号" in text.splitlines()[0]


@pytest.mark.parametrize("key", PAGES)
def test_a_list_is_sorted_narrowed_saved_and_costs_little(cast, key):
    within = project(cast)
    met(cast.ruochuan, cast.lin), promise(cast, within)
    url, ordering = PAGES[key]
    lin = signed_in(cast.lin)
    few, shown = queries(lin, url)
    for number in range(3):
        build.contact(cast.lanhai, f"周{number}")
        met(cast.ruochuan, cast.lin), promise(cast, within, text=f"承诺{number}")

    many, more = queries(lin, f"{url}{'&' if '?' in url else '?'}ordering={ordering}")
    lin.post(f"/lists/{key}/views/new/", {"name": "我的", "query": f"ordering={ordering}"})

    assert more.context["page"].count == shown.context["page"].count + 3
    assert (more.context["list"].ordering, few, many <= 8) == (ordering, many, True)
    assert SavedView.objects.get().listing == key
    path = url.partition("?")[0]
    assert lin.get(f"{path}?view={SavedView.objects.get().pk}").status_code == 200
    assert lin.get(f"{path}?ordering=nonsense").status_code == 400


def test_people_of_all_customers_stand_there_without_who_left(cast):
    gone = build.contact(cast.lanhai, "钱离")
    Contact.objects.filter(pk=gone.pk).update(status="left")
    foreign = build.contact(build.customer(build.unit("远方"), "看不见的客户"), "赵远")
    lin = signed_in(cast.lin)
    fresh(lin)

    here, left = (lin.get(url).content.decode() for url in ("/contacts/", "/contacts/?status=left"))
    text = file_of(lin, "contacts", "columns=name,phone")

    assert cast.ruochuan.name in here and gone.name not in here and foreign.name not in here
    assert gone.name in left and cast.ruochuan.name not in left
    assert cast.ruochuan.name in text and gone.name not in text and foreign.name not in text


def test_ways_to_reach_people_are_not_sent_while_presenting(cast):
    Contact.objects.filter(pk=cast.ruochuan.pk).update(phone="13800001234")
    lin = signed_in(cast.lin)
    before = lin.get("/contacts/").content.decode()

    lin.post("/preferences/presenting/", {"value": "on"})

    assert "13800001234" in before
    assert "13800001234" not in lin.get("/contacts/").content.decode()


def test_the_neighbours_of_a_person_are_those_of_the_page_one_came_from(cast):
    other = build.contact(build.customer(cast.east, "别家"), "马远")
    first, second = (build.contact(cast.lanhai, name) for name in ("A1", "A2"))
    lin = signed_in(cast.lin)
    lin.get(f"/customers/{cast.lanhai.pk}/contacts/?search=")

    around = lin.get(f"/lists/contacts/around/{first.pk}/").context
    lin.get("/contacts/?ordering=-name")
    turned = lin.get(f"/lists/contacts/around/{first.pk}/").context

    assert around["after"] == second and turned["before"] == second
    assert other not in (around["before"], around["after"])


def given(client, key, rows, verb="assign", **values):
    body = {"verb": verb, "id": [row.pk for row in rows], **values}
    client.post(f"/lists/{key}/bulk/", body)
    return Job.objects.latest("pk")


def test_the_owner_of_many_relations_changes_at_once_and_back(cast):
    people = [build.contact(cast.lanhai, name) for name in ("A1", "A2")]
    lin = signed_in(cast.lin)

    job = given(lin, "contacts", people, person=cast.wei.pk)
    owners = set(Contact.objects.filter(name__startswith="A").values_list(
        "relationship_owner", flat=True))  # fmt: skip
    lin.post(f"/jobs/{job.pk}/undo/")

    assert (job.state, owners) == ("done", {cast.wei.pk})
    assert not Contact.objects.exclude(relationship_owner=None).filter(name="A1").exists()


def test_somebody_outside_the_team_takes_all_of_them_back(cast):
    people = [build.contact(cast.lanhai, name) for name in ("A1", "A2")]

    job = given(signed_in(cast.lin), "contacts", people, person=cast.stranger.pk)

    assert job.state == "refused"
    assert not Contact.objects.exclude(relationship_owner=None).filter(name="A1").exists()


def test_promises_are_handed_over_together_and_back(cast):
    within = project(cast)
    rows = [promise(cast, within, text=f"承诺{number}") for number in range(2)]
    before = rows[0].owner_id
    lin = signed_in(cast.lin)

    job = given(lin, "commitments", rows, person=cast.wei.pk)
    owners = set(Commitment.objects.values_list("owner", flat=True))
    lin.post(f"/jobs/{job.pk}/undo/")

    assert (job.state, owners) == ("done", {cast.wei.pk})
    assert set(Commitment.objects.values_list("owner", flat=True)) == {before}


def test_interactions_are_closed_together_or_none_is(cast):
    held = met(cast.ruochuan, cast.lin)
    planned = interactions.plan(
        cast.lanhai, [cast.ruochuan], {"type": held.type, "starts_at": after(days=3)},
        by=Actor.of(cast.lin), now=NINE,
    )  # fmt: skip
    lin = signed_in(cast.lin)

    refused = given(lin, "interactions", [held, planned], "close")
    done = given(lin, "interactions", [held], "close")

    assert (refused.state, done.state) == ("refused", "done")
    states = dict(Interaction.objects.values_list("pk", "status"))
    assert states == {held.pk: "closed", planned.pk: "planned"}


def test_projects_take_columns_order_views_and_cost_little(cast):
    first = opened(cast, name="甲", finishes_on=dt.date(2026, 3, 1))
    lin = signed_in(cast.lin)
    columns = "columns=name,team,fr,health,tags"
    few, _shown = queries(lin, f"/projects/?{columns}")
    second = opened(cast, name="乙", finishes_on=dt.date(2026, 2, 1))
    third = opened(cast, name="丙")

    many, chosen = queries(lin, f"/projects/?{columns}")
    by_end = lin.get("/projects/?ordering=last_day").context["list"]
    lin.post("/lists/projects/views/new/", {"name": "我的", "query": "ordering=last_day&mine=true"})
    saved = lin.get(f"/projects/?view={SavedView.objects.get().pk}").context["list"]

    assert (few, many <= 8) == (many, True)
    assert [column.key for column in chosen.context["list"].columns] == columns[8:].split(",")
    assert [row.pk for row in by_end.lines] == [second.pk, first.pk, third.pk]
    assert (saved.ordering, len(saved.lines)) == ("last_day", 3)
    assert lin.get(f"/lists/projects/around/{first.pk}/").context["after"] == third


def test_whose_projects_stand_there_is_a_tab(cast):
    row = opened(cast)
    wei, boss = signed_in(cast.wei), signed_in(cast.boss)

    def shown(client, query):
        return [one.pk for one in client.get(f"/projects/?{query}").context["list"].lines]

    assert shown(wei, "mine=true") == shown(boss, "running=true") == [row.pk]
    assert shown(boss, "mine=true") == shown(boss, "my_customers=true") == []


def leads_of(rows):
    held = ProjectMember.objects.filter(project__in=rows, role="fr", is_lead=True, status="active")
    return {row.user_id for row in held}


def test_many_projects_get_another_delivery_manager_and_back(cast):
    rows = [opened(cast, name=name) for name in ("甲", "乙")]
    before, lin = leads_of(rows), signed_in(cast.lin)

    job = given(lin, "projects", rows, person=cast.wei.pk)
    after_it = leads_of(rows)
    lin.post(f"/jobs/{job.pk}/undo/")

    assert (job.state, after_it, leads_of(rows)) == ("done", {cast.wei.pk}, before)


def test_a_closed_project_takes_the_change_of_all_back(cast):
    rows = [opened(cast, name=name) for name in ("甲", "乙")]
    before = leads_of(rows)
    Project.objects.filter(pk=rows[1].pk).update(status="cancelled", status_reason="停建")

    job = given(signed_in(cast.lin), "projects", rows, person=cast.wei.pk)

    assert (job.state, leads_of(rows)) == ("refused", before)
    assert [line["state"] for line in job.report] == ["left", "refused"]


def test_the_tier_of_a_project_s_customer_is_not_shown_while_presenting(cast):
    opened(cast)
    lin = signed_in(cast.lin)
    before = lin.get("/projects/").content.decode()

    lin.post("/preferences/presenting/", {"value": "on"})

    assert 'class="tier"' in before or "tag dash" in before
    shown = lin.get("/projects/").content.decode()
    assert 'class="tier"' not in shown and "tag dash" not in shown
