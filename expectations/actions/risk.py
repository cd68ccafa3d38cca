"""Writes of risks: opening one makes the deadline appear, closing one ends its notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import events, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import User
from core.sequences import next_code
from core.writes import add, edit, insert, move
from expectations.actions import noticework
from expectations.choices import (
    COMMITMENT_OPEN,
    RISK_OPEN,
    CommitmentStatus,
    CommitmentTo,
    RiskStatus,
)
from expectations.models import Commitment, CustomerNotice, Project, Risk, RiskImpact

EDITABLE = (
    "title",
    "detail",
    "category",
    "probability",
    "impact",
    "contingency",
    "trigger",
    "owner",
)
LAST_DAY = dt.timedelta(hours=24)


@transaction.atomic
def open_risk(
    project: Project,
    *,
    by: Actor,
    now: dt.datetime,
    title: str,
    category: str,
    probability: int,
    impact: int,
    contingency: str,
    owner: User,
    commitments: Iterable[Commitment] = (),
    impact_at: dt.datetime | None = None,
    detail: str = "",
    trigger: str = "",
    external_source: str = "",
    external_ref: str = "",
) -> Risk:
    """Open a risk. With a threatened customer commitment its notice and timers appear (R-E4).

    `impact_at` is said only without customer commitments: with them it is the earliest of their
    due times. Raises Invalid: another impact beside them, no contingency, a commitment of another
    project or already settled, an impact in the past.
    """
    threatened = list(commitments)
    when = _impact_of(project, threatened, impact_at, now)
    if not contingency.strip():
        raise Invalid(
            _("A risk needs a contingency: what we do if it happens."),
            fields={"contingency": [_("Say what we do if it happens.")]},
        )
    risk = Risk(
        code=next_code("RSK"),
        project=project,
        customer_id=project.customer_id,
        title=title,
        category=category,
        probability=probability,
        impact=impact,
        contingency=contingency,
        owner=owner,
        detail=detail,
        trigger=trigger,
        impact_at=when,
        known_at=now,
        customer_impact=_to_customer(threatened),
        external_source=external_source,
        external_ref=external_ref,
    )
    insert(risk, by=by, now=now)
    risk.commitments.set(threatened)
    if when is not None:
        add(RiskImpact(risk=risk, impact_at=when, recorded_at=now, recorded_by=by.user))
    mark_threatened(threatened, by, now)
    facts = {
        "project": project.pk,
        "commitments": [one.code for one in threatened],
        "impact_at": when,
        "customer_impact": risk.customer_impact,
    }
    trail.record(risk, "risk.opened", by=by, now=now, scope=project.customer, facts=facts)
    events.emit(
        "risk.opened", risk, by=by, now=now, scope=project.customer, facts={"project": project.pk}
    )
    if risk.customer_impact:
        noticework.begin(risk, by=by, now=now)
    return risk


def _to_customer(commitments: list[Commitment]) -> bool:
    return any(one.promised_to == CommitmentTo.CUSTOMER for one in commitments)


def _impact_of(
    project: Project, threatened: list[Commitment], given: dt.datetime | None, now: dt.datetime
) -> dt.datetime | None:
    for one in threatened:
        if one.project_id != project.pk or one.status not in COMMITMENT_OPEN:
            raise Invalid(
                _("%(code)s is not an open commitment of this project.") % {"code": one.code},
                fields={"commitments": [_("Choose open commitments of this project.")]},
            )
    dues = [one.due_at for one in threatened if one.promised_to == CommitmentTo.CUSTOMER]
    if given is not None and given <= now:
        raise Invalid(
            _("The impact lies in the past. Record what happened on the commitment instead."),
            fields={"impact_at": [_("The impact lies in the past.")]},
        )
    if dues and given is not None and given != min(dues):
        raise Invalid(
            _("The impact is the due time of the promise to the customer. Leave it empty."),
            rule="R-E4",
            fields={"impact_at": [_("Leave it empty, or untick the promises to the customer.")]},
        )
    when = min(dues) if dues else given
    if when is not None and when <= now:
        raise Invalid(
            _("The impact lies in the past. Record what happened on the commitment instead."),
            fields={"commitments": [_("The impact lies in the past.")]},
        )
    return when


def mark_threatened(threatened: list[Commitment], by: Actor, now: dt.datetime) -> None:
    """Confirmed promises become at risk."""
    for one in threatened:
        if one.status == CommitmentStatus.CONFIRMED:
            move(one, CommitmentStatus.AT_RISK, frm=CommitmentStatus.CONFIRMED, by=by, now=now)
            trail.record(one, "commitment.threatened", by=by, now=now, scope=one.customer)


@transaction.atomic
def edit_risk(
    risk: Risk,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> dict[str, list[Any]]:
    """Change what a risk says; the date of impact moves only by `move_impact`."""
    refuse_closed(risk)
    if "contingency" in changes and not str(changes["contingency"]).strip():
        raise Invalid(
            _("A risk needs a contingency: what we do if it happens."),
            fields={"contingency": [_("Say what we do if it happens.")]},
        )
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    differs = edit(risk, wanted, by=by, now=now, version=version)
    if differs:
        trail.record(
            risk, "risk.changed", by=by, now=now, scope=risk.customer, facts={"changes": differs}
        )
    return differs


@transaction.atomic
def mitigate(risk: Risk, *, by: Actor, now: dt.datetime) -> None:
    """We have begun to act against the risk."""
    move(risk, RiskStatus.MITIGATING, frm=RiskStatus.OPEN, by=by, now=now)
    trail.record(risk, "risk.mitigating", by=by, now=now, scope=risk.customer)


@transaction.atomic
def move_impact(
    risk: Risk,
    impact_at: dt.datetime,
    *,
    reason: str,
    by: Actor,
    now: dt.datetime,
    approver: User | None = None,
) -> None:
    """The date of impact moves: a new version, with a reason (R-E7, clocks.md 6.5).

    Moving it later in the last 24 h before the deadline needs an approver other than the mover.
    """
    refuse_closed(risk)
    _check_move(risk, impact_at, reason, now)
    notice = noticework.notice_of(risk)
    _check_approver(risk, notice, impact_at, by, now, approver)
    before = risk.impact_at
    add(
        RiskImpact(
            risk=risk,
            impact_at=impact_at,
            recorded_at=now,
            recorded_by=by.user,
            reason=reason,
            approved_by=approver,
        )
    )
    edit(risk, {"impact_at": impact_at}, by=by, now=now)
    trail.record(
        risk,
        "risk.impact_moved",
        by=by,
        now=now,
        scope=risk.customer,
        facts={
            "before": before,
            "after": impact_at,
            "reason": reason,
            "approver": approver.pk if approver else None,
        },
    )
    if notice is not None:
        noticework.sync(notice, by=by, now=now)


def _check_approver(
    risk: Risk,
    notice: CustomerNotice | None,
    impact_at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    approver: User | None,
) -> None:
    late_move = (
        notice is not None
        and not notice.is_told
        and impact_at > risk.impact_at
        and now >= notice.deadline_at - LAST_DAY
    )
    if late_move and (approver is None or approver.pk == by.user_id):
        raise Refused(
            _("In the last 24 hours before the deadline someone else approves a later date."),
            rule="R-E7",
            fields={"approver": [_("Name the approver.")]},
        )


def _check_move(risk: Risk, impact_at: dt.datetime, reason: str, now: dt.datetime) -> None:
    fields: dict[str, list[str]] = {}
    if not reason.strip():
        fields["reason"] = [_("Say why the date moves.")]
    if impact_at <= now:
        fields["impact_at"] = [_("This time is past. Record the impact as occurred instead.")]
    elif impact_at == risk.impact_at:
        fields["impact_at"] = [_("This is the date that stands already.")]
    if fields:
        raise Invalid(
            next(iter(fields.values()))[0],
            fields=fields,
        )


@transaction.atomic
def record_impact(risk: Risk, at: dt.datetime, *, by: Actor, now: dt.datetime) -> None:
    """The risk has hit: the actual time replaces the planned date in the verdict."""
    if at > now:
        raise Invalid(_("This time has not come yet."), fields={"at": [_("Not in the future.")]})
    if at < risk.known_at:
        raise Invalid(
            _("The risk was not known by then."),
            fields={"at": [_("Not before the risk was recorded.")]},
        )
    move(
        risk,
        RiskStatus.OCCURRED,
        frm=[RiskStatus.OPEN, RiskStatus.MITIGATING, RiskStatus.ACCEPTED],
        by=by,
        now=now,
        actual_impact_at=at,
    )
    trail.record(risk, "risk.occurred", by=by, now=now, scope=risk.customer, occurred_at=at)
    _sync(risk, by, now)


@transaction.atomic
def close_risk(risk: Risk, *, note: str, by: Actor, now: dt.datetime) -> None:
    """The risk is over; without harm its notice is cancelled. Commitments return to confirmed."""
    if not note.strip():
        raise Invalid(_("Say how it ended."), fields={"note": [_("Say how it ended.")]})
    frm = [*RISK_OPEN, RiskStatus.ACCEPTED]
    move(risk, RiskStatus.CLOSED, frm=frm, by=by, now=now, closed_at=now, closing_note=note)
    relax(risk, risk.commitments.filter(status=CommitmentStatus.AT_RISK), by=by, now=now)
    trail.record(risk, "risk.closed", by=by, now=now, scope=risk.customer, facts={"note": note})
    events.emit("risk.closed", risk, by=by, now=now, scope=risk.customer)
    _sync(risk, by, now)


def relax(risk: Risk, promises: Iterable[Commitment], *, by: Actor, now: dt.datetime) -> None:
    """Promises at risk that no other open risk threatens are confirmed again."""
    for one in promises:
        if one.status != CommitmentStatus.AT_RISK:
            continue
        if not one.risks.open().exclude(pk=risk.pk).exists():
            move(one, CommitmentStatus.CONFIRMED, frm=CommitmentStatus.AT_RISK, by=by, now=now)
            trail.record(one, "commitment.relaxed", by=by, now=now, scope=one.customer)


@transaction.atomic
def accept_risk(risk: Risk, *, note: str, by: Actor, now: dt.datetime) -> None:
    """A regional head takes the risk as it is (b.6); a notice that is due stays due."""
    if by.is_machine:
        raise Forbidden(_("A machine cannot accept a risk."), rule="domain 0.2.4")
    if not note.strip():
        raise Invalid(_("Say why we accept it."), fields={"note": [_("Say why we accept it.")]})
    move(
        risk,
        RiskStatus.ACCEPTED,
        frm=[RiskStatus.OPEN, RiskStatus.MITIGATING],
        by=by,
        now=now,
        closing_note=note,
    )
    trail.record(risk, "risk.accepted", by=by, now=now, scope=risk.customer, facts={"note": note})


@transaction.atomic
def correct_known_at(
    risk: Risk, known_at: dt.datetime, *, reason: str, by: Actor, now: dt.datetime
) -> None:
    """Correct since when the risk is known; only with a reason (clocks.md 6)."""
    if not reason.strip() or known_at > now:
        raise Invalid(
            _("A correction needs a reason and a time that has passed."),
            fields={"reason": [_("Say why.")]},
        )
    before = risk.known_at
    edit(risk, {"known_at": known_at}, by=by, now=now)
    trail.record(
        risk,
        "risk.known_corrected",
        by=by,
        now=now,
        scope=risk.customer,
        facts={"before": before, "after": known_at, "reason": reason},
    )
    _sync(risk, by, now)


def _sync(risk: Risk, by: Actor, now: dt.datetime) -> None:
    notice = noticework.notice_of(risk)
    if notice is not None:
        noticework.sync(notice, by=by, now=now)


def refuse_closed(risk: Risk) -> None:
    """A closed risk says nothing new."""
    if not risk.is_open and risk.status != RiskStatus.ACCEPTED:
        raise Refused(_("This risk is closed. Open a new one."))
