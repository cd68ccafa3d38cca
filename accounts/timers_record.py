"""What happens later to a customer's record: insights expire, and who lacks one is reminded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from accounts import policies
from accounts.actions import insights
from accounts.choices import CustomerStatus, InsightStatus, TeamRole, Tier
from accounts.models import AccountAssignment, Customer, CustomerInsight
from accounts.queries import unit_head
from core import notify, policy
from core.actors import Actor
from core.models import Notification, Timer, User
from core.notify import Note, Urgency

SYSTEM = Actor.system()
LABEL = "accounts.customerinsight"
WANTED = "insight.wanted"
MOST = 500
"""So many customers are looked at in one run; whoever was told about is not looked at again."""


def remind_of_insights(timers: list[Timer], *, now: dt.datetime) -> None:
    """Tell the account manager (or the unit head) that an insight expires soon."""
    rows = list(_published().filter(pk__in=[timer.about_id for timer in timers]))
    managers = _managers([row.customer_id for row in rows])
    notify.tell_many(
        [
            Note(
                managers.get(row.customer_id) or [unit_head(row.customer, at=now)],
                "insight.expiring",
                gettext_noop("The insight into %(customer)s expires on %(day)s; write it anew."),
                f"insight:{row.pk}:expiring",
                {"customer": row.customer.name, "day": row.valid_until.isoformat()},
                row.get_absolute_url(),
                Urgency.SOON,
                row,
                row.customer,
            )
            for row in rows
            if row.valid_until is not None
        ],
        now=now,
    )


def expire_insights(timers: list[Timer], *, now: dt.datetime) -> None:
    """The last day of an insight is over: it stays to be read and counts no more."""
    for row in _published().filter(pk__in=[timer.about_id for timer in timers]):
        if insights.expiry_at(row) <= now:
            insights.expire(row, by=SYSTEM, now=now)


def ask_for_insights(*, now: dt.datetime) -> int:
    """Heartbeat: tell who manages a key account without an insight in force, and again each time
    the days of the reminder have passed. Returns how many customers that were."""
    days = policy.get(policies.INSIGHT_REMINDER_DAYS, at=now)
    rows = list(_lacking(now - dt.timedelta(days=max(1, days)))[:MOST])
    managers = _managers([row.pk for row in rows])
    notify.tell_many(
        [
            Note(
                managers.get(row.pk) or [unit_head(row, at=now)],
                WANTED,
                gettext_noop("%(customer)s is a key account without an insight; write one."),
                f"{WANTED}:{row.pk}:{now:%Y%m%d}",
                {"customer": row.name},
                f"/customers/{row.pk}/record/",
                Urgency.SOON,
                row,
                row,
            )
            for row in rows
        ],
        now=now,
    )
    return len(rows)


def expected(now: dt.datetime) -> Iterator[tuple[str, str, int, dt.datetime]]:
    """Every timer of the record that must be armed now: (kind, about_label, about_id, due_at)."""
    for row in _published().iterator():
        yield insights.EXPIRY, LABEL, row.pk, insights.expiry_at(row)
        if insights.reminder_at(row, now) > now:
            yield insights.REMINDER, LABEL, row.pk, insights.reminder_at(row, now)


def _published():
    rows = CustomerInsight.objects.filter(status=InsightStatus.PUBLISHED)
    return rows.select_related("customer__owning_unit")


def _lacking(since: dt.datetime):
    """Key accounts without an insight of which nobody was told after a moment."""
    published = CustomerInsight.objects.published().filter(customer=OuterRef("pk"))
    told = Notification.objects.filter(
        kind=WANTED, about_label="accounts.customer", about_id=OuterRef("pk"), created_at__gt=since
    )
    rows = Customer.objects.current().exclude(status=CustomerStatus.LOST)
    rows = rows.filter(~Exists(published), ~Exists(told), tier__in=(Tier.S, Tier.A))
    return rows.select_related("owning_unit").order_by("id")


def _managers(customers: list[int]) -> dict[int, list[User]]:
    """The account managers by customer: one query."""
    seats = AccountAssignment.objects.active().filter(customer__in=customers, role=TeamRole.AR)
    found: dict[int, list[User]] = {}
    for seat in seats.select_related("user"):
        found.setdefault(seat.customer_id, []).append(seat.user)
    return found
