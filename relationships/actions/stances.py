"""Writes of stances towards competitors: noted with evidence, a later one supersedes (C092)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.guards import invalid, persons_only
from accounts.choices import ContactStatus
from accounts.models import Contact
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert
from relationships.actions.assessments import today_of
from relationships.grid import HIGHEST, LOWEST
from relationships.models import CompetitorStance

RULE = "C092"


@transaction.atomic
def note(
    contact: Contact,
    competitor: str,
    stance: int,
    *,
    by: Actor,
    now: dt.datetime,
    evidence: str,
    as_of: dt.date | None = None,
) -> CompetitorStance:
    """Where somebody stands towards a competitor; the earlier one of the same name is superseded.

    Invalid without evidence, for a later day than today or an earlier one than what is known.
    """
    persons_only(by, rule=RULE)
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule=RULE)
    today = today_of(contact, now)
    row = CompetitorStance(
        customer=contact.customer, contact=contact, competitor=tidy(competitor), stance=stance,
        evidence=evidence.strip(), as_of=as_of or today,
    )  # fmt: skip
    _check(row, today)
    for before in CompetitorStance.objects.current().filter(
        contact=contact, competitor__iexact=row.competitor
    ):
        if row.as_of < before.as_of:
            raise invalid(
                "as_of", _("A later one is known: %(day)s.") % {"day": before.as_of}, rule=RULE
            )
        row.competitor = before.competitor
        edit_row(before, {"superseded_at": now}, by=by, now=now)
    insert(row, by=by, now=now)
    trail.record(
        row, "competitor_stance.noted", by=by, now=now, scope=row.customer,
        facts={"contact": contact.pk, "as_of": row.as_of}, confidential=True,
    )  # fmt: skip
    return row


def _check(row: CompetitorStance, today: dt.date) -> None:
    if not row.competitor:
        raise invalid("competitor", _("Name the competitor."), rule=RULE)
    if not LOWEST <= row.stance <= HIGHEST:
        raise invalid("stance", _("Scores lie between −3 and +3."), rule=RULE)
    if not row.evidence:
        raise invalid(
            "evidence", _("Write what shows it: what was said, what was done."), rule=RULE
        )
    if row.as_of > today:
        raise invalid("as_of", _("Choose today or an earlier day."), rule=RULE)
