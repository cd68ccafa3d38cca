"""The figures behind the layers of a relation as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.wording import signed


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
    return f"{said}, {against % {'n': facts['opponents']}}"


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
    return f"{meetings}, {agreement}, {centre}"
