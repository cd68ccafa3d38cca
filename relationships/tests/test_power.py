"""Power maps: drawing, putting in force, seats, ties, who sees them (R-R3)."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actions import contacts
from accounts.models import Contact
from accounts.tests.build import NINE, cast, contact, customer
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import ApiToken, TrailEntry
from relationships.actions import assessments, interactions, power, reminders
from relationships.choices import SeatState
from relationships.models import InfluenceEdge, PowerMap, PowerSeat
from relationships.power import Post
from relationships.queries import board, grid_summary
from relationships.queries.known import chart_of, known_at
from relationships.queries.power import role_of, view_of, weights_at, with_seats
from relationships.tests.build import kind, placed, power_map, seat

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def made():
    made = cast()
    made.map = power_map(made.lanhai, made.lin)
    made.top = seat(made.map, made.lin, "approver", title="分管副总")
    made.net = seat(made.map, made.lin, "decider", made.ruochuan, title="", reports_to=made.top)
    return made


def act(made, verb, *args, by=None, at=NINE, **more):
    return getattr(power, verb)(*args, by=Actor.of(by or made.lin), now=at, **more)


def test_a_seat_takes_the_title_of_its_holder(made):
    assert made.net.title == (made.ruochuan.title or made.ruochuan.name)
    assert list(
        TrailEntry.objects.filter(verb__startswith="power")
        .values_list("verb", "klass")
        .order_by("id")
    ) == [
        ("power_map.drawn", "confidential"),
        ("power_map.seat_added", "confidential"),
        ("power_map.seat_added", "confidential"),
    ]


def test_vacant_identified_and_covered_follow_from_who_sits_there(made):
    states = [each.state for each in view_of(made.map, now=NINE).held]
    placed(made.ruochuan, made.lin, made.boss, (0, 2))
    after = view_of(made.map, now=NINE)

    assert states == [SeatState.IDENTIFIED, SeatState.VACANT]
    assert [each.state for each in after.held] == [SeatState.COVERED, SeatState.VACANT]
    assert round(after.figures.index, 1) == round(100 * 10 / 27, 1)


def test_a_position_to_be_rechecked_does_not_cover(made):
    row = placed(made.ruochuan, made.lin, made.boss, (0, 2))
    at = assessments.expiry_at(row)
    assessments.expire([row], by=Actor.system(), now=at)

    held = view_of(made.map, now=at).held[0]

    assert (held.state, held.is_stale, held.support) == (SeatState.IDENTIFIED, True, None)


def test_who_left_leaves_the_seat_vacant(made):
    placed(made.ruochuan, made.lin, made.boss, (0, 2))
    contacts.mark_left(made.ruochuan, by=Actor.of(made.lin), now=NINE)

    assert {each.state for each in view_of(made.map, now=NINE).held} == {SeatState.VACANT}


def test_one_overall_map_is_in_force(made):
    act(made, "activate", made.map)
    second = power_map(made.lanhai, made.lin, name="另一张")
    seat(second, made.lin)
    with pytest.raises(Refused) as refusal:
        act(made, "activate", second)
    act(made, "archive", made.map)
    act(made, "activate", second)

    assert refusal.value.rule == "R-R3"
    assert PowerMap.objects.overall().get() == second


def test_the_database_holds_one_overall_map_too(made):
    act(made, "activate", made.map)
    second = power_map(made.lanhai, made.lin, name="另一张")

    with pytest.raises(IntegrityError), transaction.atomic():
        PowerMap.objects.filter(pk=second.pk).update(status="active", activated_at=NINE)


def test_maps_of_chains_stand_beside_it(made):
    act(made, "activate", made.map)
    chain = power_map(made.lanhai, made.lin, name="技术标", chain="technical")
    seat(chain, made.lin)

    assert act(made, "activate", chain).status == "active"


def test_an_empty_map_is_not_put_in_force(made):
    with pytest.raises(Refused):
        act(made, "activate", power_map(made.lanhai, made.lin))


def test_an_archived_map_stays_as_it_is(made):
    act(made, "archive", made.map)

    for verb, args in (
        ("add_seat", (made.map, {"title": "x", "role": "user"})),
        ("remove_seat", (made.net,)),
        ("connect", (made.net, made.top, "influences")),
        ("activate", (made.map,)),
    ):
        with pytest.raises(Refused):
            act(made, verb, *args)


def test_who_read_the_map_before_it_was_put_away_changes_nothing(made):
    map_before = PowerMap.objects.get(pk=made.map.pk)
    seat_before = PowerSeat.objects.get(pk=made.net.pk)
    act(made, "remove_seat", made.net)
    with pytest.raises(Refused):
        act(made, "connect", seat_before, made.top, "influences")
    act(made, "archive", made.map)

    with pytest.raises(Refused):
        act(made, "add_seat", map_before, {"title": "x", "role": "user"})


@pytest.mark.parametrize("chief", ["net", "below", "deep"])
def test_nobody_stands_below_whoever_reports_to_him(made, chief):
    made.below = seat(made.map, made.lin, "evaluator", title="副主任", reports_to=made.net)
    made.deep = seat(made.map, made.lin, "user", title="主管", reports_to=made.below)

    with pytest.raises(Invalid) as refusal:
        act(made, "edit_seat", made.net, {"reports_to": getattr(made, chief)}, version=None)

    assert list(refusal.value.fields) == ["reports_to"]
    assert PowerSeat.objects.get(pk=made.net.pk).reports_to == made.top


@pytest.mark.parametrize("what", ["contact", "left", "seat", "title", "twice"])
def test_bad_seats_are_refused(made, what):
    other = customer(made.office, "玲珑电力")
    stranger = contact(other, "别家人")
    foreign = seat(power_map(other, made.boss), made.boss)
    gone = contacts.mark_left(contact(made.lanhai, "走了的人"), by=Actor.of(made.lin), now=NINE)
    values = {
        "contact": {"contact": stranger}, "left": {"contact": gone},
        "seat": {"reports_to": foreign}, "title": {"title": " "},
        "twice": {"contact": made.ruochuan},
    }[what]  # fmt: skip

    with pytest.raises(Refused):
        seat(made.map, made.lin, **values)

    assert made.map.seats.count() == 2


def test_taking_a_seat_off_lifts_those_below_and_cuts_its_ties(made):
    below = seat(made.map, made.lin, "evaluator", title="副主任", reports_to=made.net)
    act(made, "connect", below, made.net, "influences")
    kept = act(made, "connect", below, made.top, "sponsors")

    act(made, "remove_seat", made.net)

    below.refresh_from_db()
    assert below.reports_to == made.top
    assert list(InfluenceEdge.objects.standing()) == [kept]
    shown = view_of(made.map, now=NINE)
    assert ([each.seat for each in shown.held], list(shown.edges)) == ([made.top, below], [kept])


@pytest.mark.parametrize("strength", [0, 4])
def test_a_tie_has_a_strength_of_one_to_three(made, strength):
    with pytest.raises(Invalid):
        act(made, "connect", made.net, made.top, "influences", strength=strength)


def test_no_tie_to_itself_to_another_map_or_twice(made):
    foreign = seat(power_map(made.lanhai, made.lin), made.lin)
    act(made, "connect", made.net, made.top, "conflicts")

    for target, how in (
        (made.net, "influences"),
        (foreign, "influences"),
        (made.top, "conflicts"),
    ):
        with pytest.raises(Refused):
            act(made, "connect", made.net, target, how)
    with pytest.raises(Refused):
        act(made, "connect", made.top, made.net, "conflicts")
    assert InfluenceEdge.objects.count() == 1


def test_a_tie_does_not_become_the_conflict_that_is_there_the_other_way_round(made):
    act(made, "connect", made.net, made.top, "conflicts")
    edge = act(made, "connect", made.top, made.net, "influences")

    with pytest.raises(Refused):
        act(made, "edit_edge", edge, {"kind": "conflicts"}, version=None)
    act(made, "edit_edge", edge, {"strength": 3}, version=None)


@pytest.mark.parametrize("what", ["seat", "edge", "map"])
def test_what_somebody_edited_since_is_neither_taken_off_nor_put_away(client, made, what):
    edge = act(made, "connect", made.net, made.top, "influences")
    act(made, "edit_edge", edge, {"strength": 3}, version=None)
    act(made, "edit_seat", made.net, {"title": "网络部总经理"}, version=None)
    act(made, "edit", made.map, {"name": "总图"}, version=None)
    row, path = {
        "seat": (made.net, f"/power-seats/{made.net.pk}/remove/"),
        "edge": (edge, f"/influence-edges/{edge.pk}/remove/"),
        "map": (made.map, f"/power-maps/{made.map.pk}/archive/"),
    }[what]
    client.force_login(made.lin)

    stale = client.post(path, {"version": row.version - 1})
    fresh = client.post(path, {"version": row.version})

    assert (stale.status_code, fresh.status_code) == (409, 302)


def test_a_new_map_begins_with_the_people(made):
    chief = contact(made.lanhai, "许临安", is_decision_layer=True)
    below = contact(made.lanhai, "石峻", reports_to=chief)
    placed(below, made.lin, made.boss, (0, 1))
    contact(made.lanhai, "没评估的人")

    row = power_map(made.lanhai, made.lin, from_people=True)

    said = {each.contact.name: each for each in row.seats.select_related("contact", "reports_to")}
    assert {"许临安", "石峻"} <= set(said) and "没评估的人" not in said
    assert (said["许临安"].role, said["石峻"].reports_to) == ("decider", said["许临安"])


def test_a_machine_draws_nothing(made):
    machine = Actor(user=made.lin, token=ApiToken(user=made.lin), channel="api")

    with pytest.raises(Forbidden):
        power.create(made.lanhai, "x", by=machine, now=NINE)


def test_the_role_on_the_map_in_force_is_the_shape_on_the_grid(made):
    placed(made.ruochuan, made.lin, made.boss, (0, 1))
    before = board(made.lanhai, on=NINE.date(), today=NINE.date()).people[0].role
    act(made, "edit_seat", made.net, {"role": "gatekeeper"}, version=None)
    act(made, "activate", made.map)

    after = board(made.lanhai, on=NINE.date(), today=NINE.date()).people[0].role
    assert (before, after) == ("evaluator", "gatekeeper")


def test_of_several_maps_the_overall_one_says_the_role(made):
    for chain, role in (("technical", "user"), ("commercial", "supporter")):
        other = power_map(made.lanhai, made.lin, name=chain, chain=chain)
        seat(other, made.lin, role, made.ruochuan)
        act(made, "activate", other)
    act(made, "activate", made.map)

    assert role_of(with_seats(Contact.objects.all()).get(pk=made.ruochuan.pk)) == "decider"


@pytest.mark.parametrize(
    ("is_drawn", "is_seated", "asked"), [(False, False, 1), (True, False, 0), (True, True, 1)]
)
def test_a_plan_is_wanted_for_whoever_sits_on_a_map_in_force(made, is_drawn, is_seated, asked):
    person = made.ruochuan if is_seated else contact(made.lanhai, "没有席位的人")
    placed(person, made.lin, made.boss, (0, -1), NINE - 15 * DAY)
    if is_drawn:
        act(made, "activate", made.map)

    shown = board(made.lanhai, on=NINE.date(), today=NINE.date())

    assert reminders.ask_for_plans(now=NINE) == asked
    assert len(shown.without_plan) == asked


def test_the_summary_of_a_customer_counts_its_seats(made):
    act(made, "activate", made.map)
    row = placed(made.ruochuan, made.lin, made.boss, (0, 2))
    before = grid_summary([made.lanhai])[made.lanhai.pk].posts
    assessments.expire([row], by=Actor.system(), now=assessments.expiry_at(row))

    after = grid_summary([made.lanhai])[made.lanhai.pk].posts
    assert sorted(before, key=str) == [Post("approver"), Post("decider", 2)]
    assert sorted(after, key=str) == [Post("approver"), Post("decider")]


def test_a_map_costs_the_same_with_one_and_with_thirty_seats(made):
    costs = []
    weights_at(NINE)
    for _round in range(2):
        with CaptureQueriesContext(connection) as said:
            view_of(made.map, now=NINE)
        costs.append(len(said))
        for number in range(30):
            person = contact(made.lanhai, f"人{number}")
            placed(person, made.lin, made.boss, (0, 1))
            low = seat(made.map, made.lin, "user", person, reports_to=made.net)
            act(made, "connect", low, made.top, "influences")

    assert costs[0] == costs[1] <= 4


def test_who_knows_whom_counts_a_year_of_meetings(made):
    for days in (364, 366):
        at = NINE - days * DAY
        interactions.log(
            made.lanhai, [made.ruochuan], {"type": kind(), "starts_at": at},
            by=Actor.of(made.lin), now=at, participants=[made.lin],
        )  # fmt: skip
    quiet = contact(made.lanhai, "没见过的人", relationship_owner=made.wei)

    said = known_at(made.lanhai, now=NINE)

    ties = {person.name: dict(zip(said.ours, ties, strict=True)) for person, ties in said.lines}
    assert ties["林若川"][made.lin].met == 1
    assert (ties["没见过的人"][made.wei].owns, ties["没见过的人"][made.wei].met) == (True, 0)
    assert quiet in said.nobody and made.ruochuan not in said.nobody


def test_the_chart_shows_each_before_those_below(made):
    low = contact(made.lanhai, "石峻", reports_to=made.ruochuan)
    contact(made.lanhai, "王工", reports_to=low)

    lines, more = chart_of(made.lanhai)

    assert [(line.contact.name, line.depth, line.reports) for line in lines] == [
        ("林若川", 0, 1), ("石峻", 1, 1), ("王工", 2, 0),
    ]  # fmt: skip
    assert more == 0


# pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["map", "list", "chart", "known", "nonsense"])
def test_the_page_shows_the_map_in_every_view(client, made, view):
    client.force_login(made.lin)

    page = client.get(f"/customers/{made.lanhai.pk}/power/?view={view}&seat={made.net.pk}")

    assert page.status_code == 200
    assert made.ruochuan.name in page.content.decode()


def test_without_a_map_the_page_says_how_to_begin(client, made):
    other = customer(made.office, "玲珑电力")
    client.force_login(made.boss)

    page = client.get(f"/customers/{other.pk}/power/").content.decode()

    assert f"/customers/{other.pk}/power/new/" in page or 'href="new/"' in page


def test_a_map_is_drawn_a_seat_added_moved_and_put_in_force(client, made):
    client.force_login(made.lin)
    client.post(f"/customers/{made.lanhai.pk}/power/new/", {"name": "技术标", "chain": "technical"})
    row = PowerMap.objects.get(name="技术标")
    for title in ("组长", "专家"):
        client.post(f"/power-maps/{row.pk}/seats/new/", {"title": title, "role": "evaluator"})
    chief, expert = row.seats.order_by("id")
    asked = client.get(f"/power-seats/{expert.pk}/edit/?reports_to={chief.pk}")
    client.post(
        f"/power-seats/{expert.pk}/edit/",
        {"title": "专家", "role": "influencer", "reports_to": chief.pk, "version": expert.version},
    )
    client.post(
        f"/power-seats/{expert.pk}/edges/new/",
        {"to_seat": chief.pk, "kind": "influences", "strength": "3"},
    )
    client.post(f"/power-maps/{row.pk}/activate/")
    row.refresh_from_db()
    expert.refresh_from_db()

    assert asked.context["form"].initial["reports_to"] == chief
    assert (expert.reports_to, expert.role, row.status) == (chief, "influencer", "active")
    assert InfluenceEdge.objects.get().strength == 3


def test_a_cycle_comes_back_on_the_form(client, made):
    client.force_login(made.lin)

    answer = client.post(
        f"/power-seats/{made.top.pk}/edit/",
        {"title": "分管副总", "role": "approver", "reports_to": made.net.pk},
    )

    assert answer.status_code == 422
    made.top.refresh_from_db()
    assert made.top.reports_to is None


def test_the_map_is_hidden_while_presenting(client, made):
    client.force_login(made.lin)
    addresses = (f"/customers/{made.lanhai.pk}/power/", f"/power-maps/{made.map.pk}/")
    before = [made.ruochuan.name in client.get(each).content.decode() for each in addresses]

    client.post("/preferences/presenting/", {"value": "on"})

    after = [made.ruochuan.name in client.get(each).content.decode() for each in addresses]
    assert (before, after) == ([True, True], [False, False])
    assert client.get(f"/power-seats/{made.net.pk}/edit/").status_code == 403


def test_rest_draws_and_tells_the_figures(client, made):
    client.force_login(made.lin)
    placed(made.ruochuan, made.lin, made.boss, (0, 3))
    said = client.post(
        "/api/v1/power-seats/",
        {"map": made.map.pk, "title": "专家", "role": "evaluator", "reports_to": made.net.pk},
        content_type="application/json",
    )
    tie = client.post(
        "/api/v1/influence-edges/",
        {"from_seat": said.json()["id"], "to_seat": made.net.pk, "kind": "influences"},
        content_type="application/json",
    )
    client.post(f"/api/v1/power-maps/{made.map.pk}/activate/")
    figures = client.get(f"/api/v1/power-maps/{made.map.pk}/figures/").json()

    assert (said.status_code, tie.status_code) == (201, 201)
    assert figures == {
        "key_index": pytest.approx(100 * 15 / 36), "seats": 3, "covered": 1, "opponents": 0,
    }  # fmt: skip
