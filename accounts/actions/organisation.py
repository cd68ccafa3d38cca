"""Writes of our own organisation: units in a tree whose path is kept here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from accounts.actions.guards import in_ids, invalid, only, staff
from accounts.choices import OrgLevel, OrgStatus
from accounts.models import Customer, OrgUnit, UserProfile
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit, insert, move

FIELDS = ("name", "level", "head", "acting_head", "acting_until", "timezone", "calendar")
DEPTH = 12
_ORDER = list(OrgLevel.values)


@transaction.atomic
def create_unit(
    name: str,
    level: str,
    parent: OrgUnit | None,
    *,
    by: Actor,
    now: dt.datetime,
    **fields: Any,
) -> OrgUnit:
    """A new unit under `parent`; only the company has none. Other FIELDS as keywords."""
    if parent is None and level != OrgLevel.COMPANY:
        raise invalid("parent", _("Name the unit above; only a company has none."), rule="b.1")
    references = {
        key: fields.pop(key) for key in ("external_source", "external_ref") if key in fields
    }
    only(fields, FIELDS)
    unit = OrgUnit(name=tidy(name), level=level, parent=parent, **fields, **references)
    _check(unit, parent)
    insert(unit, by=by, now=now)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    OrgUnit.objects.filter(pk=unit.pk).update(path=unit.path)
    trail.record(
        unit,
        "org_unit.created",
        by=by,
        now=now,
        facts={"name": unit.name, "level": level, "parent": parent.pk if parent else None},
    )
    return unit


@transaction.atomic
def edit_unit(
    unit: OrgUnit, changes: dict[str, Any], *, by: Actor, now: dt.datetime, version: int | None
) -> OrgUnit:
    """Change FIELDS of a unit. Raises Stale, Invalid."""
    only(changes, FIELDS)
    if "name" in changes:
        changes = {**changes, "name": tidy(changes["name"])}
    wished = {name: getattr(unit, name) for name in FIELDS} | changes
    _check(OrgUnit(**wished, parent=unit.parent, pk=unit.pk), unit.parent)
    differs = edit(unit, changes, by=by, now=now, version=version)
    if differs:
        trail.record(unit, "org_unit.edited", by=by, now=now, facts={"changed": in_ids(differs)})
    return unit


@transaction.atomic
def move_unit(
    unit: OrgUnit, parent: OrgUnit, *, by: Actor, now: dt.datetime, version: int | None = None
) -> OrgUnit:
    """Hang a unit with everything below it under another one; a cycle is refused."""
    unit, parent = _locked(unit, parent)
    if parent.path.startswith(unit.path):
        raise Refused(
            _("%(parent)s lies below %(unit)s; a unit cannot stand under itself.")
            % {"parent": parent, "unit": unit},
            fields={"parent": [_("This would make a circle.")]},
            rule="b.1",
        )
    _check(unit, parent)
    before = unit.path
    differs = edit(unit, {"parent": parent}, by=by, now=now, version=version)
    if not differs:
        return unit
    unit.path = f"{parent.path}{unit.pk}/"
    replace_path(OrgUnit, before, unit.path)
    trail.record(unit, "org_unit.moved", by=by, now=now, facts={"path": [before, unit.path]})
    return unit


@transaction.atomic
def close_unit(unit: OrgUnit, *, by: Actor, now: dt.datetime) -> OrgUnit:
    """Close a unit that holds nothing any more: no open unit below, no people, no customers."""
    held = [
        (unit.children.filter(status=OrgStatus.ACTIVE), _("units below it")),
        (UserProfile.objects.here().filter(unit=unit), _("people")),
        (Customer.objects.current().filter(owning_unit=unit), _("customers")),
    ]
    for rows, what in held:
        if rows.exists():
            raise Refused(
                _("%(unit)s still has %(what)s; move them first.") % {"unit": unit, "what": what},
                rule="b.1",
            )
    move(unit, OrgStatus.CLOSED, frm=OrgStatus.ACTIVE, by=by, now=now)
    trail.record(unit, "org_unit.closed", by=by, now=now)
    return unit


@transaction.atomic
def reopen_unit(unit: OrgUnit, *, by: Actor, now: dt.datetime) -> OrgUnit:
    """Open a closed unit again."""
    move(unit, OrgStatus.ACTIVE, frm=OrgStatus.CLOSED, by=by, now=now)
    trail.record(unit, "org_unit.reopened", by=by, now=now)
    return unit


def replace_path(model: type, before: str, after: str) -> None:
    """Rewrite the path of a row and of everything below it: one UPDATE."""
    rest = Substr(F("path"), len(before) + 1)
    model._base_manager.filter(path__startswith=before).update(path=Concat(Value(after), rest))


def _locked(unit: OrgUnit, parent: OrgUnit) -> tuple[OrgUnit, OrgUnit]:
    """Both rows fresh, with everything above the new parent: two moves cannot make a circle."""
    ids = {unit.pk, *(int(part) for part in parent.path.strip("/").split("/") if part)}
    rows = OrgUnit.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    fresh = {row.pk: row for row in rows}
    unit.path, parent.path = fresh[unit.pk].path, fresh[parent.pk].path
    return unit, parent


def _check(unit: OrgUnit, parent: OrgUnit | None) -> None:
    staff(unit.head, "head")
    staff(unit.acting_head, "acting_head")
    if parent is None:
        return
    if parent.status == OrgStatus.CLOSED:
        raise invalid("parent", _("%(unit)s is closed.") % {"unit": parent}, rule="b.1")
    if unit.level in _ORDER and _ORDER.index(unit.level) < _ORDER.index(parent.level):
        raise invalid(
            "level",
            _("A %(level)s cannot stand under a %(above)s.")
            % {"level": unit.get_level_display(), "above": parent.get_level_display()},
            rule="b.1",
        )
    if parent.path.count("/") > DEPTH:
        raise invalid("parent", _("The tree is too deep here."), rule="b.1")
