"""Writes of the positions of competitors: a later one takes the place of the one before (C122)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import shares
from accounts.actions.assessments import local_today
from accounts.actions.guards import invalid, only
from accounts.models import CompetitorPosition, Customer
from core import trail
from core.actors import Actor
from core.errors import Refused
from core.text import tidy
from core.writes import edit as edit_row
from core.writes import insert

RULE = "C122"
TEXTS = (
    "competitor",
    "product",
    "strengths",
    "weaknesses",
    "open_issues",
    "swap_plan",
    "source",
)
FIELDS = (*TEXTS, "share", "as_of")


@transaction.atomic
def note(
    customer: Customer, values: Mapping[str, Any], *, by: Actor, now: dt.datetime
) -> CompetitorPosition:
    """What a competitor holds, of FIELDS. The spelling of names that are known here is kept."""
    given = only(dict(values), FIELDS)
    given |= {name: tidy(given[name] or "") for name in TEXTS if name in given}
    row = CompetitorPosition(customer=customer, **given)
    standing = list(
        CompetitorPosition.objects.current().filter(customer=customer).select_for_update()
    )
    before = _before(row, standing)
    _check(row, before, standing, now)
    if before is not None:
        edit_row(before, {"superseded_at": now}, by=by, now=now, version=before.version)
    insert(row, by=by, now=now)
    _record(row, "noted", by, now)
    return row


@transaction.atomic
def end(row: CompetitorPosition, *, by: Actor, now: dt.datetime) -> CompetitorPosition:
    """It holds nothing there any more; the row stays as history."""
    if row.superseded_at is not None:
        raise Refused(_("This position is history already."), rule=RULE)
    edit_row(row, {"superseded_at": now}, by=by, now=now, version=row.version)
    _record(row, "ended", by, now)
    return row


def _before(
    row: CompetitorPosition, standing: list[CompetitorPosition]
) -> CompetitorPosition | None:
    """The current position that this one follows; names take the spelling that is known."""
    for name in ("competitor", "product"):
        said = getattr(row, name).casefold()
        known = (getattr(one, name) for one in standing)
        setattr(
            row, name, next((one for one in known if one.casefold() == said), getattr(row, name))
        )
    same = [
        one for one in standing if (one.competitor, one.product) == (row.competitor, row.product)
    ]
    return same[0] if same else None


def _check(
    row: CompetitorPosition,
    before: CompetitorPosition | None,
    standing: list[CompetitorPosition],
    now: dt.datetime,
) -> None:
    if row.as_of > local_today(row.customer, now):
        raise invalid("as_of", _("This day is still to come."), rule=RULE)
    if before is not None and row.as_of < before.as_of:
        raise invalid(
            "as_of",
            _("A later position of %(day)s is noted already.") % {"day": before.as_of},
            rule=RULE,
        )
    if not row.source:
        raise invalid("source", _("Say where this comes from."), rule=RULE)
    if row.share is not None and row.share > shares.WHOLE:
        raise invalid("share", _("A share is 100 percent at most."), rule=RULE)
    others = [one.share for one in standing if one is not before and one.product == row.product]
    over = shares.too_much(row.share, others)
    if over:
        raise invalid(
            "share",
            _("With the other competitors this would be %(sum)d percent of this product.")
            % {"sum": shares.WHOLE + over},
            rule=RULE,
        )


def _record(row: CompetitorPosition, verb: str, by: Actor, now: dt.datetime) -> None:
    facts = {"competitor": row.competitor, "product": row.product, "share": row.share}
    trail.record(
        row, f"competitor_position.{verb}", by=by, now=now, scope=row.customer, facts=facts
    )
