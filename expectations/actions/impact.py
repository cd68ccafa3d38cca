"""The date of impact of a risk follows the promises that it threatens (b.3.2, R-E7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from core import trail
from core.actors import Actor
from core.errors import Invalid
from core.models import User
from core.writes import add, edit
from expectations.actions import noticework
from expectations.actions.risk import mark_threatened, move_impact, refuse_closed, relax
from expectations.choices import COMMITMENT_OPEN, CommitmentTo
from expectations.models import Commitment, Risk, RiskImpact


def _earliest(risk: Risk) -> dt.datetime | None:
    rows = risk.commitments.filter(status__in=COMMITMENT_OPEN, promised_to=CommitmentTo.CUSTOMER)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


def _open_risks(row: Commitment) -> Iterable[Risk]:
    return row.risks.open().filter(actual_impact_at=None).select_related("project", "customer")


def follow(
    row: Commitment,
    *,
    reason: str,
    by: Actor,
    now: dt.datetime,
    approver: User | None = None,
) -> None:
    """Re-derive the impact of every open risk on a promise whose date moved."""
    for risk in _open_risks(row):
        when = _earliest(risk)
        if when is not None and when > now and when != risk.impact_at:
            move_impact(risk, when, reason=reason, by=by, now=now, approver=approver)


def settled(row: Commitment, *, by: Actor, now: dt.datetime) -> None:
    """A promise is settled: risks on it look at the promises that are left.

    A risk without any left keeps its date; people close it. No approver is asked: the fact is
    recorded already, nobody moves a date to win time.
    """
    for risk in _open_risks(row):
        when = _earliest(risk)
        if when is None or when == risk.impact_at or when <= now:
            continue
        _shift(risk, when, reason=f"{row.code} {row.status}", by=by, now=now)


def _shift(risk: Risk, when: dt.datetime, *, reason: str, by: Actor, now: dt.datetime) -> None:
    before = risk.impact_at
    add(RiskImpact(risk=risk, impact_at=when, recorded_at=now, recorded_by=by.user, reason=reason))
    edit(risk, {"impact_at": when}, by=by, now=now)
    facts = {"before": before, "after": when, "reason": reason}
    trail.record(risk, "risk.impact_moved", by=by, now=now, scope=risk.customer, facts=facts)
    notice = noticework.notice_of(risk)
    if notice is not None:
        noticework.sync(notice, by=by, now=now)


@transaction.atomic
def threaten(risk: Risk, commitments: Iterable[Commitment], *, by: Actor, now: dt.datetime) -> None:
    """Add promises that the risk threatens, too; the first one to a customer begins the notice.

    Where the risk had no date before, it is known with its date from now on (clocks.md 6).
    """
    refuse_closed(risk)
    known = set(risk.commitments.values_list("pk", flat=True))
    added = [one for one in commitments if one.pk not in known]
    if any(one.project_id != risk.project_id for one in added):
        sentence = _("Choose open commitments of this project.")
        raise Invalid(sentence, fields={"commitments": [sentence]})
    if not added:
        return
    risk.commitments.add(*added)
    mark_threatened(added, by, now)
    facts = {"added": [one.code for one in added]}
    trail.record(risk, "risk.widened", by=by, now=now, scope=risk.customer, facts=facts)
    when = _earliest(risk)
    if when is None or when <= now:
        return
    if risk.impact_at is None:
        edit(risk, {"known_at": now}, by=by, now=now)
    if risk.impact_at is None or when != risk.impact_at:
        _shift(risk, when, reason=_("More promises are threatened"), by=by, now=now)
    if not risk.customer_impact:
        edit(risk, {"customer_impact": True}, by=by, now=now)
        noticework.begin(risk, by=by, now=now)


@transaction.atomic
def spare(risk: Risk, row: Commitment, *, by: Actor, now: dt.datetime) -> None:
    """A promise is not threatened after all; one customer promise must be left (b.3.2)."""
    refuse_closed(risk)
    left = risk.commitments.to_customer().exclude(pk=row.pk)
    if risk.customer_impact and not left.exists():
        raise Invalid(_("A risk to the customer threatens at least one promise. Close it instead."))
    risk.commitments.remove(row)
    relax(risk, [row], by=by, now=now)
    facts = {"spared": row.code}
    trail.record(risk, "risk.narrowed", by=by, now=now, scope=risk.customer, facts=facts)
    when = _earliest(risk)
    if when is not None and when > now and when != risk.impact_at:
        move_impact(risk, when, reason=_("A promise is not threatened"), by=by, now=now)
