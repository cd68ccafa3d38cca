"""What this floor says of account health: promised times that were met (R-H1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.health import Evidence, normal
from accounts.policies_health import EVIDENCE_DAYS
from core import policy
from service.choices import ClockState
from service.models import Breach, SlaClock

MISSED = (ClockState.BREACHED_RUNNING, ClockState.BREACHED_STOPPED)
JUDGED = (ClockState.MET, *MISSED)


def sla(ids: Sequence[int], *, now: dt.datetime) -> dict[int, Evidence]:
    """Clocks of a commitment that were met, in per cent of those with a verdict, of tickets that
    were reported lately: one query. What was waived is not counted as missed."""
    since = now - dt.timedelta(days=policy.get(EVIDENCE_DAYS, at=now))
    waived = Breach.objects.filter(clock=OuterRef("pk"), waived_at__isnull=False)
    rows = SlaClock.objects.filter(
        ticket__customer__in=ids,
        ticket__reported_at__gte=since,
        ticket__reported_at__lte=now,
        is_internal=False,
        state__in=JUDGED,
    )
    missed = Q(state__in=MISSED)
    counted = (
        rows.order_by()
        .values_list("ticket__customer_id")
        .annotate(
            Count("pk"), missed=Count("pk", filter=missed),
            waived=Count("pk", filter=missed & Exists(waived)),
        )
    )  # fmt: skip
    return {
        pk: Evidence(
            normal(judged - missed + waived, 0, judged),
            {"judged": judged, "missed": missed, "waived": waived},
        )
        for pk, judged, missed, waived in counted
    }


def words(facts: Mapping[str, Any]) -> str:
    """How many promised times were met, how many of the others were waived."""
    if not facts:
        return _("No promised time has a verdict yet.")
    said = _("%(met)s of %(judged)s promised times met") % {
        "met": facts["judged"] - facts["missed"],
        "judged": facts["judged"],
    }
    if not facts["waived"]:
        return said
    more = ngettext("%(n)d waived", "%(n)d waived", facts["waived"]) % {"n": facts["waived"]}
    return f"{said}, {more}"
