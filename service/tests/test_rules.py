"""Who may do what about tickets and contracts, of everybody who comes near: one question each."""

import pytest

from accounts.choices import PortalRight, Role, TeamRole
from accounts.models import PortalMembership
from accounts.tests import build
from service import rules
from service.models import Breach, ServiceContract, SlaClock, Ticket, VocItem

pytestmark = pytest.mark.django_db
HEADS = {"boss", "exe", "both"}
TEAM = {"lin", "wei", "fang"}
MORE = ("eng", "svc", "qm", "tpr", "guest", "sales", "reviewer")


@pytest.fixture
def people():
    made = build.hats(build.cast())
    made.eng = build.person("eng", made.west, Role.ENG)
    made.svc = build.person("svc", made.west, Role.SVC)
    made.qm = build.person("qm", made.west, Role.QM)
    made.tpr = build.person("tpr", made.east, Role.TPR)
    made.sales = build.person("sales", made.west)
    made.reviewer = build.person("reviewer", made.west)
    build.assign(made.lanhai, made.sales, TeamRole.SERVICE_SALES)
    build.assign(made.lanhai, made.reviewer, TeamRole.REVIEWER)
    made.guest = build.person("guest", is_portal=True)
    membership = PortalMembership(
        user=made.guest, contact=made.ruochuan, customer=made.lanhai,
        rights=list(PortalRight.values), status="active",
    )  # fmt: skip
    membership.stamp(by=build.SYSTEM, now=build.NINE)
    membership.save()
    return made


def who(people, may, *about):
    """The names of those of whom a rule says yes, with those who come near tickets only."""
    return {name for name in (*build.HATS, *MORE) if may(getattr(people, name), *about)}


def ticket(p, **more):
    return Ticket(**{"customer": p.lanhai, **more})


def breach(p):
    return Breach(clock=SlaClock(ticket=ticket(p)))


EVERYBODY = {*build.HATS, "eng", "svc", "qm", "sales", "reviewer"}
WHO_MAY = [
    ("record what a customer reported: neither the customer nor a third party's reviewer",
     lambda p: (rules.may_report, p.lanhai), EVERYBODY),
    ("work on a ticket: engineers, service, the team, the heads",
     lambda p: (rules.may_work, ticket(p)), TEAM | HEADS | {"eng", "svc"}),
    ("work on a ticket: its owner", lambda p: (rules.may_work, ticket(p, owner=p.stranger)),
     TEAM | HEADS | {"eng", "svc", "stranger"}),
    ("lower a severity: service and the heads",
     lambda p: (rules.may_lower, ticket(p)), HEADS | {"svc"}),
    ("give the reason of a breach: whoever works on its ticket",
     lambda p: (rules.may_reason, breach(p)), TEAM | HEADS | {"eng", "svc"}),
    ("waive a breach: service and the heads",
     lambda p: (rules.may_waive, breach(p)), HEADS | {"svc"}),
    ("apply today's clauses to open tickets: administrators",
     lambda p: (rules.may_reapply, ticket(p)), {"adm"}),
    ("change a contract: its account manager, service, the heads, administrators",
     lambda p: (rules.may_change_contract, ServiceContract(customer=p.lanhai)),
     HEADS | {"lin", "svc", "adm"}),
    ("write clauses: administrators", lambda p: (rules.may_edit_clauses,), {"adm"}),
    ("tighten a clause: service and the heads",
     lambda p: (rules.may_tighten, p.lanhai), HEADS | {"svc"}),
    ("import contracts: service and administrators", lambda p: (rules.may_import,),
     {"svc", "adm"}),
    ("sort what a customer said: quality, service, the team, the heads",
     lambda p: (rules.may_sort_voice, VocItem(customer=p.lanhai)), TEAM | HEADS | {"qm", "svc"}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "told"), [each[1:] for each in WHO_MAY],
                         ids=[each[0] for each in WHO_MAY])  # fmt: skip
def test_these_may_and_nobody_else(people, asked, told):
    assert who(people, *asked(people)) == told


def test_the_marks_of_a_list_say_what_the_rule_says(people):
    rows = [ticket(people, pk=1), ticket(people, pk=2, owner=people.stranger),
            ticket(people, pk=3, customer=people.own)]  # fmt: skip

    for name in (*build.HATS, *MORE):
        user = getattr(people, name)
        assert rules.workable(user, rows) == {row.pk for row in rows if rules.may_work(user, row)}
