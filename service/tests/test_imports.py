"""Tickets with history from a table: what the actions would leave, nobody paged, undone whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Customer
from core import clock
from core.actors import Actor
from core.custom import actions as own
from core.imports.limits import COMMAND
from core.imports.mapping import from_toml
from core.imports.run import commit_import, plan_import, undo_import
from core.models import Notification, OutboxMessage
from service.models import Breach, Ticket
from service.queries.timelines import clock_differences
from service.tests import build

pytestmark = pytest.mark.django_db

HEAD = (
    "number,incident_state,opened_at,sys_updated_at,closed_at,priority,location,category,"
    "subcategory,u_symptom,contact_type,sys_mod_count,closed_code\n"
)
END, PLACE = "05-03-2016 12:00", "Location 143"
MINOR, MAJOR = "3 - Moderate", "2 - High"


def line(state, changed, rank, revision):
    """A row of INC1."""
    start = "29-02-2016 01:16"
    return f"INC1,{state},{start},{changed},{END},{rank},{PLACE},C,S,?,Phone,{revision},c5"


ROWS = [
    line("New", "29-02-2016 01:23", MINOR, 0),
    line("Awaiting User Info", "29-02-2016 02:00", MINOR, 2),
    line("Resolved", "29-02-2016 11:29", MAJOR, 3),
    line("Closed", END, MAJOR, 4),
    "INC2,New,01-03-2016 10:00,29-02-2016 09:00,02-03-2016 12:00,1 - Critical,?,C,S,?,Phone,0,c5",
]


def planned(stage, rows=ROWS):
    content = (HEAD + "\n".join(rows) + "\n").encode()
    text = Path(settings.BASE_DIR, "docs/mappings/uci-incidents.toml").read_text()
    plan = plan_import(
        content, from_toml(text), by=Actor.of(stage.xu), now=clock.now(), limits=COMMAND
    )
    return plan, content


def done(stage):
    plan, content = planned(stage)
    return commit_import(
        plan, filename="x.csv", content=content, by=Actor.of(stage.xu), now=clock.now()
    )


def test_a_history_becomes_a_ticket_with_events_and_clocks():
    stage = build.stage()
    batch = done(stage)

    assert (batch.counts["created"], batch.counts["merged"]) == (2, 3)
    made = Ticket.objects.get(external_ref="INC1")
    kinds = list(made.events.in_order().values_list("kind", flat=True))
    assert kinds == [
        "reported",
        "accepted",
        "contacted",
        "paused",
        "severity_changed",
        "resumed",
        "restored",
        "resolved",
        "closed",
    ]
    assert (made.status, made.severity_key, made.customer.name) == (
        "closed",
        "major",
        "Location 143",
    )
    assert made.events.first().reason == f"import {batch.pk}"
    assert list(clock_differences()) == []


def test_dirty_rows_are_named():
    plan, _content = planned(build.stage())

    repaired = {row.number: [name for name, _said in row.repairs] for row in plan.rows}
    assert "revision" in repaired[plan.rows[0].number]
    assert repaired[plan.rows[4].number] == ["customer", "changed_at"]


def test_nobody_is_paged_and_nothing_leaves():
    done(build.stage())

    assert Notification.objects.count() == 0
    assert OutboxMessage.objects.count() == 0
    assert Breach.objects.exists()
    assert not Breach.objects.filter(asked_at=None).exists()


def test_twice_is_once_and_undo_takes_it_back():
    stage = build.stage()
    batch = done(stage)
    again, _content = planned(stage)
    assert again.counts["skipped"] == 5

    counts = undo_import(batch, by=Actor.of(stage.xu), now=clock.now())

    assert counts["kept"] == 0
    assert Ticket.objects.count() == 0
    assert Customer.objects.current().filter(name="Location 143").count() == 0


def test_own_fields_of_a_ticket_come_from_the_file_and_are_demanded():
    stage = build.stage()
    values = {"entity": "service.ticket", "key": "cat", "name": "分类", "kind": "text"}
    own.define({**values, "options": [], "required": True}, by=Actor.of(stage.xu), now=clock.now())
    text = Path(settings.BASE_DIR, "docs/mappings/uci-incidents.toml").read_text()
    found = from_toml(text)
    rows = [ROWS[0], ROWS[-1].replace(",C,", ",,")]
    content = (HEAD + "\n".join(rows) + "\n").encode()
    by = Actor.of(stage.xu)

    def plan_of(columns):
        mapping = replace(found, columns={**found.columns, **columns})
        return plan_import(content, mapping, by=by, now=clock.now(), limits=COMMAND)

    assert [row.outcome for row in plan_of({}).rows] == ["refuse", "refuse"]
    plan = plan_of({"custom_cat": "category"})
    assert [row.outcome for row in plan.rows] == ["create", "refuse"]
    assert plan.rows[1].errors[0][0] == "custom_cat"
