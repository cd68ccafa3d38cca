"""How long people are kept: details go soon after somebody left, the rest is proposed for erasure
when nobody touched it for years (R-P1). Account health is thinned here as well (R-H1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from accounts import policies
from accounts.actions import health, personal
from accounts.choices import ContactStatus, Role
from accounts.choices_privacy import ErasureStatus
from accounts.models import Contact, ErasureRequest, PersonalDetail, private_to
from core import notify, policy
from core.actors import Actor
from core.models import User
from core.notify import Urgency
from relationships.choices import HAPPENED
from relationships.models import Interaction

GONE = (ContactStatus.LEFT, ContactStatus.MOVED)
MONTH_DAYS = 30
MOST = 500


def kept_long_enough(now: dt.datetime) -> QuerySet[Contact]:
    """People who left, whom nobody edited or met since the policy, without a request: oldest
    first."""
    months = policy.get(policies.RETENTION_MONTHS, at=now)
    before = now - dt.timedelta(days=months * MONTH_DAYS)
    met = Interaction.objects.filter(
        contacts=OuterRef("pk"), status__in=HAPPENED, starts_at__gte=before
    )
    asked = ErasureRequest.objects.filter(
        Q(status=ErasureStatus.REQUESTED) | Q(decided_at__gte=before), contact=OuterRef("pk")
    )
    rows = Contact.objects.filter(status__in=GONE, updated_at__lt=before)
    return rows.filter(~Exists(met), ~Exists(asked)).order_by("updated_at", "pk")


def proposed_to(user: Any, now: dt.datetime) -> list[Contact]:
    """Those of them whom a person of compliance may ask to erase."""
    rows = kept_long_enough(now).filter(customer__in=private_to(user))
    return list(rows.select_related("customer")[:MOST])


def run(*, now: dt.datetime) -> dict[str, int]:
    """Heartbeat: take out the details of people who left and old days of account health, tell
    compliance whom to look at."""
    days = policy.get(policies.DETAILS_DAYS, at=now)
    left = PersonalDetail.objects.filter(
        contact__status__in=GONE, contact__updated_at__lt=now - dt.timedelta(days=days)
    )
    removed = 0
    for row in left.select_related("contact__customer")[:MOST]:
        personal.expire(row, by=Actor.system(), now=now)
        removed += 1
    told = 0
    people = User.objects.filter(role_rows__role=Role.CMP, is_active=True)
    for user in people:
        count = len(proposed_to(user, now))
        if count:
            told += len(_tell(user, count, now))
    return {"removed": removed, "told": told, "thinned": health.thin(now=now)}


def _tell(user: User, count: int, now: dt.datetime) -> list[Any]:
    """Once a month, without a name."""
    return notify.tell(
        [user],
        kind="retention",
        title=gettext_noop("%(count)s people were kept long enough; ask to erase them"),
        params={"count": count},
        once=f"retention:{now:%Y%m}",
        url="/erasure-requests/",
        urgency=Urgency.SOON,
        now=now,
    )
