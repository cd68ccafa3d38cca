"""Rows of the permission table: reference sites, competitors, products in use."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from accounts.actions import penetration, positions, references
from accounts.models import CompetitorPosition, ProductPenetration, ReferenceSite, ReferenceVisit
from accounts.tests.build import NINE
from core import clock
from core.actors import Actor
from core.tests.permission_rows import HEADS, SEE, TEAM, TOKEN, Row, page, resource, step

EDIT = TEAM | HEADS | {"adm"}
ELSEWHERE = frozenset({"stranger"})
"""Whose body names a customer out of sight: 400 before anybody is asked."""
CUSTOMER = "customers/<pk>/"


def lanhai(world: SimpleNamespace) -> Any:
    """The customer."""
    return world.lanhai


def form(path: str, own: Any) -> Row:
    """A page with a form for who edits the customer."""
    return Row(path, own, sees=SEE, get=EDIT, post=EDIT)


def reference(world: SimpleNamespace) -> Any:
    """A candidate at lanhai, where somebody was once."""
    kept = ReferenceSite.objects.filter(customer=world.lanhai, status="candidate").first()
    if kept:
        return kept
    values = {"kind": "showcase", "product": "核心网关", "site": "一楼"}
    by = Actor.of(world.lin)
    made = references.create(world.lanhai, values, by=by, now=clock.now())
    visit = ReferenceVisit(site=made, visited_on=NINE.date(), visitors="望川轨道", people=3)
    visit.stamp(by=by, now=clock.now())
    visit.save()
    return made


def position(world: SimpleNamespace) -> Any:
    """A competitor at lanhai."""
    kept = CompetitorPosition.objects.current().filter(customer=world.lanhai).first()
    values = {"competitor": "蓝湾科技", "product": "传输", "as_of": NINE.date(), "source": "公告"}
    return kept or positions.note(world.lanhai, values, by=Actor.of(world.lin), now=clock.now())


def product(world: SimpleNamespace) -> Any:
    """A product in use at lanhai."""
    kept = ProductPenetration.objects.filter(customer=world.lanhai, product="传输").first()
    return kept or penetration.create(
        world.lanhai, "传输", {"status": "main"}, by=Actor.of(world.lin), now=clock.now()
    )


ROWS = [
    *resource(
        "competitor-positions",
        position,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {
            "customer": world.lanhai.pk,
            "competitor": "北辰通信",
            "product": "无线",
            "as_of": "2026-01-05",
            "source": "公告",
        },
        verbs={"end": EDIT | TOKEN},
    ),
    *resource(
        "product-penetration",
        product,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {"customer": world.lanhai.pk, "product": "无线", "status": "trial"},
        change=EDIT | TOKEN,
    ),
    *resource(
        "reference-sites",
        reference,
        create=EDIT | TOKEN | ELSEWHERE,
        body=lambda world: {
            "customer": world.lanhai.pk,
            "kind": "showcase",
            "product": "网关",
            "site": "二楼",
        },
        change=EDIT | TOKEN,
        verbs={
            "activate": EDIT,
            "renew": EDIT,
            "host": EDIT | TOKEN,
            "retire": EDIT | TOKEN,
        },
    ),
    page("competitor-positions/"),
    form(f"{CUSTOMER}competitor-positions/new/", lanhai),
    page("competitor-positions/<pk>/", position),
    step("competitor-positions/<pk>/end/", position, EDIT),
    page("product-penetration/"),
    form(f"{CUSTOMER}product-penetration/new/", lanhai),
    form("product-penetration/<pk>/edit/", product),
    page("reference-sites/"),
    form(f"{CUSTOMER}reference-sites/new/", lanhai),
    page("reference-sites/<pk>/", reference),
    form("reference-sites/<pk>/edit/", reference),
    form("reference-sites/<pk>/activate/", reference),
    form("reference-sites/<pk>/renew/", reference),
    form("reference-sites/<pk>/visit/", reference),
    form("reference-sites/<pk>/retire/", reference),
]
