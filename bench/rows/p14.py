"""P14: what seeing only one's own costs: each list as head and at the foot of a deep tree."""

from __future__ import annotations

from bench import scenes
from bench.lines import Line
from bench.load import Call, side_by_side
from bench.people import person, session
from bench.stage import Stage
from core.models import User

NEEDS_SERVER = True
LISTS = (
    "/customers/",
    "/tickets/?scope=all",
    "/interactions/",
    "/expectation-items/",
    "/customer-notices/",
    "/projects/",
    "/api/v1/customers/",
    "/api/v1/contacts/",
    "/api/v1/tickets/",
    "/api/v1/ticket-events/",
    "/api/v1/sla-clocks/",
    "/api/v1/breaches/",
    "/api/v1/account-assignments/",
    "/api/v1/service-contracts/",
    "/api/v1/interactions/",
    "/api/v1/grid-assessments/",
    "/api/v1/action-items/",
    "/api/v1/trail-entries/",
    "/api/v1/expectation-items/",
)


def measure(stage: Stage) -> list[Line]:
    """The dearest list of each reader against the superuser, and the middle one."""
    top, foot = scenes.deep_organisation()
    scenes.analyse()
    readers = {"company": person("zhou"), "branch": top, "foot of the tree": foot}
    cookies = {name: session(user) for name, user in readers.items()}
    boss = session(person("admin"))
    ratios: dict[str, dict[str, float]] = {name: {} for name in readers}
    for path in LISTS:
        calls = {name: Call(path, cookie) for name, cookie in cookies.items()}
        calls["superuser"] = Call(path, boss)
        seen = side_by_side(stage, calls, rounds=5, requests=8, crowd=())
        for name in readers:
            ratios[name][path] = seen[name].ratio(seen["superuser"])
    people = User.objects.filter(is_portal=False).count()
    return [
        Line("P14", f"lists as {name}", "dearest / superuser", *_worst(found), f"{people} users")
        for name, found in ratios.items()
    ]


def _worst(found: dict[str, float]) -> tuple[float, str, float, float]:
    worst = max(found, key=lambda path: found[path])
    print("   ", ", ".join(f"{path} {ratio:.2f}" for path, ratio in found.items()))
    return found[worst], f"× ({worst})", 1.3, 1.1
