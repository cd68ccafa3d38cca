"""Folds a flood of waiting notices for one person into one digest."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from core import outbox, policies, policy
from core.models import OutboxMessage, User

SHOWN = 100


def fold(now: dt.datetime) -> int:
    """Make one message of the waiting notices of each person who has too many; returns digests.

    More than `notify.digest_above` notices, or more than one when the person chose a daily digest
    (clocks 5). Pages to duty engineers are never folded.
    """
    above = policy.get(policies.DIGEST_ABOVE, at=now)
    groups = (
        _waiting(now)
        .values("channel", "address", "recipient_id", "recipient__digest")
        .annotate(number=Count("id"))
        .filter(number__gt=1)
        .order_by()
    )
    made = 0
    for group in groups:
        if group["number"] > above or group["recipient__digest"]:
            made += _fold_one(group["channel"], group["address"], group["recipient_id"], now)
    return made


def next_digest(user: User, now: dt.datetime) -> dt.datetime:
    """When this person's daily digest goes out next."""
    local = now.astimezone(outbox.zone_of(user))
    hour = dt.time(policy.get(policies.DIGEST_HOUR, at=now))
    at = dt.datetime.combine(local.date(), hour, tzinfo=local.tzinfo)
    if at <= local:
        at = dt.datetime.combine(local.date() + dt.timedelta(days=1), hour, tzinfo=local.tzinfo)
    return at.astimezone(zoneinfo.ZoneInfo("UTC"))


def _waiting(now: dt.datetime):
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return OutboxMessage.objects.filter(
        free, state="pending", due_at__lte=now, once__startswith="note:"
    ).exclude(recipient=None)


def _fold_one(channel: str, address: str, recipient_id: int, now: dt.datetime) -> int:
    with transaction.atomic():
        mine = _waiting(now).filter(channel=channel, address=address, recipient_id=recipient_id)
        rows = list(mine.order_by("created_at", "id"))
        if len(rows) < 2:
            return 0
        once = f"digest:{recipient_id}:{rows[0].pk}-{rows[-1].pk}:{channel}"
        hits = mine.filter(pk__in=[row.pk for row in rows]).update(
            state="sent", sent_at=now, extra={"digest": once}
        )
        if hits != len(rows):
            transaction.set_rollback(True)
            return 0
        user = User.objects.get(pk=recipient_id)
        with translation.override(user.language or settings.LANGUAGE_CODE):
            subject = _("%(count)d notices for you") % {"count": len(rows)}
            body = _body(rows)
        outbox.post(
            channel, address, once=once, now=now, subject=subject, body=body, recipient=user
        )
    return 1


def _body(rows: list[OutboxMessage]) -> str:
    parts = [row.body.strip() or row.subject for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        parts.append(_("%(count)d more stand in the app.") % {"count": len(rows) - SHOWN})
    parts.append(f"{settings.SITE_URL}/notifications/")
    return "\n\n".join(parts) + "\n"
