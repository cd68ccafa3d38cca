"""Writes of lifecycle proposals: propose by the rule, confirm or reject by a person (R-A5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import customers
from accounts.actions.guards import invalid, persons_only
from accounts.choices import ProposalStatus
from accounts.models import Customer, LifecycleProposal
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import insert, move

RULE = "R-A5"


@transaction.atomic
def propose(
    customer: Customer, to: str, *, by: Actor, now: dt.datetime, last_contact: dt.date | None = None
) -> LifecycleProposal:
    """A step for the account manager to decide; Refused while another one is open."""
    row = LifecycleProposal(
        customer=customer,
        from_status=customer.status,
        to_status=to,
        last_contact_on=last_contact,
    )
    insert(row, by=by, now=now)
    _record(row, "proposed", by, now)
    return row


@transaction.atomic
def confirm(row: LifecycleProposal, *, by: Actor, now: dt.datetime) -> LifecycleProposal:
    """The customer takes the step. Refused when it stands elsewhere by now."""
    persons_only(by, rule=RULE)
    if row.customer.status != row.from_status:
        raise Refused(
            _("The customer is “%(state)s” by now; reject the proposal.")
            % {"state": row.customer.get_status_display()},
            rule=RULE,
        )
    _decide(row, ProposalStatus.CONFIRMED, by, now)
    customers.change_status(row.customer, row.to_status, by=by, now=now)
    _record(row, "confirmed", by, now)
    return row


@transaction.atomic
def reject(
    row: LifecycleProposal, reason: str, *, by: Actor, now: dt.datetime
) -> LifecycleProposal:
    """The customer stays where it is, and why; it is not proposed again for a while."""
    persons_only(by, rule=RULE)
    if not reason.strip():
        raise invalid("reason", _("Say why it is rejected."), rule=RULE)
    _decide(row, ProposalStatus.REJECTED, by, now, note=tidy(reason)[:300])
    _record(row, "rejected", by, now)
    return row


@transaction.atomic
def overtake(row: LifecycleProposal, *, by: Actor, now: dt.datetime) -> LifecycleProposal:
    """The rule does not propose it any more, or somebody moved the customer."""
    _decide(row, ProposalStatus.OVERTAKEN, by, now)
    _record(row, "overtaken", by, now)
    return row


def _decide(row: LifecycleProposal, to: str, by: Actor, now: dt.datetime, **columns: Any) -> None:
    move(row, to, frm=ProposalStatus.PROPOSED, by=by, now=now, rule=RULE, decided_at=now, **columns)


def _record(row: LifecycleProposal, verb: str, by: Actor, now: dt.datetime) -> None:
    facts = {"from": row.from_status, "to": row.to_status, "note": row.note}
    trail.record(row, f"lifecycle.{verb}", by=by, now=now, scope=row.customer, facts=facts)
