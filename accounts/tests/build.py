"""Plain builders of test rows. The cast: lin (AR), wei (SR), fang (FR), boss (RH), stranger."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from types import SimpleNamespace

from accounts.choices import AssignmentStatus, Function, OrgLevel, Role, TeamRole
from accounts.findable import index_contacts, index_customers
from accounts.models import (
    AccountAssignment,
    AccountHealth,
    AccountPlan,
    ActionItem,
    Asset,
    BuyingProfile,
    BuyingStep,
    CashFlowDesignation,
    CompetitorPosition,
    Contact,
    ContactMerge,
    Customer,
    CustomerInfluence,
    CustomerInsight,
    CustomerMerge,
    CustomerUnit,
    ErasureRequest,
    Handover,
    KeyActionReview,
    KeyActionScore,
    LifecycleProposal,
    MetricValue,
    Objective,
    Opportunity,
    OrgUnit,
    PersonalDetail,
    PortalMembership,
    ProductPenetration,
    ReferenceSite,
    ReferenceVisit,
    RevenueRecord,
    Scorecard,
    ScorecardTemplate,
    StrategyFitAssessment,
    TierAssessment,
    UserLeave,
    UserProfile,
    UserRole,
)
from core import sequences
from core.actors import Actor
from core.models import User

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
NINE = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)  # a Monday
SYSTEM = Actor.system()


def unit(name: str = "East", level: str = OrgLevel.REGION, parent=None, head=None) -> OrgUnit:
    """A unit of ours with its path."""
    row = OrgUnit(name=name, level=level, parent=parent, head=head)
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def person(username: str, unit: OrgUnit | None = None, *roles: str, **fields) -> User:
    """A signed-in member of staff; password is the user name + ' password'."""
    user = User.objects.create_user(
        username,
        f"{username}@example.com",
        f"{username} password",
        full_name=fields.pop("full_name", username.title()),
        **fields,
    )
    if unit is not None:
        profile = UserProfile(user=user, unit=unit, function=Function.SALES)
        profile.stamp(by=SYSTEM, now=NINE)
        profile.save()
    UserRole.objects.bulk_create(UserRole(user=user, role=role) for role in roles)
    return user


def customer(unit: OrgUnit, name: str = "澜海移动通信", **fields) -> Customer:
    """A customer owned by a unit."""
    row = Customer(
        code=sequences.next_code("CUS"),
        name=name,
        owning_unit=unit,
        **fields,
    )
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    index_customers([row])
    return row


def assign(customer: Customer, user: User, role: str) -> AccountAssignment:
    """An active assignment."""
    row = AccountAssignment(
        customer=customer, user=user, role=role, since=NINE, status=AssignmentStatus.ACTIVE
    )
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


def contact(customer: Customer, name: str = "林若川", **fields) -> Contact:
    """An active contact."""
    row = Contact(customer=customer, name=name, **fields)
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    index_contacts([row])
    return row


def department(customer: Customer, name: str = "网络部", **fields) -> CustomerUnit:
    """A unit of a customer."""
    row = CustomerUnit(customer=customer, name=name, **fields)
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


def opportunity(customer: Customer, owner: User, **fields) -> Opportunity:
    """A lead."""
    values = {"name": "骨干网扩容", "amount": 100, "expected_close": NINE.date(), **fields}
    row = Opportunity(customer=customer, owner=owner, code=sequences.next_code("OPP"), **values)
    row.stamp(by=SYSTEM, now=NINE)
    row.save()
    return row


def cast() -> SimpleNamespace:
    """company > east (boss) > office; lin, wei, fang serve `lanhai`; stranger is in west."""
    company = unit("Company", OrgLevel.COMPANY)
    east = unit("East", OrgLevel.REGION, company)
    west = unit("West", OrgLevel.REGION, company)
    office = unit("East office", OrgLevel.REP_OFFICE, east)
    boss = person("boss", east, Role.RH)
    OrgUnit.objects.filter(pk=east.pk).update(head=boss)
    lin = person("lin", office, Role.AR)
    wei = person("wei", office, Role.SR)
    fang = person("fang", office, Role.FR)
    stranger = person("stranger", west, Role.AR, Role.SR, Role.FR)
    exe = person("exe", company, Role.EXE)
    lanhai = customer(office)
    for user, role in [(lin, TeamRole.AR), (wei, TeamRole.SR), (fang, TeamRole.FR)]:
        assign(lanhai, user, role)
    return SimpleNamespace(
        company=company,
        east=east,
        west=west,
        office=office,
        boss=boss,
        lin=lin,
        wei=wei,
        fang=fang,
        stranger=stranger,
        exe=exe,
        lanhai=lanhai,
        ruochuan=contact(lanhai, email="ruochuan@lanhai.example", can_sign=True),
    )


HATS = ("lin", "wei", "fang", "boss", "exe", "head", "cmp", "far", "adm", "both", "stranger")


def hats(cast: SimpleNamespace) -> SimpleNamespace:
    """The cast and, for questions of who may: `head` and `far` (compliance) of the other region,
    `cmp` of this one, `adm` of the house, and `own`, a customer whose account manager `both` also
    leads the region and is its compliance."""
    cast.head = person("head", cast.west, Role.RH)
    cast.far = person("far", cast.west, Role.CMP)
    cast.cmp = person("cmp", cast.east, Role.CMP)
    cast.adm = person("adm", cast.company, Role.ADM)
    cast.both = person("both", cast.east, Role.AR, Role.RH, Role.CMP)
    cast.own = customer(cast.office, "自管电信")
    assign(cast.own, cast.both, TeamRole.AR)
    return cast


def who(cast: SimpleNamespace, may, *about) -> set[str]:
    """The names of those of whom a rule says yes."""
    return {name for name in HATS if may(getattr(cast, name), *about)}


def every_list(cast: SimpleNamespace, count: int) -> None:
    """`count` more rows for every list of this floor, all in sight of lin."""
    for number in range(count):
        twin = customer(cast.office, f"旧{number}", is_archived=True)
        name = f"第{Customer.objects.count()}家"
        row = customer(cast.office, name, tier=1 + number % 4)
        seat = assign(row, cast.lin, TeamRole.AR)
        assign(row, cast.wei, TeamRole.SR)
        department(row)
        who = contact(row, f"联系人{row.pk}")
        double = contact(row, f"联系人{row.pk}", status="left")
        unit(name, OrgLevel.LOCAL_NETWORK, cast.office)
        user = person(f"portal{row.pk}", is_portal=True)
        person(f"colleague{row.pk}", cast.office, Role.ENG)
        scores = dict.fromkeys(
            (
                "investment_areas",
                "business_scope",
                "organisation_mode",
                "main_business_position",
                "future_value",
            ),
            50,
        )
        plan = AccountPlan(customer=row, kind="abp", year=2026, owner=cast.lin)
        goal = {"metric": "传输份额", "target": 45, "due_on": NINE.date()}
        shown = ReferenceSite(customer=row, kind="showcase", product="核心网关", site="一楼")
        made = [
            plan,
            Objective(plan=plan, type="scale", **goal),
            UserLeave(user=cast.lin, starts_on=NINE.date(), ends_on=NINE.date()),
            shown,
            CompetitorPosition(
                customer=row,
                competitor="蓝湾科技",
                product="传输",
                as_of=NINE.date(),
                source="公告",
            ),
            ProductPenetration(customer=row, product="传输", status="main"),
            ReferenceVisit(site=shown, visited_on=NINE.date(), visitors="某省公司"),
            Asset(customer=row, product="核心网关"),
            LifecycleProposal(customer=row, from_status="active", to_status="dormant"),
            CustomerInsight(customer=row, pains="断电"),
            BuyingProfile(customer=row, procurement_mode="direct", updated_on=NINE.date()),
            CustomerInfluence(customer=row, influenced=cast.lanhai, kind="advises"),
            PortalMembership(contact=who, user=user, customer=row, rights=["view"]),
            ErasureRequest(contact=who, origin="person", received_on=NINE.date(), due_at=NINE),
            PersonalDetail(contact=who, basis="consent", purpose="节日问候", interests="围棋"),
            StrategyFitAssessment(customer=row, as_of=NINE.date(), fit=50, **scores),
            TierAssessment(
                customer=row,
                as_of=NINE.date(),
                fit=50,
                score=50,
                proposed_tier=3,
                current_value=50,
                potential=50,
                influence=50,
            ),
            RevenueRecord(
                customer=row, unit=cast.office, month=NINE.date().replace(day=1), revenue=1
            ),
            CashFlowDesignation(customer=row),
            Opportunity(
                customer=row,
                code=sequences.next_code("OPP"),
                name="扩容",
                owner=cast.lin,
                expected_close=NINE.date(),
            ),
            ActionItem(
                customer=row,
                text="回电",
                owner=cast.lin,
                due_at=NINE,
                about_label="accounts.customer",
                about_id=row.pk,
            ),
            CustomerMerge(customer=row, merged=twin),
            ContactMerge(customer=row, contact=who, merged=double),
            Handover(
                customer=row,
                assignment=seat,
                successor=cast.wei,
                overlap_from=NINE.date(),
                overlap_to=NINE.date(),
            ),
        ]
        template = ScorecardTemplate(name=name, weights={"revenue": 100}, targets={"revenue": "1"})
        card = Scorecard(
            template=template,
            unit=cast.office,
            first_day=NINE.date() + dt.timedelta(days=row.pk),
            last_day=NINE.date() + dt.timedelta(days=row.pk),
        )
        made += [
            template,
            card,
            MetricValue(scorecard=card, metric="revenue", weight=100, target=1),
        ]
        made.append(review := KeyActionReview(scorecard=card))
        made.append(KeyActionScore(review=review, action="plans"))
        for each in made:
            each.stamp(by=SYSTEM, now=NINE)
            each.save()
        AccountHealth.objects.create(
            customer=row, as_of=NINE.date(), total=50, band="risk", key_index=50, created_at=NINE
        )
        BuyingStep.objects.create(profile=row.buying_profiles.get(), position=1, name="评审")
