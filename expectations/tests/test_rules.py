"""Who may not, although much speaks for it: rules of promises, one condition at a time."""

import pytest
from django.test import Client

from accounts.choices import PortalRight
from accounts.models import PortalMembership
from accounts.tests import build as people
from core.actors import Actor
from core.errors import Forbidden
from expectations import rules, rules_delivery
from expectations.actions import signing
from expectations.tests import build, build_delivery
from expectations.tests import permissions_delivery as table

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.cast()


def test_only_the_person_named_signs_for_us(cast):
    form = build.signed(cast)

    assert rules.may_countersign(cast.lin, form)
    for other in (cast.boss, cast.wei, cast.exe):
        assert not rules.may_countersign(other, form)
        with pytest.raises(Forbidden):
            signing.countersign(form, by=Actor.of(other), now=build.NINE)


def test_a_lead_of_the_project_takes_the_corner_of_the_team(cast):
    project = build_delivery.project(cast)
    assert rules_delivery.roles_in(cast.fang, cast.lanhai, project) >= {"fr"}

    project.members.create(user=cast.wei, role="fr", is_lead=True, **stamped())

    assert "fr" not in rules_delivery.roles_in(cast.fang, cast.lanhai, project)
    assert rules_delivery.roles_in(cast.wei, cast.lanhai, project) >= {"sr", "fr"}


def stamped():
    now = build.NINE
    return {"created_at": now, "updated_at": now, "since": now}


def reading_portal(cast, rights):
    """A browser of a portal user of lanhai with some rights."""
    user = people.person("guest", is_portal=True)
    row = PortalMembership(
        user=user, contact=cast.ruochuan, customer=cast.lanhai, rights=rights, status="active"
    )
    row.stamp(by=people.SYSTEM, now=build.NINE)
    row.save()
    client = Client()
    client.force_login(user)
    client.cookies["portal"] = client.cookies["session"].value
    return client


@pytest.mark.parametrize(
    ("rights", "status"),
    [(["view", "ticket"], 403), (["view", "approve_change"], 302), (["view", "sign"], 302)],
)
def test_an_alternative_is_chosen_by_who_may_bind_the_customer(cast, rights, status):
    notice = table.sent(cast)
    body = {"alternative": notice.alternatives.get().pk}

    answer = reading_portal(cast, rights).post(f"/portal/notices/{notice.pk}/acknowledge/", body)

    assert answer.status_code == status
    assert notice.alternatives.get().status == ("offered" if status == 403 else "chosen")


def test_whoever_sees_a_daughter_only_reads_there(cast):
    notice = table.sent(cast)
    mother = people.customer(cast.office, "母公司")
    path = f"{mother.path}{cast.lanhai.pk}/"
    type(mother).objects.filter(pk=cast.lanhai.pk).update(parent=mother, path=path)
    client = reading_portal(cast, list(PortalRight.values))
    PortalMembership.objects.update(customer=mother, include_descendants=True)

    assert client.get(f"/portal/notices/{notice.pk}/").status_code == 200
    assert client.post(f"/portal/notices/{notice.pk}/acknowledge/").status_code == 403


def test_nobody_sends_back_what_they_submitted_themselves(cast):
    report = table.report(cast)

    assert rules_delivery.may_return_report(cast.lin, report)
    report.submitted_by = cast.lin
    assert not rules_delivery.may_return_report(cast.lin, report)
    assert rules_delivery.may_return_report(cast.boss, report)


def test_a_seat_in_a_project_is_a_persons_own_and_of_its_role(cast):
    project = build.project(cast)
    rnd = people.person("rnd", cast.west)
    project.members.create(user=rnd, role="rnd", **stamped())

    assert rules.in_project(rnd, project) and rules.in_project(rnd, project, "rnd")
    assert not rules.in_project(rnd, project, "sr")
    assert not rules.in_project(cast.stranger, project)
    assert not rules.in_project(cast.stranger, project, "rnd")
    project.expectation_owner = cast.stranger
    assert rules.in_project(cast.stranger, project)
    assert not rules.in_project(cast.stranger, project, "rnd")
    project.members.update(status="ended", until=build.NINE)
    assert not rules.in_project(rnd, project)


def test_account_and_solution_classify_and_development_judges(cast):
    project = build.project(cast)
    item = build.item(project, cast, priority="negotiable")
    alone = build.ExpectationItem(customer=cast.lanhai)
    found = {"ar": people.person("second", cast.west), "rnd": people.person("rnd", cast.west)}
    for role, user in found.items():
        project.members.create(user=user, role=role, **stamped())

    def may(rule, row):
        names = {name: getattr(cast, name) for name in ("lin", "wei", "fang", "boss", "stranger")}
        return {name for name, user in (names | found).items() if rule(user, row)}

    assert may(rules.may_classify, item) == {"lin", "wei", "boss", "ar"}
    assert may(rules.may_classify, alone) == {"lin", "wei", "boss"}
    assert may(rules.may_judge, item) == {"wei", "rnd"}
    assert may(rules.may_judge, alone) == {"wei"}


def test_a_member_that_does_not_lead_leaves_the_corner_to_the_team(cast):
    project = build_delivery.project(cast)
    project.members.create(user=cast.wei, role="fr", **stamped())
    project.members.create(user=cast.stranger, role="rnd", is_lead=True, **stamped())

    assert "fr" in rules_delivery.roles_in(cast.fang, cast.lanhai, project)
    assert rules_delivery.may_promise(cast.stranger, cast.lanhai, project)
    assert not rules_delivery.may_promise(cast.stranger, cast.lanhai)
    assert not rules_delivery.may_promise(cast.boss, cast.lanhai, project)


def test_a_head_confirms_capacity_only_where_nobody_delivers(cast):
    project = build_delivery.project(cast)
    promise = build_delivery.promise(cast, project)
    may = rules_delivery.may_confirm_capacity
    head = people.person("head", cast.west, "rh")

    assert may(cast.fang, promise) and not may(cast.boss, promise)
    cast.lanhai.assignments.filter(role="fr").update(status="ended")
    project.members.filter(role="fr").update(status="ended", until=build.NINE)
    assert may(cast.boss, promise)
    assert not any(may(user, promise) for user in (cast.lin, cast.exe, head))
    project.members.create(user=cast.stranger, role="fr", **stamped())
    assert not may(cast.boss, promise)
    assert may(cast.stranger, promise)
