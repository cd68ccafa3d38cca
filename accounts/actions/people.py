"""Writes of colleagues: where they work, which roles they hold, how they leave (R-A7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import team
from accounts.actions.guards import in_ids, invalid, only, staff
from accounts.choices import OrgStatus, Role, TeamRole
from accounts.models import (
    AccountAssignment,
    OrgUnit,
    UserProfile,
    UserRole,
)
from accounts.queries import chain_above, head_of
from core import duties, notify, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.notify import Urgency
from core.writes import edit, insert

FIELDS = ("unit", "function", "title", "grade", "is_vp_or_above", "joined_on", "deputy")


@transaction.atomic
def join(
    user: User,
    unit: OrgUnit,
    function: str,
    *,
    by: Actor,
    now: dt.datetime,
    roles: Iterable[str] = (),
    **fields: Any,
) -> UserProfile:
    """Give a staff user a place in the organisation, and roles."""
    if user.is_portal:
        raise invalid(
            "user", _("%(name)s is a portal user of a customer.") % {"name": user}, rule="b.1"
        )
    _check_unit(unit)
    profile = UserProfile(user=user, unit=unit, function=function, **only(fields, FIELDS))
    insert(profile, by=by, now=now)
    trail.record(
        profile,
        "profile.created",
        by=by,
        now=now,
        facts={"user": user.pk, "unit": unit.pk, "function": function},
    )
    if roles:
        set_roles(user, roles, by=by, now=now)
    return profile


@transaction.atomic
def edit_profile(
    profile: UserProfile,
    changes: dict[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> UserProfile:
    """Change FIELDS of a profile; leaving is its own verb."""
    only(changes, FIELDS)
    if changes.get("unit") is not None:
        _check_unit(changes["unit"])
    staff(changes.get("deputy"), "deputy")
    if changes.get("deputy") is not None and changes["deputy"] == profile.user:
        raise invalid("deputy", _("Nobody deputises for themselves."), rule="b.1")
    differs = edit(profile, changes, by=by, now=now, version=version)
    if differs:
        trail.record(profile, "profile.edited", by=by, now=now, facts={"changed": in_ids(differs)})
    return profile


@transaction.atomic
def set_roles(user: User, roles: Iterable[str], *, by: Actor, now: dt.datetime) -> frozenset[str]:
    """Make these the roles of a person (choices.Role)."""
    wished = frozenset(str(role) for role in roles)
    unknown = wished - set(Role.values)
    if unknown:
        raise invalid(
            "roles", _("No such role: %(role)s.") % {"role": ", ".join(sorted(unknown))}, rule="b.1"
        )
    held = frozenset(UserRole.objects.filter(user=user).values_list("role", flat=True))
    if wished == held:
        return held
    UserRole.objects.filter(user=user).exclude(role__in=wished).delete()
    UserRole.objects.bulk_create(UserRole(user=user, role=role) for role in sorted(wished - held))
    user.__dict__.pop("_roles", None)
    trail.record(user, "roles.set", by=by, now=now, facts={"roles": [sorted(held), sorted(wished)]})
    return wished


@transaction.atomic
def leave(profile: UserProfile, on: dt.date, *, by: Actor, now: dt.datetime) -> User:
    """A colleague leaves: duties of every floor go to the unit head in the same transaction.

    Account-manager seats are handed over, then open work of all tables of DUTIES changes hands,
    other seats end and the sign-in is closed. Returns the heir, who is told. Refused when nobody
    heads the units above.
    """
    user = profile.user
    heir = _heir(profile, now)
    if heir is None:
        raise Refused(
            _("Nobody heads %(unit)s or a unit above; name a head first.") % {"unit": profile.unit},
            rule="R-A7",
        )
    if not edit(profile, {"left_on": on}, by=by, now=now):
        raise Refused(_("%(name)s has left already.") % {"name": user}, rule="R-A7")
    seats = AccountAssignment.objects.active().filter(user=user).select_related("customer", "user")
    for row in seats.filter(role=TeamRole.AR).order_by("id"):
        team.hand_over(row, heir, by=by, now=now, reason="leave")
    given = duties.give_all(user, heir, by=by, now=now)
    for row in seats.order_by("id"):
        team.end(row, by=by, now=now, reason="leave")
    user.is_active = False
    user.save(update_fields=["is_active"])
    facts = {"user": user.pk, "on": on, "heir": heir.pk, "given": given}
    trail.record(profile, "profile.left", by=by, now=now, facts=facts)
    notify.tell(
        [heir],
        kind="people.left",
        title=gettext_noop("%(name)s has left: %(n)d open duties are yours now"),
        params={"name": user.full_name, "n": sum(given.values())},
        once=f"left:{profile.pk}:{on}",
        url="/",
        urgency=Urgency.SOON,
        about=profile,
        now=now,
    )
    return heir


def _heir(profile: UserProfile, now: dt.datetime) -> User | None:
    heads = (head_of(unit, at=now) for unit in chain_above(profile.unit_id))
    able = (head for head in heads if head is not None and head.is_active)
    return next((head for head in able if head != profile.user), None)


def _check_unit(unit: OrgUnit) -> None:
    if unit.status == OrgStatus.CLOSED:
        raise invalid("unit", _("%(unit)s is closed.") % {"unit": unit}, rule="b.1")
