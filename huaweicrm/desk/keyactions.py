"""Evidence of the nine key actions, from every floor (R-K5). None: nothing to measure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import QuerySet

from accounts import policies
from accounts.choices import ContactStatus
from accounts.keyactions import Fact, share
from accounts.models import Contact
from accounts.queries_gaps import keys_of, percents
from accounts.queries_plan import in_time, on_day
from accounts.scorecards import Asked
from core import policy
from core.msgid import gettext_noop
from relationships import policies_layers
from relationships.choices import Grade, GridStatus
from relationships.coverage import coverage_share
from relationships.models import (
    GridAssessment,
    Interaction,
    Minutes,
    RelationshipPlan,
    StrategicAgreement,
)
from relationships.queries.layers import scores, universal_grades
from service.choices import TicketClass
from service.models import Breach, Ticket

ALL, MOST, NEARLY = Decimal(100), Decimal(90), Decimal(95)


def plans(asked: Asked, now: dt.datetime) -> list[Fact]:
    """1: key accounts with a strategic plan on the last day, and with the annual plan of its year
    approved by its day. What was done is not linked to objectives yet: no evidence of that."""
    key = keys_of(asked.customers)
    intime, last = in_time(key, asked.last, at=now), on_day(key, asked.last)
    return [
        Fact(gettext_noop("Strategic plan in force"), share(last, len(key)), ALL),
        Fact(
            gettext_noop("Annual plan approved on time"),
            None if intime is None else share(intime, len(key)),
            ALL,
        ),
        Fact(gettext_noop("Interactions linked to objectives"), None, Decimal(60)),
    ]


def relations(asked: Asked, now: dt.datetime) -> list[Fact]:
    """2: whoever opposes has a plan that counts."""
    opposed = set(
        GridAssessment.objects.current()
        .filter(customer__in=asked.customers, support__lt=0, contact__status=ContactStatus.ACTIVE)
        .values_list("contact_id", flat=True)
    )
    rows = RelationshipPlan.objects.counting().filter(contact__in=opposed)
    planned = rows.order_by().values("contact").distinct().count()
    return [
        Fact(gettext_noop("Opponents with a relationship plan"), share(planned, len(opposed)), ALL)
    ]


def information(asked: Asked, now: dt.datetime) -> list[Fact]:
    """3: the records of these customers are whole."""
    whole = percents(asked.customers, today=asked.last, now=now)
    mean = Decimal(sum(whole)) / len(whole) if whole else None
    target = Decimal(policy.get(policies.COMPLETE_PERCENT, at=now))
    found = None if mean is None else mean.quantize(Decimal("0.1"))
    return [Fact(gettext_noop("Completeness of the records"), found, target)]


def positions(asked: Asked, now: dt.datetime) -> list[Fact]:
    """4: the decision layer has a position that still counts."""
    people = Contact.objects.filter(
        customer__in=asked.customers, status=ContactStatus.ACTIVE, is_decision_layer=True
    )
    placed = GridAssessment.objects.filter(contact__in=people, status=GridStatus.CONFIRMED)
    valid = placed.order_by().values("contact").distinct().count()
    return [
        Fact(gettext_noop("Decision layer with a valid position"), share(valid, people.count()),
             NEARLY)
    ]  # fmt: skip


def organisation(asked: Asked, now: dt.datetime) -> list[Fact]:
    """5: key accounts with a strategic agreement in force."""
    key = keys_of(asked.customers)
    signed = StrategicAgreement.objects.in_force().filter(customer__in=key)
    count = signed.order_by().values("customer").distinct().count()
    return [
        Fact(gettext_noop("Key accounts with an agreement in force"), share(count, len(key)),
             ALL)
    ]  # fmt: skip


def universal(asked: Asked, now: dt.datetime) -> list[Fact]:
    """6: grade of the universal relation and the score of a third party, where it is measured."""
    known = {
        pk: each for pk, each in coverage_share(asked.customers, now=now).items() if each.cells
    }
    good = [one for one in universal_grades(known, now=now).values() if one in (Grade.A, Grade.B)]
    judged = list(scores("THIRD_PARTY", asked.customers, now).values())
    mean = Decimal(sum(map(Decimal, judged)) / len(judged)) if judged else None
    target = Decimal(policy.get(policies_layers.THIRD_PARTY, at=now))
    return [
        Fact(
            gettext_noop("Universal relation of grade B or better"),
            share(len(good), len(known)),
            ALL,
        ),
        Fact(gettext_noop("Third-party score"), mean, target, ""),
    ]


def interactions(asked: Asked, now: dt.datetime) -> list[Fact]:
    """7: points of the checklists that were kept."""
    rows = _held(asked).select_related("type")
    points = kept_points = 0
    for row in rows.iterator(chunk_size=500):
        wanted = len(row.type.in_languages[0])
        points += wanted
        kept_points += min(wanted, len(row.ticked))
    return [Fact(gettext_noop("Points of the checklists kept"), share(kept_points, points), MOST)]


def complaints(asked: Asked, now: dt.datetime) -> list[Fact]:
    """8: complaints without a missed target."""
    rows = Ticket.objects.filter(
        customer__in=asked.customers,
        ticket_class=TicketClass.COMPLAINT,
        reported_at__date__gte=asked.first,
        reported_at__date__lte=asked.last,
    )
    late = Breach.objects.filter(ticket__in=rows, is_internal=False)
    missed = late.order_by().values("ticket").distinct().count()
    count = rows.count()
    return [Fact(gettext_noop("Complaints settled on time"), share(count - missed, count), ALL)]


def minutes(asked: Asked, now: dt.datetime) -> list[Fact]:
    """9: minutes that were written in time."""
    rows = Minutes.objects.filter(interaction__in=_held(asked), due_at__lte=now)
    count = rows.count()
    late = rows.late(now).count()
    return [Fact(gettext_noop("Minutes on time"), share(count - late, count), NEARLY)]


def _held(asked: Asked) -> QuerySet[Interaction]:
    rows = Interaction.objects.held().filter(
        customer__in=asked.customers,
        starts_at__date__gte=asked.first,
        starts_at__date__lte=asked.last,
    )
    return rows if asked.person is None else rows.filter(created_by=asked.person)
