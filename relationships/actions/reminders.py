"""Telling people what R-R5 asks for: a plan for whoever opposes, a look at blockers each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_noop

from accounts.choices import ContactStatus
from accounts.queries import regional_head
from core import notify, policy
from core.models import Notification
from core.notify import Note, Urgency
from relationships import policies
from relationships.actions.assessments import zone_of
from relationships.choices import CURRENT, Attitude, MapStatus, PlanStatus
from relationships.models import GridAssessment, PowerMap, PowerSeat, RelationshipPlan
from relationships.plans import needs_plan_since
from relationships.queries.plans import opposed_from

WANTED, REVIEW = "plan.wanted", "plan.review"
MOST = 500
"""So many people are looked at at a time."""


def ask_for_plans(*, now: dt.datetime) -> int:
    """Tell the relationship owner and the regional head of each active contact in grid N who has
    no approved plan within the policy: once, and again when a plan ended so long ago or the person
    had left grid N meanwhile. Where a power map is in force, of those who sit on one. Returns how
    many people that were."""
    within = policy.get(policies.PLAN_WANTED_DAYS, at=now)
    asked, last = 0, 0
    while rows := _without_plan(now - dt.timedelta(days=within), last):
        asked, last = asked + _ask(rows, within, now), rows[-1].pk
    return asked


def _ask(rows: list[GridAssessment], within: int, now: dt.datetime) -> int:
    since = opposed_from([row.contact_id for row in rows])
    wanted = [
        row
        for row in rows
        if needs_plan_since(
            since.get(row.contact_id),
            today=now.astimezone(zone_of(row.customer)).date(),
            within_days=within,
        )
    ]
    notify.tell_many([_wanted(row, now) for row in wanted], now=now)
    return len(wanted)


def ask_for_reviews(*, now: dt.datetime) -> int:
    """Tell the regional head of each blocker (N3) whose plan nobody looked at for a month."""
    days = policy.get(policies.PLAN_REVIEW_DAYS, at=now)
    blocked = GridAssessment.objects.current().filter(contact=OuterRef("contact"), support=-3)
    rows = RelationshipPlan.objects.counting().filter(
        Exists(blocked), reviewed_at__lt=now - dt.timedelta(days=days)
    )
    rows = rows.select_related("contact", "customer__owning_unit").order_by("pk")
    looked, last = 0, 0
    while some := list(rows.filter(pk__gt=last)[:MOST]):
        _remind(some, now)
        looked, last = looked + len(some), some[-1].pk
    return looked


def _remind(rows: list[RelationshipPlan], now: dt.datetime) -> None:
    title = gettext_noop("Look at the plan for %(contact)s this month")
    notes = [
        Note(
            [regional_head(row.customer, at=now)], REVIEW, title,
            f"{REVIEW}:{row.pk}:{row.reviewed_at:%Y%m%d}", {"contact": row.contact.name},
            row.get_absolute_url(), Urgency.SOON, row, row.customer,
        )
        for row in rows
    ]  # fmt: skip
    notify.tell_many(notes, now=now)


def _without_plan(before: dt.datetime, last: int) -> list[GridAssessment]:
    """The next positions in grid N, first taken before a moment, of people without a plan of whom
    nobody was told since they came there or, where a plan ended before that moment, since then."""
    plan = RelationshipPlan.objects.counting().filter(contact=OuterRef("contact"))
    draft = RelationshipPlan.objects.filter(contact=OuterRef("contact"), status=PlanStatus.DRAFT)
    over = RelationshipPlan.objects.filter(contact=OuterRef("contact"), closed_at__lte=before)
    ended = over.order_by("-closed_at").values("pk")[:1]
    told = _standing(before).filter(about_id=OuterRef("contact"))
    earlier = GridAssessment.objects.counted().filter(
        contact=OuterRef("contact"), attitude=Attitude.OPPONENT, decided_at__lte=before
    )
    rows = GridAssessment.objects.filter(
        ~Exists(plan), ~Exists(told), Exists(earlier),
        status__in=CURRENT, attitude=Attitude.OPPONENT, contact__status=ContactStatus.ACTIVE,
    )  # fmt: skip
    maps = PowerMap.objects.general().filter(status=MapStatus.ACTIVE)
    drawn = maps.filter(customer=OuterRef("customer"))
    seat = PowerSeat.objects.standing().filter(contact=OuterRef("contact"), map__in=maps)
    rows = rows.filter(Exists(seat) | ~Exists(drawn))
    rows = rows.annotate(draft=Subquery(draft.values("pk")), ended=Subquery(ended))
    joined = rows.select_related("contact__relationship_owner", "customer__owning_unit")
    return list(joined.filter(pk__gt=last).order_by("id")[:MOST])


def _standing(before: dt.datetime) -> QuerySet:
    """Words that were said of people who had no plan to its end, nor left grid N, since then."""
    over = RelationshipPlan.objects.filter(
        contact=OuterRef("about_id"), closed_at__gt=OuterRef("created_at"), closed_at__lte=before
    )
    left = GridAssessment.objects.counted().filter(
        contact=OuterRef("about_id"), decided_at__gt=OuterRef("created_at")
    )
    rows = Notification.objects.filter(kind=WANTED, about_label="accounts.contact")
    return rows.filter(~Exists(over), ~Exists(left.exclude(attitude=Attitude.OPPONENT)))


def _wanted(row: GridAssessment, now: dt.datetime) -> Note:
    """Draft one; where a draft waits already, have it approved."""
    people: Iterable = [row.contact.relationship_owner, regional_head(row.customer, at=now)]
    ended = row.ended  # type: ignore[attr-defined]
    once = f"{WANTED}:{row.pk}:{ended}" if ended else f"{WANTED}:{row.pk}"
    title = gettext_noop("%(contact)s has no relationship plan yet; draft one")
    url = f"/contacts/{row.contact_id}/plans/new/"
    if row.draft is not None:  # type: ignore[attr-defined]
        title = gettext_noop("The plan for %(contact)s is only a draft; it waits for approval")
        url = f"/relationship-plans/{row.draft}/"  # type: ignore[attr-defined]
    return Note(
        people, WANTED, title, once, {"contact": row.contact.name},
        url, Urgency.SOON, row.contact, row.customer,
    )  # fmt: skip
