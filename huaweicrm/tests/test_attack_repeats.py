"""What was said in the confidential class is said nowhere else: each kind is lived through its
actions, then every other table is read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps

from accounts.actions import cash_flow, fit, handovers
from accounts.models import AccountAssignment
from accounts.tests import build
from accounts.tests.build import NINE
from core import events, timers
from core.actors import Actor
from core.models import Event, Notification, TrailEntry
from huaweicrm.tests import mirror
from relationships.actions import gifts, layer_plans, plans, power, ratings, stances
from relationships.tests.build import placed, power_map, seat

pytestmark = pytest.mark.django_db
MARK = "Kq7klasse"
DAY, TODAY = dt.timedelta(days=1), NINE.date()
PARTS = {"relationships.rating"}
"""Kinds that only show inside a row of the class."""


def lived(made) -> None:
    """Something of each kind through its actions, with the mark in every free text."""
    lin, boss = Actor.of(made.lin), Actor.of(made.boss)
    late, said = TODAY + 60 * DAY, {"strategy": MARK, "owner": made.lin}
    placed(made.ruochuan, made.lin, made.boss, (0, -1), evidence=MARK)
    aimed = plans.draft(made.ruochuan, (0, 1), due_on=late, by=lin, now=NINE, **said)
    plans.approve(aimed, by=boss, now=NINE)
    plans.review(aimed, by=boss, now=NINE, note=MARK)
    plans.cancel(aimed, by=lin, now=NINE, note=MARK)
    layer = layer_plans.draft(
        made.lanhai, "universal", ("C", "B"), due_on=late, by=lin, now=NINE, **said
    )
    plans.approve(layer, by=boss, now=NINE)
    plans.start(layer, by=lin, now=NINE)
    layer_plans.claim(layer, MARK, by=lin, now=NINE)
    plans.give_back(layer, by=boss, now=NINE, note=MARK)
    chart = power_map(made.lanhai, made.lin, name=MARK)
    seat(chart, made.lin, title=MARK, contact=made.ruochuan)
    power.activate(chart, by=lin, now=NINE)
    stances.note(made.ruochuan, MARK, 2, by=lin, now=NINE, evidence=MARK)
    asked = ratings.ask(made.ruochuan, [made.lin, made.wei], by=lin, now=NINE, question=MARK)
    for user in (made.lin, made.wei):
        ratings.rate(asked, (0, 1), by=Actor.of(user), now=NINE, evidence=MARK)
    gift = {
        "direction": "received", "occasion": "souvenir", "item": MARK, "value": Decimal(900),
        "recipient_class": "private", "purpose": MARK, "given_on": TODAY,
    }  # fmt: skip
    given = gifts.submit(gifts.draft(made.ruochuan, gift, by=lin, now=NINE), by=lin, now=NINE)
    gifts.refuse(given, by=boss, now=NINE, note=MARK)
    scores = {**dict.fromkeys(fit.SCORES, 30), "as_of": TODAY, "evidence": MARK}
    fitting = fit.draft(made.lanhai, scores, by=lin, now=NINE)
    fit.submit(fitting, by=lin, now=NINE)
    fit.approve(fitting, by=boss, now=NINE)
    flow = cash_flow.propose(made.lanhai, evidence=MARK, by=lin, now=NINE)
    cash_flow.reject(flow, MARK, by=boss, now=NINE)
    held = AccountAssignment.objects.get(customer=made.lanhai, role="ar")
    handing = {"overlap_from": TODAY, "overlap_to": TODAY + 31 * DAY, "letter": MARK}
    row = handovers.plan(held, made.qin, by=boss, now=NINE, **handing)
    handovers.begin(row, by=boss, now=NINE)
    handovers.cancel(row, by=boss, now=NINE, note=MARK)


def test_no_open_table_keeps_a_word_of_the_class(settings):
    """Mail, notifications, events, webhooks, the search index, timelines: none repeats it."""
    settings.DEMO_NOW = NINE.isoformat()
    made = build.cast()
    made.qin = build.person("qin", made.office, "ar")
    lived(made)
    for _turn in range(3):
        events.consume(NINE + DAY)
        timers.sweep(NINE + DAY)
    own = {*mirror.confidential_kinds(), *PARTS}
    kept, leaks = set(), set()
    for model in apps.get_models():
        rows = model._base_manager.all()
        label = model._meta.label_lower
        rows = rows.exclude(klass="confidential") if model is TrailEntry else rows
        if model._meta.managed and MARK in repr(list(rows.values())):
            (kept if label in own else leaks).add(label)

    assert leaks == set()
    assert len(kept) >= 9, kept
    assert Notification.objects.count() > 5
    assert Event.objects.exists()
