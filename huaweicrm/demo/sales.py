"""Scene: what may be sold, what was earned, and who is only harvested by now."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.actions import cash_flow, opportunities, revenue, reviews, scorecards
from accounts.choices import OPEN_STAGES, OpportunitySource, Stage
from accounts.models import CashFlowDesignation, RevenueRecord
from accounts.tiers import add_months
from huaweicrm.demo.world import SHANGHAI, World

# customer, name, source, amount, expected close, tender decision (days from now), stage, reason,
# who got it
DEALS = [
    ("lanhai", "省干 400G 传输扩容", OpportunitySource.PLAN, 186_000_000, 40, 21,
     Stage.NEGOTIATING, "", ""),
    ("lanhai", "核心机房节能改造", OpportunitySource.SERVICE, 12_400_000, 75, None,
     Stage.PROPOSING, "", ""),
    ("lanhai_north", "县局光猫替换", OpportunitySource.POTATO, 860_000, -6, None,
     Stage.QUALIFIED, "", ""),
    ("lingdong", "配电通信网搬迁", OpportunitySource.SWAP, 43_000_000, 110, 96,
     Stage.PROPOSING, "", ""),
    ("qinghe", "双活数据中心", OpportunitySource.PLAN, 58_000_000, 60, None, Stage.LEAD, "", ""),
    ("wangchuan", "车地无线二期", OpportunitySource.STANDARDS, 27_500_000, -30, -30,
     Stage.WON, "样板段实测切换时延领先", ""),
    ("qinghe", "网点万兆改造", OpportunitySource.PLAN, 9_800_000, -45, -45,
     Stage.LOST, "报价高一成，交付期长三周", "朗讯达"),
    ("yunting", "城市数据底座", OpportunitySource.PLAN, 31_000_000, 150, None,
     Stage.SHELVED, "财政预算推迟到明年", ""),
]  # fmt: skip


def tell(world: World) -> None:
    """Deals in every stage, each noted two months ago and moved on since."""
    for row in DEALS:
        _deal(world, *row)
    books(world)


def _deal(
    world: World,
    customer: str,
    name: str,
    source: str,
    amount: int,
    close: int,
    tender: int | None,
    stage: str,
    reason: str,
    lost_to: str,
) -> None:
    by, noted = world.by("ar2" if customer in ("qinghe", "yunting") else "ar"), world.at(-60, 10)
    values = {
        "name": name,
        "source": source,
        "amount": Decimal(amount),
        "expected_close": _day(world, close),
        "tender_decision_date": None if tender is None else _day(world, tender),
    }
    row = opportunities.create(world.customers[customer], values, by=by, now=noted)
    world.made[f"deal:{customer}:{name}"] = row
    reached = stage if stage in OPEN_STAGES else Stage.PROPOSING
    if reached != Stage.LEAD:
        opportunities.go_on(row, reached, by=by, now=world.at(-50, 11))
    if stage not in OPEN_STAGES:
        opportunities.close(
            row, stage, by=by, now=world.at(-20, 16), reason=reason, lost_to=lost_to
        )


def _day(world: World, days: int) -> dt.date:
    return world.at(days).astimezone(SHANGHAI).date()


# customer, monthly revenue (thousand CNY), growth of a year in percent, margin in percent
BOOKS = [
    ("lanhai", 21_000, 18, 31),
    ("lanhai_north", 4_200, 6, 27),
    ("lingdong", 6_800, 9, 29),
    ("qinghe", 9_500, -4, 22),
    ("wangchuan", 3_100, 12, 33),
    ("shuoyuan", 12_000, 3, 26),
    ("yanhu", 1_400, -9, 19),
]
LINES = ("传输与接入", "数据通信")


def books(world: World) -> None:
    """Three years of months, one of them booked twice and reversed; the designations."""
    this = world.now.astimezone(SHANGHAI).date().replace(day=1)
    rows = [
        _month(world, key, add_months(this, -back), thousand, growth, margin, back)
        for key, thousand, growth, margin in BOOKS
        if key in world.customers
        for back in range(1, 37)
    ]
    made = revenue.book_many(rows, by=world.by("int", "api"), now=world.at(-30, 6), import_id=0)
    twice = next(row for row in made if row.customer == world.customers["lanhai"])
    revenue.reverse(twice, by=world.by("int", "api"), now=world.at(-29, 9), note="与上月重复入账")
    _designations(world)


def _month(
    world: World, key: str, month: dt.date, thousand: int, growth: int, margin: int, back: int
) -> RevenueRecord:
    season = (month.month * 7) % 5 * 4 - 8
    earned = Decimal(thousand * 1000 * (1200 - growth * back) * (100 + season) // 120_000)
    customer = world.customers[key]
    return RevenueRecord(
        customer=customer,
        unit=customer.owning_unit,
        month=month,
        product_line=LINES[back % 2],
        revenue=earned,
        order_amount=earned * 108 / 100,
        gross_profit=earned * margin / 100,
        cash_collected=earned * 93 / 100,
        headcount_of_unit=24,
        external_source="erp",
        external_ref=f"GL-{key}-{month:%Y%m}",
    )


def _designations(world: World) -> None:
    """One that holds, one that waits for the executive, one that was rejected."""
    ar, rh, exe = world.by("ar2"), world.by("rh"), world.by("exe")
    waits = world.customers["qinghe"]
    cash_flow.propose(
        waits, evidence="三年规划转向自研云底座，新增预算只剩维保", by=ar, now=world.at(-6, 10)
    )
    first = CashFlowDesignation.objects.get(customer=waits)
    cash_flow.confirm(first, "rh", by=rh, now=world.at(-4, 15))
    row = cash_flow.propose(
        world.customers["wangchuan"],
        evidence="二期之后线网规划冻结，总部要求统一采购",
        budget=Decimal(2_400_000),
        by=world.by("ar"),
        now=world.at(-250, 10),
    )
    cash_flow.confirm(row, "rh", by=rh, now=world.at(-245, 10))
    cash_flow.confirm(row, "exe", by=exe, now=world.at(-240, 10))
    no = cash_flow.propose(
        world.customers["lingdong"],
        evidence="数字化投资放缓",
        by=world.by("ar"),
        now=world.at(-90, 10),
    )
    cash_flow.reject(no, "放缓是预算周期所致，战略没有变", by=rh, now=world.at(-88, 10))


def measured(world: World) -> None:
    """A scorecard of the office: last quarter confirmed, this one running."""
    exe, rh = world.by("exe"), world.by("rh")
    template = scorecards.make_template(
        {
            "name": "代表处记分卡",
            "scope": "unit",
            "is_business": True,
            "weights": {
                "attainment": 20, "satisfaction": 10, "revenue": 30, "gross_profit": 20,
                "cash_collected": 10, "contact_activity": 10,
            },
            "targets": {
                "attainment": 90, "satisfaction": 8, "revenue": 130_000_000,
                "gross_profit": 38_000_000, "cash_collected": 120_000_000, "contact_activity": 30,
            },
        },
        by=exe,
        now=world.at(-200, 9),
    )  # fmt: skip
    scorecards.activate(template, by=exe, now=world.at(-199, 9))
    today = world.now.astimezone(SHANGHAI).date()
    begins = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    for back, last in ((-3, begins - dt.timedelta(days=1)), (0, today)):
        row = scorecards.open_card(
            template, unit=world.units["office"], first_day=add_months(begins, back),
            last_day=last, by=rh, now=world.at(-1, 9),
        )  # fmt: skip
        if back:
            scorecards.confirm(row, by=exe, now=world.at(-1, 16))
    _appraised(world, begins)


def _appraised(world: World, begins: dt.date) -> None:
    """The account manager of last quarter, appraised; this one waits for the own words."""
    exe, rh, ar = world.by("exe"), world.by("rh"), world.by("ar")
    values = {
        "name": "客户经理记分卡", "scope": "person", "is_business": False,
        "weights": {"attainment": 30, "revenue": 50, "contact_activity": 20},
        "targets": {"attainment": 90, "revenue": 90_000_000, "contact_activity": 20},
    }  # fmt: skip
    template = scorecards.make_template(values, by=exe, now=world.at(-198, 9))
    scorecards.activate(template, by=exe, now=world.at(-197, 9))
    today = world.now.astimezone(SHANGHAI).date()
    for back, last in ((-3, begins - dt.timedelta(days=1)), (0, today)):
        card = scorecards.open_card(
            template, unit=world.units["office"], person=world.users["ar"],
            first_day=add_months(begins, back), last_day=last, by=rh, now=world.at(-1, 10),
        )  # fmt: skip
        row = reviews.open_review(card, by=rh, now=world.at(-1, 11))
        if not back:
            continue
        nine = list(reviews.key_actions())
        reviews.fill(row, dict.fromkeys(nine, 8), by=ar, now=world.at(-1, 14))
        said = {key: (7, "按系统证据和季度面谈打分") for key in nine}
        reviews.review(row, said, by=rh, now=world.at(-1, 15))
        scorecards.confirm(card, by=exe, now=world.at(-1, 16))
        reviews.confirm(row, by=exe, now=world.at(-1, 17))
