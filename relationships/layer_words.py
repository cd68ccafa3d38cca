"""The figures behind the layers of a relation as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.wording import signed
from relationships.layers import AGREEMENT, BENCHMARK, INNOVATION, VISIT, Way


def key(facts: Mapping[str, Any]) -> str:
    """Index, seats that are covered, who is against us."""
    if not facts:
        return _("No power map with seats is in force.")
    said = _("key index %(index)s, %(covered)s of %(seats)s seats covered") % {
        "index": signed(round(facts["index"])),
        "covered": facts["covered"],
        "seats": facts["seats"],
    }
    if not facts["opponents"]:
        return said
    against = ngettext("%(n)d against us", "%(n)d against us", facts["opponents"])
    return _joined(said, against % {"n": facts["opponents"]})


def universal(facts: Mapping[str, Any]) -> str:
    """Cells that were contacted, persons that were met."""
    if not facts:
        return _("No active contact is recorded.")
    return _("%(touched)s of %(cells)s groups of people contacted, %(met)s of %(people)s met") % {
        name: facts[name] for name in ("touched", "cells", "met", "people")
    }


def organisational(facts: Mapping[str, Any]) -> str:
    """What was done of the four ways."""
    if not facts:
        return _("Asked of tier S and A only; nothing was done.")
    meetings = _("%(benchmark)s benchmark meetings, %(visit)s executive visits in a year") % {
        name: facts.get(name, 0) for name in ("benchmark", "visit")
    }
    agreement = (
        pgettext("way", "agreement in force") if facts.get("agreement") else _("no agreement")
    )
    centre = _("innovation centre") if facts.get("innovation") else _("no innovation centre")
    return _joined(_joined(meetings, agreement), centre)


def way_name(way: str) -> str:
    """One of the four ways."""
    return {
        BENCHMARK: pgettext("way", "Strategic benchmark meeting"),
        VISIT: pgettext("way", "Executive visit"),
        AGREEMENT: pgettext("way", "Strategic agreement"),
        INNOVATION: pgettext("way", "Joint innovation centre"),
    }[way]


def way(row: Way) -> str:
    """Its name."""
    return way_name(row.way)


def state(row: Way) -> tuple[str, str]:
    """(tone, what was done and what lacks)."""
    if row.least is None:
        return ("ok", pgettext("way", "stands")) if row.is_met else ("watch", _("none yet"))
    said = _("%(n)s of %(least)s, aim %(target)s") % {
        "n": len(row.done),
        "least": row.least.minimum,
        "target": row.least.target,
    }
    if row.without_deciders:
        more = ngettext(
            "%(n)d without the decision layer", "%(n)d without the decision layer",
            row.without_deciders,
        )  # fmt: skip
        said = _joined(said, more % {"n": row.without_deciders})
    return ("ok" if not row.gap else "risk"), said


def until(lapses: dt.date, today: dt.date) -> str:
    """When it would lapse, with the days left."""
    left = (lapses - today).days
    days = ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
    return _("lapses %(day)s, %(days)s") % {"day": f"{lapses:%Y-%m-%d}", "days": days}


def _joined(first: str, second: str) -> str:
    return pgettext("two parts of a sentence", "%(first)s, %(second)s") % {
        "first": first,
        "second": second,
    }
