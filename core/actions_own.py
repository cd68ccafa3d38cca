"""Writes of a person about themselves: profile, quiet hours, digest, chat robots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import guarded_http, outbox, robots, trail
from core.actors import Actor
from core.errors import Invalid
from core.models import NotificationChannel, User
from core.writes import checked

OWN = ("full_name", "phone", "timezone", "quiet_from", "quiet_until", "digest")
MOST_CHANNELS = 10


@transaction.atomic
def change_own(user: User, values: Mapping[str, Any], *, by: Actor, now: dt.datetime) -> list[str]:
    """Save what a person may set about themselves; returns the names that changed.

    Raises Invalid when only one end of the quiet hours is given.
    """
    wanted = {name: values[name] for name in OWN if name in values}
    changed = [name for name, value in wanted.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, wanted[name])
    if (user.quiet_from is None) != (user.quiet_until is None):
        sentence = _("Give both ends of the quiet hours, or none.")
        raise Invalid(sentence, fields={"quiet_until": [sentence]})
    checked(user)
    if changed:
        user.save(update_fields=changed)
        trail.record(user, "user.own_settings_changed", by=by, now=now, facts={"changed": changed})
    return changed


@transaction.atomic
def add_channel(
    user: User, *, name: str, address: str, minimum: int, by: Actor, now: dt.datetime
) -> NotificationChannel:
    """A chat robot of a person: 企业微信, 钉钉 or 飞书 by its apprise address.

    Raises Invalid for another kind, for a host of our own network and above ten robots. The
    address is a secret: the trail keeps its scheme only.
    """
    _checked_address(address)
    if NotificationChannel.objects.filter(user=user).count() >= MOST_CHANNELS:
        raise Invalid(_("At most %(most)d robots.") % {"most": MOST_CHANNELS})
    channel = NotificationChannel(user=user, name=name, address=address, minimum=minimum)
    checked(channel)
    channel.save()
    facts = {"user": user.pk, "scheme": robots.scheme_of(address)}
    trail.record(channel, "notification_channel.added", by=by, now=now, facts=facts)
    return channel


def _checked_address(address: str) -> None:
    if not robots.is_open(address):
        sentence = _("This kind of address is not known. Known: %(names)s.") % {
            "names": ", ".join(sorted(robots.CHAT))
        }
        raise Invalid(sentence, fields={"address": [sentence]})
    try:
        if robots.scheme_of(address) == "https":
            guarded_http.check_url(address)
        else:
            robots.robot(address)
    except (guarded_http.Refusal, guarded_http.Failure) as error:
        sentence = _("This is not the address of one robot outside our network.")
        raise Invalid(sentence, fields={"address": [sentence]}) from error


@transaction.atomic
def remove_channel(channel: NotificationChannel, *, by: Actor, now: dt.datetime) -> None:
    """Forget a chat robot."""
    trail.record(
        channel, "notification_channel.removed", by=by, now=now, facts={"user": channel.user_id}
    )
    channel.delete()


@transaction.atomic
def test_channel(channel: NotificationChannel, *, by: Actor, now: dt.datetime) -> None:
    """Send one line to a chat robot, at most one a minute."""
    outbox.post(
        "apprise",
        channel.address,
        once=f"test:{channel.pk}:{now:%Y%m%d%H%M}",
        subject=_("A test message from %(name)s") % {"name": by.label},
        body=_("If you read this, the robot works."),
        recipient=channel.user,
        now=now,
    )
    trail.record(
        channel, "notification_channel.tested", by=by, now=now, facts={"user": channel.user_id}
    )
