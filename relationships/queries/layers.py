"""Reads of the three layers of many customers at once: seats, breadth, the four ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from accounts.choices import ContactStatus, Tier
from accounts.models import Contact, Customer
from core import policy, registry
from relationships import layers, policies_layers, power
from relationships.cells import Share
from relationships.choices import HAPPENED, GridStatus
from relationships.layers import Cuts, Least, Way
from relationships.models import GridAssessment, Interaction, PowerMap, PowerSeat
from relationships.power import Figures, Post
from relationships.queries.power import weights_at


@dataclass(frozen=True)
class Standing:
    """Since when an agreement or a centre stands, until when, and where it is described."""

    since: dt.date
    until: dt.date | None = None
    url: str = ""


def key_figures(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Figures]:
    """Key index and coverage of the overall map in force (R-R3), of customers that have one with
    seats: one query. Whoever left does not hold a seat, a stale score does not cover one."""
    stands = GridAssessment.objects.filter(
        contact=OuterRef("contact"),
        contact__status=ContactStatus.ACTIVE,
        status=GridStatus.CONFIRMED,
    )
    seats = PowerSeat.objects.standing().filter(
        map__customer__in=ids, map__in=PowerMap.objects.overall()
    )
    rows = seats.order_by().annotate(said=Subquery(stands.values("support")[:1]))
    posts: dict[int, list[Post]] = {}
    for pk, role, support in rows.values_list("map__customer_id", "role", "said"):
        posts.setdefault(pk, []).append(Post(role, support))
    weights = weights_at(now)
    return {pk: power.figures(held, weights) for pk, held in posts.items()}


def breadth_cuts(now: dt.datetime) -> Cuts:
    """What each grade asks for (R-R12)."""
    return Cuts(
        {grade: policy.get(each, at=now) for grade, each in policies_layers.COVERAGE.items()},
        {grade: policy.get(each, at=now) for grade, each in policies_layers.SATISFACTION.items()},
        policy.get(policies_layers.THIRD_PARTY, at=now),
    )


def universal_grades(found: Mapping[int, Share], *, now: dt.datetime) -> dict[int, str]:
    """Grade of breadth by customer (R-R12), with satisfaction and third-party scores where a
    floor above measures them (SATISFACTION, THIRD_PARTY of the registry): no further query here."""
    cuts = breadth_cuts(now)
    liked, judged = (scores(name, list(found), now) for name in ("SATISFACTION", "THIRD_PARTY"))
    return {
        pk: layers.universal_grade(
            each.coverage, cuts, satisfaction=liked.get(pk), third_party=judged.get(pk)
        )
        for pk, each in found.items()
    }


def scores(name: str, ids: Sequence[int], now: dt.datetime) -> Mapping[int, float]:
    """What a floor above measures of customers: SATISFACTION or THIRD_PARTY of the registry."""
    path = registry.entry(name, "")
    return registry.load(path)(ids, now=now) if path else {}


def least_at(now: dt.datetime) -> dict[str, Least]:
    """How often the two kinds of meeting are due (R-R10)."""
    return {
        layers.BENCHMARK: Least(
            policy.get(policies_layers.BENCHMARK_LEAST, at=now),
            policy.get(policies_layers.BENCHMARK_TARGET, at=now),
        ),
        layers.VISIT: Least(
            policy.get(policies_layers.VISIT_LEAST, at=now),
            policy.get(policies_layers.VISIT_TARGET, at=now),
        ),
    }


def ledgers(ids: Sequence[int], *, now: dt.datetime) -> dict[int, list[Way]]:
    """The four organisational ways of each customer (R-R10, R-R11): one query, and one for each
    kind of standing. A meeting counts with somebody of the decision layer."""
    window = dt.timedelta(days=policy.get(policies_layers.WAY_DAYS, at=now))
    deciders = Contact.objects.filter(is_decision_layer=True).values("pk")
    decided = Interaction.contacts.through.objects.filter(
        interaction=OuterRef("pk"), contact__in=deciders
    )
    rows = Interaction.objects.filter(
        customer__in=ids,
        status__in=HAPPENED,
        type__code__in=layers.MEETINGS,
        starts_at__gt=now - window,
        starts_at__lte=now,
    )
    least = least_at(now)
    found = {pk: {way: Way(way, least=least.get(way)) for way in layers.WAYS} for pk in ids}
    for pk, code, at, counts in (
        rows.order_by("starts_at")
        .annotate(counts=Exists(decided))
        .values_list("customer_id", "type__code", "starts_at", "counts")
    ):
        way = found[pk][layers.MEETINGS[code]]
        found[pk][way.way] = (
            replace(way, done=(*way.done, _day(at)))
            if counts
            else replace(way, without_deciders=way.without_deciders + 1)
        )
    for name in (layers.AGREEMENT, layers.INNOVATION):
        for pk, each in standings(name, ids, now=now).items():
            found[pk][name] = Way(name, since=each.since, until=each.until, url=each.url)
    return {pk: list(ways.values()) for pk, ways in found.items()}


def standings(name: str, ids: Sequence[int], *, now: dt.datetime) -> Mapping[int, Standing]:
    """Agreements in force or centres running, by customer: ORGANISATIONAL of the registry."""
    path = dict(registry.entry("ORGANISATIONAL", {})).get(name)
    return registry.load(path)(ids, now=now) if path else {}


def asked_of(ids: Iterable[int]) -> set[int]:
    """Customers of whom the minima of R-R10 are asked: S and A, and no cash-flow customers, for
    whom they are advice (R-A4): one query."""
    rows = Customer.objects.filter(pk__in=list(ids), tier__in=(Tier.S, Tier.A), cash_flow=False)
    return set(rows.order_by().values_list("pk", flat=True))


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment)
