"""Stage three: the people of the customers."""

from __future__ import annotations

import random

from accounts.actions import contacts
from accounts.choices import ContactLevel
from accounts.models import Customer
from core.actors import Actor
from core.models import User
from huaweicrm.demo.bulk import names
from huaweicrm.demo.bulk.stage import Bulk, Client, forget_queries

AFTER_D = 733
TITLES = (
    (ContactLevel.EXECUTIVE, ("总经理", "副总经理", "总工程师", "首席信息官")),
    (ContactLevel.SENIOR_MANAGER, ("网络部总监", "采购部总监", "运维中心主任", "信息部部长")),
    (ContactLevel.MIDDLE_MANAGER, ("网络部经理", "采购经理", "机房主管", "项目经理", "财务经理")),
    (ContactLevel.STAFF, ("网络工程师", "值班工程师", "采购专员", "系统管理员", "建设专员")),
)
WEIGHTS = (8, 17, 30, 45)


def fill(bulk: Bulk) -> int:
    """Create the contacts, entered by the account managers of their customers."""
    total = bulk.size.contacts
    owners: dict[int, User] = {
        user.pk: user
        for office in bulk.offices
        for people in office.people.values()
        for user in people
    }
    per = -(-total // len(bulk.clients))
    number = 0
    for start in range(0, len(bulk.clients), max(1, bulk.batch // per)):
        some = bulk.clients[start : start + max(1, bulk.batch // per)]
        rng = bulk.rng("contacts", start)
        rows, homes = [], []
        for client in some:
            customer = Customer(pk=client.id, name=client.name)
            for place in range(min(per, total - number)):
                rows.append((customer, _person(rng, number, place, client, owners)))
                homes.append(client)
                number += 1
        by = Actor.of(owners[some[0].team[0]], "import")
        for home, made in zip(
            homes, contacts.create_many(rows, by=by, now=bulk.ago(AFTER_D)), strict=True
        ):
            home.contacts.append(made.pk)
        forget_queries()
    return number


def _person(
    rng: random.Random, number: int, place: int, client: Client, owners: dict[int, User]
) -> dict[str, object]:
    level, titles = rng.choices(TITLES, WEIGHTS)[0] if place else TITLES[0]
    return {
        "name": names.person(rng),
        "title": rng.choice(titles),
        "level": level,
        "is_decision_layer": level == ContactLevel.EXECUTIVE and rng.random() < 0.6,
        "phone": names.phone(number),
        "email": f"p{number}@c{client.id}.example",
        "relationship_owner": owners[client.team[0]] if place < 3 else None,
        "purpose": "业务往来",
        "source": "名片",
    }
