"""What the page of a project and the portal show of its delivery."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts.choices import MembershipStatus, PortalRight
from accounts.models import Contact, Customer, PortalMembership
from expectations import rules_delivery as rules
from expectations.choices import COMMITMENT_OPEN, NoticeStatus
from expectations.models import Commitment, CustomerNotice, Milestone, Project, WeeklyReport
from expectations.queries.reports import open_risks
from expectations.queries.risks import RiskLine, lines_of

TOLD = (NoticeStatus.SENT, NoticeStatus.ACKNOWLEDGED, NoticeStatus.SETTLED)


@dataclass(frozen=True)
class Delivery:
    """Milestones, risks, promises and reports of one project, with what the reader may do."""

    project: Project
    milestones: list[Milestone]
    risks: list[RiskLine]
    commitments: list[Commitment]
    reports: list[WeeklyReport]
    may_plan: bool
    may_open_risk: bool
    may_promise: bool


def delivery_of(project: Project, user: Any, now: dt.datetime) -> Delivery:
    """Everything that `expectations/_project_delivery.html` needs: context name `delivery`."""
    promises = Commitment.objects.filter(project=project, status__in=COMMITMENT_OPEN)
    may_plan = rules.may_plan(user, project)
    return Delivery(
        project=project,
        milestones=list(project.milestones.all()),
        risks=lines_of(open_risks(project), now),
        commitments=list(promises.select_related("owner").order_by("due_at", "id")[:20]),
        reports=list(project.reports.all()[:4]),
        may_plan=may_plan,
        may_open_risk=may_plan or rules.may_open_risk(user, project),
        may_promise=may_plan or rules.may_promise(user, project.customer, project),
    )


# -- the portal: own customer, told things, nothing internal --------------------------------------


def portal_memberships(user: Any) -> models.QuerySet:
    """The doors of a portal user that stand open."""
    rows = PortalMembership.objects.filter(user=user, status=MembershipStatus.ACTIVE)
    return rows.select_related("contact", "customer")


def portal_customers(user: Any) -> models.QuerySet:
    """The customers that a portal user sees: the own node, with descendants where allowed."""
    wanted = models.Q(pk__in=[])
    for membership in portal_memberships(user):
        wanted |= models.Q(pk=membership.customer_id)
        if membership.include_descendants:
            wanted |= models.Q(path__startswith=membership.customer.path)
    return Customer.objects.filter(wanted)


def portal_contact(user: Any, customer_id: int) -> Contact | None:
    """As whom a portal user acts for a customer; None where he only reads."""
    rows = portal_memberships(user).filter(customer=customer_id)
    found = rows.first()
    return found.contact if found else None


def portal_chooses(user: Any, customer_id: int) -> bool:
    """Whether a portal user binds this customer: the right to sign or to approve changes (b.6)."""
    rights = portal_memberships(user).filter(customer=customer_id).values_list("rights", flat=True)
    return any({PortalRight.SIGN, PortalRight.APPROVE_CHANGE} & set(each) for each in rights)


def portal_notices(user: Any) -> models.QuerySet:
    """Notices that have gone out to the customers of a portal user."""
    rows = CustomerNotice.objects.filter(customer__in=portal_customers(user), status__in=TOLD)
    return rows.select_related("customer", "risk__project")


def portal_reports(user: Any) -> models.QuerySet:
    """Reports that were published, withdrawn ones included: they show that they were."""
    rows = WeeklyReport.objects.filter(
        customer__in=portal_customers(user), published_at__isnull=False
    )
    return rows.select_related("project", "customer")
