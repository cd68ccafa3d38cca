"""Relationship plans: target, approval, steps, write-back only by a confirmed assessment (R-R5)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import ContactStatus, Role
from accounts.models import ActionItem
from accounts.tests.build import NINE, cast, contact, person
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification, Timer, TrailEntry
from core.timers import sweep
from relationships import plans as noun
from relationships import rules
from relationships.actions import assessments, plans, reminders
from relationships.models import GridAssessment, RelationshipPlan
from relationships.tests.build import CANARY, met, placed, proposed

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "goal", "better", "reached"),
    [
        ((0, -1), (0, -1), False, True),
        ((0, -1), (0, 0), True, False),
        ((0, -1), (1, -1), True, False),
        ((0, -1), (-1, 2), False, False),
        ((0, -1), (2, -2), False, False),
        ((0, -1), (0, -2), False, True),
        ((3, 3), (3, 3), False, True),
        ((2, 3), (1, 3), False, True),
    ],
)
def test_better_and_reached(now, goal, better, reached):
    assert (noun.is_better(goal, now), noun.is_reached(goal, now)) == (better, reached)


@pytest.mark.parametrize(
    ("supports", "since"),
    [([], None), ([1, 0], None), ([-1], 0), ([1, -1, -2], 1), ([-1, 0, -3], 2), ([-1, 0], None)],
)
def test_since_when_somebody_opposes(supports, since):
    assert noun.opposed_since(enumerate(supports)) == since


@pytest.mark.parametrize(("days", "late"), [(0, 0), (13, 0), (14, 0), (15, 1), (30, 16)])
def test_a_plan_is_overdue_after_fourteen_days(days, late):
    today = NINE.date()

    assert noun.needs_plan_since(today - days * DAY, today=today, within_days=14) == late


@pytest.fixture
def made(db):
    made = cast()
    made.row = placed(made.ruochuan, made.lin, made.boss, (0, -1), NINE - 10 * DAY)
    return made


def drafted(made, target=(0, 1), **more):
    values = {"strategy": "先澄清事实，再请同行来谈", "due_on": (NINE + 30 * DAY).date(),
              "owner": made.lin} | more  # fmt: skip
    return plans.draft(made.ruochuan, target, by=Actor.of(made.lin), now=NINE, **values)


def approved(made, **more):
    return plans.approve(drafted(made, **more), by=Actor.of(made.boss), now=NINE)


def test_a_plan_remembers_where_it_began_and_the_score_stays(made):
    plan = drafted(made)

    assert (plan.start, plan.target, plan.status, plan.target_cell) == (
        (0, -1), (0, 1), "draft", "P1N",
    )  # fmt: skip
    assert assessments.current_of(made.ruochuan) == made.row
    entry = TrailEntry.objects.get(verb="plan.drafted")
    assert entry.klass == "confidential"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target": (0, -2)}, "target_support"),
        ({"target": (0, -1)}, "target_support"),
        ({"target": (-1, 3)}, "target_support"),
        ({"target": (0, 4)}, "target_support"),
        ({"due_on": NINE.date()}, "due_on"),
        ({"strategy": "  "}, "strategy"),
    ],
)
def test_what_is_no_plan_is_refused(made, change, field):
    with pytest.raises(Invalid) as refusal:
        drafted(made, **change)

    assert list(refusal.value.fields) == [field]
    assert RelationshipPlan.objects.count() == 0


@pytest.mark.parametrize("name", ["owner", "sponsor"])
def test_who_answers_for_a_plan_reads_it(made, name):
    with pytest.raises(Invalid) as refusal:
        drafted(made, **{name: made.stranger})

    assert list(refusal.value.fields) == [name]


def test_one_open_plan_a_person_and_only_for_somebody_placed(made):
    drafted(made)
    with pytest.raises(Refused):
        drafted(made)
    with pytest.raises(Refused):
        plans.draft(
            contact(made.lanhai, "裴世安"), (0, 1), by=Actor.of(made.lin), now=NINE,
            strategy="x", due_on=(NINE + DAY).date(), owner=made.lin,
        )  # fmt: skip


def test_neither_author_nor_owner_nor_a_machine_approves(made):
    plan = drafted(made, owner=made.boss)
    for who in (Actor.of(made.lin), Actor.of(made.boss)):
        with pytest.raises(Forbidden):
            plans.approve(plan, by=who, now=NINE)

    plan.refresh_from_db()
    assert plan.status == "draft"


def test_a_draft_is_edited_and_an_approved_plan_is_not(made):
    plan = drafted(made)
    plans.edit(plan, {"target_support": 2}, by=Actor.of(made.lin), now=NINE, version=plan.version)
    with pytest.raises(Invalid):
        plans.edit(
            plan, {"target_support": -2}, by=Actor.of(made.lin), now=NINE, version=plan.version
        )
    plans.approve(plan, by=Actor.of(made.boss), now=NINE)
    with pytest.raises(Refused):
        plans.edit(
            plan, {"target_support": 3}, by=Actor.of(made.lin), now=NINE, version=plan.version
        )

    assert plan.target == (0, 2)


def test_steps_are_action_items_about_the_plan_before_its_end(made):
    plan = approved(made)
    step = plans.add_step(
        plan, "发分项成本表", owner=made.wei, due_at=NINE + 5 * DAY, by=Actor.of(made.lin), now=NINE
    )
    with pytest.raises(Invalid):
        plans.add_step(
            plan, "太晚", owner=made.wei, due_at=plans.end_of(plan), by=Actor.of(made.lin), now=NINE
        )

    assert (step.about_label, step.about_id) == ("relationships.relationshipplan", plan.pk)
    assert ActionItem.objects.count() == 1


def test_confirming_writes_back_by_confirming_the_assessment(made):
    plan = plans.start(approved(made), by=Actor.of(made.lin), now=NINE)
    later = NINE + 5 * DAY
    link = met(made.ruochuan, made.lin, later)
    row = proposed(made.ruochuan, made.lin, (0, 1), later, interactions=[link])

    plans.claim(plan, row, by=Actor.of(made.lin), now=later)
    before = assessments.current_of(made.ruochuan)
    plans.confirm(plan, by=Actor.of(made.boss), now=later)

    row.refresh_from_db()
    assert (before, assessments.current_of(made.ruochuan)) == (made.row, row)
    assert (plan.status, row.status, plan.closed_at) == ("confirmed", "confirmed", later)
    assert not Timer.objects.armed().filter(kind=plans.END).exists()


def test_what_does_not_show_the_target_is_no_claim(made):
    plan = approved(made)
    short = placed(made.ruochuan, made.wei, made.boss, (0, 0), NINE + DAY)
    other = placed(contact(made.lanhai, "孟昭"), made.lin, made.boss, (0, 1), NINE + DAY)
    for row in (made.row, short, other):
        with pytest.raises(Invalid):
            plans.claim(plan, row, by=Actor.of(made.lin), now=NINE + 2 * DAY)

    assert plan.status == "approved"


def test_a_plan_whose_assessment_was_rejected_is_not_confirmed_but_returned(made):
    plan = approved(made)
    later = NINE + 5 * DAY
    link = met(made.ruochuan, made.lin, later)
    row = proposed(made.ruochuan, made.lin, (0, 1), later, interactions=[link])
    plans.claim(plan, row, by=Actor.of(made.lin), now=later)
    assessments.reject(row, by=Actor.of(made.boss), now=later, note="只是客气话")
    with pytest.raises(Refused):
        plans.confirm(plan, by=Actor.of(made.boss), now=later)
    plan.refresh_from_db()
    assert plan.status == "claimed"

    plans.give_back(plan, by=Actor.of(made.boss), now=later, note="再约一次")

    assert (plan.status, plan.result, plan.note) == ("in_progress", None, "再约一次")
    assert Timer.objects.armed().get(kind=plans.END).due_at == plans.end_of(plan)


def test_the_assessor_does_not_confirm_the_plan(made):
    plan = approved(made)
    later = NINE + DAY
    link = met(made.ruochuan, made.lin, later)
    row = placed(made.ruochuan, made.boss, made.exe, (0, 1), later, interactions=[link])
    plans.claim(plan, row, by=Actor.of(made.lin), now=later)

    assert not rules.may_confirm_plan(made.boss, plan)
    with pytest.raises(Forbidden):
        plans.confirm(plan, by=Actor.of(made.boss), now=later)
    assert rules.may_confirm_plan(made.exe, plan)
    assert plans.confirm(plan, by=Actor.of(made.exe), now=later).status == "confirmed"


def test_neither_claimer_nor_owner_confirms(made):
    plan = approved(made)
    link = met(made.ruochuan, made.wei, NINE + DAY)
    row = proposed(made.ruochuan, made.wei, (0, 1), NINE + DAY, interactions=[link])
    plans.claim(plan, row, by=Actor.of(made.boss), now=NINE + DAY)

    for who in (made.lin, made.boss):
        with pytest.raises(Forbidden):
            plans.confirm(plan, by=Actor.of(who), now=NINE + DAY)


@pytest.mark.parametrize(("seconds", "status"), [(-1, "approved"), (0, "missed"), (1, "missed")])
def test_a_plan_is_missed_when_its_last_day_is_over(made, seconds, status):
    plan = approved(made)
    moment = plans.end_of(plan) + dt.timedelta(seconds=seconds)

    sweep(moment)
    sweep(moment)

    plan.refresh_from_db()
    assert plan.status == status
    told = set(Notification.objects.filter(kind="plan.missed").values_list("user", flat=True))
    assert told == ({made.lin.pk, made.boss.pk} if status == "missed" else set())


def test_cancelling_needs_a_reason_and_frees_the_person(made):
    plan = approved(made)
    with pytest.raises(Invalid):
        plans.cancel(plan, by=Actor.of(made.lin), now=NINE, note=" ")
    plans.cancel(plan, by=Actor.of(made.lin), now=NINE, note="他调走了")

    assert plan.closed_at == NINE
    assert drafted(made).status == "draft"


def test_nobody_plans_for_somebody_who_left(made):
    made.ruochuan.status = ContactStatus.LEFT
    with pytest.raises(Refused):
        drafted(made)


def test_notifications_and_open_items_say_no_score(made):
    plan = approved(made)
    plans.review(plan, by=Actor.of(made.boss), now=NINE, note="看过")

    said = [
        str(row.params) + row.title for row in Notification.objects.filter(kind__startswith="plan")
    ]
    assert said and not any("-1" in each or "−1" in each for each in said)
    assert GridAssessment.objects.count() == 1


def test_reminders_tell_owner_and_head_once_after_fourteen_days(made):
    said = [reminders.ask_for_plans(now=NINE + days * DAY) for days in (3, 4, 5, 5, 90)]

    told = Notification.objects.filter(kind="plan.wanted").values_list("user", flat=True)
    assert said == [0, 0, 1, 0, 0]  # placed ten days before NINE
    assert set(told) == {made.boss.pk, made.ruochuan.relationship_owner_id or made.boss.pk}


def test_reminders_come_again_fourteen_days_after_a_plan_ended(made):
    assert reminders.ask_for_plans(now=NINE + 5 * DAY) == 1
    plan = approved(made)
    plans.cancel(plan, note="改道", by=Actor.of(made.boss), now=NINE + 40 * DAY)
    asked = (
        reminders.ask_for_plans(now=NINE + 54 * DAY + shift)
        for shift in (-dt.timedelta(seconds=1), 0 * DAY, DAY, 100 * DAY)
    )

    assert list(asked) == [0, 1, 0, 0]
    assert Notification.objects.filter(kind="plan.wanted", user=made.boss).count() == 2


def test_reminders_come_again_to_who_came_back_to_the_grid(made):
    assert reminders.ask_for_plans(now=NINE + 5 * DAY) == 1
    placed(made.ruochuan, made.lin, made.boss, (0, 1), NINE + 20 * DAY)
    assert reminders.ask_for_plans(now=NINE + 50 * DAY) == 0
    placed(made.ruochuan, made.lin, made.boss, (0, -1), NINE + 60 * DAY)

    asked = [reminders.ask_for_plans(now=NINE + days * DAY) for days in (74, 75, 76, 200)]
    assert asked == [0, 1, 0, 0]


def test_who_waits_does_not_stand_before_the_others(made, monkeypatch):
    monkeypatch.setattr(reminders, "MOST", 1)
    for name in ("甲", "乙"):
        other = contact(made.lanhai, name)
        placed(other, made.lin, made.boss, (0, -2), NINE - 20 * DAY)
    before = reminders.ask_for_plans(now=NINE)

    assert before == 2
    assert reminders.ask_for_plans(now=NINE + 5 * DAY) == 1


@pytest.mark.parametrize(("hours", "told"), [(-1, 0), (1, 1)])
def test_the_fourteen_days_are_days_where_the_customer_is(made, hours, told):
    midnight = NINE.replace(hour=0) + 5 * DAY
    now = (midnight + dt.timedelta(hours=hours)).astimezone(dt.UTC)  # a day less

    assert reminders.ask_for_plans(now=now) == told


def test_the_head_hears_of_a_draft_and_is_led_to_it(made):
    plan = drafted(made)
    reminders.ask_for_plans(now=NINE + 5 * DAY)

    told = Notification.objects.filter(user=made.boss).order_by("id").values_list("kind", "url")
    there = plan.get_absolute_url()
    assert list(told) == [("plan.drafted", there), ("plan.wanted", there)]


def test_whoever_has_an_approved_plan_is_not_asked_for(made):
    approved(made)

    assert reminders.ask_for_plans(now=NINE + 20 * DAY) == 0


def test_the_clock_of_an_opponent_does_not_begin_anew_with_a_harder_one(made):
    placed(made.ruochuan, made.lin, made.boss, (0, -2), NINE)

    assert reminders.ask_for_plans(now=NINE + 5 * DAY) == 1


@pytest.mark.parametrize(("days", "reminded"), [(30, 0), (30.01, 1)])
def test_a_blocker_is_reviewed_each_month(made, days, reminded):
    placed(made.ruochuan, made.lin, made.boss, (0, -3), NINE)
    plan = approved(made, due_on=(NINE + 90 * DAY).date())

    assert reminders.ask_for_reviews(now=NINE + days * DAY) == reminded
    reminders.ask_for_reviews(now=NINE + days * DAY)
    told = Notification.objects.filter(kind="plan.review").values_list("user", flat=True)
    assert list(told) == [made.boss.pk] * reminded
    plans.review(plan, by=Actor.of(made.boss), now=NINE + 31 * DAY, note="继续")
    assert reminders.ask_for_reviews(now=NINE + 32 * DAY) == 0


# pages ---------------------------------------------------------------------------------------


@pytest.fixture
def nine(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"


def test_ghost_target_and_step_stand_on_the_grid(client, made, nine):
    plan = approved(made, target=(1, 1))
    plans.add_step(
        plan, "发分项成本表", owner=made.wei, due_at=NINE + DAY, by=Actor.of(made.lin), now=NINE
    )
    client.force_login(made.lin)
    base = f"/customers/{made.lanhai.pk}/grid/"

    panels = client.get(f"{base}?person={made.ruochuan.pk}").content.decode()
    plane = client.get(f"{base}?view=plane").content.decode()
    past = client.get(f"{base}?at=2026-03-01&view=plane").content.decode()

    assert 'class="gh"' in panels and "发分项成本表" in panels
    assert ('class="ghost" transform' in plane, 'class="ghost" transform' in past) == (True, False)


def test_a_draft_is_no_ghost_but_stands_beside_the_person(client, made, nine):
    drafted(made, target=(1, 1))
    client.force_login(made.lin)

    page = client.get(f"/customers/{made.lanhai.pk}/grid/?person={made.ruochuan.pk}")

    assert 'class="gh"' not in page.content.decode()
    assert page.context["aside"].plan.plan.status == "draft"


def test_an_opponent_without_a_plan_is_named_on_the_fifteenth_day(client, made, settings):
    late = {}
    for day in ("2026-03-06", "2026-03-07"):  # placed on 20 February
        settings.DEMO_NOW = f"{day}T09:00:00+08:00"
        client.logout()
        client.force_login(made.lin)
        page = client.get(f"/customers/{made.lanhai.pk}/grid/?view=list")
        late[day] = [each.plan_late for each in page.context["board"].people]

    assert late == {"2026-03-06": [0], "2026-03-07": [1]}
    assert "无计划" in page.content.decode()


def test_draft_approve_claim_and_confirm_by_page(client, made, nine):
    client.force_login(made.lin)
    address = f"/contacts/{made.ruochuan.pk}/plans/new/"
    offered = client.get(address).context["form"]["strategy"].value()
    body = {"target_support": 1, "target_intimacy": 0, "due_on": "2026-04-01",
            "strategy": "先澄清事实", "owner": made.lin.pk}  # fmt: skip
    worse = client.post(address, body | {"target_support": -2})
    client.post(address, body)
    plan = RelationshipPlan.objects.get()
    own = client.post(f"/relationship-plans/{plan.pk}/approve/")
    client.force_login(made.boss)
    client.post(f"/relationship-plans/{plan.pk}/approve/")
    client.force_login(made.lin)
    client.post(f"/relationship-plans/{plan.pk}/start/")
    link = met(made.ruochuan, made.lin, NINE)
    row = proposed(made.ruochuan, made.lin, (0, 1), NINE, interactions=[link])
    client.post(f"/relationship-plans/{plan.pk}/claim/", {"assessment": row.pk})
    client.force_login(made.boss)
    shown = client.get(f"/relationship-plans/{plan.pk}/")
    client.post(f"/relationship-plans/{plan.pk}/confirm/")

    plan.refresh_from_db()
    row.refresh_from_db()
    assert str(offered) and (worse.status_code, own.status_code) == (422, 403)
    assert list(worse.context["form"].errors) == ["target_support"]
    assert shown.context["may"]["confirm"] is True
    assert (plan.status, row.status, row.reviewer) == ("confirmed", "confirmed", made.boss)


def test_a_head_approves_the_text_that_was_read(client, made, nine):
    plan = drafted(made)
    plans.edit(plan, {"strategy": "改了主意"}, by=Actor.of(made.lin), now=NINE, version=None)
    client.force_login(made.boss)
    path = f"/relationship-plans/{plan.pk}/approve/"

    shown = client.get(plan.get_absolute_url()).content.decode()
    stale = client.post(path, {"version": plan.version - 1})
    fresh = client.post(path, {"version": plan.version})

    assert f'name="version" value="{plan.version}"' in shown
    assert (stale.status_code, fresh.status_code) == (409, 302)


def test_plans_are_as_confidential_as_the_grid(client, made, nine):
    made.qm = person("qm", made.company, Role.QM)
    plan = approved(made, strategy=CANARY)
    said = {}
    for name in ("lin", "boss", "exe", "qm", "stranger"):
        client.force_login(getattr(made, name))
        page = client.get(f"/relationship-plans/{plan.pk}/")
        listed = client.get("/relationship-plans/").content.decode()
        rest = client.get("/api/v1/relationship-plans/").content.decode()
        said[name] = (page.status_code, made.ruochuan.name in listed, CANARY in rest)

    seen, unseen = (200, True, True), (404, False, False)
    assert said == {"lin": seen, "boss": seen, "exe": seen, "qm": unseen, "stranger": unseen}


def test_the_list_costs_the_same_for_1_and_10(client, made, nine):
    approved(made)
    client.force_login(made.lin)
    client.get("/relationship-plans/")
    with CaptureQueriesContext(connection) as few:
        client.get("/relationship-plans/")
    for number in range(9):
        whom = contact(made.lanhai, f"客户{number}")
        placed(whom, made.lin, made.boss, (0, 0), NINE - DAY)
        plans.draft(
            whom, (0, 1), by=Actor.of(made.lin), now=NINE, strategy="x",
            due_on=(NINE + 30 * DAY).date(), owner=made.lin,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/relationship-plans/").context["page"].rows) == 10

    assert (len(few), len(few) <= 8) == (len(many), True)


def test_presenting_hides_plans(client, made, nine):
    plan = approved(made, strategy=CANARY)
    client.force_login(made.lin)
    client.post("/preferences/presenting/", {"value": "on"})

    pages = [client.get(url).content.decode() for url in
             ("/relationship-plans/", f"/relationship-plans/{plan.pk}/")]  # fmt: skip

    assert not any(CANARY in page or made.ruochuan.name in page for page in pages)
