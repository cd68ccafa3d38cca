"""The gift register: money never, caps, four eyes, tenders, parts summed, nothing changed."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.actions import contacts as people
from accounts.actions.people import set_roles
from accounts.choices import Role
from accounts.models import Contact, Opportunity
from accounts.tests.build import NINE, SYSTEM, assign, cast, contact, customer, person
from core import policy
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification, OutboxMessage, TrailEntry, User
from relationships import gifts as noun
from relationships import policies, rules
from relationships.actions import gifts
from relationships.models import GiftRecord

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
GIFT = {
    "direction": "given", "occasion": "souvenir", "item": "画册", "value": Decimal(80),
    "recipient_class": "private", "purpose": "来访纪念", "given_on": TODAY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cash"),
    [("画册", False), ("茶叶两盒", False), ("A book", False), ("中秋红包", True), ("购物卡", True),
     ("加油卡一张", True), ("Gift card", True), ("cash", True), ("a cashmere scarf", False),
     ("代金券", True)],
)  # fmt: skip
def test_money_and_what_is_as_good(text, cash):
    assert noun.is_cash(text) is cash


@pytest.mark.parametrize(
    ("total", "klass", "needs"),
    [("199.99", "private", False), ("200", "private", False), ("200.01", "private", True),
     ("0", "public_official", True), ("1", "state_enterprise", True)],
)  # fmt: skip
def test_what_needs_an_approval(total, klass, needs):
    assert noun.needs_approval(Decimal(total), klass, free=Decimal(200)) is needs


@pytest.mark.parametrize(
    ("days", "closed"), [(-31, False), (-30, True), (0, True), (30, True), (31, False)]
)
def test_the_weeks_around_a_decision_are_closed(days, closed):
    hit = noun.closed_by(TODAY + days * DAY, [TODAY], before=30, after=30)

    assert (hit == TODAY) is closed


@pytest.fixture
def made(db, settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    made = cast()
    made.by = Actor.of(made.lin)
    made.cmp = person("cmp", made.company, Role.CMP)
    return made


def entered(made, whom=None, **more):
    return gifts.draft(whom or made.ruochuan, {**GIFT, **more}, by=made.by, now=NINE)


def submitted(made, whom=None, **more):
    return gifts.submit(entered(made, whom, **more), by=made.by, now=NINE)


@pytest.mark.parametrize(
    ("wrong", "rule", "field"),
    [
        ({"item": "购物卡"}, "R-G1", "item"),
        ({"purpose": "转账"}, "R-G1", "item"),
        ({"recipient_class": "public_official", "value": Decimal("0.01")}, "R-G1", "value"),
        ({"recipient_class": "state_enterprise"}, "R-G1", "value"),
        ({"value": Decimal("1000.01")}, "R-G1", "value"),
    ],
)
def test_what_is_refused_with_its_rule(made, wrong, rule, field):
    with pytest.raises(Refused) as refusal:
        entered(made, **wrong)

    assert (refusal.value.rule, list(refusal.value.fields)) == (rule, [field])
    assert not any(digit in str(refusal.value.sentence) for digit in "0123456789")
    assert not GiftRecord.objects.exists()


def test_the_limit_of_a_year_may_be_reached_and_begins_anew(made):
    submitted(made, value=Decimal(920))
    last = submitted(made, value=Decimal(80))

    with pytest.raises(Refused):
        entered(made, value=Decimal("0.01"))
    received = submitted(made, value=Decimal(100), direction="received")
    next_year = submitted(made, given_on=dt.date(2027, 1, 1))
    assert (last.status, received.status, next_year.status) == (
        "submitted", "approved", "approved",
    )  # fmt: skip


def test_a_gift_in_parts_is_one_gift(made):
    first = submitted(made, value=Decimal(150))
    second = submitted(made, value=Decimal(50), given_on=TODAY + 30 * DAY)
    third = submitted(made, value=Decimal("0.01"))
    apart = submitted(made, value=Decimal(150), given_on=TODAY + 61 * DAY)

    assert [row.status for row in (first, second, third, apart)] == [
        "approved", "approved", "submitted", "approved",
    ]  # fmt: skip


def test_one_person_at_two_customers_is_one_person(made):
    there = contact(customer(made.office, "别处"), "林若川", same_person=made.ruochuan)

    submitted(made, value=Decimal(150))
    other = submitted(made, there, value=Decimal(60))

    assert other.needs_approval


def test_an_admin_may_raise_what_officials_get_and_compliance_decides(made):
    policy.set_value(policies.GIFT_OFFICIAL_CNY, 200, by=SYSTEM, now=NINE, reason="国别标准")

    row = submitted(made, recipient_class="public_official", value=Decimal(200))
    with pytest.raises(Refused):
        entered(made, recipient_class="public_official", value=Decimal("0.01"))

    told = Notification.objects.filter(kind="gift.decision").values_list(
        "user__username", flat=True
    )
    assert (row.status, list(told)) == ("submitted", ["cmp"])


@pytest.mark.parametrize(
    "more", [{}, {"value": Decimal(5000)}, {"item": "购物卡"}, {"value": Decimal("1000.01")}]
)
def test_what_came_is_registered_whatever_it_is(made, more):
    if not more:
        tender(made, TODAY)

    row = submitted(made, direction="received", **more)

    assert (row.status, row.needs_approval) == ("submitted", True)
    if "item" in more:
        with pytest.raises(Refused):
            gifts.approve(row, by=Actor.of(made.boss), now=NINE)
        gifts.refuse(row, by=Actor.of(made.boss), now=NINE, note="请退回")
    else:
        assert gifts.approve(row, by=Actor.of(made.boss), now=NINE).status == "approved"


@pytest.mark.parametrize("direction", ["given", "received"])
def test_who_works_for_a_government_is_not_private(made, direction):
    type(made.lanhai).objects.filter(pk=made.lanhai.pk).update(kind="government")
    made.ruochuan.customer.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        entered(made, direction=direction)

    assert (refusal.value.rule, list(refusal.value.fields)) == ("R-G1", ["recipient_class"])
    official = {"direction": "received", "recipient_class": "public_official"}
    assert submitted(made, **official).needs_approval


def tender(made, day):
    row = Opportunity(
        code="OPP-1", customer=made.lanhai, name="扩容", owner=made.lin,
        expected_close=day, tender_decision_date=day,
    )  # fmt: skip
    row.stamp(by=SYSTEM, now=NINE)
    row.save()


@pytest.mark.parametrize(("days", "fine"), [(29, False), (30, False), (31, True)])
def test_no_gift_around_a_tender(made, days, fine):
    tender(made, TODAY + days * DAY)

    if fine:
        assert entered(made).status == "draft"
        return
    with pytest.raises(Refused) as refusal:
        entered(made)
    assert refusal.value.rule == "R-G2"


def test_a_tender_that_came_later_stops_the_hand_over(made):
    row = submitted(made)
    tender(made, TODAY + 3 * DAY)

    with pytest.raises(Refused):
        gifts.hand_over(row, TODAY, by=made.by, now=NINE)


def test_four_eyes_and_a_day_that_has_come(made):
    row = submitted(made, value=Decimal(300))

    with pytest.raises(Forbidden):
        gifts.approve(row, by=made.by, now=NINE)
    with pytest.raises(Refused):
        gifts.hand_over(row, TODAY, by=made.by, now=NINE)
    gifts.approve(row, by=Actor.of(made.boss), now=NINE)
    with pytest.raises(Invalid):
        gifts.hand_over(row, TODAY + DAY, by=made.by, now=NINE)
    gifts.hand_over(row, TODAY, by=made.by, now=NINE, receipt="R-7")

    verbs = TrailEntry.objects.filter(verb__startswith="gift.").order_by("id")
    assert (row.status, row.receipt) == ("given", "R-7")
    assert [one.verb for one in verbs] == [
        "gift.drafted", "gift.submitted", "gift.approved", "gift.given",
    ]  # fmt: skip
    assert {one.klass for one in verbs} == {"confidential"}


def test_free_by_itself_but_not_with_what_came_between(made):
    small = submitted(made, value=Decimal(150))
    large = submitted(made, value=Decimal(150))
    gifts.approve(large, by=Actor.of(made.boss), now=NINE)

    with pytest.raises(Refused) as refusal:
        gifts.hand_over(small, TODAY, by=made.by, now=NINE)

    assert refusal.value.rule == "R-G1"


def test_a_refused_or_cancelled_gift_uses_nothing_up(made):
    row = submitted(made, value=Decimal(900))
    gifts.refuse(row, by=Actor.of(made.boss), now=NINE, note="太贵")

    again = submitted(made, value=Decimal(900))
    gifts.cancel(again, by=made.by, now=NINE, note="改期")

    assert submitted(made, value=Decimal(1000)).status == "submitted"


@pytest.mark.parametrize("change", [{"value": 1}, {"item": "书"}, {"recipient_class": "private"}])
def test_the_database_refuses_to_change_or_remove_what_was_entered(made, change):
    row = submitted(made)
    rows = GiftRecord.objects.filter(pk=row.pk)

    for attempt in (lambda: rows.update(**change), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert GiftRecord.objects.get().value == Decimal(80)


def test_no_letter_says_what_for_whom(made):
    submitted(made, value=Decimal(300), item="CANARY")

    said = json.dumps(list(OutboxMessage.objects.values()), default=str, ensure_ascii=False)
    assert OutboxMessage.objects.count() == 1
    assert "CANARY" not in said and made.ruochuan.name not in said


def test_from_the_page_of_a_person_to_the_hand_over(client, made):
    client.force_login(made.lin)
    form = f"/contacts/{made.ruochuan.pk}/gifts/new/"

    refused = client.post(form, {**GIFT, "item": "红包"})
    client.post(form, GIFT)
    row = GiftRecord.objects.get()
    client.post(f"/gifts/{row.pk}/submit/")
    client.post(f"/gifts/{row.pk}/hand-over/", {"given_on": "2026-03-02", "receipt": "R-1"})
    listed = client.get(f"/gifts/?contact={made.ruochuan.pk}").content.decode()

    row.refresh_from_db()
    assert refused.status_code == 409 and list(refused.context["form"].errors) == ["item"]
    assert (row.status, row.receipt) == ("given", "R-1")
    assert "画册" in listed


def test_a_merge_of_contacts_may_move_a_gift(made):
    row = submitted(made)
    other = Contact.objects.exclude(pk=made.ruochuan.pk).first() or contact(made.lanhai, "沈若水")

    GiftRecord.objects.filter(pk=row.pk).update(contact=other)

    assert GiftRecord.objects.get().contact == other


def test_somebody_who_moved_twice_is_one_person(made):
    second = contact(customer(made.office, "别处"), "林若川", same_person=made.ruochuan)
    third = contact(customer(made.office, "再别处"), "林若川", same_person=second)
    submitted(made, value=Decimal(1000))

    with pytest.raises(Refused) as refusal:
        entered(made, third, value=Decimal("0.01"))
    assert refusal.value.rule == "R-G1"


def test_nothing_is_entered_for_whoever_left(made):
    people.mark_left(made.ruochuan, by=made.by, now=NINE)

    with pytest.raises(Refused):
        entered(made)


def test_compliance_hears_of_what_the_head_entered(made):
    row = gifts.draft(
        made.ruochuan, {**GIFT, "value": Decimal(500)}, by=Actor.of(made.boss), now=NINE
    )

    assert gifts.deciders(row, NINE) == [made.cmp]


def test_an_account_manager_does_not_decide_as_compliance(made):
    policy.set_value(policies.GIFT_OFFICIAL_CNY, 200, by=SYSTEM, now=NINE, reason="国别标准")
    row = gifts.draft(
        made.ruochuan,
        {**GIFT, "recipient_class": "public_official"},
        by=Actor.of(made.boss),
        now=NINE,
    )
    assign(made.lanhai, made.cmp, "member")
    beside = rules.may_decide_gift(made.cmp, row)
    set_roles(made.lin, ["ar", "cmp"], by=SYSTEM, now=NINE)

    assert (beside, rules.may_decide_gift(User.objects.get(pk=made.lin.pk), row)) == (True, False)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_this_world_comes_back_on_the_form(client, made, day):
    client.force_login(made.lin)

    answer = client.post(f"/contacts/{made.ruochuan.pk}/gifts/new/", {**GIFT, "given_on": day})

    assert list(answer.context["form"].errors) == ["given_on"]
