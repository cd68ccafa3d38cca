"""Reads over risks and their notices: lines of lists, choices of forms, the words of a verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.choices import AssignmentStatus, ContactStatus
from accounts.models import AccountAssignment, Contact, Customer
from core.models import User
from expectations.choices import AlternativeStatus, MemberStatus, NoticeStatus, NoticeVerdict
from expectations.models import (
    Alternative,
    Commitment,
    CustomerNotice,
    Project,
    ProjectMember,
    Risk,
)
from expectations.notices import NoticeResult
from expectations.tones import VERDICTS, Clock, clock_of, exposure_tone


@dataclass(frozen=True)
class State:
    """How a notice stands, as a list or a page shows it: a running clock, or words."""

    notice: CustomerNotice
    clock: Clock | None
    tone: str
    words: str


@dataclass(frozen=True)
class RiskLine:
    """One risk with the state of its notice; None while no customer is threatened."""

    risk: Risk
    tone: str
    state: State | None


def state_of(notice: CustomerNotice, now: dt.datetime) -> State:
    """Told: how many hours ahead. Untold: the ring to its due time. Over: the verdict."""
    if notice.status == NoticeStatus.CANCELLED:
        return State(notice, None, "none", notice.get_status_display())
    if notice.told_at is not None:
        impact = notice.risk.actual_impact_at or notice.risk.impact_at
        hours = max(0, int((impact - notice.told_at).total_seconds() // 3600))
        words = _("Told %(hours)s hours ahead") % {"hours": hours}
        if notice.verdict != NoticeVerdict.ON_TIME:
            words = f"{words} · {notice.get_verdict_display()}"
        return State(notice, None, VERDICTS.get(notice.verdict, "info"), words)
    if notice.verdict in (NoticeVerdict.MISSED, NoticeVerdict.MISSED_NO_IMPACT):
        return State(notice, None, VERDICTS[notice.verdict], notice.get_verdict_display())
    clock = clock_of(notice.due_at, now)
    return State(notice, clock, clock.tone, _("The customer does not know"))


def lines_of(risks: Iterable[Risk], now: dt.datetime) -> list[RiskLine]:
    """Lines for risks that were fetched by `with_notice`."""
    return [
        RiskLine(risk, exposure_tone(risk.exposure), state_of(risk.notice, now))
        if hasattr(risk, "notice")
        else RiskLine(risk, exposure_tone(risk.exposure), None)
        for risk in risks
    ]


def with_notice(rows: models.QuerySet) -> models.QuerySet:
    """Risks ready for a list."""
    return rows.select_related("project", "customer", "owner", "notice", "notice__risk")


def notices_for_list(user: Any) -> models.QuerySet:
    """Visible notices ready for a list."""
    return CustomerNotice.objects.visible_to(user).select_related(
        "risk__project", "risk__owner", "customer"
    )


def staff() -> models.QuerySet:
    """Colleagues who may own something."""
    return User.objects.filter(is_active=True, is_portal=False)


def people_around(customer: Customer, project: Project | None = None) -> models.QuerySet:
    """Colleagues on the account team or in the project: who owns promises, risks, offers."""
    team = AccountAssignment.objects.filter(customer=customer, status=AssignmentStatus.ACTIVE)
    ids = models.Q(pk__in=team.values("user"))
    if project is not None:
        members = ProjectMember.objects.filter(project=project, status=MemberStatus.ACTIVE)
        ids |= models.Q(pk__in=members.values("user"))
    return staff().filter(ids).order_by("full_name", "pk")


def contacts_of(customer: Customer) -> models.QuerySet:
    """Active contacts of a customer."""
    return Contact.objects.filter(customer=customer, status=ContactStatus.ACTIVE).order_by("-id")


def open_commitments(project: Project) -> models.QuerySet:
    """What a risk of this project may threaten."""
    return Commitment.objects.open().filter(project=project).order_by("due_at", "id")


def past_alternatives(user: Any, risk: Risk, limit: int = 3) -> list[Alternative]:
    """What customers in sight chose in earlier notices of the same category, latest first."""
    rows = Alternative.objects.filter(
        notice__in=CustomerNotice.objects.visible_to(user).values("pk"),
        notice__risk__category=risk.category,
        status=AlternativeStatus.CHOSEN,
    ).exclude(notice__risk=risk)
    return list(rows.select_related("notice__customer").order_by("-id")[:limit])


def explain(result: NoticeResult) -> list[str]:
    """The steps of a verdict as sentences in the active language, times in the active zone."""
    return [
        _(sentence) % {key: _said(value) for key, value in facts.items()}
        for sentence, facts in result.steps
    ]


def _said(value: object) -> object:
    if isinstance(value, dt.datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    return dict(NoticeVerdict.choices).get(value, value)
