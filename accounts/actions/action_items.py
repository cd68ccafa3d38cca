"""Writes of action items: create, done, verified, cancelled, given to somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import in_ids, invalid, only, persons_only, staff
from accounts.choices import ActionStatus
from accounts.models import ActionItem, Customer
from core import registry, timers, trail
from core.actors import Actor
from core.errors import Forbidden
from core.models import User
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

DUE = "accounts.action_due"


@transaction.atomic
def create(
    text: str,
    *,
    owner: User,
    due_at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    customer: Customer | None = None,
    about: models.Model | None = None,
    verifier: User | None = None,
) -> ActionItem:
    """A duty of one of us; `about` is what it comes from (default the customer)."""
    staff(owner, "owner")
    staff(verifier, "verifier")
    about = about or customer
    if about is None:
        raise invalid("customer", _("Say which customer this is for."))
    item = ActionItem(
        text=tidy(text),
        owner=owner,
        due_at=due_at,
        customer=customer,
        verifier=verifier,
        about_label=registry.label_of(about),
        about_id=about.pk,
    )
    insert(item, by=by, now=now)
    _arm(item, now)
    _record(item, "created", by, now, {"owner": owner.pk, "due": due_at})
    return item


@transaction.atomic
def edit(
    item: ActionItem,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> ActionItem:
    """Change text, due time or verifier while it is open."""
    changed = only(dict(changes), ("text", "due_at", "verifier", "owner"))
    _must_be_open(item)
    staff(changed.get("owner"), "owner")
    staff(changed.get("verifier"), "verifier")
    if "text" in changed:
        changed["text"] = tidy(changed["text"])
    differs = edit_row(item, changed, by=by, now=now, version=version)
    if differs:
        _arm(item, now)
        _record(item, "edited", by, now, {"changed": in_ids(differs)})
    return item


@transaction.atomic
def done(item: ActionItem, *, by: Actor, now: dt.datetime, evidence: str = "") -> ActionItem:
    """Open → done. With a verifier the evidence is mandatory."""
    if item.verifier_id is not None and not evidence.strip():
        raise invalid("evidence", _("Say what shows that it is done; somebody checks it."))
    move(
        item,
        ActionStatus.DONE,
        frm=ActionStatus.OPEN,
        by=by,
        now=now,
        done_at=now,
        evidence=evidence.strip(),
    )
    timers.cancel(item, DUE)
    _record(item, "done", by, now, {"late": now > item.due_at})
    return item


@transaction.atomic
def reopen(item: ActionItem, *, by: Actor, now: dt.datetime) -> ActionItem:
    """Done → open again: the undo of done."""
    move(item, ActionStatus.OPEN, frm=ActionStatus.DONE, by=by, now=now, done_at=None)
    _arm(item, now)
    _record(item, "reopened", by, now, {})
    return item


@transaction.atomic
def verify(item: ActionItem, *, by: Actor, now: dt.datetime) -> ActionItem:
    """Done → verified, by somebody other than the owner; never by a machine."""
    persons_only(by, rule="b.1")
    if by.user_id == item.owner_id:
        raise Forbidden(_("Somebody other than the owner verifies this."), rule="b.1")
    if item.verifier_id is not None and by.user_id != item.verifier_id:
        raise Forbidden(_("%(name)s verifies this.") % {"name": item.verifier}, rule="b.1")
    move(item, ActionStatus.VERIFIED, frm=ActionStatus.DONE, by=by, now=now, verifier=by.user)
    _record(item, "verified", by, now, {})
    return item


@transaction.atomic
def cancel(item: ActionItem, *, by: Actor, now: dt.datetime, reason: str) -> ActionItem:
    """Open → cancelled, with a reason."""
    if not reason.strip():
        raise invalid("reason", _("Say why nothing will be done."))
    move(item, ActionStatus.CANCELLED, frm=ActionStatus.OPEN, by=by, now=now)
    timers.cancel(item, DUE)
    _record(item, "cancelled", by, now, {"reason": tidy(reason)})
    return item


@transaction.atomic
def reassign(item: ActionItem, to: User, *, by: Actor, now: dt.datetime) -> ActionItem:
    """Give an open item to another owner; they no longer verify it themselves."""
    staff(to, "owner")
    _must_be_open(item)
    changes: dict[str, Any] = {"owner": to}
    if item.verifier_id == to.pk:
        changes["verifier"] = None
    before = item.owner_id
    if edit_row(item, changes, by=by, now=now):
        _record(item, "reassigned", by, now, {"owner": [before, to.pk]})
    return item


def _must_be_open(item: ActionItem) -> None:
    if item.status != ActionStatus.OPEN:
        raise invalid("status", _("This action item is not open any more."))


def _arm(item: ActionItem, now: dt.datetime) -> None:
    timers.arm(DUE, item, item.due_at, now=now)


def _record(
    item: ActionItem, verb: str, by: Actor, now: dt.datetime, facts: Mapping[str, Any]
) -> None:
    trail.record(
        item,
        f"action_item.{verb}",
        by=by,
        now=now,
        scope=item.customer,
        facts=facts,
        confidential=item.is_confidential,
    )
