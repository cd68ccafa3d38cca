"""What cannot be is refused by page and API alike: with its rule, what to do, nothing half-written.

One table: each line is one mistake, how the page and the API are asked for it, and what they say.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.choices import Role
from accounts.tests import build
from accounts.tests.build import NINE
from core import policy
from core.actors import Actor
from huaweicrm.tests.mirror import fingerprint
from relationships import policies
from relationships.actions import gifts
from relationships.models import GiftRecord
from relationships.tests.build import kind, placed, power_map, proposed, seat

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = NINE.date()
SCORE = {
    "intimacy": 0, "support": 1, "evidence": "会上替我们说话", "confidence": "medium",
    "assessed_on": f"{TODAY}",
}  # fmt: skip
GIFT = {
    "direction": "given", "occasion": "souvenir", "item": "画册", "value": "600",
    "recipient_class": "private", "purpose": "来访纪念", "given_on": f"{TODAY}",
}  # fmt: skip


@pytest.fixture
def world(settings):
    """The cast, a second customer of the same people, somebody placed, a gift in its first part."""
    settings.DEMO_NOW = NINE.isoformat()
    made = build.cast()
    made.other = build.customer(made.office, "岭东电网")
    build.assign(made.other, made.lin, "ar")
    made.liang = build.contact(made.other, "梁书亭")
    made.below = build.customer(made.office, "北澜分公司", parent=made.lanhai)
    build.assign(made.below, made.lin, "ar")
    made.top = build.department(made.lanhai, "网络部")
    made.under = build.department(made.lanhai, "网管中心", parent=made.top)
    made.placed = placed(made.ruochuan, made.lin, made.boss, (1, 2), NINE - 10 * DAY)
    made.waiting = proposed(build.contact(made.lanhai, "何砚秋"), made.lin)
    made.map = power_map(made.lanhai, made.lin)
    made.chief = seat(made.map, made.lin)
    made.report = seat(made.map, made.lin, "evaluator", reports_to=made.chief)
    made.call = kind("phone")
    made.adm = build.person("adm2", made.company, Role.ADM)
    first = {**GIFT, "value": Decimal(600), "given_on": TODAY}
    by = Actor.of(made.lin)
    gifts.submit(gifts.draft(made.ruochuan, first, by=by, now=NINE), by=by, now=NINE)
    return made


def plan(world: SimpleNamespace, **more: Any) -> dict[str, Any]:
    """A plan for somebody at (1, 2)."""
    until = {"due_on": f"{TODAY + 60 * DAY}", "strategy": "请他做评审组长"}
    return {"target_intimacy": 2, "target_support": 3, "owner": world.lin.pk, **until, **more}


def spoken(world: SimpleNamespace, who: Any) -> dict[str, Any]:
    """A call of this morning."""
    said = {"contacts": [who.pk], "channel": "phone", "summary": "谈了备件"}
    return said | {"starts_at": f"{NINE - dt.timedelta(hours=1):%Y-%m-%dT%H:%M}"}


@dataclass(frozen=True)
class Mistake:
    """How it is made: (address, body) on the page and in the API; what both say."""

    page: Callable[[Any], tuple[str, dict[str, Any]]]
    api: Callable[[Any], tuple[str, dict[str, Any]]] | None
    rule: str
    says: str
    status: tuple[int, int] = (422, 400)
    who: str = "lin"


def scored(**more: Any) -> dict[str, Any]:
    """An assessment that is wrong in this."""
    return {
        "page": lambda w: (f"/contacts/{w.ruochuan.pk}/assess/", {**SCORE, **more}),
        "api": lambda w: (
            "/api/v1/grid-assessments/", {**SCORE, **more, "contact": w.ruochuan.pk}
        ),
    }  # fmt: skip


MISTAKES = {
    "an assessment dated tomorrow": Mistake(
        **scored(assessed_on=f"{TODAY + DAY}"), rule="R-R2", says="这一天还没到"
    ),
    "support 4": Mistake(**scored(support=4), rule="b.2.2", says="3"),
    "intimacy -4": Mistake(**scored(intimacy=-4), rule="b.2.2", says="3"),
    "no evidence": Mistake(**scored(evidence=" "), rule="R-R2", says="每个评分都要有依据"),
    "two points at once without a meeting": Mistake(
        **scored(support=-1), rule="R-R2", says="180"
    ),
    "confirmed by its author": Mistake(
        page=lambda w: (f"/grid-assessments/{w.waiting.pk}/confirm/", {}),
        api=lambda w: (f"/api/v1/grid-assessments/{w.waiting.pk}/confirm/", {}),
        rule="R-R2", says="评估人", status=(403, 403),
    ),
    "a target worse than today": Mistake(
        page=lambda w: (f"/contacts/{w.ruochuan.pk}/plans/new/", plan(w, target_support=1)),
        api=lambda w: (
            "/api/v1/relationship-plans/", plan(w, target_support=1, contact=w.ruochuan.pk)
        ),
        rule="R-R5", says="好于今天",
    ),
    "a customer below its own branch": Mistake(
        page=lambda w: (f"/customers/{w.lanhai.pk}/move/", {"parent": w.below.pk}),
        api=lambda w: (f"/api/v1/customers/{w.lanhai.pk}/move/", {"parent": w.below.pk}),
        rule="b.1", says="不在它下面", status=(409, 409),
    ),
    "a department below its own": Mistake(
        page=lambda w: (
            f"/customer-units/{w.top.pk}/edit/",
            {"name": "网络部", "kind": w.top.kind, "parent": w.under.pk, "version": w.top.version},
        ),
        api=lambda w: (
            f"PATCH /api/v1/customer-units/{w.top.pk}/",
            {"parent": w.under.pk, "version": w.top.version},
        ),
        rule="b.1", says="部门",
    ),
    "a seat below its own report": Mistake(
        page=lambda w: (
            f"/power-seats/{w.chief.pk}/edit/",
            {"title": "总经理", "role": "decider", "reports_to": w.report.pk,
             "version": w.chief.version},
        ),
        api=lambda w: (
            f"PATCH /api/v1/power-seats/{w.chief.pk}/",
            {"reports_to": w.report.pk, "version": w.chief.version},
        ),
        rule="R-R3", says="",
    ),
    "a gift in two parts": Mistake(
        page=lambda w: (f"/contacts/{w.ruochuan.pk}/gifts/new/", GIFT),
        api=lambda w: ("/api/v1/gift-records/", {**GIFT, "contact": w.ruochuan.pk}),
        rule="R-G1", says="合规", status=(409, 409),
    ),
    "somebody of another customer": Mistake(
        page=lambda w: (f"/interactions/new/?customer={w.lanhai.pk}", spoken(w, w.liang)),
        api=lambda w: (
            "/api/v1/interactions/",
            {**spoken(w, w.liang), "customer": w.lanhai.pk, "type": w.call.pk,
             "starts_at": f"{NINE - DAY:%Y-%m-%dT%H:%M:%S%z}"},
        ),
        rule="b.2.1", says="",
    ),
    "the same record twice": Mistake(
        page=lambda w: (
            f"/customers/{w.lanhai.pk}/merge/", {"other": w.lanhai.pk, "compared": "1"}
        ),
        api=lambda w: (f"/api/v1/customers/{w.lanhai.pk}/merge/", {"other": w.lanhai.pk}),
        rule="b.1", says="", status=(409, 409),
    ),
    "an own field in front of a real one": Mistake(
        page=lambda w: (
            "/settings/fields/new/",
            {"entity": "accounts.customer", "key": "tier", "name": "等级", "kind": "text",
             "position": 0},
        ),
        api=None, rule="b.1", says="换一个", who="adm",
    ),
}  # fmt: skip


def window_of(user: Any) -> Client:
    """A window of somebody who has signed in, in Chinese."""
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(client: Client, address: str, body: dict[str, Any]) -> Any:
    """The answer to one request."""
    verb, _blank, path = address.rpartition(" ")
    if "/api/" not in path:
        return client.post(path, body)
    ask = client.patch if verb == "PATCH" else client.post
    return ask(path, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("name", MISTAKES)
def test_it_is_refused_with_its_rule_on_page_and_api(world, name):
    mistake = MISTAKES[name]
    user = window_of(getattr(world, mistake.who))
    before = fingerprint()

    page = asked(user, *mistake.page(world))
    said = " ".join(strip_tags(page.content.decode()).split())
    assert (page.status_code, f"规则 {mistake.rule}" in said) == (mistake.status[0], True), said
    assert mistake.says in said

    if mistake.api is not None:
        answer = asked(user, *mistake.api(world))
        body = answer.json()
        assert (answer.status_code, body["rule"]) == (mistake.status[1], mistake.rule), body
        words = f"{body['detail']} {body['errors']}"
        assert mistake.says in words
        assert body["detail"] or body["errors"]

    after = fingerprint()
    assert [name for name in after if after[name] != before.get(name)] == []


def test_what_is_right_next_to_each_mistake_goes_through(world):
    """The table refuses mistakes, not everything: the same forms take what is right."""
    lin = window_of(world.lin)
    assert asked(lin, f"/contacts/{world.ruochuan.pk}/assess/", SCORE).status_code == 302
    right = plan(world)
    address = f"/contacts/{world.ruochuan.pk}/plans/new/"
    assert asked(lin, address, right).status_code == 302
    call = spoken(world, world.ruochuan)
    address = f"/interactions/new/?customer={world.lanhai.pk}"
    assert asked(lin, address, call).status_code == 302
    less = {**GIFT, "value": "400"}
    address = f"/contacts/{world.ruochuan.pk}/gifts/new/"
    assert asked(lin, address, less).status_code == 302


def test_a_gift_in_parts_stays_under_no_cap_of_officials_either(world):
    policy.set_value(
        policies.GIFT_OFFICIAL_CNY, 200, by=Actor.of(world.boss), now=NINE, reason="按当地行情"
    )
    lin = window_of(world.lin)
    part = {**GIFT, "value": "150", "recipient_class": "state_enterprise"}
    address = f"/contacts/{world.liang.pk}/gifts/new/"

    first = asked(lin, address, part)
    latest = GiftRecord.objects.filter(contact=world.liang).get()
    gifts.submit(latest, by=Actor.of(world.lin), now=NINE)
    second = asked(lin, address, part)

    assert (first.status_code, second.status_code) == (302, 409)
