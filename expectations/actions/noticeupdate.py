"""Asks our people to tell a told customer that the date moved later (R-E7, clocks.md 6.5)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from core import notify, policy
from core.notify import Urgency
from expectations.models import CustomerNotice
from expectations.notices import NoticeFacts
from expectations.policies_delivery import UPDATE_H
from expectations.queries.people import Cast
from expectations.updates import owed_since

MOVED = gettext_noop("The date moved later, tell %(customer)s within %(hours)s hours: %(risk)s")
LATE = gettext_noop("%(customer)s has not heard of the later date: %(risk)s")


def moment(notice: CustomerNotice, facts: NoticeFacts, now: dt.datetime) -> dt.datetime | None:
    """When the update is due; None while none is owed or its time has passed."""
    since = owed_since(facts, notice.told_at)
    if since is None:
        return None
    due = since + dt.timedelta(hours=policy.get(UPDATE_H, at=now))
    return due if due > now else None


def ask(notice: CustomerNotice, facts: NoticeFacts, people: Cast, *, now: dt.datetime) -> None:
    """At once whoever talks to the customer, once the time has passed the regional head, too."""
    since = owed_since(facts, notice.told_at)
    if since is None:
        return
    hours = policy.get(UPDATE_H, at=now)
    late = now >= since + dt.timedelta(hours=hours)
    roles = ["owner", "fr", "ar", *(["regional_head"] if late else [])]
    notify.tell(
        people.of(roles) or people.of(["unit_head", "regional_head"]),
        kind="notice.update_late" if late else "notice.update",
        title=LATE if late else MOVED,
        once=f"notice:{notice.pk}:update:{since:%Y%m%d%H%M%S}:{'late' if late else 'ask'}",
        now=now,
        params={
            "customer": notice.customer.display_name,
            "hours": f"{hours:g}",
            "risk": notice.risk.title,
        },
        url=notice.get_absolute_url(),
        urgency=Urgency.NOW if late else Urgency.SOON,
        about=notice,
        scope=notice.customer,
    )
