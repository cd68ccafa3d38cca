"""Keeps a 72-hour notice true: verdict, deadline and the one timer of its next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from core import events, notify, policy, timers, trail
from core.actors import Actor
from core.notify import Urgency
from core.sequences import next_code
from core.writes import edit, insert
from expectations.actions import noticeupdate
from expectations.choices import NOTICE_UNTOLD, NoticeChannel, NoticeStatus, NoticeVerdict
from expectations.models import CustomerNotice, Risk
from expectations.notices import (
    ImpactVersion,
    NoticeFacts,
    NoticeNumbers,
    NoticeResult,
    Told,
    evaluate,
    internal_target,
)
from expectations.policies_delivery import CALL_AFTER_H, HEAD_AFTER_H, notice_numbers
from expectations.prealerts import OVERDUE_ROLES, PreAlert, prealert_plan
from expectations.queries.people import Cast, cast_of, own_calendars, site_calendar

STEP = "expectations.notice_step"
HORIZON = dt.timedelta(days=2)
STRUCK = (NoticeVerdict.MISSED, NoticeVerdict.AFTER_IMPACT)

TITLES = {
    "48h": gettext_noop("48 hours left to tell %(customer)s: %(risk)s"),
    "24h": gettext_noop("24 hours left to tell %(customer)s: %(risk)s"),
    "8h": gettext_noop("8 hours left to tell %(customer)s: %(risk)s"),
    "2h": gettext_noop("2 hours left to tell %(customer)s: %(risk)s"),
    "overdue": gettext_noop("Overdue: %(customer)s has not been told: %(risk)s"),
    "repeat": gettext_noop("Still overdue: %(customer)s has not been told: %(risk)s"),
    "nudge": gettext_noop("No draft yet for the notice to %(customer)s: %(risk)s"),
}
URGENCY = {"48h": Urgency.SOON, "24h": Urgency.SOON, "nudge": Urgency.SOON}


def notice_of(risk: Risk) -> CustomerNotice | None:
    """The notice of a risk, None while no customer is threatened."""
    return CustomerNotice.objects.filter(risk=risk).first()


def facts_of(notice: CustomerNotice) -> NoticeFacts:
    """Everything the verdict depends on: three queries."""
    risk = notice.risk
    excepted = notice.no_alternative_approved_by_id is not None
    return NoticeFacts(
        known_at=risk.known_at,
        impacts=tuple(ImpactVersion(row.recorded_at, row.impact_at) for row in risk.impacts.all()),
        told=tuple(
            Told(
                delivered_at=row.delivered_at,
                alternative=row.with_alternative or excepted,
                complete=bool(row.evidence),
                oral=row.channel == NoticeChannel.ORAL,
                confirmed_at=row.confirmed_at,
                stated_impact_at=row.stated_impact_at,
            )
            for row in notice.records.all()
        ),
        actual_impact_at=risk.actual_impact_at,
        closed_at=risk.closed_at,
        customer_impacting=risk.customer_impact,
    )


def numbers_of(notice: CustomerNotice, now: dt.datetime) -> NoticeNumbers:
    """The policies in force for this customer."""
    return notice_numbers(notice.customer.tier, at=now)


def result_of(notice: CustomerNotice, now: dt.datetime) -> NoticeResult:
    """The verdict at `now`, computed from the facts."""
    return evaluate(facts_of(notice), now, numbers_of(notice, now))


def begin(risk: Risk, *, by: Actor, now: dt.datetime) -> CustomerNotice:
    """The notice of a new risk: pending, with its deadline and its first timer."""
    notice = CustomerNotice(
        code=next_code("NTC"),
        risk=risk,
        customer_id=risk.customer_id,
        deadline_at=now,
        due_at=now,
        internal_target_at=now,
    )
    result = evaluate(facts_of_new(risk, now), now, notice_numbers(risk.customer.tier, at=now))
    notice.deadline_at, notice.due_at = result.deadline, result.due
    notice.internal_target_at = internal_target(result.deadline, site_calendar(risk.project))
    insert(notice, by=by, now=now)
    trail.record(
        notice,
        "notice.required",
        by=by,
        now=now,
        scope=risk.customer,
        facts={"risk": risk.code, "deadline": result.deadline, "due": result.due},
    )
    sync(notice, by=by, now=now)
    return notice


def facts_of_new(risk: Risk, now: dt.datetime) -> NoticeFacts:
    """The facts of a risk that was recorded this moment."""
    return NoticeFacts(known_at=risk.known_at, impacts=(ImpactVersion(now, risk.impact_at),))


@transaction.atomic
def sync(
    notice: CustomerNotice, *, by: Actor, now: dt.datetime, fired: bool = False
) -> NoticeResult:
    """Bring the cached columns and the timer in line with the facts; returns the verdict.

    `fired`: its timer has just come, so what was due by now is told and not armed again, also
    when it came in the very instant in which the notice was made.

    An overdue event is permanent (clocks.md 6.5). The risk closing unharmed cancels the notice.
    """
    notice.refresh_from_db()
    result = result_of(notice, now)
    changes = {
        "deadline_at": result.deadline,
        "due_at": result.due,
        "verdict": result.status,
        "told_at": result.told_at,
    }
    if result.deadline != notice.deadline_at:
        site = site_calendar(notice.risk.project)
        changes["internal_target_at"] = internal_target(result.deadline, site)
    if result.status in (NoticeVerdict.OVERDUE, *STRUCK) and notice.overdue_since is None:
        changes["overdue_since"] = result.due
    if notice.risk.closed_at is not None and notice.status in NOTICE_UNTOLD:
        changes["status"] = NoticeStatus.CANCELLED
    before = notice.verdict
    edit(notice, changes, by=by, now=now)
    if result.status != before:
        _say_verdict(notice, before, result, by, now)
    if notice.is_told and notice.status not in (NoticeStatus.CANCELLED, NoticeStatus.SETTLED):
        noticeupdate.ask(notice, facts_of(notice), people_of(notice, now), now=now)
    _rearm(notice, now, first=not fired and notice.created_at == now)
    return result


def _say_verdict(
    notice: CustomerNotice, before: str, result: NoticeResult, by: Actor, now: dt.datetime
) -> None:
    trail.record(
        notice,
        "notice.verdict",
        by=by,
        now=now,
        scope=notice.customer,
        facts={"before": before, "after": result.status, "due": result.due},
    )
    if result.status == NoticeVerdict.MISSED:
        events.emit("notice.missed", notice, by=by, now=now, scope=notice.customer)
        _tell_missed(notice, now)


def _tell_missed(notice: CustomerNotice, now: dt.datetime) -> None:
    people = people_of(notice, now)
    notify.tell(
        people.of(OVERDUE_ROLES),
        kind="notice.missed",
        title=gettext_noop("It has struck and %(customer)s was never told: %(risk)s"),
        once=f"notice:{notice.pk}:missed",
        now=now,
        params={"customer": notice.customer.display_name, "risk": notice.risk.title},
        url=notice.get_absolute_url(),
        urgency=Urgency.NOW,
        about=notice,
        scope=notice.customer,
    )


def _rearm(notice: CustomerNotice, now: dt.datetime, *, first: bool) -> None:
    moment = next_moment(notice, now, first=first)
    if moment is None:
        timers.cancel(notice, STEP)
    else:
        timers.arm(STEP, notice, moment, now=now)


def next_moment(
    notice: CustomerNotice, now: dt.datetime, *, first: bool = False
) -> dt.datetime | None:
    """When something about this notice is due next: an alert, the impact, a missing answer."""
    if notice.status in (NoticeStatus.CANCELLED, NoticeStatus.SETTLED):
        return None
    if notice.is_told:
        update = noticeupdate.moment(notice, facts_of(notice), now)
        moments = [one for one in (_answer_moment(notice, now), update) if one is not None]
        return min(moments, default=None)
    if notice.verdict == NoticeVerdict.MISSED:
        return None
    plan = plan_of(notice, until=max(now, notice.due_at) + HORIZON, now=now)
    ahead = [alert.due_at for alert in plan if alert.due_at > now]
    facts_impact = notice.risk.actual_impact_at or notice.risk.impact_at
    if facts_impact > now:
        ahead.append(facts_impact)
    # A notice known late owes its first alert at once.
    if first and any(alert.due_at <= now for alert in plan):
        ahead.append(now)
    return min(ahead, default=None)


def _answer_moment(notice: CustomerNotice, now: dt.datetime) -> dt.datetime | None:
    """24 h and 48 h after telling without acknowledgement (R-E6)."""
    if notice.acknowledged_at is not None or notice.told_at is None:
        return None
    waits = (policy.get(CALL_AFTER_H, at=now), policy.get(HEAD_AFTER_H, at=now))
    moments = [notice.told_at + dt.timedelta(hours=hours) for hours in waits]
    return next((moment for moment in moments if moment > now), None)


def plan_of(notice: CustomerNotice, *, until: dt.datetime, now: dt.datetime) -> list[PreAlert]:
    """Every alert of the notice up to `until`, after each recipient's night."""
    people = people_of(notice, now)
    return prealert_plan(
        facts_of(notice),
        until=until,
        numbers=numbers_of(notice, now),
        calendars=_calendars(notice, people),
        drafted_at=notice.drafted_at,
    )


def people_of(notice: CustomerNotice, now: dt.datetime) -> Cast:
    """Whom this notice concerns; asked once per project, owner and moment."""
    known = _known(notice)
    key = (notice.risk.project_id, notice.risk.owner_id, now)
    if key not in known:
        known[key] = cast_of(notice.risk.project, at=now, owner=notice.risk.owner)
    return known[key]


def share(notices: Iterable[CustomerNotice]) -> None:
    """Let the notices of one batch ask only once about people and their hours."""
    known: dict[Any, Any] = {}
    for notice in notices:
        notice.__dict__["_known"] = known


def _known(notice: CustomerNotice) -> dict[Any, Any]:
    return notice.__dict__.setdefault("_known", {})


def _calendars(notice: CustomerNotice, people: Cast) -> dict:
    firsts = {role: users[0] for role, users in people.holders.items() if users}
    known = _known(notice)
    missing = [user for user in firsts.values() if ("hours", user.pk) not in known]
    if missing:
        own = own_calendars(missing)
        known.update({("hours", user.pk): own.get(user.pk) for user in missing})
    hours = {role: known["hours", user.pk] for role, user in firsts.items()}
    return {role: value for role, value in hours.items() if value is not None}


@transaction.atomic
def step(notice: CustomerNotice, *, now: dt.datetime) -> None:
    """What a due timer does: alert whoever must act, or ask for the missing answer."""
    by = Actor.system()
    result = sync(notice, by=by, now=now, fired=True)
    if notice.status in (NoticeStatus.CANCELLED, NoticeStatus.SETTLED):
        return
    if notice.is_told:
        _ask_for_answer(notice, now)
        return
    if result.status == NoticeVerdict.MISSED:
        return
    for alert in _newest(plan_of(notice, until=now, now=now)):
        alert_people(notice, alert, now=now)


def _newest(plan: Iterable[PreAlert]) -> list[PreAlert]:
    """After downtime only the highest step speaks, with the nudge beside it."""
    steps = [alert for alert in plan if alert.step != "nudge"]
    nudges = [alert for alert in plan if alert.step == "nudge"]
    latest = [alert for alert in steps if steps and alert.nominal_at == steps[-1].nominal_at]
    return [*latest, *nudges[-1:]]


def alert_people(notice: CustomerNotice, alert: PreAlert, *, now: dt.datetime) -> None:
    """Tell the holders of an alert's roles, once per step; an empty role never silences it."""
    people = people_of(notice, now)
    users = people.of(alert.roles) or people.of(["regional_head", "unit_head", "ar"])
    once = f"notice:{notice.pk}:{notice.deadline_at:%Y%m%d%H%M}:{alert.step}:{alert.number}"
    told = notify.tell(
        users,
        kind=f"notice.{alert.step}",
        title=TITLES[alert.step],
        once=once,
        now=now,
        params={"customer": notice.customer.display_name, "risk": notice.risk.title},
        url=notice.get_absolute_url(),
        urgency=URGENCY.get(alert.step, Urgency.NOW),
        about=notice,
        scope=notice.customer,
    )
    if not told:
        return
    trail.record(
        notice,
        "notice.alerted",
        by=Actor.system(),
        now=now,
        scope=notice.customer,
        occurred_at=alert.due_at,
        facts={"step": alert.step, "users": [row.user_id for row in told], "detected_at": now},
    )
    events.emit(
        "notice.due_soon",
        notice,
        by=Actor.system(),
        now=now,
        scope=notice.customer,
        facts={"step": alert.step},
    )


def _ask_for_answer(notice: CustomerNotice, now: dt.datetime) -> None:
    if notice.acknowledged_at is not None or notice.told_at is None:
        return
    people = people_of(notice, now)
    waited = now - notice.told_at
    head_h = policy.get(HEAD_AFTER_H, at=now)
    if waited >= dt.timedelta(hours=head_h):
        users, stage = people.of(["regional_head"]), "head"
    elif waited >= dt.timedelta(hours=policy.get(CALL_AFTER_H, at=now)):
        users, stage = people.of(["ar"]), "call"
    else:
        return
    notify.tell(
        users or people.of(["unit_head", "fr"]),
        kind=f"notice.unanswered_{stage}",
        title=gettext_noop("%(customer)s has not acknowledged the notice yet: %(risk)s"),
        once=f"notice:{notice.pk}:unanswered:{stage}",
        now=now,
        params={"customer": notice.customer.display_name, "risk": notice.risk.title},
        url=notice.get_absolute_url(),
        urgency=Urgency.NOW,
        about=notice,
        scope=notice.customer,
    )
