"""Writes of commitments: promise, confirm the capacity, move, meet, miss, withdraw, replace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import action_items
from accounts.choices import ActionStatus
from core import notify, policy, registry, timers, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import User
from core.notify import Urgency
from core.sequences import next_code
from core.writes import edit, insert, move
from expectations.actions import impact
from expectations.choices import (
    COMMITMENT_OPEN,
    CommitmentStatus,
    CommitmentTo,
)
from expectations.models import Commitment, CustomerNotice
from expectations.policies_delivery import COMMITMENT_REMIND_H
from relationships.models import Interaction

DUE = "expectations.commitment_due"
EDITABLE = ("text", "department", "owner", "milestone", "item", "explanation")


@transaction.atomic
def promise(
    *,
    customer: Any,
    text: str,
    due_at: dt.datetime,
    owner: User,
    by: Actor,
    now: dt.datetime,
    promised_to: str = CommitmentTo.CUSTOMER,
    **more: Any,
) -> Commitment:
    """Record one dated promise, proposed. A promise between departments is confirmed at once.

    `more`: project, department, milestone, item, made_by, about_label, about_id, external_*.
    Raises Invalid: due in the past, a project, milestone or item of somebody else.
    """
    _refuse_past(due_at, now)
    internal = promised_to == CommitmentTo.INTERNAL
    row = Commitment(
        code=next_code("CMT"),
        customer=customer,
        text=text,
        due_at=due_at,
        owner=owner,
        promised_to=promised_to,
        made_by=more.pop("made_by", None) or by.user or owner,
        status=CommitmentStatus.CONFIRMED if internal else CommitmentStatus.PROPOSED,
        **more,
    )
    _refuse_foreign(row)
    insert(row, by=by, now=now)
    trail.record(
        row,
        "commitment.promised",
        by=by,
        now=now,
        scope=row.customer,
        facts={"due_at": due_at, "to": promised_to, "project": row.project_id},
    )
    _arm(row, now)
    return row


def _refuse_past(due_at: dt.datetime, now: dt.datetime) -> None:
    if due_at <= now:
        raise Invalid(
            _("A promise is due in the future."), fields={"due_at": [_("This time is past.")]}
        )


def _refuse_foreign(row: Commitment) -> None:
    fields: dict[str, list[str]] = {}
    if row.project is not None and row.project.customer_id != row.customer_id:
        fields["project"] = [_("Choose a project of this customer.")]
    for name in ("milestone", "item"):
        other = getattr(row, name)
        if other is not None and other.project_id != row.project_id:
            fields[name] = [_("Choose one of this project.")]
    if fields:
        raise Invalid(next(iter(fields.values()))[0], fields=fields)


@transaction.atomic
def confirm_capacity(row: Commitment, *, by: Actor, now: dt.datetime) -> None:
    """The delivery manager says that we can keep it; from now on the promise stands (b.3.2)."""
    if by.is_machine:
        raise Forbidden(_("A machine cannot confirm capacity."), rule="domain 0.2.4")
    move(
        row,
        CommitmentStatus.CONFIRMED,
        frm=CommitmentStatus.PROPOSED,
        by=by,
        now=now,
        capacity_confirmed_by_id=by.user_id,
        capacity_confirmed_at=now,
    )
    trail.record(row, "commitment.confirmed", by=by, now=now, scope=row.customer)
    _relieve(row, by, now)
    _answer(row, "kept", gettext_noop("We can keep it: %(text)s"), by, now)


def _answer(row: Commitment, key: str, title: str, by: Actor, now: dt.datetime) -> None:
    """Whoever promised it in a meeting hears what delivery says, before they meet again."""
    if row.about_label != registry.label_of(Interaction) or row.made_by_id == by.user_id:
        return
    notify.tell(
        [row.made_by],
        kind="promise.answered",
        title=title,
        once=f"promise:{row.pk}:{key}",
        now=now,
        params={"text": row.text, "at": f"{localtime(row.due_at):%m-%d %H:%M}"},
        url=f"/commitments/{row.pk}/",
        urgency=Urgency.NOW,
        about=row,
        scope=row.customer,
    )


def _relieve(row: Commitment, by: Actor, now: dt.datetime) -> None:
    """What was a duty of whoever promised it in a meeting is this commitment from now on."""
    if row.about_label != registry.label_of(Interaction):
        return
    meeting = Interaction.objects.select_related("promise_item").filter(pk=row.about_id).first()
    item = meeting.promise_item if meeting is not None else None
    if item is not None and item.text == row.text and item.status == ActionStatus.OPEN:
        action_items.done(item, by=by, now=now, evidence=row.code)


@transaction.atomic
def edit_commitment(
    row: Commitment,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> dict[str, list[Any]]:
    """Change what a commitment says; the date moves only by `move_due`."""
    _refuse_settled(row)
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    for name in {"milestone", "item"} & set(wanted):
        if wanted[name] is not None and wanted[name].project_id != row.project_id:
            sentence = _("Choose one of this project.")
            raise Invalid(sentence, fields={name: [sentence]})
    differs = edit(row, wanted, by=by, now=now, version=version)
    if differs:
        facts = {"changes": differs}
        trail.record(row, "commitment.changed", by=by, now=now, scope=row.customer, facts=facts)
    return differs


@transaction.atomic
def explain(row: Commitment, explanation: str, *, by: Actor, now: dt.datetime) -> None:
    """Say why it is late; a report with an overdue commitment is refused without it (W2)."""
    if not explanation.strip():
        raise Invalid(_("Say why."), fields={"explanation": [_("Say why.")]})
    edit_commitment(row, {"explanation": explanation}, by=by, now=now)


@transaction.atomic
def move_due(
    row: Commitment,
    due_at: dt.datetime,
    *,
    reason: str,
    by: Actor,
    now: dt.datetime,
    approver: User | None = None,
    version: int | None = None,
) -> None:
    """The date of an open promise moves; open risks that threaten it move with it (R-E7).

    Raises Refused when it is overdue already (explain, replace or mark it missed), or when the
    notice of a risk demands an approver; Invalid without a reason or with a date in the past.
    """
    _refuse_settled(row)
    _refuse_past(due_at, now)
    if not reason.strip():
        raise Invalid(_("Say why the date moves."), fields={"reason": [_("Say why.")]})
    if row.due_at <= now:
        raise Refused(
            _("This promise is overdue. Mark it missed, or replace it by a new one."),
            rule="b.3.2",
        )
    before = row.due_at
    if not edit(row, {"due_at": due_at}, by=by, now=now, version=version):
        return
    trail.record(
        row,
        "commitment.moved",
        by=by,
        now=now,
        scope=row.customer,
        facts={"before": before, "after": due_at, "reason": reason},
    )
    impact.follow(row, reason=reason, by=by, now=now, approver=approver)
    _arm(row, now)
    if row.status == CommitmentStatus.PROPOSED:
        title = gettext_noop("Another date for it, %(at)s: %(text)s")
        _answer(row, f"moved:{row.version}", title, by, now)


@transaction.atomic
def meet(row: Commitment, *, by: Actor, now: dt.datetime) -> None:
    """The promise is kept."""
    _settle(row, CommitmentStatus.MET, "commitment.met", by, now, allowed=OPEN_AND_STANDING)


@transaction.atomic
def miss(row: Commitment, *, explanation: str, by: Actor, now: dt.datetime) -> None:
    """The promise was not kept, and why."""
    if not explanation.strip():
        raise Invalid(
            _("A missed promise needs an explanation."),
            fields={"explanation": [_("Say why it was missed.")]},
        )
    _settle(
        row,
        CommitmentStatus.MISSED,
        "commitment.missed",
        by,
        now,
        explanation=explanation,
        facts={"explanation": explanation},
    )


@transaction.atomic
def withdraw(row: Commitment, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """Take a promise back; one that a customer counts on only after a sent notice (b.3.2)."""
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": [_("Say why.")]})
    allowed = _refuse_untold(row)
    if row.status == CommitmentStatus.PROPOSED:
        _answer(row, "refused", gettext_noop("We cannot keep it: %(text)s"), by, now)
    _settle(
        row,
        CommitmentStatus.WITHDRAWN,
        "commitment.withdrawn",
        by,
        now,
        allowed=allowed,
        explanation=reason,
        facts={"reason": reason},
    )


@transaction.atomic
def replace(
    row: Commitment,
    *,
    text: str,
    due_at: dt.datetime,
    reason: str,
    by: Actor,
    now: dt.datetime,
) -> Commitment:
    """A new promise takes the place of this one; needs a sent notice as withdrawing does."""
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": [_("Say why.")]})
    allowed = _refuse_untold(row)
    new = promise(
        customer=row.customer,
        project=row.project,
        text=text,
        due_at=due_at,
        owner=row.owner,
        promised_to=row.promised_to,
        department=row.department,
        milestone=row.milestone,
        item=row.item,
        by=by,
        now=now,
    )
    _settle(
        row,
        CommitmentStatus.REPLACED,
        "commitment.replaced",
        by,
        now,
        allowed=allowed,
        explanation=reason,
        replaced_by_id=new.pk,
        facts={"by": new.code, "reason": reason},
    )
    return new


OPEN_AND_STANDING = (CommitmentStatus.CONFIRMED, CommitmentStatus.AT_RISK)


def _settle(
    row: Commitment,
    status: str,
    verb: str,
    by: Actor,
    now: dt.datetime,
    *,
    allowed: tuple[str, ...] = COMMITMENT_OPEN,
    facts: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    if row.status == CommitmentStatus.PROPOSED and CommitmentStatus.PROPOSED not in allowed:
        raise Refused(
            _("The delivery manager confirms the capacity before a customer is promised."),
            rule="b.3.2",
        )
    move(row, status, frm=allowed, by=by, now=now, settled_at=now, **columns)
    trail.record(row, verb, by=by, now=now, scope=row.customer, facts=facts or {})
    timers.cancel(row, DUE)
    impact.settled(row, by=by, now=now)


def _refuse_untold(row: Commitment) -> tuple[str, ...]:
    """A confirmed promise to a customer is not taken back behind his back. Returns the states that
    may be left: what was only proposed may have been confirmed meanwhile."""
    if row.status == CommitmentStatus.PROPOSED:
        return (CommitmentStatus.PROPOSED,)
    if row.promised_to != CommitmentTo.CUSTOMER:
        return COMMITMENT_OPEN
    told = CustomerNotice.objects.filter(risk__commitments=row, told_at__isnull=False)
    if not told.exists():
        raise Refused(
            _("The customer counts on it: open a risk and send the notice first."), rule="R-E4"
        )
    return COMMITMENT_OPEN


def _refuse_settled(row: Commitment) -> None:
    if row.status not in COMMITMENT_OPEN:
        raise Refused(_("This commitment is settled."))


def next_moment(row: Commitment, now: dt.datetime) -> dt.datetime | None:
    """When its owner hears of it next: some hours before it is due, then when it is overdue."""
    if row.status not in COMMITMENT_OPEN:
        return None
    hours = policy.get(COMMITMENT_REMIND_H, at=now)
    moments = (row.due_at - dt.timedelta(hours=hours), row.due_at)
    return next((moment for moment in moments if moment > now), None)


def _arm(row: Commitment, now: dt.datetime) -> None:
    moment = next_moment(row, now)
    if moment is None:
        timers.cancel(row, DUE)
    else:
        timers.arm(DUE, row, moment, now=now)
