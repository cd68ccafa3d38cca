"""Who may create and change is asked of each resource itself, against the permission table.

The table asks by request: an input that is wrong elsewhere is refused before anybody is asked who
may. Here the question stands alone.
"""

from types import SimpleNamespace

import pytest
from django.db import transaction

from accounts.choices import Role, TeamRole
from accounts.tests import build, permissions_plan
from expectations.tests import permissions_delivery
from huaweicrm.api import router
from huaweicrm.tests import permission_table as table
from huaweicrm.tests.world import world
from relationships.tests import permissions_agreement, permissions_power

pytestmark = pytest.mark.django_db
RESOURCES = {prefix: view for prefix, view, _base in router.registry}
ROWS = {row.path: row for row in table.rows()}
STAFF = ("lin", "wei", "fang", "boss", "exe", "qm", "cmp", "adm", "stranger")


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The world, built once; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        both = world()
        project = permissions_delivery.project(both)
        both.values = {
            "customer": both.lanhai, "influenced": both.lanhai,
            "contact": both.ruochuan, "project": project,
            "contract": None, "unit": None, "audience": "all",
            "assignment": SimpleNamespace(customer=both.lanhai),
            "scorecard": SimpleNamespace(unit=both.office),
        }  # fmt: skip
        seat = permissions_power.one_seat(both)
        both.values |= {"map": seat.map, "from_seat": seat}
        both.values |= {
            "agreement": permissions_agreement.drafted(both),
            "plan": permissions_plan.drafted(both),
            "centre": permissions_agreement.proposed(both),
        }
        yield both
        transaction.set_rollback(True)


INNER = {"lin", "wei", "fang", "boss", "exe"}
EXACT = {
    "cash-flow-designations": INNER,
    "user-profiles": {"adm"},
    "strategy-fit-assessments": INNER,
    "tier-assessments": INNER,
    "rating-rounds": INNER,
    "grid-assessments": INNER,
    "relationship-plans": INNER,
    "personal-details": INNER,
    "power-maps": INNER,
    "competitor-stances": INNER,
    "power-seats": INNER,
    "influence-edges": INNER,
    "handovers": {"boss", "exe", "adm"},
    "key-action-reviews": {"boss", "exe", "adm"},
    "gift-records": INNER,
    "erasure-requests": {"cmp"},
}
"""Where the body of the table is refused before anybody is asked."""
OF_ALL = {"customers", "tickets", "voc-items", "user-leaves"}
"""What somebody without a seat may create: by the role, or for oneself."""
CREATED = [prefix for prefix, view in RESOURCES.items() if hasattr(view, "may_create")]
CHANGED = [prefix for prefix, view in RESOURCES.items() if hasattr(view, "may_change")]


@pytest.mark.parametrize("prefix", CREATED)
def test_who_may_create_is_who_the_table_says(made, prefix):
    row = ROWS[f"api/v1/{prefix}/"]
    if row.post is None:
        return
    values = made.values | ({"unit": made.office} if prefix == "scorecards" else {})
    may = {name for name in STAFF if RESOURCES[prefix]().may_create(getattr(made, name), values)}
    assert may - {"stranger"} == EXACT.get(prefix, set(STAFF) & row.post - {"stranger"})
    assert ("stranger" in may) == (prefix in OF_ALL), "by role, not by seat"


@pytest.mark.parametrize("prefix", CREATED)
def test_a_third_partys_reviewer_creates_nothing_but_their_own_leave(made, prefix):
    with transaction.atomic():
        reviewer = build.person("tpr", made.east, Role.TPR)
        build.assign(made.lanhai, reviewer, TeamRole.REVIEWER)
        values = made.values | ({"unit": made.office} if prefix == "scorecards" else {})
        may = RESOURCES[prefix]().may_create(reviewer, values)
        transaction.set_rollback(True)

    assert may == (prefix == "user-leaves"), prefix


@pytest.mark.parametrize("prefix", CHANGED)
def test_who_may_change_is_who_the_table_says(made, prefix):
    row = ROWS[f"api/v1/{prefix}/<pk>/"]
    if row.patch is None:
        return
    with transaction.atomic():
        own = row.own(made)
        may = {name for name in STAFF if RESOURCES[prefix]().may_change(getattr(made, name), own)}
        transaction.set_rollback(True)
    assert may == set(STAFF) & row.patch
