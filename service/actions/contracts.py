"""Service contracts, clauses and overrides: what was promised changes only by these verbs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from core import policy, sequences, timers, trail, writes
from core.actors import Actor
from core.errors import Invalid, Refused
from service import policies, sla
from service.actions import log
from service.choices import CONTRACT_IN_FORCE, CONTRACT_MOVES, ContractStatus, TargetUnit
from service.models import ServiceContract, SlaClause, SlaOverride
from service.queries import calendars, terms

TIMER = "service.contract"


@transaction.atomic
def open_contract(contract: ServiceContract, *, by: Actor, now: dt.datetime) -> ServiceContract:
    """Write a new draft."""
    contract.status = ContractStatus.DRAFT
    contract.code = sequences.next_code("SVC")
    writes.insert(contract, by=by, now=now)
    trail.record(contract, "contract.drafted", by=by, now=now, scope=contract.customer)
    return contract


@transaction.atomic
def edit_contract(
    contract: ServiceContract,
    changes: dict[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> dict[str, list]:
    """Change a contract; one in force keeps its customer and level (renew it instead)."""
    if contract.status in CONTRACT_IN_FORCE and {"customer", "level"} & set(changes):
        raise Refused(_("A contract in force keeps its customer and level: renew it."))
    differs = writes.edit(contract, changes, by=by, now=now, version=version)
    _no_overlap(contract)
    _arm(contract, now)
    if differs:
        facts = {name: [str(one) for one in pair] for name, pair in differs.items()}
        trail.record(
            contract, "contract.changed", by=by, now=now, scope=contract.customer, facts=facts
        )
    return differs


@transaction.atomic
def move_contract(
    contract: ServiceContract, to: str, *, by: Actor, now: dt.datetime, reason: str = ""
) -> None:
    """Activate, renew, let expire or terminate."""
    log.people_only(by)
    frm = [state for state, targets in CONTRACT_MOVES.items() if to in targets]
    if to == ContractStatus.TERMINATED:
        reason = log.required(reason, "reason", _("Say why it ends."))
    before = writes.move(contract, to, frm=frm, by=by, now=now, rule="b.4")
    _no_overlap(contract)
    _arm(contract, now)
    trail.record(
        contract,
        f"contract.{to}",
        by=by,
        now=now,
        scope=contract.customer,
        facts={"status": [before, to], "reason": reason},
    )


def _no_overlap(contract: ServiceContract) -> None:
    """Periods of one scope do not overlap."""
    if contract.status not in CONTRACT_IN_FORCE:
        return
    # Two activations at once would not see each other: those of a customer take turns.
    Customer.objects.select_for_update(no_key=True).get(pk=contract.customer_id)
    rows = ServiceContract.objects.filter(
        customer=contract.customer_id,
        scope=contract.scope,
        status__in=CONTRACT_IN_FORCE,
        starts_on__lte=contract.ends_on,
        ends_on__gte=contract.starts_on,
    ).exclude(pk=contract.pk)
    other = rows.first()
    if other is not None:
        raise Refused(
            _("%(code)s covers this scope in that time already.") % {"code": other.code},
            rule="b.4",
        )


def next_alert(contract: ServiceContract, after: dt.datetime) -> dt.datetime | None:
    """The next day on which somebody hears of the end; the day after the end closes it."""
    if contract.status not in CONTRACT_IN_FORCE:
        return None
    return alert_after(contract.ends_on, calendars.refs_for(contract.customer)[0].value.tz, after)


def alert_after(ends_on: dt.date, zone: dt.tzinfo, after: dt.datetime) -> dt.datetime | None:
    """As `next_alert` for a contract in force whose zone is known; no query."""
    days = [*policy.get(policies.CONTRACT_ALERTS_D, at=after), -1]
    moments = [
        dt.datetime.combine(ends_on - dt.timedelta(days=day), dt.time(9), tzinfo=zone)
        for day in days
    ]
    return min((one for one in moments if one > after), default=None)


def _arm(contract: ServiceContract, now: dt.datetime) -> None:
    due_at = next_alert(contract, now)
    ServiceContract.objects.filter(pk=contract.pk).update(next_alert_at=due_at)
    if due_at is None:
        timers.cancel(contract, TIMER)
    else:
        timers.arm(TIMER, contract, due_at, now=now)


@transaction.atomic
def set_clause(clause: SlaClause, *, by: Actor, now: dt.datetime) -> SlaClause:
    """Write a clause, or the next version of one: valid from now at the earliest, so that open
    tickets keep what they froze."""
    log.people_only(by, "b.6")
    if clause.valid_from < now:
        raise Invalid(
            _("A clause begins now or later; open tickets keep theirs."),
            rule="clocks.md 1",
            fields={"valid_from": [_("Not in the past.")]},
        )
    writes.insert(clause, by=by, now=now)
    terms.forget()
    trail.record(
        clause,
        "clause.set",
        by=by,
        now=now,
        scope=clause.contract.customer if clause.contract_id else None,
        facts={"kind": clause.kind, "target": clause.target, "unit": clause.unit},
    )
    return clause


@transaction.atomic
def tighten(
    customer: Customer,
    *,
    kind: str,
    severity: int | None,
    target_min: int,
    reason: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    ticket_class: str = "",
    about: tuple[str, int] = ("", 0),
) -> SlaOverride:
    """A tighter target for one customer (R-S4). Refused when it is not strictly tighter than the
    target that it replaces, or begins in the past."""
    log.people_only(by, "R-S4")
    if starts_at < now:
        raise Invalid(_("It begins now or later."), fields={"starts_at": [_("Not in the past.")]})
    replaced = replaced_min(customer, kind, severity, ticket_class, now)
    if target_min >= replaced:
        raise Refused(
            _("%(minutes)s minutes do not tighten the %(replaced)s in force.")
            % {"minutes": target_min, "replaced": replaced},
            rule="R-S4",
            fields={"target_min": [_("Less than %(n)s.") % {"n": replaced}]},
        )
    row = SlaOverride(
        customer=customer,
        kind=kind,
        severity=severity,
        ticket_class=ticket_class,
        target_min=target_min,
        replaced_min=replaced,
        reason=reason,
        starts_at=starts_at,
        ends_at=ends_at,
        about_label=about[0],
        about_id=about[1] or None,
    )
    writes.insert(row, by=by, now=now)
    trail.record(
        row,
        "sla.tightened",
        by=by,
        now=now,
        scope=customer,
        facts={"kind": kind, "minutes": [replaced, target_min], "reason": reason},
    )
    return row


def replaced_min(
    customer: Customer, kind: str, severity: int | None, ticket_class: str, at: dt.datetime
) -> int:
    """The target in force in minutes; Refused where nothing is promised."""
    found = terms.entitlement(customer, at=at)
    rows = terms.clauses_for(terms.figures_level(found.level), found.contract)
    clause = sla.chosen(
        rows,
        kind=kind,
        ticket_class=ticket_class or "fault",
        severity=severity or 0,
        outage=True,
        at=at,
    )
    if clause is None:
        raise Refused(_("Nothing is promised there that could be tightened."), rule="R-S4")
    day = calendars.refs_for(customer)[0].value.standard_day_minutes
    standing = clause.target * day if clause.unit == TargetUnit.BD else clause.target
    overrides = [
        one.target_min
        for one in terms.overrides_for(customer, at)
        if one.kind == kind and one.severity in (None, severity)
    ]
    return min([standing, *overrides])
