"""Joint innovation: charter by a head, IP terms by legal, topics that end with an outcome."""

import pytest
from django.test import Client

from accounts.choices import Function, Role
from accounts.models import UserProfile
from accounts.tests.build import NINE, cast, person
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import Notification
from relationships import innovation as noun
from relationships import rules
from relationships.actions import innovation
from relationships.models import InnovationTopic, JointInnovationCentre


@pytest.mark.parametrize(
    ("charter", "terms", "approved", "to", "lacks"),
    [
        ("", "", False, "chartered", ("charter",)),
        ("a", "", False, "chartered", ()),
        ("a", "", False, "running", ("ip_terms", "ip_approved_at")),
        ("a", "b", False, "running", ("ip_approved_at",)),
        ("a", "b", True, "running", ()),
        (" ", "b", True, "running", ("charter",)),
    ],
)
def test_what_a_centre_lacks(charter, terms, approved, to, lacks):
    assert noun.lacking(charter=charter, ip_terms=terms, ip_approved=approved, to=to) == lacks


@pytest.mark.parametrize(
    ("topic", "centre", "may"),
    [
        ("chartered", "running", True),
        ("chartered", "chartered", False),
        ("chartered", "closed", False),
        ("proposed", "running", False),
        ("running", "running", False),
    ],
)
def test_a_topic_begins_while_its_centre_runs(topic, centre, may):
    assert noun.may_begin(topic, centre) == may


@pytest.fixture
def made(db):
    made = cast()
    made.cmp = person("cmp", made.company, Role.CMP)
    return made


def by(user):
    return Actor.of(user)


def proposed(made, **more):
    values = {"name": "联合创新中心", "charter": "两年", "ip_terms": "成果共有"} | more
    return innovation.propose(made.lanhai, values, by=by(made.lin), now=NINE)


def chartered(made, **more):
    return innovation.charter(proposed(made, **more), by=by(made.boss), now=NINE)


def running(made):
    row = innovation.approve_terms(chartered(made), by=by(made.cmp), now=NINE)
    return innovation.run(row, by=by(made.lin), now=NINE)


def test_legal_approves_before_it_runs(made):
    row = chartered(made)
    assert Notification.objects.filter(user=made.cmp, kind="innovation.terms").count() == 1
    with pytest.raises(Refused) as refusal:
        innovation.run(row, by=by(made.lin), now=NINE)
    assert list(refusal.value.fields) == ["ip_approved_at"]
    innovation.approve_terms(row, by=by(made.cmp), now=NINE)
    innovation.run(row, by=by(made.lin), now=NINE)

    assert (row.status, row.running_since, row.ip_approved_by) == ("running", NINE, made.cmp)


def test_changed_terms_go_to_legal_again_and_stand_while_it_runs(made):
    row = innovation.approve_terms(chartered(made), by=by(made.cmp), now=NINE)
    innovation.edit(row, {"awards": "一等奖"}, by=by(made.lin), now=NINE, version=row.version)
    assert row.ip_approved_by == made.cmp
    innovation.edit(row, {"ip_terms": "归我方"}, by=by(made.lin), now=NINE, version=row.version)
    assert row.ip_approved_at is None
    innovation.approve_terms(row, by=by(made.cmp), now=NINE)
    innovation.run(row, by=by(made.lin), now=NINE)
    with pytest.raises(Refused):
        innovation.edit(row, {"ip_terms": "x"}, by=by(made.lin), now=NINE, version=row.version)


def test_who_wrote_the_terms_does_not_approve_them(made):
    row = proposed(made)
    UserProfile.objects.filter(user__in=[made.lin, made.wei]).update(function=Function.LEGAL)
    with pytest.raises(Forbidden):
        innovation.approve_terms(row, by=by(made.lin), now=NINE)

    may = {name for name in ("lin", "wei", "fang", "boss", "cmp")
           if rules.may_approve_terms(getattr(made, name), row)}  # fmt: skip
    assert may == {"wei", "cmp"}


@pytest.mark.parametrize("lack", ["charter", "ip_terms"])
def test_what_is_not_written_is_not_approved(made, lack):
    row = proposed(made, **{lack: ""})
    with pytest.raises(Refused) as refusal:
        if lack == "charter":
            innovation.charter(row, by=by(made.boss), now=NINE)
        else:
            innovation.approve_terms(row, by=by(made.cmp), now=NINE)

    assert list(refusal.value.fields) == [lack]


def test_a_topic_goes_its_way_and_its_centre_closes_after_it(made):
    row = running(made)
    topic = innovation.add_topic(row, {"title": "夜间节能"}, by=by(made.wei), now=NINE)
    with pytest.raises(Invalid):
        innovation.charter_topic(topic, by=by(made.lin), now=NINE)
    changes = {"question": "省多少电", "due_on": NINE.date()}
    innovation.edit_topic(topic, changes, by=by(made.lin), now=NINE, version=topic.version)
    innovation.charter_topic(topic, by=by(made.lin), now=NINE)
    innovation.run_topic(topic, by=by(made.lin), now=NINE)
    with pytest.raises(Refused):
        innovation.close(row, by=by(made.lin), now=NINE, note="结束")
    with pytest.raises(Invalid):
        innovation.close_topic(topic, by=by(made.lin), now=NINE, outcome=" ")
    innovation.close_topic(topic, by=by(made.lin), now=NINE, outcome="省两成", reuse="product")
    with pytest.raises(Refused):
        innovation.edit_topic(
            topic, {"title": "x"}, by=by(made.lin), now=NINE, version=topic.version
        )
    innovation.edit_topic(
        topic, {"reuse": "industry"}, by=by(made.lin), now=NINE, version=topic.version
    )
    innovation.close(row, by=by(made.lin), now=NINE, note="成果已进现网")

    assert (topic.status, topic.owner, topic.reuse) == ("closed", made.lin, "industry")
    assert (row.status, row.closed_at) == ("closed", NINE)


def test_a_topic_waits_for_its_centre(made):
    row = chartered(made)
    values = {"title": "夜间节能", "question": "省多少电", "due_on": NINE.date()}
    topic = innovation.add_topic(row, values, by=by(made.lin), now=NINE)
    innovation.charter_topic(topic, by=by(made.lin), now=NINE)
    with pytest.raises(Refused) as refusal:
        innovation.run_topic(topic, by=by(made.lin), now=NINE)

    assert refusal.value.rule == "C137"


def test_the_whole_way_by_page(made):
    lin, boss, cmp = Client(), Client(), Client()
    for client, user in ((lin, made.lin), (boss, made.boss), (cmp, made.cmp)):
        client.force_login(user)
    body = {"name": "联合创新中心", "owner": made.lin.pk, "charter": "两年", "ip_terms": "共有"}
    page = lin.post(f"/customers/{made.lanhai.pk}/innovation/new/", body)["Location"]
    assert [lin.post(f"{page}charter/").status_code, boss.post(f"{page}charter/").status_code] == [
        403, 302,
    ]  # fmt: skip
    assert lin.post(f"{page}run/").status_code == 409
    assert [lin.post(f"{page}terms/").status_code, cmp.post(f"{page}terms/").status_code] == [
        403, 302,
    ]  # fmt: skip
    assert lin.post(f"{page}run/").status_code == 302
    body = {"title": "夜间节能", "owner": made.lin.pk, "question": "省多少电"}
    lin.post(f"{page}topics/new/", body)
    text = lin.get(page).content.decode()

    assert (JointInnovationCentre.objects.get().status, "夜间节能" in text) == ("running", True)
    assert InnovationTopic.objects.get().status == "proposed"
    for address in ("/innovation-centres/", f"/customers/{made.lanhai.pk}/agreements/"):
        assert lin.get(address).status_code == 200
