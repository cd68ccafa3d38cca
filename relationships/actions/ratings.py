"""Writes of rounds of ratings: ask several, give a score blindly, close, cancel (R-R2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.guards import invalid, persons_only
from accounts.choices import ContactStatus
from accounts.models import Contact, Opportunity
from core import notify, policy, timers, trail
from core.actors import Actor
from core.errors import Forbidden, Invalid, Refused
from core.models import User
from core.notify import Urgency
from core.writes import insert, move
from relationships import grid, policies
from relationships.actions.assessments import about, check_deal, today_of, zone_of
from relationships.choices import RoundStatus
from relationships.models import GridAssessment, Rating, RatingRound
from relationships.ratings import LEAST_RATERS, MOST_RATERS
from relationships.rules import may_propose

END = "relationships.round_end"
RULE = "R-R2"


@transaction.atomic
def ask(
    contact: Contact,
    raters: Iterable[User],
    *,
    by: Actor,
    now: dt.datetime,
    question: str = "",
    closes_on: dt.date | None = None,
    opportunity: Opportunity | None = None,
) -> RatingRound:
    """Ask several people where a contact stands, in general or in one deal; each is told, without
    any score.

    Refused while a proposal waits (it shows a score) or another round is open; Invalid for fewer
    than two raters, somebody who may not propose, or a last day before today or too far off.
    """
    persons_only(by, rule="0.2.4")
    people = list({user.pk: user for user in raters}.values())
    today = today_of(contact, now)
    longest = today + dt.timedelta(days=policy.get(policies.ROUND_DAYS, at=now))
    last = closes_on or longest
    _check(contact, people, last, today, longest)
    check_deal(contact.customer, opportunity)
    row = RatingRound(
        customer=contact.customer,
        contact=contact,
        opportunity=opportunity,
        question=question.strip(),
        asked_by=by.user,
        closes_on=last,
    )
    insert(row, by=by, now=now)
    Rating.objects.bulk_create([Rating(round=row, rater=user) for user in people])
    timers.arm(END, row, end_of(row), now=now)
    _record(row, "asked", by, now, {"raters": [user.pk for user in people], "until": last})
    _tell(row, people, gettext_noop("Rate %(contact)s: others do it too, unseen"), "asked", now)
    return row


@transaction.atomic
def rate(
    row: RatingRound, point: grid.Point, *, by: Actor, now: dt.datetime, evidence: str
) -> Rating:
    """Give the own score, once. The round closes with the last one.

    Forbidden for whoever was not asked; the trail keeps that it was given, never the score.
    """
    persons_only(by, rule="0.2.4")
    own = Rating.objects.select_for_update().filter(round=row, rater=by.user).first()
    if own is None:
        raise Forbidden(_("You were not asked in this round."), rule=RULE)
    _must_be_open(row)
    if own.given_at is not None:
        raise Refused(_("You gave your score already; it stays as it is."), rule=RULE)
    _check_score(point, evidence)
    own.intimacy, own.support = point
    own.evidence, own.given_at = evidence.strip(), now
    own.full_clean(exclude=["round", "rater"])
    own.save()
    _record(row, "rated", by, now, {})
    if not row.ratings.filter(given_at=None).exists():
        close(row, by=by, now=now)
    return own


@transaction.atomic
def close(row: RatingRound, *, by: Actor, now: dt.datetime) -> RatingRound:
    """Open → closed: the scores given so far show to whoever reads the grid."""
    _end(row, RoundStatus.CLOSED, "closed", by, now)
    title = gettext_noop("The ratings of %(contact)s are in; compare and propose")
    _tell(row, [row.asked_by], title, "closed", now)
    return row


@transaction.atomic
def cancel(row: RatingRound, *, by: Actor, now: dt.datetime) -> RatingRound:
    """Open → cancelled: the scores given so far are dropped."""
    persons_only(by, rule="0.2.4")
    _end(row, RoundStatus.CANCELLED, "cancelled", by, now)
    row.ratings.update(intimacy=None, support=None, evidence="", given_at=None)
    return row


def end_of(row: RatingRound) -> dt.datetime:
    """The first instant after the last day, where the owning unit is."""
    day = row.closes_on + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), tzinfo=zone_of(row.customer)).astimezone(dt.UTC)


def _end(row: RatingRound, to: str, verb: str, by: Actor, now: dt.datetime) -> None:
    move(row, to, frm=RoundStatus.OPEN, by=by, now=now, rule=RULE, closed_at=now)
    timers.cancel(row, END)
    given = row.ratings.exclude(given_at=None).count()
    _record(row, verb, by, now, {"given": given, "asked": row.ratings.count()})


def _check(
    contact: Contact, people: list[User], last: dt.date, today: dt.date, longest: dt.date
) -> None:
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule=RULE)
    if GridAssessment.of_all_kinds.waiting().filter(contact=contact).exists():
        raise Refused(
            _("A proposal waits and shows its score; decide it before you ask several."), rule=RULE
        )
    if not LEAST_RATERS <= len(people) <= MOST_RATERS:
        raise invalid(
            "raters",
            _("Ask %(least)s to %(most)s people.") % {"least": LEAST_RATERS, "most": MOST_RATERS},
            rule=RULE,
        )
    strangers = [user for user in people if not may_propose(user, contact.customer)]
    if strangers:
        raise invalid(
            "raters",
            _("%(name)s is neither on the account team nor a head above it.")
            % {"name": strangers[0]},
            rule=RULE,
        )
    if not today <= last <= longest:
        raise invalid(
            "closes_on",
            _("Choose a day from today to %(day)s.") % {"day": longest},
            rule=RULE,
        )


def _check_score(point: grid.Point, evidence: str) -> None:
    words = _("Scores lie between −3 and +3.")
    wrong: dict[str, list[Any]] = {
        name: [words]
        for name, value in zip(("intimacy", "support"), point, strict=True)
        if not grid.LOWEST <= value <= grid.HIGHEST
    }
    if not evidence.strip():
        wrong["evidence"] = [_("Say what was said or done; every score needs it.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], rule=RULE, fields=wrong)


def _must_be_open(row: RatingRound) -> None:
    if not row.is_open:
        raise Refused(_("This round is closed."), rule=RULE)


def _tell(row: RatingRound, people: list[User], title: str, key: str, now: dt.datetime) -> None:
    """No score and no evidence leaves in a notification: a name and a link."""
    notify.tell(
        people,
        kind=f"grid.round_{key}",
        title=title,
        params={"contact": row.contact.name},
        once=f"round:{row.pk}:{key}",
        url=row.get_absolute_url(),
        urgency=Urgency.SOON,
        about=row,
        scope=row.customer,
        now=now,
    )


def _record(row: RatingRound, verb: str, by: Actor, now: dt.datetime, facts: dict) -> None:
    trail.record(
        row,
        f"round.{verb}",
        by=by,
        now=now,
        scope=row.customer,
        facts={**about(row), **facts},
        confidential=True,
    )
