"""Rows that the demo lacks, so that every page has one: imports, a signing link, a job, a view."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Contact
from core import clock
from core.actors import Actor
from core.models import CustomField, Job, SavedView
from core.models.lists import FieldKind, JobState
from core.writes import insert
from expectations.actions import form as forms
from expectations.actions import notice as notices
from expectations.choices import FormStatus
from expectations.models import ConfirmationForm, CustomerNotice
from huaweicrm.demo.world import World
from huaweicrm.tests.journey.addresses import clients
from huaweicrm.tests.journey.windows import fresh
from huaweicrm.tests.permission_table import addresses
from relationships.actions import layer_plans

NOT_PAGES = {
    "calendar/<token>.ics": "a file",
    "files/<pk>/": "a file",
    "lists/<key>/around/<pk>/": "a part of a page",
    "cash-flow-designations/<pk>/agree/<seat>/": "a button",
    "erasure-requests/<pk>/carry-out/": "a button",
    "key-action-reviews/<pk>/<verb>/": "a button",
    "metrics": "figures for machines, behind a token",
    "portal-memberships/<pk>/<verb>/": "a button",
    "settings/fields/<pk>/<step>/": "a button",
    "scorecards/<pk>/<verb>/": "a button",
    "scorecard-templates/<pk>/<verb>/": "a button",
    "portal/invitation/<pk>/<uid>/<token>/": "opened in a browser by test_invitation",
    "portal/sign/<token>/pdf/": "a file",
}
"""Addresses without a page that is looked at here, each with its reason."""


def lacking(world: World) -> list[tuple[str, str]]:
    """(who, address) of the pages of rows that are made here."""
    shen = world.users["ar"]
    ar = clients(world)["ar"]
    fresh(ar)
    return [
        *[("ar", address) for address in _imports(ar)],
        *[("ar", address) for address in _lists(world, shen)],
        ("adm", f"/settings/fields/{_own_field(world).pk}/edit/"),
        ("ar", f"/own-fields/accounts.customer/{world.customers['lanhai'].pk}/"),
        ("ar", f"/own-fields/accounts.customer/{world.customers['lanhai'].pk}/edit/"),
        ("ar", "/me/tokens/new/"),
        *_forms(world),
        _call(world),
        *_rare(world),
    ]


def _rare(world: World) -> list[tuple[str, str]]:
    """What compliance alone opens, and a row that the demo has none of: a layer plan to edit."""
    plan = layer_plans.draft(
        world.customers["lingdong"],
        "universal",
        ("C", "B"),
        by=world.by("ar"),
        now=world.now,
        strategy="逐个部门走到。",
        due_on=(world.now + dt.timedelta(days=90)).date(),
        owner=world.users["ar"],
        sponsor=world.users["exe"],
    )
    return [
        ("cmp", f"/contacts/{world.contacts['lin'].pk}/export/"),
        ("ar", f"/relationship-plans/{plan.pk}/layer/"),
    ]


def unopened(shut: list[str], opened: list[tuple[str, str]], world: World) -> set[str]:
    """Addresses that are neither opened nor a button (405 to whoever asks for a page)."""
    reached = {pattern(address) for _who, address in opened}
    client = clients(world)["adm"]
    left = set(shut) - reached
    return {
        path for path in left if client.get("/" + re.sub("<[^>]+>", "1", path)).status_code != 405
    }


def pattern(address: str) -> str:
    """The address of the table that this one belongs to: the one with the fewest gaps."""
    path = address.partition("?")[0].strip("/")
    fitting = [one for one, form in _forms_of_addresses() if form.fullmatch(path)]
    return min(fitting, key=lambda one: one.count("<"), default="")


@cache
def _forms_of_addresses() -> list[tuple[str, re.Pattern[str]]]:
    """Each address of the table, and what an address of it looks like."""
    return [
        (one, re.compile(re.sub("<[^>]+>", "[^/]+", one.strip("/")))) for one in sorted(addresses())
    ]


def _imports(client: Client) -> list[str]:
    """Each step of an import, at uploads that wait there, and the result of one that is done."""
    words = _uploaded(client, b"name,state\nOne,Live\n")
    client.post(f"{words}columns/", {"f_name": "name", "f_status": "state"})
    ready = _uploaded(client, b"name\nTwo\n,\nTwo\n")
    client.post(f"{ready}columns/", {"f_name": "name"})
    done = _uploaded(client, b"name\nThree\n")
    client.post(f"{done}columns/", {"f_name": "name"})
    result = client.post(f"{done}commit/")["Location"]
    return [f"{words}columns/", f"{words}words/", f"{ready}preview/", result]


def _uploaded(client: Client, content: bytes) -> str:
    answer = client.post("/customers/import/", {"file": SimpleUploadedFile("a.csv", content)})
    return str(answer["Location"]).removesuffix("columns/")


def _lists(world: World, shen: Any) -> list[str]:
    """A view of one's own, a job that is done; what a list asks before it does something."""
    view = insert(
        SavedView(listing="customers", name="我的客户", owner=shen),
        by=world.by("ar"),
        now=world.now,
    )
    job = Job.objects.create(
        kind="export",
        listing="customers",
        title="客户",
        state=JobState.DONE,
        done=2,
        total=2,
        created_at=world.now,
        finished_at=world.now,
        created_by=shen,
    )
    first = world.customers["lanhai"].pk
    return [
        f"/list-views/{view.pk}/edit/",
        "/lists/customers/views/new/?query=sort%3Dname",
        "/lists/customers/export/",
        f"/lists/customers/bulk/?verb=assign&id={first}",
        f"/jobs/{job.pk}/",
    ]


def _own_field(world: World) -> CustomField:
    field = CustomField(
        entity="accounts.customer",
        key="region_code",
        name="片区",
        kind=FieldKind.CHOICE,
        options=["东", "西"],
    )
    return insert(field, by=world.by("adm"), now=world.now)


def _forms(world: World) -> list[tuple[str, str]]:
    """A form that waits for our signature, the link of one at the customer, the public check."""
    waiting = ConfirmationForm.objects.filter(status=FormStatus.PARTLY_SIGNED).first()
    sent = ConfirmationForm.objects.filter(
        status=FormStatus.SENT, expires_at__gt=clock.now()
    ).first()
    assert waiting is not None and sent is not None
    who = next(key for key, user in world.users.items() if user.pk == waiting.signatory_id)
    return [
        (who, f"/confirmation-forms/{waiting.pk}/countersign/"),
        ("", forms.issue_link(sent, now=clock.now())),
        ("", f"/verify/{waiting.code}/"),
    ]


def _call(world: World) -> tuple[str, str]:
    """A call about a notice whose text is not complete: it waits for its confirmation."""
    now = clock.now()
    for notice in CustomerNotice.objects.filter(told_at=None):
        who = next(
            key
            for key, user in world.users.items()
            if user.pk == notice.risk.project.expectation_owner_id
        )
        contact = Contact.objects.filter(customer=notice.customer).first()
        assert contact is not None
        call = notices.told_orally(
            notice, contact, at=now, evidence="电话", by=Actor.of(world.users[who]), now=now
        )
        return who, f"/customer-notices/{notice.pk}/calls/{call.pk}/confirm/"
    raise LookupError
