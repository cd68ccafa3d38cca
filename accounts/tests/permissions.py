"""Rows of the permission table of the customer floor."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from accounts.actions import (
    action_items,
    assets,
    buying_profiles,
    fit,
    handovers,
    influences,
    insights,
    lifecycle,
    merging,
    merging_people,
    personal,
    tier,
)
from accounts.buying import Step
from accounts.choices import HandoverStatus
from accounts.models import (
    AccountAssignment,
    Contact,
    Customer,
    CustomerInfluence,
    CustomerInsight,
    Handover,
    LifecycleProposal,
    PersonalDetail,
    PortalMembership,
)
from accounts.tests import (
    build,
    permissions_leave,
    permissions_market,
    permissions_plan,
    permissions_value,
)
from accounts.tests.build import NINE
from core import clock
from core.actors import Actor
from core.models import User
from core.tests.permission_rows import (
    HEADS,
    SEE,
    STAFF,
    TEAM,
    TOKEN,
    Row,
    page,
    resource,
    step,
)

ADM = frozenset({"adm"})
FACING = TEAM | HEADS | {"qm", "adm", "stranger"}
"""Who may open a customer (stranger is an account manager elsewhere)."""
EDIT = TEAM | HEADS | ADM
RUN = HEADS | {"lin", "adm"}
DECIDE = HEADS | ADM
ELSEWHERE = frozenset({"stranger"})
"""Whose body names a customer out of sight: 400 before anybody is asked."""
INNER = TEAM | HEADS | ADM
"""Who reads the confidential class of lanhai."""
ASSESS = TEAM | HEADS


def seat(world: SimpleNamespace) -> AccountAssignment:
    """The account manager's seat."""
    return AccountAssignment.objects.get(customer=world.lanhai, role="ar")


def unit(world: SimpleNamespace) -> Any:
    """A department of lanhai."""
    return build.department(world.lanhai)


def influence(world: SimpleNamespace) -> Any:
    """Its institute advises lanhai."""
    other = Customer.objects.filter(name="澜海设计院").first()
    other = other or build.customer(world.office, "澜海设计院")
    kept = CustomerInfluence.objects.standing().filter(customer=other).first()
    return kept or influences.add(
        other, world.lanhai, "advises", by=Actor.of(world.lin), now=clock.now()
    )


WHOLE = {
    "industry_analysis": "五年内投资转向算力",
    "customer_plan": "明年扩容核心网",
    "direction": "做行业专网",
    "pains": "断电一次写半个月检查",
    "main_business_position": "main",
}
"""An insight with all its parts."""


def insight(world: SimpleNamespace) -> Any:
    """A draft that is whole."""
    kept = CustomerInsight.objects.filter(customer=world.lanhai, status="draft").first()
    return kept or insights.draft(world.lanhai, WHOLE, by=Actor.of(world.lin), now=clock.now())


def asset(world: SimpleNamespace) -> Any:
    """Planned equipment at lanhai, with what will cover it."""
    values = {"product": "核心网关", "contract": "SC-1"}
    return assets.create(world.lanhai, values, by=Actor.of(world.lin), now=clock.now())


def proposal(world: SimpleNamespace) -> Any:
    """lanhai shall be active, says the rule."""
    kept = LifecycleProposal.objects.open().filter(customer=world.lanhai).first()
    return kept or lifecycle.propose(world.lanhai, "active", by=build.SYSTEM, now=clock.now())


def buying(world: SimpleNamespace) -> Any:
    """How lanhai buys."""
    return buying_profiles.write(
        world.lanhai,
        {"procurement_mode": "open_tender"},
        [Step("技术评审", "网络部", 15)],
        by=Actor.of(world.lin),
        now=clock.now(),
    )


def item(world: SimpleNamespace) -> Any:
    """An action item of fang, made by lin."""
    return action_items.create(
        "回电",
        owner=world.fang,
        due_at=NINE,
        customer=world.lanhai,
        by=Actor.of(world.lin),
        now=NINE,
    )


def deal(world: SimpleNamespace) -> Any:
    """A lead of lin."""
    return build.opportunity(world.lanhai, world.lin)


def membership(world: SimpleNamespace) -> PortalMembership:
    """The portal access of the contact of lanhai."""
    return PortalMembership.objects.get(customer=world.lanhai)


def newcomer(world: SimpleNamespace) -> dict[str, Any]:
    """A right profile of somebody who has none."""
    user = build.person(f"new{User.objects.count()}")
    return {"user": user.pk, "unit": world.office.pk, "function": "sales"}


def guest(world: SimpleNamespace) -> dict[str, Any]:
    """A right invitation of another contact."""
    number = Contact.objects.count()
    one = build.contact(world.lanhai, f"客{number}", email=f"g{number}@lanhai.example")
    return {"contact": one.pk, "rights": ["view"]}


def a_fit(world: SimpleNamespace) -> Any:
    """A fit assessment that lin submitted."""
    now = clock.now()
    values = {**dict.fromkeys(fit.SCORES, 80), "as_of": now.date(), "evidence": "年报"}
    row = fit.draft(world.lanhai, values, by=Actor.of(world.lin), now=now)
    return fit.submit(row, by=Actor.of(world.lin), now=now)


def a_tier(world: SimpleNamespace) -> Any:
    """A tier assessment (proposed A) that lin submitted."""
    now = clock.now()
    fit.approve(a_fit(world), by=Actor.of(world.boss), now=now)
    parts = {"current_value": 70, "potential": 70, "influence": 70}
    values = {**parts, "as_of": now.date(), "evidence": "订单"}
    row = tier.draft(world.lanhai, values, by=Actor.of(world.lin), now=now)
    return tier.submit(row, by=Actor.of(world.lin), now=now)


DAYS = dt.timedelta(days=31)


def merge(world: SimpleNamespace) -> Any:
    """A second record of lanhai, merged into it."""
    other = build.customer(world.office, f"澜海{Customer.objects.count()}")
    return merging.merge(world.lanhai, other, by=Actor.of(world.boss), now=clock.now())


def person_merge(world: SimpleNamespace) -> Any:
    """A second record of ruochuan, merged into the first."""
    other, by = build.contact(world.lanhai, "范总监"), Actor.of(world.boss)
    return merging_people.merge(world.ruochuan, other, by=by, now=clock.now())


def handover(world: SimpleNamespace) -> Any:
    """A handover of lin to an account manager of the same office, planned by boss; the one that
    stands where there is one."""
    stands = Handover.objects.filter(assignment=seat(world)).order_by("-id").first()
    if stands is not None:
        return stands
    heir = build.person(f"heir{User.objects.count()}", world.office, "ar")
    now = clock.now()
    today = handovers.today_of(world.lanhai, now)
    return handovers.plan(
        seat(world), heir, overlap_from=today, overlap_to=today + DAYS,
        by=Actor.of(world.boss), now=now,
    )  # fmt: skip


def begun(world: SimpleNamespace) -> Any:
    """The same in its overlap."""
    row = handover(world)
    if row.status != HandoverStatus.PLANNED:
        return row
    return handovers.begin(row, by=Actor.of(world.boss), now=clock.now())


def ripe(world: SimpleNamespace) -> Any:
    """The same, for a reason that asks for no overlap, with nothing left open."""
    row = begun(world)
    type(row).objects.filter(pk=row.pk).update(reason="reorganisation")
    Contact.objects.filter(pk=world.ruochuan.pk).update(relationship_owner=row.successor)
    row.refresh_from_db()
    handovers.give(row, by=Actor.of(world.boss), now=clock.now())
    people = Contact.objects.filter(customer=world.lanhai)
    return handovers.introduce(row, people, by=Actor.of(world.boss), now=clock.now())


WORK = HEADS | {"lin", "adm"}
"""Who works on a handover of lin's seat."""


def confidential(
    name: str, own: Any, approve: frozenset[str], readings: tuple[str, ...] = ()
) -> list[Row]:
    """A resource of the confidential class: a token without the scope is 403 everywhere."""
    base = f"api/v1/{name}/"
    sees = INNER | TOKEN
    rows = [
        Row(base, get=STAFF, post=STAFF, note="a foreign customer in the body is 400"),
        Row(f"{base}bulk/", post=STAFF),
        Row(f"{base}<pk>/", own, sees=sees, get=INNER, patch=ASSESS),
        Row(f"{base}<pk>/submit/", own, sees=sees, post=ASSESS),
        Row(f"{base}<pk>/approve/", own, sees=sees, post=approve),
        Row(f"{base}<pk>/return/", own, sees=sees, post=HEADS),
    ]
    return rows + [Row(f"{base}<pk>/{tail}/", own, sees=sees, get=INNER) for tail in readings]


API = [
    *resource(
        "customers",
        lambda world: world.lanhai,
        create=FACING | TOKEN,
        change=EDIT | TOKEN,
        body=lambda world: {"name": "朔原电信", "owning_unit": world.office.pk},
        verbs={
            "move": RUN | TOKEN,
            "assign-unit": RUN | TOKEN,
            "change-status": RUN,
            "archive": RUN | TOKEN,
            "merge": RUN | TOKEN,
            "restore": RUN | TOKEN,
            "verify": EDIT,
        },
        readings={"timeline": SEE | TOKEN, "completeness": SEE | TOKEN, "stance": INNER},
    ),
    *resource(
        "customer-units",
        unit,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {"customer": world.lanhai.pk, "name": "采购部"},
        change=EDIT | TOKEN,
    ),
    *resource(
        "customer-influences",
        influence,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {
            "customer": world.lanhai.pk,
            "influenced": build.customer(world.office, "澜海财务公司").pk,
            "kind": "budgets",
        },
        change=EDIT | TOKEN,
        verbs={"end": EDIT | TOKEN},
    ),
    *resource(
        "customer-insights",
        insight,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {"customer": world.lanhai.pk, "pains": "断电"},
        change=EDIT | TOKEN,
        verbs={"publish": EDIT},
    ),
    *resource(
        "buying-profiles",
        buying,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {"customer": world.lanhai.pk, "procurement_mode": "direct"},
    ),
    *resource(
        "assets",
        asset,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {"customer": world.lanhai.pk, "product": "核心网关"},
        change=EDIT | TOKEN,
        verbs={
            "put-in-service": EDIT | TOKEN,
            "retire": EDIT | TOKEN,
            "verify": EDIT | TOKEN,
        },
    ),
    *resource(
        "lifecycle-proposals",
        proposal,
        verbs={"confirm": RUN, "reject": RUN},
    ),
    *resource(
        "contacts",
        lambda world: world.ruochuan,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {"customer": world.lanhai.pk, "name": "周远"},
        change=EDIT | TOKEN,
        verbs={
            "mark-left": EDIT | TOKEN,
            "part": EDIT | TOKEN,
            "mark-moved": EDIT | TOKEN,
            "attest-signing": frozenset({"lin"}),
            "withdraw-signing": EDIT | TOKEN,
            "merge": RUN | TOKEN,
        },
    ),
    *resource(
        "org-units",
        lambda world: world.office,
        sees=STAFF | TOKEN,
        create=ADM,
        change=ADM,
        body=lambda world: {"name": "新区", "level": "region", "parent": world.company.pk},
        verbs={"move": ADM, "close": ADM, "reopen": ADM},
    ),
    *resource(
        "user-profiles",
        lambda world: world.wei.profile,
        sees=STAFF | TOKEN,
        create=STAFF | TOKEN,  # for all but administrators nobody is there to choose: 400
        body=newcomer,
        change=ADM,
        verbs={"set-roles": ADM, "leave": ADM},
    ),
    *resource(
        "account-assignments",
        seat,
        create=RUN | TOKEN | ELSEWHERE,
        body=lambda world: {
            "customer": world.lanhai.pk,
            "user": world.stranger.pk,
            "role": "member",
        },
        verbs={"end": RUN | TOKEN, "hand-over": DECIDE},
    ),
    *confidential("strategy-fit-assessments", a_fit, HEADS),
    *confidential("tier-assessments", a_tier, frozenset({"boss"}), ("explanation",)),
    *resource(
        "action-items",
        item,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {
            "customer": world.lanhai.pk,
            "text": "回电",
            "owner": world.fang.pk,
            "due_at": (clock.now() + dt.timedelta(days=1)).isoformat(),
        },
        change=RUN | TOKEN | {"fang"},
        verbs={
            "done": RUN | TOKEN | {"fang"},
            "reopen": RUN | TOKEN | {"fang"},
            "verify": EDIT - {"fang"},
            "cancel": RUN | TOKEN | {"fang"},
            "reassign": RUN | TOKEN | {"fang"},
        },
    ),
    *resource(
        "opportunities",
        deal,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {
            "customer": world.lanhai.pk,
            "name": "骨干网扩容",
            "expected_close": "2099-12-31",
        },
        change=EDIT | TOKEN,
        verbs={
            "go-on": EDIT | TOKEN,
            "win": EDIT | TOKEN,
            "lose": EDIT | TOKEN,
            "shelve": EDIT | TOKEN,
            "reopen": EDIT | TOKEN,
        },
    ),
    *resource(
        "portal-memberships",
        membership,
        create=RUN | ELSEWHERE,
        bulk=STAFF,
        body=guest,
        change=RUN,
        verbs={"suspend": RUN | TOKEN, "restore": RUN, "invite-again": RUN},
    ),
]


def lanhai(world: SimpleNamespace) -> Any:
    """The customer of the world."""
    return world.lanhai


def ruochuan(world: SimpleNamespace) -> Any:
    """Its contact."""
    return world.ruochuan


def draft_fit(world: SimpleNamespace) -> Any:
    """A fit assessment of lin, not submitted."""
    now = clock.now()
    values = {**dict.fromkeys(fit.SCORES, 80), "as_of": now.date(), "evidence": "年报"}
    return fit.draft(world.lanhai, values, by=Actor.of(world.lin), now=now)


def form(path: str, own: Any, may: frozenset[str], *, sees: frozenset[str] = SEE) -> Row:
    """A page with a form: who may, may read and send it; the others in sight are 403."""
    return Row(path, own, sees=sees, get=may, post=may)


def inside(path: str, own: Any) -> Row:
    """A page of the confidential class: 403 for whoever sees the customer only."""
    return Row(path, own, sees=SEE, get=INNER)


PRIVATE = INNER | {"cmp"}
"""Who reads what is kept about the people of lanhai."""
KEPT = {"basis": "consent", "purpose": "节日问候", "interests": "围棋"}


def kept(world: SimpleNamespace) -> Any:
    """The contact, of whom something is kept."""
    if not PersonalDetail.objects.filter(contact=world.ruochuan).exists():
        personal.create(world.ruochuan, KEPT, by=Actor.of(world.lin), now=clock.now())
    return world.ruochuan


def details(world: SimpleNamespace) -> Any:
    """What is kept about a contact."""
    return PersonalDetail.objects.get(contact=kept(world))


PERSONAL = [
    form("contacts/<pk>/personal/", kept, PRIVATE, sees=PRIVATE),
    form("contacts/<pk>/personal/edit/", kept, ASSESS, sees=PRIVATE),
    form("contacts/<pk>/personal/remove/", kept, ASSESS | {"cmp"}, sees=PRIVATE),
    page("access-log/"),
    Row("api/v1/personal-details/", get=STAFF, post=STAFF, note="a foreign contact is 400"),
    Row("api/v1/personal-details/bulk/", post=STAFF),
    Row("api/v1/personal-details/<pk>/", details, sees=PRIVATE | TOKEN, get=PRIVATE, patch=ASSESS),
    Row(
        "api/v1/personal-details/<pk>/remove/",
        details,
        sees=PRIVATE | TOKEN,
        post=ASSESS | {"cmp"},
    ),
]
CUSTOMER = "customers/<pk>/"
MEMBERSHIP = "portal-memberships/<pk>/<verb>/"


def handing(tail: str, own: Any, may: frozenset[str], **more: Any) -> Row:
    """A verb of a handover in REST: a token without the scope is refused, not blind."""
    return Row(f"api/v1/handovers/<pk>/{tail}/", own, sees=INNER | TOKEN, post=may, **more)


API += [
    *resource("customer-merges", merge, verbs={"undo": RUN | TOKEN}),
    *resource("contact-merges", person_merge, verbs={"undo": RUN | TOKEN}),
    Row("api/v1/handovers/", get=STAFF, post=STAFF, note="a foreign seat is 400"),
    Row("api/v1/handovers/bulk/", post=STAFF),
    Row("api/v1/handovers/<pk>/", handover, sees=INNER | TOKEN, get=INNER, patch=WORK),
    Row("api/v1/handovers/<pk>/checklist/", handover, sees=INNER | TOKEN, get=INNER),
    handing("begin", handover, DECIDE),
    handing("introduce", begun, WORK),
    handing("give", begun, WORK),
    handing("complete", ripe, DECIDE),
    handing("cancel", handover, DECIDE, body=lambda world: {"note": "先不换"}),
]
PAGES = [
    page("customers/"),
    Row("customers/new/", get=FACING, post=FACING),
    page("customers/duplicates/"),
    page(f"{CUSTOMER}contacts/duplicates/", lanhai),
    page("customers/gaps/"),
    step(f"{CUSTOMER}verify/", lanhai, EDIT),
    form(f"{CUSTOMER}edit/", lanhai, EDIT),
    page(f"{CUSTOMER}tree/", lanhai),
    form(f"{CUSTOMER}move/", lanhai, RUN),
    form(f"{CUSTOMER}unit/", lanhai, RUN),
    form(f"{CUSTOMER}status/", lanhai, RUN),
    form(f"{CUSTOMER}archive/", lanhai, RUN),
    form(f"{CUSTOMER}merge/", lanhai, RUN),
    step("customer-merges/<pk>/undo/", merge, RUN),
    step("contact-merges/<pk>/undo/", person_merge, RUN),
    step(f"{CUSTOMER}restore/", lanhai, RUN),
    page(f"{CUSTOMER}departments/", lanhai),
    form(f"{CUSTOMER}departments/new/", lanhai, EDIT),
    page("customer-units/<pk>/", unit),
    form("customer-units/<pk>/edit/", unit, EDIT),
    form(f"{CUSTOMER}influences/new/", lanhai, EDIT),
    form("customer-influences/<pk>/edit/", influence, EDIT),
    step("customer-influences/<pk>/end/", influence, EDIT),
    page("assets/"),
    form(f"{CUSTOMER}assets/new/", lanhai, EDIT),
    page("assets/<pk>/", asset),
    form("assets/<pk>/edit/", asset, EDIT),
    form("assets/<pk>/in-service/", asset, EDIT),
    form("assets/<pk>/retire/", asset, EDIT),
    step("assets/<pk>/verify/", asset, EDIT),
    step("lifecycle-proposals/<pk>/confirm/", proposal, RUN),
    form("lifecycle-proposals/<pk>/reject/", proposal, RUN),
    page(f"{CUSTOMER}record/", lanhai),
    page(f"{CUSTOMER}record/history/", lanhai),
    form(f"{CUSTOMER}insight/new/", lanhai, EDIT),
    form("customer-insights/<pk>/edit/", insight, EDIT),
    step("customer-insights/<pk>/publish/", insight, EDIT),
    form(f"{CUSTOMER}buying-profile/new/", lanhai, EDIT),
    page(f"{CUSTOMER}contacts/", lanhai),
    form(f"{CUSTOMER}contacts/new/", lanhai, EDIT),
    page("contacts/"),
    page("contacts/<pk>/", ruochuan),
    form("contacts/<pk>/edit/", ruochuan, EDIT),
    form("contacts/<pk>/left/", ruochuan, EDIT),
    form("contacts/<pk>/moved/", ruochuan, EDIT),
    form("contacts/<pk>/merge/", ruochuan, RUN),
    form("contacts/<pk>/attest-signing/", ruochuan, frozenset({"lin"})),
    step("contacts/<pk>/withdraw-signing/", ruochuan, EDIT),
    step("contacts/<pk>/part/", ruochuan, EDIT),
    form("contacts/<pk>/invite/", ruochuan, RUN),
    step(MEMBERSHIP, lambda world: {"pk": membership(world).pk, "verb": "suspend"}, RUN),
    page(f"{CUSTOMER}team/", lanhai),
    form(f"{CUSTOMER}team/new/", lanhai, RUN),
    form("account-assignments/<pk>/end/", seat, RUN),
    form("account-assignments/<pk>/hand-over/", seat, DECIDE),
    inside(f"{CUSTOMER}tier/", lanhai),
    form(f"{CUSTOMER}tier/new/", lanhai, ASSESS),
    inside(f"{CUSTOMER}tier/score/", lanhai),
    form("tier-assessments/<pk>/edit/", a_tier, ASSESS, sees=INNER),
    step("tier-assessments/<pk>/submit/", a_tier, ASSESS, sees=INNER),
    form("tier-assessments/<pk>/approve/", a_tier, HEADS, sees=INNER),
    form("tier-assessments/<pk>/return/", a_tier, HEADS, sees=INNER),
    inside(f"{CUSTOMER}fit/", lanhai),
    form(f"{CUSTOMER}fit/new/", lanhai, ASSESS),
    form("strategy-fit-assessments/<pk>/edit/", draft_fit, ASSESS, sees=INNER),
    step("strategy-fit-assessments/<pk>/submit/", draft_fit, ASSESS, sees=INNER),
    step("strategy-fit-assessments/<pk>/approve/", a_fit, HEADS, sees=INNER),
    form("strategy-fit-assessments/<pk>/return/", a_fit, HEADS, sees=INNER),
    page("opportunities/"),
    page("opportunities/<pk>/", deal),
    page(f"{CUSTOMER}opportunities/", lanhai),
    form(f"{CUSTOMER}opportunities/new/", lanhai, EDIT),
    form("opportunities/<pk>/edit/", deal, EDIT),
    form("opportunities/<pk>/stage/", deal, EDIT),
    form("opportunities/<pk>/reopen/", deal, EDIT),
    form("opportunities/<pk>/<verb>/", lambda world: {"pk": deal(world).pk, "verb": "lost"}, EDIT),
    page(f"{CUSTOMER}action-items/", lanhai),
    form(f"{CUSTOMER}action-items/new/", lanhai, EDIT),
    form("action-items/<pk>/done/", item, RUN | {"fang"}),
    form("action-items/<pk>/cancel/", item, RUN | {"fang"}),
    step("action-items/<pk>/verify/", item, EDIT - {"fang"}),
    step("action-items/<pk>/reopen/", item, RUN | {"fang"}),
]

ROWS = (
    API
    + PAGES
    + PERSONAL
    + permissions_market.ROWS
    + permissions_plan.ROWS
    + permissions_value.ROWS
)
ROWS += permissions_leave.ROWS
