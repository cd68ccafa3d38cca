"""Builders of promises: a project of the cast with items that may go out."""

from __future__ import annotations

import datetime as dt
import re

from accounts.tests.build import NINE, cast, contact, customer, person, unit
from core.actors import Actor
from core.models import OutboxMessage
from expectations.actions import form as forms
from expectations.actions import signing
from expectations.actions.item import add_item, give_verdict
from expectations.actions.project import open_project
from expectations.models import ConfirmationForm, ExpectationItem, Project, SigningLink

__all__ = ["NINE", "cast", "contact", "customer", "person", "unit"]
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
DUE = dt.date(2026, 6, 30)


def project(team, *, name: str = "5G 专网二期", **fields) -> Project:
    """A project of lanhai in `initiating`."""
    return open_project(team.lanhai, name=name, by=Actor.of(team.lin), now=NINE, **fields)


def item(project: Project, team, *, priority: str = "must", **fields) -> ExpectationItem:
    """A clear item with a fresh verdict when it is a must."""
    values = {"statement": "单站年中断≤26分钟", "proof": "网管统计", "due_on": DUE} | fields
    values["priority_class"] = priority
    if priority == "deferred":
        values.setdefault("revisit_on", dt.date(2027, 4, 1))
    row = add_item(project.customer, project=project, by=Actor.of(team.lin), now=NINE, **values)
    if priority == "must":
        give_verdict(row, "feasible", by=Actor.of(team.wei), now=NINE)
    return row


def draft(team, **fields) -> ConfirmationForm:
    """A draft with one must, one negotiable and one deferred item."""
    made = fields.pop("project", None) or project(team)
    item(made, team)
    item(made, team, priority="negotiable", statement="网管大屏")
    item(made, team, priority="deferred", statement="AI 排障 100% 准确")
    fields = {"contact": team.ruochuan, "signatory": team.lin} | fields
    return forms.draft_form(made, by=Actor.of(team.lin), now=NINE, **fields)


def sent(team, *, now: dt.datetime = NINE, **fields) -> tuple[ConfirmationForm, SigningLink, str]:
    """A form at the customer: the form, its link row and the path in the mail."""
    form = fields.pop("form", None) or draft(team, **fields)
    forms.submit(form, by=Actor.of(team.lin), now=now)
    forms.approve(form, by=Actor.of(team.wei), now=now)
    path = forms.send(form, by=Actor.of(team.lin), now=now)
    return form, SigningLink.objects.get(form=form, revoked_at=None), path


def code_of(link: SigningLink) -> str:
    """The code in the last mail about a link."""
    once = f"form-code:{link.pk}:{link.code_count}"
    return re.search(r"\b\d{6}\b", OutboxMessage.objects.get(once=once).body)[0]


def signed(team, *, excepted=(), now: dt.datetime = NINE, **fields) -> ConfirmationForm:
    """A form that the customer has signed."""
    form, link, _path = sent(team, now=now, **fields)
    signing.request_code(link, now=now)
    assert signing.try_code(link, code_of(link), now=now) == ""
    signing.sign_for_customer(link, excepted=excepted, by=Actor(channel="portal"), now=now)
    form.refresh_from_db()
    return form


def effective(team, *, now: dt.datetime = NINE, **fields) -> ConfirmationForm:
    """A form in force."""
    form = signed(team, now=now, **fields)
    signing.countersign(form, by=Actor.of(team.lin), now=now)
    form.refresh_from_db()
    return form
