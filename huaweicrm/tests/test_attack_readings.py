"""Readings ask themselves whose rows they show, also when whoever calls them has asked already."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts import findable
from accounts import queries as accounts
from accounts import queries_tree as tree
from accounts.choices import Role
from accounts.models import Customer, Handover, TierAssessment
from accounts.tests import build
from core import clock
from core.models import TrailEntry
from expectations.models import (
    Alternative,
    Commitment,
    ConfirmationForm,
    CustomerNotice,
    Risk,
    WeeklyReport,
)
from expectations.queries import reports, risks
from huaweicrm.api import router
from huaweicrm.desk import columns
from huaweicrm.desk.customer import before, sections
from huaweicrm.desk.handover import pack
from huaweicrm.desk.today import sources
from huaweicrm.desk.today.scope import Scope
from huaweicrm.tests import mirror
from relationships.api.assessments import _contacts as to_place
from relationships.models import Interaction, StrategicAgreement
from relationships.queries import agreements, blockers, desk, marks
from relationships.queries.power import with_seats
from relationships.rules import Standing
from relationships.tests.build import placed, proposed
from relationships.views import person
from service.api.tickets import contacts as to_report

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Both sides, built once; lin is blind to the other one, adm is not."""
    with django_db_blocker.unblock(), transaction.atomic():
        both = mirror.both_sides()
        yield both
        transaction.set_rollback(True)


SECTIONS = ("_notices", "_commitments", "_forms", "_projects", "_items", "_contracts")


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_of_a_customer_shows_nothing_to_who_does_not_see_the_rows(made, name):
    section, there = getattr(sections, name), made.other.lanhai

    assert sections._read(section, there, made.adm)
    assert not sections._read(section, there, made.lin)
    assert not section(made.lin, there.pk)


@pytest.mark.parametrize("name", [*SECTIONS, "_tickets", "_contacts"])
def test_a_section_whose_sql_is_kept_shows_what_it_shows_without(made, name):
    section, shown = getattr(sections, name), set()

    for user in (made.other.lin, made.other.wei, made.lin, made.exe, made.other.lin):
        rows = sections._read(section, made.other.lanhai, user)
        assert rows == list(section(user, made.other.lanhai.pk)), user
        shown |= set(rows)
    assert shown


def test_tickets_and_people_of_a_customer_are_asked_for_by_themselves(made):
    whole = sections.page_of(made.other.lanhai, user=made.adm, confidential=False)
    blind = sections.page_of(made.other.lanhai, user=made.lin, confidential=False)

    assert whole.tickets and whole.contacts
    assert not blind.tickets and not blind.contacts


def stir(made, user, now):
    """What the other side has waits for this person, now."""
    foreign = {label: list(pks) for label, pks in made.foreign.items()}
    notices = CustomerNotice.objects.filter(pk__in=foreign["expectations.customernotice"])
    notices.filter(status="sent").update(told_at=now)
    Commitment.objects.filter(pk__in=foreign["expectations.commitment"]).update(
        owner=user, due_at=now
    )
    forms = ConfirmationForm.objects.filter(pk__in=foreign["expectations.confirmationform"])
    forms.filter(pk=forms.latest("id").pk).update(status="sent")
    WeeklyReport.objects.filter(pk__in=foreign["expectations.weeklyreport"]).update(due_at=now)
    meeting = Interaction.objects.filter(pk__in=foreign["relationships.interaction"]).latest("id")
    Interaction.objects.filter(pk=meeting.pk).update(status="planned", starts_at=now)
    meeting.participants.add(user)
    tiers = TierAssessment.objects.filter(pk__in=foreign["accounts.tierassessment"])
    tiers.filter(pk=tiers.latest("id").pk).update(status="submitted")


SOURCES = ("notices", "meetings", "told", "promises", "forms", "reports", "tickets", "approvals")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_of_the_day_shows_nothing_to_who_does_not_see_the_rows(made, name):
    now, label = clock.now(), None
    with transaction.atomic():
        found = {}
        for user in (made.adm, made.lin):
            stir(made, user, now)
            scope = Scope(user, now, frozenset({Role.RH, Role.EXE}), True)
            rows = list(getattr(sources, name)(scope))
            label = rows[0]._meta.label_lower if rows else label
            found[user.pk] = {row.pk for row in rows} & made.foreign[label]
        transaction.set_rollback(True)

    assert found[made.adm.pk]
    assert not found[made.lin.pk]


DAY = dt.timedelta(days=1)
LONG_AGO = build.NINE - 999 * DAY
NOBODY = Standing(proposes=False, heads=False)


def moved(made):
    """Somebody of the other side whose position was changed, and a proposal that waits."""
    other, now = made.other, clock.now()
    made.moved = build.contact(other.lanhai, "另一人")
    for point in ((0, 0), (0, 1)):
        placed(made.moved, other.wei, other.lin, point, now)
    proposed(made.moved, other.wei, (1, 1), now)


def chosen(made):
    """The other side has chosen an alternative in a case like ours."""
    rows = Alternative.objects.filter(pk__in=made.foreign["expectations.alternative"])
    rows.update(status="chosen")
    return Risk(pk=0, category=rows[0].notice.risk.category)


def of_the_other(rows, made):
    return list(rows.filter(customer=made.other.lanhai))


def entries(made, user, klass):
    """Trail entries of the other customer that a person may read."""
    seen = accounts.timelines_seen_by(user, confidential=True)
    return list(TrailEntry.objects.filter(seen, scope_id=made.other.lanhai.pk, klass=klass))


def seated(contact):
    """A contact as the pages of the grid read it."""
    return with_seats(type(contact).objects.filter(pk=contact.pk)).get()


def planned(made, user):
    """A meeting of the other side to which this person was asked."""
    rows = Interaction.objects.filter(customer=made.other.lanhai)
    meeting = rows.latest("id")
    rows.filter(pk=meeting.pk).update(status="planned", starts_at=clock.now() + DAY)
    meeting.participants.add(user)
    return before.next_meeting(made.other.lanhai, user, clock.now())


def card(made, user):
    """What stands beside the customer before a visit, without what is asked for elsewhere."""
    return before.card_of(
        made.other.lanhai, user=user, confidential=False, now=clock.now(), promises=[], said=[]
    )


def prepared(made, user):
    """The sheet for a visit."""
    return before.preparation_of(made.other.lanhai, user=user, confidential=False, now=clock.now())


def packed(made, user):
    """The pack for a successor at the other side."""
    rows = Handover.objects.select_related("customer__owning_unit")
    return pack.pack_of(rows.filter(customer=made.other.lanhai).latest("id"), user)


def agreed(made):
    """The agreement of the other side in which a project is locked."""
    rows = StrategicAgreement.objects.filter(customer=made.other.lanhai, locked__isnull=False)
    return rows.latest("id")


def days_of(made, user):
    """Days of agreements of the other side."""
    StrategicAgreement.objects.filter(pk=agreed(made).pk).update(
        status="signed", signed_on=clock.now().date(), approved_at=clock.now(),
        approved_by=made.other.boss, our_signatory=made.other.boss,
        their_signatory=made.other.ruochuan,
    )  # fmt: skip
    today = clock.now().date()
    found = agreements.milestones(user, today - DAY, today + 2000 * DAY, (30,))
    return [each for each in found if each.agreement.customer_id == made.other.lanhai.pk]


def against(made, user):
    """Somebody of the other side who is against us."""
    whom = build.contact(made.other.lanhai, f"反对者{user.pk}")
    placed(whom, made.other.wei, made.other.boss, (0, -3), clock.now())
    found = blockers.blockers_for(user, now=clock.now())
    return [each for each in found if each.position.customer_id == made.other.lanhai.pk]


READINGS = {
    "whom one may place": lambda made, user: of_the_other(to_place(user), made),
    "who reports": lambda made, user: of_the_other(to_report(user), made),
    "notices before a visit": lambda made, user: card(made, user).owed,
    "contracts before a visit": lambda made, user: card(made, user).contracts,
    "forms before a visit": lambda made, user: card(made, user).forms,
    "promises": lambda made, user: before.promises_to(made.other.lanhai, user, 9),
    "words": lambda made, user: list(before.said_of(made.other.lanhai, user)),
    "people on the sheet": lambda made, user: prepared(made, user).people,
    "tickets on the sheet": lambda made, user: prepared(made, user).tickets,
    "minutes on the sheet": lambda made, user: prepared(made, user).minutes,
    "the next meeting": planned,
    "tickets of the pack": lambda made, user: packed(made, user).tickets,
    "projects of the pack": lambda made, user: packed(made, user).projects,
    "risks of the pack": lambda made, user: packed(made, user).risks,
    "locked projects": lambda made, user: agreements.locked_in(agreed(made), user),
    "lockable": lambda made, user: list(agreements.lockable(agreed(made), user)),
    "days of agreements": days_of,
    "who is against us": against,
    "moves": lambda made, user: desk.recent_moves(user, LONG_AGO),
    "history": lambda made, user: person.aside_of(user, seated(made.moved), NOBODY, None).entries,
    "proposals": lambda made, user: person.waiting_of(user, made.other.lanhai, NOBODY),
    "columns": lambda made, user: [
        what for _pk, what, _n, _at in columns._rows([made.other.lanhai.pk], user)
        if what.startswith("grid")
    ],
    "group": lambda made, user: tree.group_of(made.other.lanhai, user).lines,
    "customer": lambda made, user: accounts.sees_customer(user, made.other.lanhai.pk),
    "open entries": lambda made, user: entries(made, user, "open"),
    "confidential entries": lambda made, user: entries(made, user, "confidential"),
    "search": lambda made, user: findable.find(user, made.other.lanhai.code, 9),
    "reports": lambda made, user: of_the_other(reports.for_list(user), made),
    "notices": lambda made, user: of_the_other(risks.notices_for_list(user), made),
    "alternatives": lambda made, user: risks.past_alternatives(user, chosen(made)),
}  # fmt: skip


@pytest.mark.parametrize("name", READINGS)
def test_a_reading_shows_nothing_to_who_does_not_see_the_rows(made, name):
    with transaction.atomic():
        moved(made)
        everything, nothing = (READINGS[name](made, user) for user in (made.adm, made.lin))
        transaction.set_rollback(True)

    assert everything
    assert not nothing


def test_a_head_without_seats_is_asked_about_what_lies_below_them_only(made):
    with transaction.atomic():
        Customer.objects.filter(pk=made.other.lanhai.pk).update(tier=2)
        lines = [marks.minima_for(user, now=clock.now()) for user in (made.other.boss, made.boss)]
        transaction.set_rollback(True)
    theirs, ours = ({each.customer for each in found} for found in lines)

    assert made.other.lanhai in theirs
    assert made.other.lanhai not in ours


def test_a_customer_chooses_no_unit_of_ours(made):
    assert accounts.units_open(made.lin)
    assert not accounts.units_open(made.portal)


@pytest.mark.parametrize("few", [0, findable.FEW])
def test_search_finds_customers_in_sight_whether_they_are_few_or_many(made, monkeypatch, few):
    monkeypatch.setattr(findable, "FEW", few)

    assert findable.find(made.other.lin, made.other.lanhai.code, 9)
    assert not findable.find(made.lin, made.other.lanhai.code, 9)


RESOURCES = {prefix: view for prefix, view, _base in router.registry}


OTHERS = {"interaction-types", "trail-entries"}
"""Kinds, which are no secret; entries, whose rows need a request (`timelines_seen_by`, above)."""


@pytest.mark.parametrize("prefix", sorted(RESOURCES.keys() - OTHERS))
def test_the_rows_of_a_resource_are_asked_for_by_themselves(made, prefix):
    view = RESOURCES[prefix]()
    view.request = SimpleNamespace(auth=None)  # in a session: what a token may not see, too
    rows = view.rows
    model = rows(made.lin).model._meta.label_lower
    foreign = made.foreign[model] if model not in mirror.LEFT_ALONE else set()

    assert not rows(made.lin).filter(pk__in=foreign).exists()
    assert not rows(made.portal).exists()
    assert rows(made.adm).exists()


SCOPED = [
    (model, name)
    for model in apps.get_models()
    for name in ("visible_to", "confidential_to")
    if hasattr(model._default_manager, name)
    and model._meta.label not in {"core.SavedView", "relationships.CalendarFeed"}
]
"""Saved views and feeds are a person's own, not a customer's: nobody else has any."""


@pytest.mark.parametrize(
    ("model", "name"), SCOPED, ids=[f"{model._meta.label}.{name}" for model, name in SCOPED]
)
def test_a_scope_holds_nothing_foreign_and_nothing_for_the_portal(made, model, name):
    scope, label = getattr(model._default_manager, name), model._meta.label_lower
    foreign = made.foreign.get(label, set()) if label not in mirror.LEFT_ALONE else set()

    assert not scope(made.lin).filter(pk__in=foreign).exists()
    assert not scope(made.portal).exists() and not scope(AnonymousUser()).exists()
    assert scope(made.adm).count() == model._default_manager.count()


def test_every_scope_is_asked():
    assert len(SCOPED) >= 30
