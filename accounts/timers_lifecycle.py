"""The nightly look along the lifecycle: who is proposed as loyal, dormant, active again (R-A5)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts import lifecycle, policies
from accounts.actions import lifecycle as steps
from accounts.actions.assessments import local_today
from accounts.choices import CustomerStatus, ProposalStatus, TeamRole
from accounts.models import AccountAssignment, Customer, LifecycleProposal
from accounts.queries import unit_head
from accounts.queries_lifecycle import cuts, facts_of
from core import notify, policy
from core.actors import Actor
from core.errors import Refused
from core.notify import Note, Urgency

logger = logging.getLogger("accounts.lifecycle")
LOOKED_AT = (CustomerStatus.ACTIVE, CustomerStatus.LOYAL, CustomerStatus.DORMANT)
AT_ONCE = 500
"""So many customers are read at a time: memory stays bounded however many there are."""
TITLES = {
    CustomerStatus.LOYAL: gettext_noop("%(customer)s may be called loyal; confirm or reject it."),
    CustomerStatus.DORMANT: gettext_noop("%(customer)s looks dormant; confirm or reject it."),
    CustomerStatus.ACTIVE: gettext_noop("%(customer)s may be active again; confirm or reject it."),
}


def propose_steps(*, now: dt.datetime) -> int:
    """Heartbeat: propose what the rule says, and end open proposals that it says no more.

    Run again it proposes nothing twice. Returns how many were proposed.
    """
    return sum(_look(rows, now) for rows in _portions())


def _portions() -> Iterator[list[Customer]]:
    last = 0
    rows = Customer.objects.current().filter(status__in=LOOKED_AT).select_related("owning_unit")
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield found
        last = found[-1].pk


def _look(rows: list[Customer], now: dt.datetime) -> int:
    facts, numbers = facts_of(rows, now=now), cuts(now)
    wanted = {
        row.pk: lifecycle.proposal(
            row.status, facts[row.pk], today=local_today(row, now), cuts=numbers
        )
        for row in rows
    }
    by, standing = Actor.system(), _standing(rows, wanted, now)
    made = []
    for row in rows:
        to = wanted[row.pk]
        if to is None or (row.pk, to) in standing:
            continue
        try:
            with transaction.atomic():
                last = facts[row.pk].last_contact
                made.append(steps.propose(row, to, by=by, now=now, last_contact=last))
        except Refused:
            logger.info("lifecycle_decided_meanwhile", extra={"customer": row.pk})
    notify.tell_many(_notes(made, now), now=now)
    return len(made)


def _standing(
    rows: list[Customer], wanted: dict[int, CustomerStatus | None], now: dt.datetime
) -> set[tuple[int, str]]:
    """(customer, step) that is open or was rejected lately; open ones that are over are ended."""
    since = now - dt.timedelta(days=policy.get(policies.REJECTED_DAYS, at=now))
    ids = [row.pk for row in rows]
    lately = LifecycleProposal.objects.filter(
        customer__in=ids, status=ProposalStatus.REJECTED, decided_at__gt=since
    )
    found = set(lately.values_list("customer_id", "to_status"))
    for one in LifecycleProposal.objects.open().filter(customer__in=ids).select_related("customer"):
        if wanted[one.customer_id] == one.to_status and one.customer.status == one.from_status:
            found.add((one.customer_id, one.to_status))
        else:
            steps.overtake(one, by=Actor.system(), now=now)
    return found


def _notes(made: list[LifecycleProposal], now: dt.datetime) -> list[Note]:
    seats = AccountAssignment.objects.active().filter(
        customer__in=[one.customer_id for one in made], role=TeamRole.AR
    )
    managers = {seat.customer_id: seat.user for seat in seats.select_related("user")}
    return [
        Note(
            [managers.get(one.customer_id) or unit_head(one.customer, at=now)],
            "lifecycle.proposed",
            TITLES[CustomerStatus(one.to_status)],
            f"lifecycle:{one.pk}",
            {"customer": one.customer.name},
            one.get_absolute_url(),
            Urgency.INFO,
            one,
            one.customer,
        )
        for one in made
    ]
