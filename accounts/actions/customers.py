"""Writes of customers: create, edit, place in the tree, lifecycle, archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import rules
from accounts.actions import team
from accounts.actions.guards import in_ids, invalid, only, staff
from accounts.actions.organisation import DEPTH, replace_path
from accounts.choices import CUSTOMER_MOVES, CustomerStatus, OrgStatus, Role, Stance, TeamRole
from accounts.findable import forget_customers, index_customers
from accounts.models import AccountAssignment, Customer, OrgUnit
from core import sequences, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert, move

FIELDS = (
    "name",
    "short_name",
    "kind",
    "level",
    "industry",
    "country",
    "region",
    "website",
    "notes",
    "calendar",
    "investment_stance",
    "is_demanding",
    "first_order_date",
    "data_owner",
    "last_verified_on",
)
REFERENCES = ("external_source", "external_ref")
CONFIDENTIAL = frozenset({"investment_stance"})
SERIES = "CUS"


@transaction.atomic
def create(
    values: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
) -> Customer:
    """A new customer (prospect) with its code `CUS-000001`.

    `values`: FIELDS, `owning_unit` (required), `parent`, external_source and external_ref, and
    `account_manager`. Without one the person who creates it takes the seat of their role.
    """
    values = dict(values)
    manager = values.pop("account_manager", None)
    customer = _made(values)
    _check_owner(customer.owning_unit)
    customer.code = sequences.next_code(SERIES)
    insert(customer, by=by, now=now)
    _keep_path(customer)
    index_customers([customer])
    trail.record(
        customer, "customer.created", by=by, now=now, scope=customer, facts=_facts(customer)
    )
    _seat_first(customer, manager, by, now)
    return customer


@transaction.atomic
def edit(
    customer: Customer,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None,
) -> Customer:
    """Change FIELDS (and external references). Raises Stale (409) and Invalid (400)."""
    changed = dict(only(dict(changes), FIELDS + REFERENCES))
    staff(changed.get("data_owner"), "data_owner")
    if customer.cash_flow and changed.get("investment_stance", Stance.HARVEST) != Stance.HARVEST:
        raise invalid(
            "investment_stance",
            _("A cash-flow customer is harvested; lift the designation first."),
            rule="R-A4",
        )
    for name in ("name", "short_name"):
        if name in changed:
            changed[name] = tidy(changed[name])
    differs = edit_row(customer, changed, by=by, now=now, version=version)
    if differs:
        index_customers([customer])
        _tell(customer, differs, by, now)
    return customer


@transaction.atomic
def move_in_tree(
    customer: Customer,
    parent: Customer | None,
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> Customer:
    """Put a customer under another one (None: on top) with everything below it.

    Refused when the new parent lies below the customer, or the tree would grow too deep.
    """
    _lock(customer, parent)
    if parent is not None and parent.path.startswith(customer.path):
        raise Refused(
            _("%(parent)s lies below %(customer)s; a customer cannot stand under itself.")
            % {"parent": parent, "customer": customer},
            rule="b.1",
            fields={"parent": [_("This would make a circle. Pick a customer outside its branch.")]},
        )
    before = customer.path
    differs = edit_row(customer, {"parent": parent}, by=by, now=now, version=version)
    if not differs:
        return customer
    customer.path = _path_of(customer)
    replace_path(Customer, before, customer.path)
    old, new = differs["parent"]
    trail.record(
        customer,
        "customer.moved",
        by=by,
        now=now,
        scope=customer,
        facts={"parent": [old and old.pk, new and new.pk], "path": [before, customer.path]},
    )
    return customer


@transaction.atomic
def assign_unit(
    customer: Customer, unit: OrgUnit, *, by: Actor, now: dt.datetime, version: int | None = None
) -> Customer:
    """Let another unit of ours own the customer; this decides who sees it."""
    _check_owner(unit)
    before = customer.owning_unit_id
    if edit_row(customer, {"owning_unit": unit}, by=by, now=now, version=version):
        trail.record(
            customer,
            "customer.unit_assigned",
            by=by,
            now=now,
            scope=customer,
            facts={"owning_unit": [before, unit.pk]},
        )
    return customer


@transaction.atomic
def change_status(
    customer: Customer, to: str, *, by: Actor, now: dt.datetime, reason: str = ""
) -> Customer:
    """Move along the lifecycle (choices.CUSTOMER_MOVES, R-A5).

    Lost needs a reason; active and loyal need an account manager.
    """
    if to not in CustomerStatus.values:
        raise invalid("status", _("No such state."), rule="b.1")
    sources = [frm for frm, targets in CUSTOMER_MOVES.items() if to in targets]
    if to == CustomerStatus.LOST and not reason.strip():
        raise invalid(
            "reason",
            _("Say why this customer is lost; the next attempt builds on it."),
            rule="R-A5",
        )
    served = AccountAssignment.objects.active().filter(customer=customer, role=TeamRole.AR)
    if to in (CustomerStatus.ACTIVE, CustomerStatus.LOYAL) and not served.exists():
        raise Refused(
            _("%(customer)s has no account manager; assign one first.") % {"customer": customer},
            rule="b.1",
        )
    before = move(customer, to, frm=sources, by=by, now=now, rule="R-A5")
    trail.record(
        customer,
        "customer.status_changed",
        by=by,
        now=now,
        scope=customer,
        facts={"status": [before, to], "reason": tidy(reason)},
    )
    return customer


@transaction.atomic
def archive(customer: Customer, *, by: Actor, now: dt.datetime, reason: str = "") -> Customer:
    """Take a customer out of the lists; nothing is deleted and `restore` brings it back."""
    _flag_archived(customer, True, by, now)
    forget_customers(customer.pk)
    trail.record(
        customer,
        "customer.archived",
        by=by,
        now=now,
        scope=customer,
        facts={"reason": tidy(reason)},
    )
    return customer


@transaction.atomic
def restore(customer: Customer, *, by: Actor, now: dt.datetime) -> Customer:
    """Bring an archived customer back into the lists; one that was merged comes by undoing."""
    if customer.merged_into_id is not None:
        raise Refused(_("It was merged into another record; undo the merge instead."), rule="b.1")
    _flag_archived(customer, False, by, now)
    index_customers([customer])
    trail.record(customer, "customer.restored", by=by, now=now, scope=customer)
    return customer


@transaction.atomic
def verify(customer: Customer, *, by: Actor, now: dt.datetime, on: dt.date) -> Customer:
    """State that the data of the customer was checked on this day (R-A8)."""
    edit_row(customer, {"last_verified_on": on}, by=by, now=now)
    trail.record(customer, "customer.verified", by=by, now=now, scope=customer, facts={"on": on})
    return customer


def _made(values: Mapping[str, Any]) -> Customer:
    known = only(dict(values), FIELDS + REFERENCES + ("owning_unit", "parent"))
    for name in ("name", "short_name"):
        known[name] = tidy(known.get(name) or "")
    staff(known.get("data_owner"), "data_owner")
    if known.get("owning_unit") is None:
        raise invalid(
            "owning_unit", _("Name the unit of ours that owns this customer."), rule="b.1"
        )
    parent = known.get("parent")
    if parent is not None and parent.path.count("/") > DEPTH:
        raise invalid("parent", _("The tree is too deep here."), rule="b.1")
    return Customer(**known)


def _path_of(customer: Customer) -> str:
    above = customer.parent.path if customer.parent is not None else "/"
    if above.count("/") > DEPTH:
        raise invalid("parent", _("The tree is too deep here."), rule="b.1")
    return f"{above}{customer.pk}/"


def _keep_path(customer: Customer) -> None:
    customer.path = _path_of(customer)
    Customer.objects.filter(pk=customer.pk).update(path=customer.path)


def _lock(customer: Customer, parent: Customer | None) -> None:
    """Fresh paths, locked with everything above the parent: two moves cannot make a circle."""
    above = parent.path.strip("/").split("/") if parent is not None else []
    ids = {customer.pk, *(int(part) for part in above if part)}
    rows = Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    paths = {row.pk: row.path for row in rows}
    customer.path = paths[customer.pk]
    if parent is not None:
        parent.path = paths[parent.pk]


def _seat_first(customer: Customer, manager: User | None, by: Actor, now: dt.datetime) -> None:
    """Whoever opens a customer can go on working on it."""
    if manager is not None:
        team.assign(customer, manager, TeamRole.AR, by=by, now=now)
    maker = by.user
    if maker is None or maker == manager or not rules.works_here(maker):
        return
    seats = [(Role.AR, TeamRole.AR), (Role.SR, TeamRole.SR), (Role.FR, TeamRole.FR)]
    free = seats[1:] if manager is not None else seats
    role = next((seat for role, seat in free if rules.has_role(maker, role)), None)
    if role is None and not rules.may_edit_customer(maker, customer):
        role = TeamRole.MEMBER
    if role is not None:
        team.assign(customer, maker, role, by=by, now=now)


def _check_owner(unit: OrgUnit) -> None:
    if unit.status == OrgStatus.CLOSED:
        raise invalid("owning_unit", _("%(unit)s is closed.") % {"unit": unit}, rule="b.1")


def _flag_archived(customer: Customer, to: bool, by: Actor, now: dt.datetime) -> None:
    sentence = _("It is archived already.") if to else _("It is not archived.")
    if not edit_row(customer, {"is_archived": to}, by=by, now=now):
        raise Refused(sentence, rule="b.1")


def _tell(customer: Customer, differs: Mapping[str, Any], by: Actor, now: dt.datetime) -> None:
    """What was edited, for all who see the customer; the stance for those of its class (0.2)."""
    inside = {name: each for name, each in differs.items() if name in CONFIDENTIAL}
    outside = {name: each for name, each in differs.items() if name not in CONFIDENTIAL}
    for changed, confidential in ((outside, False), (inside, True)):
        if changed:
            trail.record(
                customer, "customer.edited", by=by, now=now, scope=customer,
                facts={"changed": in_ids(changed)}, confidential=confidential,
            )  # fmt: skip


def _facts(customer: Customer) -> dict[str, Any]:
    return {
        "name": customer.name,
        "owning_unit": customer.owning_unit_id,
        "parent": customer.parent_id,
        "external_ref": customer.external_ref,
    }
