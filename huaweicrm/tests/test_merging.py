"""Two records of one customer become one, and are two again, byte by byte."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from accounts.actions import (
    action_items,
    cash_flow,
    handovers,
    influences,
    lifecycle,
    merging,
    team,
)
from accounts.choices import Tier
from accounts.models import (
    AccountAssignment,
    ActionItem,
    CashFlowDesignation,
    Contact,
    Customer,
    CustomerMerge,
    CustomerUnit,
)
from accounts.tests import build
from accounts.tests.build import NINE, SYSTEM
from core import files, registry, trail
from core import merging as moving
from core.actors import Actor
from core.errors import Invalid, Refused
from core.models import CustomValue, SearchEntry, Timer
from core.models.lists import CustomField, Tag, Tagging
from expectations.tests import build_delivery
from relationships.models import GridAssessment
from relationships.tests.build import placed
from service.models import Ticket
from service.tests import build as cases

DAY = dt.timedelta(days=1)
FLOORS = ("core", "accounts", "relationships", "expectations", "service")
ASIDE = {"core.trailentry", "core.trailpersonal", "core.event", "core.eventdelivery",
         "accounts.customermerge"}  # fmt: skip


@pytest.fixture
def cast(db):
    made = build.cast()
    made.twin = build.customer(made.office, "澜海移动", short_name="澜移", website="lanhai.example")
    build.assign(made.twin, made.wei, "ar")
    build.department(made.lanhai, "网络部")
    build.department(made.twin, "网络部")
    made.below = build.customer(made.office, "澜海县公司", parent=made.twin)
    made.who = build.contact(made.twin, "方总")
    made.row = placed(made.who, made.wei, made.boss, (0, 1))
    made.project = build_delivery.project(made, customer=made.twin)
    made.ticket = cases.ticket(made.twin, made.wei)
    action_items.create(
        "回电", owner=made.wei, due_at=NINE, customer=made.twin, by=SYSTEM, now=NINE
    )
    tag = Tag.objects.create(name="要紧", created_at=NINE)
    both = (made.lanhai, made.twin)
    for row in both:
        Tagging.objects.create(
            tag=tag, about_label="accounts.customer", about_id=row.pk, created_at=NINE
        )
    field = CustomField(entity="accounts.customer", key="zone", name="片区", kind="text")
    field.stamp(by=SYSTEM, now=NINE)
    field.save()
    CustomValue.objects.create(field=field, about_id=made.twin.pk, text="东")
    files.store(
        b"\x89PNG\r\n\x1a\n" + b"0" * 64, name="a.png", about=made.twin, scope=made.twin,
        by=Actor.of(made.wei), now=NINE,
    )  # fmt: skip
    made.head = Actor.of(made.boss)
    return made


def merge(cast, take=(), now=NINE):
    return merging.merge(cast.lanhai, cast.twin, take=take, by=cast.head, now=now)


def stored():
    """Every row of every table of the house but the trail, by its key."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in FLOORS and label not in ASIDE:
            names = [field.attname for field in model._meta.concrete_fields]
            for row in model._base_manager.values_list("pk", *names):
                found[(label, row[0])] = [str(value) for value in row]
            for many in model._meta.local_many_to_many:
                through = many.remote_field.through
                for row in through._base_manager.values_list():
                    found[(through._meta.label_lower, row[0])] = [str(value) for value in row]
    return found


def compared(before, after):
    """What differs, but for the duty that the merge made: it is called off, not wiped out."""
    duty = set(ActionItem.objects.filter(text__startswith="重新评估").values_list("pk", flat=True))
    made = {("accounts.actionitem", pk) for pk in duty}
    due = Timer.objects.filter(about_label="accounts.actionitem", about_id__in=duty)
    made |= {("core.timer", pk) for pk in due.values_list("pk", flat=True)}
    return {key: (before.get(key), after.get(key)) for key in (before.keys() | after.keys()) - made
            if before.get(key) != after.get(key)}  # fmt: skip


def test_undoing_restores_every_row_of_every_table(cast):
    before = stored()

    row = merge(cast, take=("name", "website"), now=NINE + DAY)
    between = stored()
    merging.undo(row, by=cast.head, now=NINE + 2 * DAY)

    assert between != before
    assert compared(before, stored()) == {}


def test_everything_points_to_the_record_that_stays(cast):
    row = merge(cast, take=("short_name",))

    left = {column.key: column.rows(cast.twin.pk).count() for column in moving.columns(Customer)}
    assert {key: many for key, many in left.items() if many} == {"core.tagging.about_id": 1}
    assert row.journal["left"] == {"core.tagging.about_id": [Tagging.objects.last().pk]}
    assert [Contact.objects.get(pk=cast.who.pk).customer, Ticket.objects.get().customer] == [
        cast.lanhai, cast.lanhai,
    ]  # fmt: skip
    assert GridAssessment.objects.get(pk=cast.row.pk).customer == cast.lanhai
    names = sorted(CustomerUnit.objects.filter(customer=cast.lanhai).values_list("name", flat=True))
    assert names == ["网络部", f"网络部 ({cast.twin.code})"]
    seats = AccountAssignment.objects.filter(customer=cast.lanhai, role="ar").order_by("pk")
    assert [(seat.user, seat.status) for seat in seats] == [
        (cast.lin, "active"), (cast.wei, "ended"),
    ]  # fmt: skip
    assert Customer.objects.get(pk=cast.below.pk).path == f"{cast.lanhai.path}{cast.below.pk}/"
    kept = Customer.objects.get(pk=cast.lanhai.pk)
    assert (kept.name, kept.short_name, kept.absorbed) == (cast.lanhai.name, "澜移", 1)
    entry = SearchEntry.objects.get(label="accounts.customer", about_id=cast.twin.pk)
    assert (entry.scope_id, entry.url) == (kept.pk, kept.get_absolute_url())


@pytest.mark.parametrize("target", [Customer, Contact])
def test_every_reference_to_a_record_moves_or_stays_for_a_reason(target):
    known = {column.key for column in moving.every_column(target)}
    foreign = {
        f"{model._meta.label_lower}.{field.attname}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is target
    } | {
        f"{field.remote_field.through._meta.label_lower}.{field.m2m_reverse_name()}"
        for model in apps.get_models()
        for field in model._meta.many_to_many
        if field.related_model is target
    }
    loose = {
        f"{model._meta.label_lower}.{field.name[:-6]}_id"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("_label") and field.name != "app_label"
    }

    assert (foreign | loose) - known == set()
    assert "core.customvalue.about_id" in known
    every = {c.key for model in (Customer, Contact) for c in moving.every_column(model)}
    assert set(registry.entry("MERGE_STAYS")) - every == set()


@pytest.mark.parametrize("wrong", ["itself", "below", "archived", "twice", "field"])
def test_what_is_not_merged(cast, wrong):
    first, other, take = cast.lanhai, cast.twin, ()
    if wrong == "itself":
        other = first
    if wrong == "below":
        other = cast.below
        first = cast.twin
    if wrong == "archived":
        Customer.objects.filter(pk=other.pk).update(is_archived=True)
    if wrong == "twice":
        merge(cast)
    if wrong == "field":
        take = ("tier",)
    before = stored()

    with pytest.raises((Refused, Invalid)) as refusal:
        merging.merge(first, other, take=take, by=cast.head, now=NINE)

    assert compared(before, stored()) == {}
    assert refusal.value.rule == "b.1"


@pytest.mark.parametrize("field", ["status", "investment_stance"])
def test_what_has_steps_of_its_own_is_not_taken_over(cast, field):
    Customer.objects.filter(pk=cast.twin.pk).update(status="lost", investment_stance="harvest")
    cast.twin.refresh_from_db()

    assert field not in merging.differing(cast.lanhai, cast.twin)
    with pytest.raises(Invalid):
        merge(cast, take=(field,))


@pytest.mark.parametrize("at", ["lanhai", "twin"])
def test_while_one_is_being_handed_over_nothing_is_merged(cast, at):
    seat = AccountAssignment.objects.get(customer=getattr(cast, at), role="ar")
    day = handovers.today_of(seat.customer, NINE)
    row = handovers.plan(
        seat, cast.fang, overlap_from=day, overlap_to=day + 30 * DAY, by=cast.head, now=NINE
    )
    with pytest.raises(Refused) as refusal:
        merge(cast)
    assert refusal.value.rule == "b.1"

    handovers.cancel(row, by=cast.head, now=NINE, note="先合并")
    assert merge(cast)


def designation(cast, customer, status):
    """A row as the two consents left it."""
    row = CashFlowDesignation(customer=customer, status=status, evidence="另选平台")
    if status == "confirmed":
        row.rh_by, row.exe_by, row.rh_at, row.exe_at = cast.boss, cast.wei, NINE, NINE
        row.starts_on = row.review_on = NINE.date()
        row.previous_stance = "invest"
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


def test_the_account_manager_who_remains_is_to_re_check_within_sixty_days(cast):
    timers = Timer.objects.armed().filter(about_id=cast.row.pk, kind="relationships.grid_expiry")
    assert timers.count() == 1

    row = merge(cast, now=NINE + DAY)

    item = ActionItem.objects.get(owner=cast.lin)
    assert (item.customer, item.status, item.due_at) == (cast.lanhai, "open", NINE + 61 * DAY)
    due = Timer.objects.armed().get(about_label="accounts.actionitem", about_id=item.pk)
    assert due.due_at == item.due_at
    assert timers.count() == 0
    merging.undo(row, by=cast.head, now=NINE + 2 * DAY)
    item.refresh_from_db()
    assert (item.status, timers.count()) == ("cancelled", 1)
    assert not Timer.objects.armed().filter(pk=due.pk).exists()


def test_who_manages_both_records_has_nobody_to_re_check(cast):
    AccountAssignment.objects.filter(customer=cast.twin, role="ar").update(user=cast.lin)

    merge(cast, now=NINE + DAY)

    assert not ActionItem.objects.filter(owner=cast.lin).exists()
    cast.row.refresh_from_db()
    assert cast.row.status == "confirmed"


def test_a_seat_that_ends_with_the_merge_does_not_end_once_more(cast):
    for customer in (cast.lanhai, cast.twin):
        team.assign(customer, cast.boss, "member", by=cast.head, now=NINE, until=NINE + 20 * DAY)
    armed = Timer.objects.armed().filter(kind="accounts.assignment_until")
    before = set(armed.values_list("about_id", flat=True))

    row = merge(cast, now=NINE + DAY)

    gone = AccountAssignment.objects.get(user=cast.boss, status="ended")
    assert set(armed.values_list("about_id", flat=True)) == before - {gone.pk}
    merging.undo(row, by=cast.head, now=NINE + 2 * DAY)
    assert set(armed.values_list("about_id", flat=True)) == before


def test_what_ends_with_the_second_record_ends_and_comes_back(cast):
    steps = [
        lifecycle.propose(one, "dormant", by=SYSTEM, now=NINE) for one in (cast.lanhai, cast.twin)
    ]
    edge = influences.add(cast.twin, cast.lanhai, "budgets", by=SYSTEM, now=NINE)
    before = stored()

    row = merge(cast, now=NINE + DAY)

    for one in (*steps, edge, cast.row):
        one.refresh_from_db()
    assert [one.status for one in steps] == ["proposed", "overtaken"]
    assert {one.customer for one in steps} == {cast.lanhai}
    assert edge.ended_at == NINE + DAY
    assert cast.row.status == "stale", "wei knew them; lin is the account manager now"
    merging.undo(row, by=cast.head, now=NINE + DAY)
    assert compared(before, stored()) == {}


@pytest.mark.parametrize(
    ("held", "tier", "where", "flag"),
    [(None, 3, "lanhai", True), (None, Tier.S, "twin", False), ("proposed", 3, "twin", False)],
)
def test_a_cash_flow_designation_holds_for_the_record_it_comes_to(cast, held, tier, where, flag):
    kept = Customer.objects.filter(pk=cast.lanhai.pk)
    kept.update(tier=tier, investment_stance="maintain")
    row = designation(cast, cast.twin, "confirmed")
    Customer.objects.filter(pk=cast.twin.pk).update(cash_flow=True, investment_stance="harvest")
    if held:
        designation(cast, cast.lanhai, held)
    before = stored()

    done = merge(cast)

    row.refresh_from_db()
    assert (row.customer, row.status) == (getattr(cast, where), "confirmed")
    assert (kept.get().cash_flow, kept.get().investment_stance) == (
        (True, "harvest") if flag else (False, "maintain")
    )
    if flag:
        cash_flow.lift(row, "战略又近了", by=cast.head, now=NINE)
        assert kept.get().investment_stance == "maintain", "the stance of the record that stayed"
        return
    merging.undo(done, by=cast.head, now=NINE)
    assert compared(before, stored()) == {}


def test_what_has_changed_since_is_not_undone(cast):
    row = merge(cast)
    Contact.objects.filter(pk=cast.who.pk).update(customer=cast.below)
    before = stored()

    with pytest.raises(Refused):
        merging.undo(row, by=cast.head, now=NINE)

    assert compared(before, stored()) == {}


@pytest.mark.parametrize(("days", "done"), [(30, True), (31, False)])
def test_a_merge_is_undone_within_thirty_days_and_once(cast, days, done):
    row = merge(cast)
    if not done:
        with pytest.raises(Refused):
            merging.undo(row, by=cast.head, now=NINE + days * DAY)
        return
    merging.undo(row, by=cast.head, now=NINE + days * DAY)
    with pytest.raises(Refused):
        merging.undo(row, by=cast.head, now=NINE + days * DAY)


def test_a_chain_of_merges_leads_to_the_last_and_is_undone_backwards(cast):
    third = build.customer(cast.office, "澜海集团公司")
    before = stored()
    first = merge(cast)
    second = merging.merge(third, cast.lanhai, by=cast.head, now=NINE)
    assert Customer.objects.get(pk=cast.twin.pk).merged_into == third

    with pytest.raises(Refused):
        merging.undo(first, by=cast.head, now=NINE)
    merging.undo(second, by=cast.head, now=NINE)
    merging.undo(first, by=cast.head, now=NINE)

    assert compared(before, stored()) == {}


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_who_only_sees_the_other_record_does_not_merge_it(cast):
    build.assign(cast.twin, cast.lin, "sr")
    client = signed_in(cast.lin)
    assert client.get(f"/customers/{cast.twin.pk}/").status_code == 200

    page = client.get(f"/customers/{cast.lanhai.pk}/merge/?other={cast.twin.pk}")

    assert page.status_code == 403
    assert cast.twin.code not in page.content.decode()


def test_merging_and_undoing_through_the_pages(cast):
    trail.record(cast.twin, "customer.verified", by=SYSTEM, now=NINE, scope=cast.twin)
    client, url = signed_in(cast.boss), f"/customers/{cast.lanhai.pk}/merge/"

    step = client.post(url, {"other": cast.twin.pk})
    assert (step.status_code, step["Location"]) == (302, f"{url}?other={cast.twin.pk}")
    assert "澜移" in client.get(step["Location"]).content.decode()
    done = client.post(step["Location"], {
        "other": cast.twin.pk, "compared": "1", "take": ["short_name"],
    })  # fmt: skip
    assert done.status_code == 302
    old = client.get(f"/customers/{cast.twin.pk}/")
    assert old["Location"] == f"/customers/{cast.lanhai.pk}/"
    page = client.get(f"/customers/{cast.lanhai.pk}/")
    said = {(entry.scope_id, entry.verb) for entry in page.context["page"].entries}
    assert {(cast.twin.pk, "customer.verified"), (cast.lanhai.pk, "customer.merged")} <= said
    row = CustomerMerge.objects.get()
    assert cast.twin.code in client.get(url).content.decode()
    assert client.post(f"/customer-merges/{row.pk}/undo/").status_code == 302
    assert client.get(f"/customers/{cast.twin.pk}/").status_code == 200


def test_itself_is_refused_on_the_page_and_in_rest_with_the_rule(cast):
    client, pk = signed_in(cast.boss), cast.lanhai.pk

    page = client.post(f"/customers/{pk}/merge/?other={pk}", {"other": pk, "compared": "1"})
    rest = client.post(
        f"/api/v1/customers/{pk}/merge/", {"other": pk}, content_type="application/json"
    )

    assert page.status_code == 409
    assert (rest.status_code, rest.json()["rule"]) == (409, "b.1")
    assert not CustomerMerge.objects.exists()


def test_merging_and_undoing_in_rest(cast):
    client, pk = signed_in(cast.boss), cast.lanhai.pk

    made = client.post(
        f"/api/v1/customers/{pk}/merge/", {"other": cast.twin.pk, "take": ["website"]},
        content_type="application/json",
    ).json()  # fmt: skip
    gone = client.get(f"/api/v1/customers/{cast.twin.pk}/").json()
    back = client.post(
        f"/api/v1/customer-merges/{made['id']}/undo/", {}, content_type="application/json"
    )

    assert (made["customer"], made["merged"], made["taken"]) == (pk, cast.twin.pk, ["website"])
    assert gone["merged_into"] == pk
    assert back.status_code == 200 and back.json()["undone_at"]
