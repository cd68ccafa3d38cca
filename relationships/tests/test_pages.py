"""Pages: who sees them, what they show, what they never show, how many queries they cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import ActionItem
from accounts.tests.build import NINE, cast, contact, person
from core.actors import Actor
from core.models import TrailEntry
from relationships.actions import interactions
from relationships.models import GridAssessment, Interaction
from relationships.queries import turns_of
from relationships.tests.build import CANARY, kind, met, placed, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _nine(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"


def world():
    made = cast()
    made.qm = person("qm", made.company, Role.QM)
    made.row = placed(made.ruochuan, made.lin, made.boss, (1, 1), NINE - 40 * DAY)
    made.grid = f"/customers/{made.lanhai.pk}/grid/"
    return made


PAGES = ["{grid}", "{grid}?view=plane", "{grid}?view=list", "{grid}review/",
         "/contacts/{who}/grid/", "/contacts/{who}/assess/"]  # fmt: skip


def url(made, page):
    return page.format(grid=made.grid, who=made.ruochuan.pk)


@pytest.mark.parametrize("page", PAGES)
def test_team_and_heads_see_the_grid_and_nobody_else(client, page):
    made = world()
    said = {}
    for name in ("lin", "boss", "exe", "qm", "stranger"):
        client.force_login(getattr(made, name))
        answer = client.get(url(made, page))
        said[name] = answer.status_code
        if answer.status_code == 404:
            assert CANARY not in answer.content.decode()

    assert said == {"lin": 200, "boss": 200, "exe": 200, "qm": 404, "stranger": 404}


def test_the_page_of_a_person_shows_the_proposal_that_waits(client):
    made = world()
    row = proposed(made.ruochuan, made.lin, (1, 0))
    said = {}
    for name in ("lin", "boss"):
        client.force_login(getattr(made, name))
        answer = client.get(f"/contacts/{made.ruochuan.pk}/grid/")
        assert answer.status_code == 200
        said[name] = f"/grid-assessments/{row.pk}/confirm/" in answer.content.decode()

    assert said == {"lin": False, "boss": True}


def test_the_person_panel_tells_who_said_what(client):
    made = world()
    client.force_login(made.boss)

    page = client.get(f"{made.grid}?person={made.ruochuan.pk}").content.decode()

    assert CANARY in page
    assert "友好，未定" in page


def test_presenting_hides_every_score(client):
    made = world()
    client.force_login(made.lin)
    client.post("/preferences/presenting/", {"value": "on"})

    pages = [client.get(url(made, page)).content.decode() for page in PAGES[:5]]

    assert not any(CANARY in page or made.ruochuan.name in page for page in pages)
    assert client.get(url(made, PAGES[5])).status_code == 403


def test_a_read_is_logged_once_an_hour(client):
    made = world()
    client.force_login(made.lin)

    client.get(made.grid)
    client.get(made.grid + "?view=list")

    entry = TrailEntry.objects.get(verb="grid.read")
    assert (entry.actor, entry.klass, entry.scope_id) == (
        made.lin, "confidential", made.lanhai.pk,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("view", "who"), [("panels", "lin"), ("panels", "boss"), ("plane", "lin"), ("list", "boss")]
)
def test_the_grid_costs_the_same_for_1_and_30_people(client, view, who):
    made = world()
    client.force_login(getattr(made, who))
    address = f"{made.grid}?view={view}&person={made.ruochuan.pk}"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for number in range(29):
        guest = contact(made.lanhai, f"客户{number}")
        placed(guest, made.lin, made.boss, (number % 7 - 3, number % 5 - 2), NINE - 30 * DAY)
        if number % 3 == 0:
            link = met(guest, made.wei, NINE - DAY)
            proposed(guest, made.wei, (0, 0), NINE - DAY, interactions=[link])
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200

    assert (len(few), len(few) <= 15) == (len(many), True)


def test_my_customers_and_interactions_cost_the_same_for_1_and_3(client):
    made = world()
    client.force_login(made.lin)
    for address in ("/grid/", "/interactions/"):
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for number in range(3):
            met(contact(made.lanhai, f"客户{number}"), made.lin)
        client.get(address)
        with CaptureQueriesContext(connection) as many:
            assert client.get(address).status_code == 200
        assert (len(few), len(few) <= 15) == (len(many), True)


def test_a_past_month_shows_who_stood_where(client):
    made = world()
    client.force_login(made.lin)

    past = client.get(f"{made.grid}?at=2025-12&view=list")
    later = client.get(f"{made.grid}?at=2026-01&view=list")

    assert [len(page.context["board"].people) for page in (past, later)] == [0, 1]
    assert past.context["board"].is_today is False


def test_any_day_can_be_shown_and_everything_on_the_page_keeps_it(client):
    made = world()  # placed on 21 January
    placed(made.ruochuan, made.lin, made.boss, (1, -1), NINE - 5 * DAY)  # 25 February
    client.force_login(made.lin)

    seen = {}
    for day in ("2026-01-20", "2026-01-21", "2026-02-24", "2026-02-25", "2026-03-02", "2026-03-03"):
        page = client.get(f"{made.grid}?at={day}&view=list")
        seen[day] = [each.row.support for each in page.context["board"].people]
    text = client.get(f"{made.grid}?at=2026-02-24").content.decode()

    assert seen == {
        "2026-01-20": [], "2026-01-21": [1], "2026-02-24": [1], "2026-02-25": [-1],
        "2026-03-02": [-1], "2026-03-03": [-1],
    }  # fmt: skip
    assert 'grid/pdf/?at=2026-02-24&amp;"' in text
    assert '<input type="hidden" name="at" value="2026-02-24">' in text
    assert "/assess/" not in text


def test_the_slider_without_script_sends_a_position(client):
    made = world()
    client.force_login(made.lin)

    page = client.get(f"{made.grid}?day=296&unit=")

    assert page.context["board"].on == dt.date(2026, 1, 21)
    assert page.context["slider"]["position"] == 296
    assert page.context["slider"]["previous"] == "2025-12-31"
    assert page.context["slider"]["next"] == "2026-01-31"


def test_the_bubble_of_a_crowded_point_opens_exactly_these_people(client):
    made = world()
    for number in range(6):
        placed(contact(made.lanhai, f"客户{number}"), made.lin, made.boss, (1, 1), NINE - 30 * DAY)
    placed(contact(made.lanhai, "孟昭"), made.lin, made.boss, (2, 1), NINE - 30 * DAY)
    client.force_login(made.lin)

    plane = client.get(f"{made.grid}?view=plane").content.decode()
    listed = client.get(f"{made.grid}?point=1,1&view=list").context["board"].people

    assert "?view=plane&amp;point=1,1&amp;view=list" in plane
    assert ("+4</text>" in plane, len(listed)) == (True, 7)
    for nonsense in ("4,0", "1", "1,1,1", "x"):
        assert client.get(f"{made.grid}?point={nonsense}").status_code == 200


def test_filters_narrow_the_board(client):
    made = world()
    placed(contact(made.lanhai, "孟昭"), made.lin, made.boss, (0, -1), NINE - 20 * DAY)
    client.force_login(made.lin)

    page = client.get(f"{made.grid}?attitude=opponent&view=list")

    assert [each.contact.name for each in page.context["board"].people] == ["孟昭"]


def test_placing_opens_the_form_at_the_cell_and_proposes(client):
    made = world()
    client.force_login(made.lin)
    address = f"/contacts/{made.ruochuan.pk}/assess/?intimacy=0&support=1"

    form = client.get(address).context["form"]
    answer = client.post(
        address,
        {"intimacy": 0, "support": 1, "evidence": "两次约见由下属出面", "confidence": "high",
         "assessed_on": "2026-03-02"},
    )  # fmt: skip

    assert (form["intimacy"].value(), form["support"].value()) == (0, 1)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{made.grid}?person={made.ruochuan.pk}",
    )
    row = GridAssessment.objects.get(status="proposed")
    assert (row.point, row.assessor) == ((0, 1), made.lin)


def test_what_r_r2_misses_is_said_and_everything_typed_stays(client):
    made = world()
    client.force_login(made.lin)

    answer = client.post(
        f"/contacts/{made.ruochuan.pk}/assess/",
        {"intimacy": 0, "support": -2, "evidence": "会上反对", "confidence": "high",
         "assessed_on": "2026-03-02"},
    )  # fmt: skip

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["interactions"]
    assert "会上反对" in answer.content.decode()


def test_the_right_person_confirms_on_the_page(client):
    made = world()
    row = proposed(made.ruochuan, made.lin, (1, 2), NINE - DAY)
    said = {}
    for name in ("stranger", "lin", "wei", "boss"):
        client.force_login(getattr(made, name))
        said[name] = client.post(f"/grid-assessments/{row.pk}/confirm/").status_code

    row.refresh_from_db()
    assert said == {"stranger": 404, "lin": 403, "wei": 403, "boss": 302}
    assert row.status == "confirmed"


def test_no_change_and_the_monthly_review(client):
    made = world()
    row = proposed(contact(made.lanhai, "孟昭"), made.lin, (0, 0), NINE - DAY)
    client.force_login(made.boss)

    client.post(f"{made.grid}review/", {"row": [row.pk]})
    client.post(f"/grid-assessments/{made.row.pk}/revalidate/")

    row.refresh_from_db()
    made.row.refresh_from_db()
    assert (row.status, made.row.checked_on) == ("confirmed", NINE.date())


def test_a_visit_is_logged_from_the_phone_with_its_promise(client):
    made = world()
    client.force_login(made.lin)
    address = f"/interactions/new/?customer={made.lanhai.pk}"
    due = client.get(address).context["form"]["promise_by"].subwidgets[0].data["value"]

    answer = client.post(
        address,
        {"contacts": [made.ruochuan.pk], "channel": "onsite", "summary": "夜里值守的人够",
         "promise": "答复备件", "promise_by": due},
    )  # fmt: skip

    row = Interaction.objects.latest("pk")
    assert answer["Location"] == f"/interactions/{row.pk}/"
    assert (row.status, row.type.code) == ("held", "visit")
    assert ActionItem.objects.get().due_at == NINE.replace(hour=18)
    assert client.get(f"/interactions/{row.pk}/").status_code == 200


def test_a_later_time_plans_it_and_nobody_is_refused(client):
    made = world()
    client.force_login(made.lin)
    address = f"/interactions/new/?customer={made.lanhai.pk}"

    client.post(
        address,
        {"contacts": [made.ruochuan.pk], "channel": "onsite", "starts_at": "2026-03-03T10:00"},
    )
    refused = client.post(address, {"channel": "phone", "summary": "x"})

    assert Interaction.objects.latest("pk").status == "planned"
    assert refused.status_code == 422


def test_what_was_planned_is_held_with_words_and_a_promise(client):
    made = world()
    client.force_login(made.lin)
    row = interactions.plan(
        made.lanhai,
        [made.ruochuan],
        {"type": kind(), "starts_at": NINE - DAY},
        by=Actor.of(made.lin),
        now=NINE - 2 * DAY,
    )

    refused = client.post(f"/interactions/{row.pk}/hold/", {"promise": "答复备件"})
    client.post(f"/interactions/{row.pk}/hold/", {"summary": "谈了值守"})

    row.refresh_from_db()
    assert list(refused.context["form"].errors) == ["promise_due_at"]
    assert (row.status, row.summary) == ("held", "谈了值守")


def turned(made):
    """From opponent to supporter and to neutral, and from neutral to opponent, 20 days ago."""
    moves = {"孟昭": ((0, -1), (0, 1)), "裴世安": ((0, -1), (0, 0)), "苏问": ((0, 0), (0, -1))}
    for name, (before, after) in moves.items():
        guest = contact(made.lanhai, name)
        placed(guest, made.lin, made.boss, before, NINE - 60 * DAY)
        placed(guest, made.lin, made.boss, after, NINE - 20 * DAY)


@pytest.mark.parametrize(
    ("period", "names"),
    [
        ("", [["孟昭"], ["裴世安"], ["苏问"]]),
        ("month", [["孟昭"], ["裴世安"], ["苏问"]]),
        ("year", [["孟昭"], ["裴世安"], ["苏问"]]),
    ],
)
def test_who_turned_is_said_by_name_and_in_words(client, period, names):
    made = world()
    turned(made)
    client.force_login(made.lin)

    page = client.get(f"{made.grid}?period={period}")

    kinds = page.context["turns"]
    assert [[each["name"] for each in kind["people"]] for kind in kinds] == names
    assert [kind["people"][0]["words"] for kind in kinds] == [
        "反对 → 支持", "反对 → 中立", "中立 → 反对",
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "counts"), [(19, 0), (21, 1)])
def test_a_turn_counts_in_the_period_it_happened(client, days, counts):
    made = world()
    turned(made)
    until = NINE.date()

    found = turns_of([made.lanhai.pk], since=until - days * DAY, until=until)[made.lanhai.pk]

    assert (found.converted, found.neutralised, found.lost) == (counts, counts, counts)


def test_the_review_meeting_keeps_what_did_not_move(client):
    made = world()
    gone = placed(contact(made.lanhai, "孟昭"), made.lin, made.boss, (0, 0), NINE - 400 * DAY)
    fresh = placed(contact(made.lanhai, "裴世安"), made.lin, made.boss, (0, 0), NINE - 300 * DAY)
    GridAssessment.objects.filter(pk=gone.pk).update(status="stale")
    client.force_login(made.lin)

    offered = client.get(f"{made.grid}review/").context["due"]
    client.post(f"{made.grid}review/", {"keep": [gone.pk, fresh.pk]})

    gone.refresh_from_db()
    fresh.refresh_from_db()
    assert offered == [gone]
    assert (gone.status, gone.checked_on) == ("confirmed", NINE.date())
    assert fresh.checked_on == (NINE - 300 * DAY).date()
