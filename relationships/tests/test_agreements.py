"""Strategic agreements: two halves, compliance, both signatures, renewal, locked projects."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from accounts.actions import opportunities
from accounts.choices import Role
from accounts.models import Opportunity
from accounts.tests import build
from accounts.tests.build import NINE, SHANGHAI, cast, contact, person
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification, Timer
from core.reconcile import differences
from core.timers import sweep
from relationships import agreements as noun
from relationships import rules, timers_agreement
from relationships.actions import agreement_force, agreements, locked
from relationships.models import LockedProject, StrategicAgreement
from relationships.queries.agreements import milestones

DAY = dt.timedelta(days=1)
TODAY = NINE.date()
END = dt.date(2028, 3, 1)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (2026, 2030, (2026, 2027, 2028)),
        (2020, 2026, (2026,)),
        (2027, 2027, (2027,)),
        (2028, 2031, (2028,)),
        (2029, 2031, ()),
        (2020, 2025, ()),
    ],
)
def test_years_lie_within_the_period_and_near(start, end, years):
    period = dt.date(start, 1, 1), dt.date(end, 12, 31)

    assert noun.lockable_years(*period, today=TODAY, ahead=2) == years


@pytest.mark.parametrize(
    ("left", "threshold"),
    [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (0, 30), (-1, None)],
)
def test_renewal_is_asked_about_three_times(left, threshold):
    assert noun.reached(TODAY + left * DAY, (180, 90, 30), today=TODAY) == threshold


def test_both_sides_sign():
    assert noun.signatories_lack(None, None) == ("our_signatory", "their_signatory")
    assert noun.signatories_lack("a", None) == ("their_signatory",)
    assert noun.signatories_lack("a", "b") == ()


@pytest.fixture
def made(db):
    made = cast()
    made.cmp = person("cmp", made.company, Role.CMP)
    return made


def by(user):
    return Actor.of(user)


def drafted(made, **more):
    values = {"title": "2026–2028 战略合作", "starts_on": TODAY, "ends_on": END,
              "clauses": "每年一次战略对标\n优先试用新产品"} | more  # fmt: skip
    return agreements.draft(made.lanhai, values, by=by(made.lin), now=NINE)


def negotiating(made, **more):
    return agreements.negotiate(drafted(made, **more), by=by(made.lin), now=NINE)


def approved(made, **more):
    return agreements.approve(negotiating(made, **more), by=by(made.boss), now=NINE)


def signed(made, row=None, **who):
    who = who or {"our_signatory": made.boss, "their_signatory": made.ruochuan}
    return agreement_force.sign(row or approved(made), TODAY, by=by(made.lin), now=NINE, **who)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": TODAY}, "ends_on"),
        ({"starts_on": TODAY - 30 * DAY, "ends_on": TODAY - DAY}, "ends_on"),
        ({"is_exclusive": True}, "exclusivity"),
        ({"exclusivity": "核心网"}, "is_exclusive"),
    ],
)
def test_what_is_no_agreement_is_refused(made, change, field):
    with pytest.raises(Invalid) as refusal:
        drafted(made, **change)

    assert list(refusal.value.fields) == [field]
    assert StrategicAgreement.objects.count() == 0


def test_its_owner_sees_the_customer(made):
    with pytest.raises(Invalid) as refusal:
        drafted(made, owner=made.stranger)

    assert list(refusal.value.fields) == ["owner"]


def test_exclusivity_waits_for_compliance_and_a_changed_text_waits_again(made):
    row = negotiating(made, is_exclusive=True, exclusivity="省干传输")
    assert Notification.objects.filter(user=made.cmp, kind="agreement.compliance").count() == 1
    with pytest.raises(Refused) as refusal:
        agreements.approve(row, by=by(made.boss), now=NINE)
    assert refusal.value.rule == "b.6"
    agreements.clear(row, by=by(made.cmp), now=NINE)
    agreements.edit(row, {"title": "新名"}, by=by(made.lin), now=NINE, version=row.version)
    assert row.compliance_by == made.cmp
    agreements.edit(row, {"ends_on": END + DAY}, by=by(made.lin), now=NINE, version=row.version)

    assert (row.compliance_by, row.waits_for_compliance) == (None, True)
    agreements.object_to(row, by=by(made.cmp), now=NINE, note="范围太大")
    row.refresh_from_db()
    assert (row.compliance_note, row.compliance_at) == ("范围太大", None)


def test_compliance_decides_and_not_the_account_manager(made):
    row = negotiating(made, is_exclusive=True, exclusivity="省干传输")

    may = {name for name in ("lin", "wei", "boss", "exe", "cmp", "stranger")
           if rules.may_clear_agreement(getattr(made, name), row)}  # fmt: skip
    assert may == {"cmp"}


def test_neither_author_nor_a_machine_approves(made):
    row = negotiating(made, owner=made.boss)
    for who in (by(made.lin), by(made.boss)):
        with pytest.raises(Forbidden):
            agreements.approve(row, by=who, now=NINE)

    assert not rules.may_approve_agreement(made.boss, row)
    assert rules.may_approve_agreement(made.exe, row)


def test_an_approved_text_stays_until_it_goes_back(made):
    row = approved(made)
    with pytest.raises(Refused):
        agreements.edit(row, {"clauses": "x"}, by=by(made.lin), now=NINE, version=row.version)
    agreements.edit(row, {"documents": "档案 7"}, by=by(made.lin), now=NINE, version=row.version)
    with pytest.raises(Invalid):
        agreements.give_back(row, by=by(made.lin), now=NINE, note=" ")
    agreements.give_back(row, by=by(made.lin), now=NINE, note="客户改了期限")

    assert (row.status, row.approved_by, row.document_lines) == ("negotiating", None, ["档案 7"])


def test_one_signature_is_not_enough(made):
    row = signed(made, our_signatory=made.boss)
    assert row.status == "signed"
    with pytest.raises(Refused):
        agreement_force.come_into_force(row, by=by(made.lin), now=NINE)
    signed(made, row, their_signatory=made.ruochuan)

    assert (row.status, row.our_signatory, row.signed_on) == ("in_force", made.boss, TODAY)


@pytest.mark.parametrize("day", [TODAY + DAY])
def test_nobody_signs_tomorrow_or_for_another_customer(made, day):
    row = approved(made)
    with pytest.raises(Invalid) as refusal:
        agreement_force.sign(row, day, by=by(made.lin), now=NINE, our_signatory=made.boss)
    assert list(refusal.value.fields) == ["signed_on"]
    other = contact(build.customer(made.office, "灵动电力"), "何工")
    with pytest.raises(Invalid) as refusal:
        signed(made, row, their_signatory=other)
    assert list(refusal.value.fields) == ["their_signatory"]
    with pytest.raises(Invalid):
        agreement_force.sign(row, TODAY, by=by(made.lin), now=NINE)


def test_what_begins_later_is_in_force_on_its_first_day(made):
    row = signed(made, approved(made, starts_on=TODAY + 10 * DAY))
    start = row.local(row.starts_on)
    assert (row.status, differences(NINE)) == ("signed", [])
    sweep(start - dt.timedelta(seconds=1))
    row.refresh_from_db()
    assert row.status == "signed"
    sweep(start)
    row.refresh_from_db()

    assert (row.status, differences(start)) == ("in_force", [])


def alerts(row):
    rows = Notification.objects.filter(about_id=row.pk, kind="agreement.renewal")
    return sorted((note.user.username, note.once.rpartition(":")[2]) for note in rows)


def test_renewal_alerts_and_the_end(made):
    row = signed(made)
    for days, told in ((180, ["180"]), (90, ["180", "90"]), (30, ["180", "30", "90"])):
        at = row.local(END - days * DAY, 9)
        sweep(at - dt.timedelta(seconds=1))
        assert len(alerts(row)) == 2 * (len(told) - 1)
        sweep(at)
        sweep(at)
        assert alerts(row) == [(who, key) for who in ("boss", "lin") for key in told]
        assert differences(at) == []
    end = row.local(END + DAY)
    sweep(end - dt.timedelta(seconds=1))
    row.refresh_from_db()
    assert row.status == "in_force"
    sweep(end + 3 * DAY)
    row.refresh_from_db()

    assert (row.status, row.closed_at) == ("expired", end)
    assert not Timer.objects.armed().filter(about_id=row.pk).exists()


def test_after_a_pause_only_the_last_alert_is_told(made):
    row = signed(made)
    sweep(row.local(END - 20 * DAY, 9))

    assert alerts(row) == [("boss", "30"), ("lin", "30")]


def test_a_renewal_takes_over_and_is_asked_for_once(made):
    row = signed(made)
    new = agreement_force.renew(row, by=by(made.lin), now=NINE)
    with pytest.raises(Refused):
        agreement_force.renew(row, by=by(made.lin), now=NINE)
    assert (new.renews, new.starts_on, new.clauses) == (row, END + DAY, row.clauses)
    agreements.negotiate(new, by=by(made.lin), now=NINE)
    agreements.approve(new, by=by(made.boss), now=NINE)
    signed(made, new, our_signatory=made.boss, their_signatory=made.ruochuan)
    sweep(row.local(END - 90 * DAY, 9))
    assert alerts(row) == []
    sweep(row.local(END + DAY))
    for each in (row, new):
        each.refresh_from_db()

    assert (row.status, new.status) == ("renewed", "in_force")


def test_what_is_approved_is_ended_by_a_head_and_every_end_has_a_reason(made):
    row = drafted(made)
    assert rules.may_end_agreement(made.lin, row)
    agreements.negotiate(row, by=by(made.lin), now=NINE)
    signed(made, agreements.approve(row, by=by(made.boss), now=NINE))
    assert [rules.may_end_agreement(who, row) for who in (made.lin, made.boss)] == [False, True]
    with pytest.raises(Invalid):
        agreement_force.terminate(row, by=by(made.boss), now=NINE, note="")
    agreement_force.terminate(row, by=by(made.boss), now=NINE, note="客户重组")

    assert (row.status, row.closed_at, Timer.objects.armed().count()) == ("terminated", NINE, 0)


def deal(made, **more):
    return build.opportunity(more.pop("customer", made.lanhai), made.lin, **more)


def test_a_project_is_locked_with_its_year_and_the_value_of_the_deal(made):
    row, what = drafted(made), deal(made)
    with pytest.raises(Invalid) as refusal:
        locked.lock(row, what, year=2029, value=None, by=by(made.lin), now=NINE)
    assert list(refusal.value.fields) == ["year"]
    one = locked.lock(row, what, year=2028, value=None, by=by(made.lin), now=NINE)
    with pytest.raises(Refused):
        locked.lock(row, what, year=2027, value=Decimal(1), by=by(made.lin), now=NINE)

    assert (one.year, one.value, one.status) == (2028, 100, "locked")


def test_deals_of_the_tree_below_count_and_others_do_not(made):
    row = drafted(made)
    below = build.customer(made.office, "澜海北分", parent=made.lanhai)
    locked.lock(row, deal(made, customer=below), year=2026, value=None, by=by(made.lin), now=NINE)
    other = build.customer(made.office, "灵动电力")
    with pytest.raises(Invalid) as refusal:
        locked.lock(
            row, deal(made, customer=other), year=2026, value=None, by=by(made.lin), now=NINE
        )

    assert list(refusal.value.fields) == ["opportunity"]


def test_a_settled_text_takes_no_project_but_one_in_force_does(made):
    row = approved(made)
    with pytest.raises(Refused):
        locked.lock(row, deal(made), year=2026, value=None, by=by(made.lin), now=NINE)
    signed(made, row)

    assert locked.lock(row, deal(made), year=2026, value=None, by=by(made.lin), now=NINE).pk


def test_locked_projects_follow_their_opportunities(made):
    row = drafted(made)
    rows = [
        locked.lock(row, deal(made), year=2026, value=None, by=by(made.lin), now=NINE)
        for _each in range(3)
    ]
    for each, stage in zip(rows, ("won", "lost"), strict=False):
        Opportunity.objects.filter(pk=each.opportunity_id).update(stage="proposing")
        each.opportunity.refresh_from_db()
        opportunities.close(
            each.opportunity, stage, by=by(made.lin), now=NINE, reason="价格", lost_to="甲"
        )
    locked.release(rows[2], by=by(made.lin), now=NINE, note="预算取消")
    assert [timers_agreement.follow_locked(now=NINE) for _each in range(2)] == [2, 0]
    states = list(LockedProject.objects.order_by("id").values_list("status", flat=True))
    assert states == ["won", "lost", "released"]
    opportunities.reopen(rows[0].opportunity, by=by(made.lin), now=NINE, reason="撤回")
    timers_agreement.follow_locked(now=NINE)

    rows[0].refresh_from_db()
    assert (rows[0].status, rows[0].settled_at) == ("locked", None)


def test_milestones_are_those_in_sight(made, django_assert_num_queries):
    signed(made)
    last = END + DAY
    with django_assert_num_queries(1):
        found = milestones(made.boss, TODAY, last, (180, 90, 30))

    assert [(each.on, each.kind) for each in found] == [
        (END - 180 * DAY, "renewal"), (END - 90 * DAY, "renewal"), (END - 30 * DAY, "renewal"),
        (END, "ends"),
    ]  # fmt: skip
    assert milestones(made.boss, END - 90 * DAY, END - 89 * DAY, (180, 90, 30)) == [found[1]]
    assert milestones(made.stranger, TODAY, last, (180, 90, 30)) == []


def test_the_whole_way_by_page(made):
    now = dt.datetime.now(SHANGHAI)
    lin, boss = Client(), Client()
    lin.force_login(made.lin)
    boss.force_login(made.boss)
    home = f"/customers/{made.lanhai.pk}/agreements/"
    body = {
        "title": "战略合作", "starts_on": str(now.date()), "ends_on": str(now.date() + 700 * DAY),
        "clauses": "互为首选", "owner": made.lin.pk,
    }  # fmt: skip
    page = lin.post(f"{home}new/", body)["Location"]
    assert lin.post(f"{page}negotiate/").status_code == 302
    assert lin.post(f"{page}approve/").status_code == 403
    assert boss.post(f"{page}approve/").status_code == 302
    who = {"our_signatory": made.boss.pk, "their_signatory": made.ruochuan.pk}
    lin.post(f"{page}sign/", {"signed_on": str(now.date()), **who})
    what = deal(made, expected_close=now.date())
    answer = lin.post(f"{page}lock/", {"opportunity": what.pk, "year": now.year, "value": ""})
    assert answer.status_code == 302
    text = lin.get(page).content.decode()

    assert [word in text for word in ("互为首选", "骨干网扩容")] == [True, True]
    assert StrategicAgreement.objects.get().status == "in_force"
    for address in (home, "/agreements/", "/agreements/?ending=on&open=on"):
        assert lin.get(address).status_code == 200
    assert lin.post(f"{page}renew/").status_code == 302


def test_a_list_costs_the_same_with_one_and_three(made, django_assert_max_num_queries):
    client = Client()
    client.force_login(made.lin)
    signed(made)
    client.get("/agreements/")
    for each in range(2):
        drafted(made, title=f"第 {each} 份")
    with django_assert_max_num_queries(8):
        client.get("/agreements/")
