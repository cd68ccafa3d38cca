"""What is said about a missed target afterwards: its reason, and a waiver by somebody else."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import notify, timers
from core.actors import Actor
from core.errors import Invalid, Refused
from service.actions import log
from service.actions.clockwork import REASON_TIMER
from service.choices import BreachReason
from service.models import Breach

ASK = gettext_noop("%(code)s missed its %(clock)s target: give the reason")


@transaction.atomic
def give_reason(row: Breach, *, reason: str, by: Actor, now: dt.datetime, text: str = "") -> None:
    """The reason code of a breach, once, within one working day (clocks.md 5)."""
    log.people_only(by, "clocks.md 5")
    if reason not in BreachReason.values:
        raise Invalid(_("Choose the reason."), fields={"reason": [_("Choose one.")]})
    rows = Breach.objects.filter(pk=row.pk, reason="")
    columns = {"reason": reason, "reason_text": text[:300], "reason_at": now, "reason_by": by.user}
    if not rows.update(**columns):
        raise Refused(_("The reason has been given already."), rule="clocks.md 5")
    timers.cancel(row, REASON_TIMER)
    _say(row, "breach.reason_given", by=by, now=now, facts={"reason": reason})


@transaction.atomic
def ask_waiver(row: Breach, *, text: str, by: Actor, now: dt.datetime) -> None:
    """The owner asks that the breach be waived; raw figures keep showing it."""
    log.people_only(by, "clocks.md 5")
    text = log.required(text, "text", _("Say why it should be waived."))
    rows = Breach.objects.filter(pk=row.pk, waived_by=None)
    if not rows.update(waiver_asked_by=by.user, waiver_text=text[:300]):
        raise Refused(_("It has been waived already."), rule="clocks.md 5")
    _say(row, "breach.waiver_asked", by=by, now=now, facts={"text": text})


@transaction.atomic
def approve_waiver(row: Breach, *, by: Actor, now: dt.datetime) -> None:
    """Somebody other than who asked approves the waiver."""
    log.people_only(by, "clocks.md 5")
    if row.waiver_asked_by_id in (None, by.user_id):
        raise Refused(_("Someone else must approve the waiver."), rule="clocks.md 5")
    rows = Breach.objects.filter(pk=row.pk, waived_by=None, waiver_asked_by=row.waiver_asked_by)
    if not rows.update(waived_by=by.user, waived_at=now):
        raise Refused(_("It has been waived already."), rule="clocks.md 5")
    _say(row, "breach.waived", by=by, now=now, facts={})


def _say(row: Breach, verb: str, *, by: Actor, now: dt.datetime, facts: dict) -> None:
    facts = {"clock": row.clock.kind, "cycle": row.cycle, **facts}
    log.entry(row.clock.ticket, verb, by=by, now=now, facts=facts)


def ask_reasons(rows: list[Breach], *, now: dt.datetime) -> None:
    """The owners are asked why targets were missed; statements grow by batch."""
    Breach.objects.filter(pk__in=[row.pk for row in rows]).update(asked_at=now)
    notify.tell_many([_question(row) for row in rows], now=now)


def _question(row: Breach) -> notify.Note:
    ticket = row.clock.ticket
    return notify.Note(
        [ticket.owner],
        "breach.reason",
        ASK,
        f"breach:{row.pk}",
        {"code": ticket.code, "clock": str(row.clock.get_kind_display())},
        ticket.get_absolute_url(),
        notify.Urgency.SOON,
        ticket,
    )
