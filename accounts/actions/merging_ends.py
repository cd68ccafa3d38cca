"""What ends with a record that is merged away, and what the record that stays takes on (b.1).

Everything is written into the journal of the merge, so that undoing it brings it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts import policies
from accounts.actions import action_items
from accounts.actions.team import UNTIL
from accounts.choices import (
    ActionStatus,
    DesignationStatus,
    ProposalStatus,
    Stance,
    TeamRole,
    Tier,
)
from accounts.models import (
    AccountAssignment,
    ActionItem,
    CashFlowDesignation,
    Customer,
    CustomerInfluence,
    LifecycleProposal,
)
from accounts.models.merge import Merge
from core import merging, policy, registry
from core.actors import Actor
from core.errors import Refused

RULE = "b.1"


def settle(customer: Customer, other: Customer, *, by: Actor, now: dt.datetime) -> merging.Journal:
    """Before anything moves: the open lifecycle proposal of the other record is overtaken, what
    one has a say in at the other ends, and what its account manager alone knew goes stale."""
    journal = merging.Journal()
    stamp = {"updated_at": now, "updated_by_id": by.user_id}
    for row in LifecycleProposal.objects.open().filter(customer=other):
        past = {"status": ProposalStatus.OVERTAKEN, "decided_at": now}
        merging.change(journal, row, {**past, "version": row.version + 1, **stamp})
    pair = [customer, other]
    edges = CustomerInfluence.objects.standing().filter(customer__in=pair, influenced__in=pair)
    for edge in edges:
        merging.change(journal, edge, {"ended_at": now, "version": edge.version + 1, **stamp})
    seats = AccountAssignment.objects.active().filter(role=TeamRole.AR)
    kept, gone = (seats.filter(customer=one).first() for one in pair)
    if kept is not None and gone is not None and kept.user_id != gone.user_id:
        for path in registry.entry("MERGED_SEAT", ()):
            registry.load(path)(gone, kept, journal, by=by, now=now)
    return journal


def may_still_undo(row: Merge, *, now: dt.datetime) -> None:
    """Refused after the days of the policy, and when it was undone already (b.1)."""
    days = policy.get(policies.MERGE_UNDO_DAYS, at=now)
    if row.undone_at is not None:
        raise Refused(_("This merge has been undone already."), rule=RULE)
    if now > row.created_at + dt.timedelta(days=days):
        raise Refused(_("A merge can be undone for %(n)d days.") % {"n": days}, rule=RULE)


def let_go(journal: merging.Journal, ended: merging.Journal) -> None:
    """After it: what `settle` wrote belongs to the journal of the move, and a seat that ended with
    the move has no end of its own to come."""
    journal.ended, journal.made = ended.changed, ended.made
    label = registry.label_of(AccountAssignment)
    ended = [pk for name, pk, pairs in journal.changed if name == label and "status" in pairs]
    for seat in AccountAssignment.objects.filter(pk__in=ended):
        merging.disarm(journal, seat, UNTIL)


def call_off(said: Mapping[str, Any], *, by: Actor, now: dt.datetime) -> None:
    """The merge is undone: duties that it made and nobody has done fall away."""
    ids = [pk for label, pk in said.get("made", []) if label == registry.label_of(ActionItem)]
    for item in ActionItem.objects.filter(pk__in=ids, status=ActionStatus.OPEN):
        action_items.cancel(item, by=by, now=now, reason=_("The merge was undone"))


def adopt(customer: Customer, other: Customer, journal: merging.Journal) -> dict[str, Any]:
    """After it: columns of a customer to which a confirmed cash-flow designation has come.

    Lifting it brings back the stance of this record. A designation stays with the archived record
    where this one has an open one, or is of tier S (R-A4).
    """
    key = "accounts.cashflowdesignation.customer_id"
    came = CashFlowDesignation.objects.filter(
        pk__in=journal.moved.get(key, []), status=DesignationStatus.CONFIRMED
    )
    row = came.first()
    if row is None:
        return {}
    if customer.tier == Tier.S:
        CashFlowDesignation.objects.filter(pk=row.pk).update(customer=other)
        journal.moved[key].remove(row.pk)
        journal.left.setdefault(key, []).append(row.pk)
        return {}
    merging.change(journal, row, {"previous_stance": customer.investment_stance})
    return {"cash_flow": True, "investment_stance": Stance.HARVEST}
