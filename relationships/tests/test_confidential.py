"""Probes on the confidential class: search, ordering, filters, mail, hooks, portal: 0 leaks."""

import datetime as dt
import json

import pytest
from django.test import Client

from accounts.choices import PortalRight, Role
from accounts.models import PortalMembership
from accounts.tests.build import NINE, SYSTEM, cast, person
from core import clock
from core.actions_tokens import create_token
from core.actors import Actor
from core.models import Event, Notification, OutboxMessage, SearchEntry, TrailEntry
from core.timers import sweep
from relationships.actions import plans
from relationships.tests.build import CANARY, met, placed, proposed

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def made(settings):
    settings.DEMO_NOW = "2026-03-02T09:00:00+08:00"
    made = cast()
    made.qm = person("qm", made.company, Role.QM)
    made.row = placed(made.ruochuan, made.lin, made.boss, (0, -2), NINE, evidence=CANARY)
    plan = plans.draft(
        made.ruochuan, (0, 1), by=Actor.of(made.lin), now=NINE, strategy=CANARY,
        due_on=NINE.date().replace(day=30), owner=made.lin,
    )  # fmt: skip
    plans.approve(plan, by=Actor.of(made.boss), now=NINE)
    link = met(made.ruochuan, made.lin, NINE)
    made.proposal = proposed(made.ruochuan, made.lin, (0, 1), NINE, interactions=[link])
    plans.claim(plan, made.proposal, by=Actor.of(made.lin), now=NINE)
    made.plan = plan
    return made


def test_no_search_finds_words_of_evidence_or_strategy(client, made):
    found = {}
    for who in (made.lin, made.boss, made.qm, made.stranger):
        client.force_login(who)
        for address in ("/search/?q=CANARY", "/customers/?search=CANARY"):
            page = client.get(address)
            found[who.username, address] = "他说过的话" in page.content.decode()
    stored = "".join(json.dumps(row, default=str) for row in SearchEntry.objects.values())

    assert set(found.values()) == {False}
    assert "他说过的话" not in stored


@pytest.mark.parametrize("order", ["support", "-support", "intimacy", "attitude", "cell"])
@pytest.mark.parametrize(
    "name",
    [
        "customers",
        "contacts",
        "grid-assessments",
        "relationship-plans",
        "personal-details",
        "gift-records",
    ],
)
def test_no_list_is_ordered_by_a_score(client, made, name, order):
    client.force_login(made.qm)

    assert client.get(f"/api/v1/{name}/?ordering={order}").status_code == 400


@pytest.mark.parametrize("name", ["customers", "contacts", "interactions"])
@pytest.mark.parametrize("field", ["support", "attitude", "cell", "evidence", "stance"])
def test_no_open_list_is_filtered_by_a_score(client, made, name, field):
    client.force_login(made.qm)

    assert client.get(f"/api/v1/{name}/?{field}=1").status_code == 400


def test_the_lists_of_the_class_are_empty_for_whoever_is_outside(client, made):
    said = {}
    for who in (made.qm, made.stranger):
        client.force_login(who)
        for name in ("grid-assessments", "relationship-plans", "rating-rounds"):
            said[who.username, name] = client.get(f"/api/v1/{name}/?page_size=100").json()[
                "results"
            ]
            said[who.username, name, "x"] = client.get(
                f"/api/v1/{name}/?contact={made.ruochuan.pk}"
            ).json()["results"]

    assert set(map(len, said.values())) == {0}


def test_no_mail_notification_or_event_carries_a_score(made):
    plans.give_back(made.plan, by=Actor.of(made.boss), now=NINE, note="再等等")
    rows = [
        *OutboxMessage.objects.values(),
        *Notification.objects.values(),
        *Event.objects.values(),
    ]
    text = json.dumps(rows, default=str, ensure_ascii=False)

    assert len(rows) > 3
    assert CANARY not in text
    for word in ('"support"', '"intimacy"', '"attitude"', "opponent", "N2N", '"cell"', "反对"):
        assert word not in text


def test_the_portal_and_open_shapes_know_nothing(client, made):
    user = person("portal", is_portal=True)
    membership = PortalMembership(
        user=user, contact=made.ruochuan, customer=made.lanhai,
        rights=list(PortalRight.values), status="active",
    )  # fmt: skip
    membership.stamp(by=SYSTEM, now=NINE)
    membership.save()
    client.force_login(made.qm)
    shapes = [
        client.get(f"/api/v1/{path}/").content.decode()
        for path in (f"customers/{made.lanhai.pk}", f"contacts/{made.ruochuan.pk}")
    ]
    client.force_login(user)
    client.cookies["portal"] = client.cookies["session"].value
    pages = [client.get(path).content.decode() for path in ("/portal/",)]
    closed = [
        client.get(path).status_code
        for path in (f"/customers/{made.lanhai.pk}/grid/", made.plan.get_absolute_url())
    ]

    for text in (*shapes, *pages):
        assert CANARY not in text and '"support"' not in text and '"attitude"' not in text
    assert 200 not in closed


def step_of(made):
    return plans.add_step(
        made.plan, CANARY, owner=made.wei, due_at=NINE + HOUR, by=Actor.of(made.lin), now=NINE
    )


def shown_to(client, who, customer):
    """Where the step is read: the page of action items, their API."""
    client.force_login(who)
    said = {
        "page": client.get(f"/customers/{customer.pk}/action-items/").content.decode(),
        "api": client.get("/api/v1/action-items/").content.decode(),
    }
    return {name for name, text in said.items() if CANARY in text}


def test_a_step_of_a_plan_is_read_through_the_confidential_door(client, made):
    step_of(made)

    assert shown_to(client, made.lin, made.lanhai) == {"page", "api"}
    assert shown_to(client, made.qm, made.lanhai) == set()
    assert TrailEntry.objects.get(verb="action_item.created").klass == "confidential"


def test_a_step_of_a_plan_is_hidden_while_presenting(client, made):
    step_of(made)
    client.force_login(made.wei)
    pages = ("/", f"/customers/{made.lanhai.pk}/action-items/")
    before = {CANARY in client.get(page).content.decode() for page in pages}

    client.post("/preferences/presenting/", {"value": "on"})

    assert before == {True}
    assert not any(CANARY in client.get(page).content.decode() for page in pages)


def test_a_token_reads_steps_only_with_the_confidential_scope(client, made):
    step_of(made)
    by, said = Actor.of(made.lin), []
    for scopes in (["action-items:read"], ["action-items:read", "relationships:confidential"]):
        _row, key = create_token(made.lin, name="bi", scopes=scopes, days=1, by=by, now=clock.now())
        machine = Client(headers={"Authorization": f"Bearer {key}"})
        said.append(machine.get("/api/v1/action-items/").json()["count"])

    assert said == [0, 1]


def test_the_mail_about_a_step_that_is_due_does_not_say_it(made):
    step_of(made)

    sweep(NINE + HOUR)

    rows = [*Notification.objects.values(), *OutboxMessage.objects.values()]
    assert any(row.get("kind") == "action_item.due" for row in rows)
    assert CANARY not in json.dumps(rows, default=str, ensure_ascii=False)
