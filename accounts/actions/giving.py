"""Duties of this floor that are more than a column when they are given to somebody else."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actions import action_items, contacts, handovers, organisation
from core import duties, trail
from core.actors import Actor
from core.models import User
from core.writes import edit


def items(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Open action items; who owns one no longer verifies it."""
    found = list(rows)
    for item in found:
        action_items.reassign(item, heir, by=by, now=now)
    return len(found)


def checks(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Items that somebody checks: nobody in particular where the heir owns the item."""
    found = list(rows)
    for item in found:
        verifier = None if item.owner_id == heir.pk else heir
        edit(item, {"verifier": verifier}, by=by, now=now)
        trail.record(
            item,
            "action_item.verifier_given",
            by=by,
            now=now,
            scope=item.customer,
            facts={"verifier": [user.pk, verifier.pk if verifier else None]},
            confidential=item.is_confidential,
        )
    return len(found)


def people(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Contacts that somebody knows best."""
    return contacts.give_to(rows, heir, by=by, now=now)


def successions(
    rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime
) -> int:
    """Accounts that somebody takes over; called off where the heir holds that very seat."""
    found = list(rows.select_related("customer__owning_unit", "assignment__user"))
    own = [row for row in found if row.assignment.user_id == heir.pk]
    for row in own:
        handovers.cancel(row, by=by, now=now, note=_("The successor has left."))
    duty = next(one for one in duties.declared() if one.key == "accounts.handover.successor")
    others = [row for row in found if row not in own]
    return duties.pass_on(duty, others, user, heir, by=by, now=now) + len(own)


def heads(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Units without their head: the nearest head above decides until one is named."""
    found = list(rows)
    for unit in found:
        organisation.edit_unit(unit, {"head": None}, by=by, now=now, version=None)
    return len(found)


def acting(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Units that somebody heads for a time: that ends."""
    found = list(rows)
    for unit in found:
        organisation.edit_unit(
            unit, {"acting_head": None, "acting_until": None}, by=by, now=now, version=None
        )
    return len(found)


def deputies(rows: models.QuerySet, user: User, heir: User, *, by: Actor, now: dt.datetime) -> int:
    """Colleagues whom the person stands in for name another deputy themselves."""
    return rows.model._base_manager.filter(pk__in=[row.pk for row in rows]).update(
        deputy=None, version=F("version") + 1, updated_at=now, updated_by_id=by.user_id
    )
