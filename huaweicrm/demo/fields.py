"""What this house adds of its own: fields, tags, a list that everybody opens in the same way."""

from __future__ import annotations

from typing import Any

from accounts.lists import CUSTOMERS
from core.custom import actions, tagging
from core.lists.actions import save_view
from core.models import Audience
from expectations.lists import PROJECTS
from expectations.models import Project
from huaweicrm.demo.world import World
from service.lists import TICKETS
from service.models import Ticket

CUSTOMER, CONTACT = "accounts.customer", "accounts.contact"
PROJECT, TICKET = "expectations.project", "service.ticket"
# entity, key, name, kind, choices, help
FIELDS = [
    (CUSTOMER, "cell_sites", "基站数", "number", [], "上年末在网,含共建共享"),
    (CUSTOMER, "main_network", "主用制式", "choice", ["4G", "5G", "专网"], ""),
    (CUSTOMER, "frame_until", "框架合同到期", "date", [], "到期前半年启动续签"),
    (CUSTOMER, "switchboard", "总机", "text", [], ""),
    (CONTACT, "prefers_calls", "愿意接电话", "boolean", [], "否则先发消息约时间"),
    (PROJECT, "bid_number", "招标编号", "text", [], "以招标文件封面为准"),
    (TICKET, "alarm_number", "网管告警号", "text", [], ""),
]
RETIRED = "switchboard"
HELD = {
    "lanhai": {"cell_sites": 84_600, "main_network": "5G", "frame_until": "2027-06-30"},
    "lanhai_north": {"cell_sites": 12_350, "main_network": "5G"},
    "lingdong": {"cell_sites": 2_140, "main_network": "专网", "frame_until": "2026-12-31"},
    "qinghe": {"main_network": "专网"},
}
TAGS = {
    "lanhai": ["重点保障", "集采入围"],
    "lingdong": ["重点保障"],
    "qinghe": ["国产化替代"],
}

VIEWS = [
    (
        CUSTOMERS,
        "框架与网络",
        "columns=name,tier,team,custom_cell_sites,custom_main_network,custom_frame_until,tags"
        "&ordering=name",
    ),
    (
        TICKETS,
        "按级别看恢复",
        "columns=title,severity,customer,restore,resolve,owner,custom_alarm_number"
        "&ordering=severity&scope=all",
    ),
    (
        PROJECTS,
        "按完工日",
        "columns=name,customer,status,fr,finishes&ordering=last_day&running=true",
    ),
]


def tell(world: World) -> None:
    """An administrator defines, the teams fill in, a regional head shares a view."""
    by, now = world.by("adm"), world.now
    for position, (entity, key, name, kind, options, words) in enumerate(FIELDS):
        row = actions.define(
            {"entity": entity, "key": key, "name": name, "kind": kind, "options": options,
             "help": words, "position": position},
            by=by, now=world.at(-40, 10),
        )  # fmt: skip
        if key == RETIRED:
            actions.retire(row, by=by, now=world.at(-12, 10))
    for key, values in HELD.items():
        _fill(world, world.customers[key], values)
    for key, words in TAGS.items():
        tagging.set_tags(world.customers[key], words, by=world.by("ar"), now=now)
    _fill(world, world.contacts["lin"], {"prefers_calls": True})
    _fill(world, Project.objects.get(pk=world.made["core"].pk), {"bid_number": "LH-2026-CORE-017"})
    ticket = Ticket.objects.filter(customer=world.customers["lanhai"]).open().latest("pk")
    _fill(world, ticket, {"alarm_number": "198098432"})
    _share(world)


def _fill(world: World, row: Any, values: dict[str, Any]) -> None:
    actions.write_beside(row, values, by=world.by("ar"), now=world.now)


def _share(world: World) -> None:
    for spec, name, query in VIEWS:
        save_view(
            spec,
            {"name": name, "audience": Audience.EVERYBODY},
            query=query,
            by=world.by("rh"),
            now=world.now,
        )
