"""Writes of merges: two records of one customer become one; and the way back (b.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid
from accounts.actions.merging_ends import adopt, call_off, let_go, may_still_undo, settle
from accounts.choices import (
    AssetStatus,
    AssignmentStatus,
    InsightStatus,
    ProfileStatus,
)
from accounts.choices_market import ReferenceStatus
from accounts.choices_plan import PLAN_CURRENT, AccountPlanStatus
from accounts.findable import CUSTOMER, index_customers
from accounts.models import (
    AccountAssignment,
    AccountPlan,
    Asset,
    BuyingProfile,
    CompetitorPosition,
    ContactMerge,
    Customer,
    CustomerInsight,
    CustomerMerge,
    CustomerUnit,
    Handover,
    ReferenceSite,
)
from core import merging, trail
from core.actors import Actor
from core.errors import Refused
from core.models import SearchEntry
from core.writes import edit, insert

RULE = "b.1"
TAKEABLE = (
    "name", "short_name", "kind", "level", "industry", "country", "region", "website", "notes",
    "is_demanding", "first_order_date", "last_verified_on",
)  # fmt: skip
"""Neither the status nor the stance: they have steps of their own, with reasons and consents."""


@transaction.atomic
def merge(
    customer: Customer,
    other: Customer,
    *,
    by: Actor,
    now: dt.datetime,
    take: Iterable[str] = (),
) -> CustomerMerge:
    """Make `other` a part of `customer`: everything that points to it points here from now on.

    `take`: names of TAKEABLE whose value is the other record's. Refused for a customer with
    itself, for one above or below the other in the tree, for an archived or merged one, and
    while one of them is being handed over.
    """
    taken = sorted(set(take))
    if set(taken) - set(TAKEABLE):
        raise invalid("take", _("These fields cannot be taken over."), rule=RULE)
    customer, other = _locked(customer, other)
    ended = settle(customer, other, by=by, now=now)
    journal = merging.move(Customer, other.pk, customer, now=now)
    let_go(journal, ended)
    _move_branch(customer, other, journal)
    stamp = {"updated_at": now, "updated_by_id": by.user_id}
    merging.change(
        journal,
        other,
        {"is_archived": True, "merged_into_id": customer.pk, "version": other.version + 1, **stamp},
    )
    merging.change(
        journal,
        customer,
        {
            **{name: getattr(other, name) for name in taken},
            **adopt(customer, other, journal),
            "absorbed": customer.absorbed + 1 + other.absorbed,
            "version": customer.version + 1,
            **stamp,
        },
    )
    _point_search(customer, other, journal)
    row = CustomerMerge(
        customer=customer,
        merged=other,
        taken=taken,
        journal=journal.as_json(),
        rows=merging.counted([journal.moved]) + len(journal.changed + journal.ended),
    )
    insert(row, by=by, now=now)
    facts = {"with": other.pk, "code": other.code, "rows": row.rows, "taken": taken}
    trail.record(customer, "customer.merged", by=by, now=now, scope=customer, facts=facts)
    trail.record(
        other, "customer.merged_away", by=by, now=now, scope=other, facts={"into": customer.pk}
    )
    return row


@transaction.atomic
def undo(row: CustomerMerge, *, by: Actor, now: dt.datetime) -> CustomerMerge:
    """Put everything back where it was; Refused after the days of the policy, when it was undone
    already, and when something that was moved has changed since."""
    may_still_undo(row, now=now)
    customer = Customer.objects.select_for_update().get(pk=row.customer_id)
    _no_person_joined(row)
    merging.put_back(Customer, row.journal, row.merged_id, row.customer_id)
    call_off(row.journal, by=by, now=now)
    edit(row, {"undone_at": now}, by=by, now=now)
    customer.refresh_from_db()
    index_customers([customer])
    other = Customer.objects.get(pk=row.merged_id)
    for one in (customer, other):
        trail.record(one, "customer.unmerged", by=by, now=now, scope=one, facts={"merge": row.pk})
    return row


def _no_person_joined(row: CustomerMerge) -> None:
    """Two people of this customer that became one since may have come from both of its records."""
    later = ContactMerge.objects.filter(customer=row.customer_id, created_at__gte=row.created_at)
    if later.filter(undone_at=None).exists():
        raise Refused(
            _("Records of a person were merged here since; undo that merge first."), rule=RULE
        )


def differing(customer: Customer, other: Customer) -> list[str]:
    """Names of TAKEABLE in which the other record says something else."""
    said = {name: getattr(other, name) for name in TAKEABLE}
    known = {name: value for name, value in said.items() if value not in ("", None)}
    return [name for name, value in known.items() if value != getattr(customer, name)]


def clash(row: models.Model, into: Customer, *, now: dt.datetime) -> dict[str, Any]:
    """With which columns a row fits beside what the customer has already: the past tense of a
    thing of which there is one at a time. Nothing: it stays with the old record."""
    if isinstance(row, AccountAssignment):
        return {"status": AssignmentStatus.ENDED, "until": now, "updated_at": now}
    if isinstance(row, CustomerUnit):
        return {"name": f"{row.name[:55]} ({row.customer.code})"}
    if isinstance(row, Asset):
        return {"status": AssetStatus.RETIRED}
    if isinstance(row, CompetitorPosition):
        return {"superseded_at": now}
    if isinstance(row, ReferenceSite):
        return {"status": ReferenceStatus.RETIRED}
    if isinstance(row, CustomerInsight) and row.status == InsightStatus.PUBLISHED:
        return {"status": InsightStatus.EXPIRED}
    if isinstance(row, BuyingProfile):
        return {"status": ProfileStatus.SUPERSEDED, "superseded_at": now}
    return _over(row, now)


def _over(row: models.Model, now: dt.datetime) -> dict[str, Any]:
    """The end of a plan in force; nothing for what is being written."""
    if isinstance(row, AccountPlan) and row.status in PLAN_CURRENT:
        return {"status": AccountPlanStatus.CLOSED, "closed_at": now}
    return {}


def _locked(customer: Customer, other: Customer) -> tuple[Customer, Customer]:
    if customer.pk == other.pk:
        raise Refused(
            _("A customer is not merged with itself; choose the other record."),
            rule=RULE,
            fields={"other": [_("This is the same record.")]},
        )
    rows = Customer.objects.select_for_update().select_related("owning_unit")
    found = {row.pk: row for row in rows.filter(pk__in=[customer.pk, other.pk]).order_by("pk")}
    kept, gone = found[customer.pk], found[other.pk]
    if kept.is_archived or gone.is_archived:
        raise Refused(_("An archived record is not merged; restore it first."), rule=RULE)
    if kept.path.startswith(gone.path) or gone.path.startswith(kept.path):
        raise Refused(
            _("One lies below the other in the tree; move it elsewhere first."), rule=RULE
        )
    if Handover.objects.open().filter(customer__in=[kept, gone]).exists():
        raise Refused(
            _("One of them is being handed over; complete the handover or call it off first."),
            rule=RULE,
        )
    return kept, gone


def _move_branch(customer: Customer, other: Customer, journal: merging.Journal) -> None:
    """What lay below the other lies below this one."""
    for row in Customer.objects.filter(path__startswith=other.path).exclude(pk=other.pk):
        merging.change(journal, row, {"path": customer.path + row.path[len(other.path) :]})


def _point_search(customer: Customer, other: Customer, journal: merging.Journal) -> None:
    """The old name still finds something: the record that stays."""
    entry = SearchEntry.objects.filter(label=CUSTOMER, about_id=other.pk).first()
    if entry is not None:
        merging.change(journal, entry, {"url": customer.get_absolute_url()})
    index_customers([customer])
